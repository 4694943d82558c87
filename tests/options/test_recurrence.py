import functools
import os

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from conftest import case_path

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.legacy import rnn_cell
from seq2seq_graph.model import build_training_graph
from seq2seq_graph.options import recurrence
from seq2seq_graph.options.recurrence import MANY_UNITS, fused_rnn, rnn_of
from seq2seq_graph.training.optimizer import build_optimizer
from seq2seq_graph.training.steps import Trainer, train_steps
from seq2seq_graph.verification.recorded_run import TO_THE_RECORDING, differences, load_case
from seq2seq_graph.verification.replay import replay

B, T, D, H = 4, 5, 3, 6
CHECKPOINT = os.path.join(case_path("document-checkpoint"), "model.ckpt-100")


def played(rnn, lengths=None, batch=B, time=T, static=True, from_zero=False):
    """Runs `rnn` from random weights and gives outputs, states and the gradients of all it reads.

    What is differentiated weighs each output and both last states at random.
    """
    random = np.random.RandomState(0)
    inputs, c, h = (random.randn(*shape).astype(np.float32)
                    for shape in ([batch, time, D], [batch, H], [batch, H]))
    with tf.Graph().as_default(), tf.Session() as sess:
        inputs_fed = tf.placeholder(tf.float32, inputs.shape if static else [None, None, D])
        state = rnn_cell.LSTMStateTuple(tf.constant(c), tf.constant(h))
        cell = rnn_cell.LSTMCell(H, initializer=tf.random_uniform_initializer(-1, 1, seed=1))
        outputs, states = rnn(
            cell, inputs_fed, sequence_length=lengths, scope="encoder", dtype=tf.float32,
            initial_state=None if from_zero else state)
        assert outputs.shape.as_list()[2] == H
        weighted = [tf.reduce_sum(tensor * random.randn(*shape).astype(np.float32))
                    for tensor, shape in ((outputs, [batch, time, H]), (states.c, [batch, H]),
                                          (states.h, [batch, H]))]
        variables = tf.trainable_variables()
        names = [variable.op.name for variable in variables]
        assert names == ["encoder/lstm_cell/kernel", "encoder/lstm_cell/bias"]
        reads = [inputs_fed, *([] if from_zero else state), *variables]
        gradients = tf.gradients(tf.add_n(weighted), reads)
        sess.run(tf.global_variables_initializer())
        sess.run(variables[1].assign(np.linspace(-1, 1, 4 * H)))
        return sess.run([outputs, *states, *gradients], {inputs_fed: inputs})


WAYS = {
    "one op back": fused_rnn,
    "step by step back": functools.partial(fused_rnn, stepwise_gradient=True),
}


@pytest.mark.slow
@pytest.mark.parametrize("way", sorted(WAYS))
@pytest.mark.parametrize("static", [True, False])
@pytest.mark.parametrize("sizes", [
    {},
    {"lengths": [5, 3, 1, 4]},
    {"lengths": [2, 0, 5, 0]},
    {"lengths": [0, 0, 0, 0]},
    {"from_zero": True, "lengths": [1, 0, 5, 2]},
    {"batch": 1, "lengths": [2]},
    {"batch": 1, "time": 1},
    {"batch": 64, "time": 30},
], ids=str)
def test_outputs_states_and_gradients_are_those_of_dynamic_rnn(sizes, static, way):
    expected = played(tf.nn.dynamic_rnn, static=static, **sizes)
    for one, other in zip(expected, played(WAYS[way], static=static, **sizes)):
        np.testing.assert_allclose(other, one, rtol=1e-5, atol=1e-5 * np.abs(one).max())


def test_outputs_past_the_end_are_zero_and_the_state_is_held():
    outputs, _, h = played(fused_rnn, lengths=[5, 3, 1, 4])[:3]
    assert not outputs[1, 3:].any() and not outputs[2, 1:].any() and outputs[1, :3].all()
    np.testing.assert_array_equal(h, outputs[np.arange(B), [4, 2, 0, 3]])


@pytest.mark.parametrize("way", sorted(WAYS))
def test_a_batch_of_no_rows_gives_no_outputs_and_gradients_of_zero(way):
    outputs, *_, kernel_gradient, bias_gradient = played(WAYS[way], batch=0, static=False)
    assert outputs.shape == (0, T, H)
    assert not kernel_gradient.any() and not bias_gradient.any()


@pytest.mark.parametrize("options", [
    {"use_peepholes": True}, {"num_proj": 2}, {"cell_clip": 1.0}, {"forget_bias": 0.0},
    {"activation": "relu"}, {"state_is_tuple": False},
], ids=str)
def test_a_cell_of_another_kind_is_refused(options):
    with tf.Graph().as_default(), pytest.raises(NotImplementedError, match="use tf.nn.dynamic_rnn"):
        fused_rnn(rnn_cell.LSTMCell(H, **options), tf.zeros([B, T, D]), scope="encoder")


def test_auto_takes_the_gradient_by_size():
    assert rnn_of("dynamic", MANY_UNITS) is tf.nn.dynamic_rnn
    stepwise = [rnn_of(kind, units).keywords["stepwise_gradient"] for kind, units in (
        ("fused", MANY_UNITS), ("auto", MANY_UNITS - 1), ("auto", MANY_UNITS))]
    assert stepwise == [False, False, True]


def test_the_gradient_step_by_step_plays_a_recorded_run_within_the_tolerances(monkeypatch):
    monkeypatch.setattr(recurrence, "MANY_UNITS", 1)
    case = load_case(case_path("small.npz"))
    for row in differences(case, replay(case, rnn="auto")):
        assert row.within, row


@pytest.mark.slow
@pytest.mark.parametrize("name", ["document.npz", "small.npz"])
def test_a_recorded_run_is_played_within_the_tolerances(name):
    case = load_case(case_path(name))
    for row in differences(case, replay(case, rnn="fused", sparse_labels=True)):
        assert row.within, row


@pytest.mark.slow
def test_a_checkpoint_of_tensorflow_1_15_goes_on_with_the_recorded_losses():
    case = load_case(case_path("document.npz"))
    result = replay(case, CHECKPOINT, rnn="fused")
    assert len(result["loss"]) == 100
    np.testing.assert_allclose(result["loss"], case["loss"][100:], rtol=0, atol=TO_THE_RECORDING)


ENGINES = {
    "plain": {},
    "fast": {"rnn": "auto", "towers": 2, "sparse_labels": True},
}


def losses_of(options, batches, read=None, write=None):
    """Trains on batches, from a checkpoint if one is named, and leaves another if one is."""
    with tf.Graph().as_default(), tf.Session() as sess:
        config = ModelConfig(
            40, max_input_length=T, max_output_length=T, encoder_hidden_units=160,
            decoder_hidden_units=160, **options)
        graph = build_training_graph(config, seed=0)
        optimizer = build_optimizer(graph.loss, 0.001)
        saver = tf.train.Saver()
        sess.run(tf.global_variables_initializer())
        if read:
            saver.restore(sess, read)
        losses = list(train_steps(sess, Trainer(graph, optimizer), batches))
        if write:
            saver.save(sess, write)
        return losses


@pytest.mark.slow
@pytest.mark.parametrize("first, second", [("plain", "fast"), ("fast", "plain")])
def test_a_checkpoint_of_either_engine_goes_on_with_the_others_losses(first, second, tmp_path):
    ids = np.random.RandomState(0).randint(3, 40, [2, 20, 7, T]).astype(np.int32)
    batches, prefix = list(zip(*ids)), str(tmp_path / "model.ckpt")
    losses_of(ENGINES[first], batches[:10], write=prefix)
    own = losses_of(ENGINES[first], batches[10:], read=prefix)
    others = losses_of(ENGINES[second], batches[10:], read=prefix)
    np.testing.assert_allclose(others, own, rtol=0, atol=TO_THE_RECORDING)

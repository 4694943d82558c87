import os

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from conftest import case_path

from seq2seq_graph.legacy import rnn_cell
from seq2seq_graph.recurrence import fused_rnn
from seq2seq_graph.replay import TOLERANCE, differences, load_case, replay

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


@pytest.mark.parametrize("static", [True, False])
@pytest.mark.parametrize("sizes", [
    {},
    {"lengths": [5, 3, 1, 4]},
    {"lengths": [2, 0, 5, 0]},
    {"lengths": [0, 0, 0, 0]},
    {"lengths": [3, 2, 1, 1]},
    {"from_zero": True},
    {"from_zero": True, "lengths": [1, 0, 5, 2]},
    {"batch": 1},
    {"batch": 1, "lengths": [2]},
    {"time": 1},
    {"time": 1, "lengths": [1, 0, 1, 1]},
    {"batch": 1, "time": 1},
    {"batch": 64, "time": 30},
], ids=str)
def test_outputs_states_and_gradients_are_those_of_dynamic_rnn(sizes, static):
    expected = played(tf.nn.dynamic_rnn, static=static, **sizes)
    for one, other in zip(expected, played(fused_rnn, static=static, **sizes)):
        np.testing.assert_allclose(other, one, rtol=1e-5, atol=1e-5 * np.abs(one).max())


def test_outputs_past_the_end_are_zero_and_the_state_is_held():
    outputs, _, h = played(fused_rnn, lengths=[5, 3, 1, 4])[:3]
    assert not outputs[1, 3:].any() and not outputs[2, 1:].any() and outputs[1, :3].all()
    np.testing.assert_array_equal(h, outputs[np.arange(B), [4, 2, 0, 3]])


def test_a_batch_of_no_rows_gives_no_outputs_and_gradients_of_zero():
    outputs, *_, kernel_gradient, bias_gradient = played(fused_rnn, batch=0, static=False)
    assert outputs.shape == (0, T, H)
    assert not kernel_gradient.any() and not bias_gradient.any()


@pytest.mark.parametrize("options", [
    {"use_peepholes": True}, {"num_proj": 2}, {"cell_clip": 1.0}, {"forget_bias": 0.0},
    {"activation": tf.nn.relu}, {"state_is_tuple": False},
], ids=str)
def test_a_cell_of_another_kind_is_refused(options):
    with tf.Graph().as_default(), pytest.raises(NotImplementedError, match="use tf.nn.dynamic_rnn"):
        fused_rnn(rnn_cell.LSTMCell(H, **options), tf.zeros([B, T, D]), scope="encoder")


@pytest.mark.parametrize("name", ["document.npz", "small.npz"])
def test_a_recorded_run_is_played_within_the_tolerances(name):
    case = load_case(case_path(name))
    for row in differences(case, replay(case, rnn="fused", sparse_labels=True)):
        assert row.within, row


def test_a_checkpoint_of_tensorflow_1_15_goes_on_with_the_recorded_losses():
    case = load_case(case_path("document.npz"))
    result = replay(case, CHECKPOINT, rnn="fused")
    assert len(result["loss"]) == 100
    np.testing.assert_allclose(result["loss"], case["loss"][100:], rtol=0, atol=TOLERANCE)

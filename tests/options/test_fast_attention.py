import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.legacy import rnn_cell
from seq2seq_graph.model import build_training_graph
from seq2seq_graph.options import attention, feeding_loop, scores, stacked, steps
from seq2seq_graph.options.recurrence import fused_rnn

B, T, T_IN, D, M, H = 3, 4, 5, 2, 7, 6
KINDS = [(kind, fed) for kind in ("luong", "bahdanau") for fed in (False, True)]
SIZES = {
    "lengths": {"lengths": [5, 0, 1]},
    "nothing but padding": {"lengths": [0, 0, 0]},
    "layers": {"layers": 2, "residual": True, "lengths": [2, 5, 3]},
    "one row, one step": {"batch": 1, "time": 1, "lengths": [3]},
    "unknown sizes": {"static": False, "lengths": [5, 0, 1]},
    "unknown sizes, layers": {"static": False, "layers": 2},
    "many": {"batch": 16, "time": 20, "time_in": 25},
}


def played(rnn, kind, fed, dtype=np.float32, lengths=None, layers=1, batch=B, time=T, time_in=T_IN,
           static=True, residual=False):
    """Runs `rnn` from random weights; gives outputs, alignments, states and all gradients.

    What is differentiated weighs each of the outputs, alignments and last states at random.
    """
    random = np.random.RandomState(0)

    def drawn(*shape):
        return random.uniform(-1, 1, shape).astype(np.float32).astype(dtype)

    arrays = [drawn(batch, time, D), drawn(batch, time_in, M)]
    states = drawn(layers, 2, batch, H)
    with tf.Graph().as_default(), tf.Session() as sess:
        inputs, memory = (
            tf.placeholder(dtype, array.shape if static else [None, None, array.shape[2]])
            for array in arrays)
        first = tuple(rnn_cell.LSTMStateTuple(*map(tf.constant, state)) for state in states)
        mask = tf.constant(drawn(batch, H))
        whole = stacked.on_top(rnn_cell.LSTMCell(H), layers, lambda number: None,
                               residual, mask_of=lambda number: mask)
        cell, start = attention.wrap(
            whole, first if layers > 1 else first[0], memory, kind,
            None if lengths is None else tf.constant(lengths), fed)
        outputs, last = rnn(cell, inputs, initial_state=start, dtype=dtype, scope="decoder")
        seen = [outputs, attention.alignments(last), *tf.nest.flatten(last.cell_state)]
        shapes = [(batch, time, H), (batch, time, time_in), *[(batch, H)] * 2 * layers]
        loss = tf.add_n([tf.reduce_sum(t * drawn(*shape)) for t, shape in zip(seen, shapes)])
        variables = tf.trainable_variables()
        reads = [inputs, memory, *tf.nest.flatten(first), *variables]
        gradients = tf.gradients(loss, reads)
        assert outputs.shape.as_list()[2] == H
        for variable in variables:
            variable.load(drawn(*variable.shape.as_list()), sess)
        values = sess.run([*seen, *gradients], dict(zip((inputs, memory), arrays)))
        names = ["outputs", "alignments"] + ["state"] * 2 * layers + [read.name for read in reads]
        return names, values


@pytest.mark.parametrize("kind, fed", KINDS)
@pytest.mark.parametrize("sizes", sorted(SIZES))
def test_it_is_as_near_to_float64_as_dynamic_rnn(sizes, kind, fed):
    """Outputs, alignments, last states, and the gradients of all that is read."""
    names, exact = played(tf.nn.dynamic_rnn, kind, fed, np.float64, **SIZES[sizes])
    plain_names, plain = played(tf.nn.dynamic_rnn, kind, fed, **SIZES[sizes])
    fast_names, fast = played(fused_rnn, kind, fed, **SIZES[sizes])
    assert fast_names == plain_names == names
    for name, one, other, reference in zip(names, fast, plain, exact):
        rounding = 2e-6 * max(np.abs(reference).max(), 1)
        assert one.shape == reference.shape
        assert np.abs(one - reference).max() <= 2 * np.abs(other - reference).max() + rounding, name


@pytest.mark.parametrize("kind, fed", KINDS)
def test_a_batch_of_no_rows_has_gradients_of_zero(kind, fed):
    names, values = played(fused_rnn, kind, fed, batch=0, static=False)
    assert values[0].shape == (0, T, H)
    for name, value in zip(names, values):
        assert not value.any(), name


@pytest.mark.parametrize("kind, fed", KINDS)
def test_nothing_of_both_times_and_the_units_is_kept(kind, fed, monkeypatch):
    """A longer memory, 11 times 13 steps: no tensor has 4 axes, and no loop collects one of 3."""
    columns = []

    def noted(*arguments, **more):
        found, states = steps.run_steps(*arguments, **more)
        columns.extend(found)
        return found, states

    for module in (feeding_loop, scores):
        monkeypatch.setattr(module, "run_steps", noted)
    config = ModelConfig(
        vocab_size=9, max_input_length=11, max_output_length=13, encoder_hidden_units=H,
        decoder_hidden_units=H, attention=kind, input_feeding=fed, rnn="fused")
    with tf.Graph().as_default() as graph:
        built = build_training_graph(config, seed=1)
        tf.gradients(built.loss, tf.trainable_variables())
        assert all(t.shape.ndims is None or t.shape.ndims < 4
                   for op in graph.get_operations() for t in op.outputs)
    assert bool(columns) == (fed or kind == "bahdanau")
    assert all(step.shape.ndims == 2 for column in columns for step in column)


def test_a_decoder_with_lengths_and_another_cell_are_refused():
    with tf.Graph().as_default():
        cell, first = attention.wrap(
            rnn_cell.LSTMCell(H), rnn_cell.LSTMStateTuple(*[tf.zeros([B, H])] * 2),
            tf.zeros([B, T_IN, M]), "luong")
        with pytest.raises(NotImplementedError, match="use tf.nn.dynamic_rnn"):
            fused_rnn(cell, tf.zeros([B, T, D]), sequence_length=[1] * B, initial_state=first)
        with pytest.raises(NotImplementedError, match="knows no GRUCell"):
            fused_rnn(rnn_cell.GRUCell(H), tf.zeros([B, T, D]))

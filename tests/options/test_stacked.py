import functools

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy import rnn_cell
from seq2seq_graph.options import recurrence, stacked

B, T, D, H = 4, 5, 3, 6


def cell(layers, residual=False, mask=None):
    def draw(number):
        return tf.random_uniform_initializer(-1, 1, seed=number)

    lstm = rnn_cell.LSTMCell(H, initializer=draw(0))
    return lstm, stacked.on_top(lstm, layers, draw, residual, lambda number: mask)


def test_one_layer_is_the_documents_cell():
    with tf.Graph().as_default():
        lstm, whole = cell(1, residual=True)
    assert whole is lstm


@pytest.mark.parametrize("lengths", [None, [5, 3, 0, 2]])
@pytest.mark.parametrize("from_zero", [True, False])
@pytest.mark.parametrize("more", [{}, {"residual": True}, {"residual": True, "mask": True}],
                         ids=str)
def test_layer_after_layer_is_step_after_step(more, from_zero, lengths):
    """The same variables, outputs, states and gradients; dropout between layers among them."""
    random = np.random.RandomState(0)
    inputs = random.randn(B, T, D).astype(np.float32)
    states = random.randn(3, 2, B, H).astype(np.float32)
    sides = []
    for rnn in (tf.nn.dynamic_rnn, recurrence.fused_rnn,
                functools.partial(recurrence.fused_rnn, stepwise_gradient=True)):
        with tf.Graph().as_default(), tf.Session() as sess:
            fed = tf.constant(inputs)
            mask = tf.constant(2 * np.eye(B, H, dtype=np.float32)) if "mask" in more else None
            _, whole = cell(3, more.get("residual", False), mask)
            first = None if from_zero else tuple(
                rnn_cell.LSTMStateTuple(*map(tf.constant, state)) for state in states)
            outputs, last = rnn(whole, fed, sequence_length=lengths, initial_state=first,
                                dtype=tf.float32, scope="decoder")
            variables = tf.trainable_variables()
            loss = tf.reduce_sum(outputs**2) + tf.reduce_sum(last[0].c * last[2].h)
            gradients = tf.gradients(loss, [fed, *variables])
            sess.run(tf.global_variables_initializer())
            names = [variable.op.name for variable in variables]
            sides.append((names, sess.run([outputs, *tf.nest.flatten(last), *gradients])))
    assert sides[0][0][-1] == "decoder/multi_rnn_cell/cell_2/lstm_cell/bias"
    for names, values in sides[1:]:
        assert names == sides[0][0]
        for one, other in zip(values, sides[0][1]):
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5 * np.abs(other).max())


def test_a_residual_layer_adds_what_it_reads_to_what_it_writes():
    inputs = np.random.RandomState(0).randn(B, T, D).astype(np.float32)
    with tf.Graph().as_default(), tf.Session() as sess:
        _, two = cell(2, residual=True)
        outputs, states = tf.nn.dynamic_rnn(two, inputs, dtype=tf.float32)
        one, _ = tf.nn.dynamic_rnn(
            rnn_cell.LSTMCell(H, initializer=tf.random_uniform_initializer(-1, 1, seed=0)),
            inputs, dtype=tf.float32, scope="alone")
        sess.run(tf.global_variables_initializer())
        outputs, above, one = sess.run([outputs, states[1].h, one])
    np.testing.assert_allclose(outputs[:, -1], one[:, -1] + above, rtol=1e-5)

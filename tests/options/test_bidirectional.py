import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy import rnn_cell
from seq2seq_graph.legacy.contrib import rnn_stacked
from seq2seq_graph.options import recurrence, stacked
from seq2seq_graph.options.bidirectional import (
    both_ways,
    from_the_top,
    stacked_ways,
    to_decoder,
)

B, T, D, H = 4, 5, 3, 6


@pytest.mark.parametrize("lengths", [None, [5, 3, 1, 2]])
def test_it_is_tensorflows_own_bidirectional_dynamic_rnn(lengths):
    """The same variables and, to the bit, the same numbers."""
    inputs = np.random.RandomState(0).randn(B, T, D).astype(np.float32)
    sides = []
    for ours in (True, False):
        with tf.Graph().as_default(), tf.Session() as sess:
            cells = [rnn_cell.LSTMCell(H, initializer=tf.glorot_uniform_initializer(seed=i))
                     for i in (1, 2)]
            more = {"sequence_length": lengths, "dtype": tf.float32, "scope": "encoder"}
            if ours:
                outputs, states = both_ways(tf.nn.dynamic_rnn, cells[1])(cells[0], inputs, **more)
            else:
                both, pair = tf.nn.bidirectional_dynamic_rnn(*cells, inputs, **more)
                outputs = tf.concat(both, 2)
                states = [tf.concat(parts, 1) for parts in zip(*pair)]
            names = [variable.op.name for variable in tf.trainable_variables()]
            sess.run(tf.global_variables_initializer())
            sides.append((names, sess.run([outputs, *states])))
    assert sides[0][0] == sides[1][0] and sides[0][0][0] == "encoder/fw/lstm_cell/kernel"
    for one, other in zip(*(values for _, values in sides)):
        np.testing.assert_array_equal(one, other)
    assert sides[0][1][0].shape == (B, T, 2 * H)


def layered(seed, residual=False, mask=None):
    return stacked.on_top(
        rnn_cell.LSTMCell(H, initializer=tf.glorot_uniform_initializer(seed=seed)), 3,
        lambda number: tf.glorot_uniform_initializer(seed=seed + number), residual,
        lambda number: mask)


@pytest.mark.parametrize("lengths", [None, [5, 3, 1, 2]])
def test_stacked_ways_are_tensorflows_own_stack_bidirectional_dynamic_rnn(lengths):
    """The same variables and, to the bit, the same numbers."""
    inputs = np.random.RandomState(0).randn(B, T, D).astype(np.float32)
    sides = []
    for ours in (True, False):
        with tf.Graph().as_default(), tf.Session() as sess:
            cells = [layered(seed) for seed in (10, 20)]
            more = {"sequence_length": lengths, "dtype": tf.float32, "scope": "encoder"}
            if ours:
                run = stacked_ways(tf.nn.dynamic_rnn, cells[1])
                outputs, states = run(cells[0], inputs, **more)
            else:
                outputs, *both = rnn_stacked.stack_bidirectional_dynamic_rnn(
                    *([layer.lstm for layer in stacked.taken_apart(cell)] for cell in cells),
                    tf.constant(inputs), **more)
                states = [[tf.concat(parts, 1) for parts in zip(*pair)] for pair in zip(*both)]
            names = [variable.op.name for variable in tf.trainable_variables()]
            sess.run(tf.global_variables_initializer())
            sides.append((names, sess.run([outputs, *tf.nest.flatten(states)])))
    assert sides[0][0] == sides[1][0]
    assert sides[0][0][-1] == "encoder/cell_2/bidirectional_rnn/bw/lstm_cell/bias"
    for one, other in zip(*(values for _, values in sides)):
        np.testing.assert_array_equal(one, other)
    assert sides[0][1][0].shape == (B, T, 2 * H)


def test_stacked_ways_drop_of_what_a_layer_reads_and_add_it_to_what_it_writes():
    random = np.random.RandomState(0)
    inputs, lengths = random.randn(B, T, D).astype(np.float32), [5, 3, 1, 2]
    mask = random.randint(0, 3, [B, 2 * H]).astype(np.float32)
    values = []
    for rnn in (tf.nn.dynamic_rnn, recurrence.fused_rnn):
        with tf.Graph().as_default(), tf.Session() as sess:
            forward, backward = (layered(seed, True, tf.constant(mask)) for seed in (10, 20))
            read = tf.constant(inputs)
            outputs, _ = stacked_ways(rnn, backward)(
                forward, read, sequence_length=lengths, dtype=tf.float32, scope="encoder")
            with tf.variable_scope("encoder", reuse=True):
                for number in range(3):
                    pair = (stacked.taken_apart(cell)[number].lstm for cell in (forward, backward))
                    with tf.variable_scope(f"cell_{number}"):
                        both, _ = tf.nn.bidirectional_dynamic_rnn(
                            *pair, read * mask[:, None] if number else read,
                            sequence_length=lengths, dtype=tf.float32)
                    wrote = tf.concat(both, 2)
                    read = read + wrote if number else wrote
            sess.run(tf.global_variables_initializer())
            values += sess.run([outputs, read])
    for other in values[1:]:
        np.testing.assert_allclose(other, values[0], atol=1e-6)
    assert not values[0][2, 1:].any() and values[0][2, 0].all()


@pytest.mark.parametrize("states, layers, expected", [
    ("a", 1, "a"), ("ab", 2, "ab"), ("ab", 1, "b"), ("abc", 2, "bc"), ("a", 3, "aaa"),
    ("ab", 4, "aaab"),
])
def test_layers_take_states_from_the_top_down(states, layers, expected):
    assert "".join(from_the_top(states, layers)) == expected


def test_a_bridge_is_a_linear_layer_for_c_and_one_for_h():
    random = np.random.RandomState(0)
    c, h = random.randn(2, B, 2 * H).astype(np.float32)
    with tf.Graph().as_default(), tf.Session() as sess:
        state = rnn_cell.LSTMStateTuple(tf.constant(c), tf.constant(h))
        bridged = to_decoder(
            state, H, 1, lambda number: tf.glorot_uniform_initializer(seed=number))
        variables = {v.op.name: v for v in tf.trainable_variables()}
        sess.run(tf.global_variables_initializer())
        values, variables = sess.run([bridged, variables])
    assert sorted(variables) == [
        "bridge/c/bias", "bridge/c/kernel", "bridge/h/bias", "bridge/h/kernel"]
    np.testing.assert_allclose(values.c, c @ variables["bridge/c/kernel"], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(values.h, h @ variables["bridge/h/kernel"], rtol=1e-4, atol=1e-5)


def test_a_state_that_fits_is_handed_on_as_it_is():
    with tf.Graph().as_default():
        state = rnn_cell.LSTMStateTuple(tf.zeros([B, H]), tf.zeros([B, H]))
        assert to_decoder(state, H, 1, None) is state
        assert to_decoder((state,), H, 2, None) == (state, state)
        assert not tf.trainable_variables()

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.options.dropout import NOT_TRAINING, dropout

ONES = np.ones([50, 40], np.float32)
RATE = 0.25


def values(steps, seed=3):
    with tf.Graph().as_default(), tf.Session() as sess:
        step = tf.placeholder_with_default(np.int64(NOT_TRAINING), [])
        dropped = dropout(tf.constant(ONES), RATE, step, seed)
        assert dropped.shape.as_list() == [50, 40]
        return [sess.run(dropped, {step: number}) for number in steps]


def test_it_keeps_the_mean_and_drops_the_rate():
    (dropped,) = values([0])
    assert set(np.unique(dropped)) == {0, np.float32(1 / (1 - RATE))}
    assert abs((dropped == 0).mean() - RATE) < 0.03 and abs(dropped.mean() - 1) < 0.04


def test_outside_training_nothing_is_dropped():
    np.testing.assert_array_equal(values([-1])[0], ONES)


def test_the_same_seed_and_step_drop_the_same_and_others_others():
    first, second, again = values([5, 6, 5])
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(first, values([5])[0])
    assert (first != second).any() and (first != values([5], seed=4)[0]).any()


def test_these_are_dropped_on_every_tensorflow():
    kept = values([5])[0][0, :12] > 0
    assert kept.astype(int).tolist() == [1, 0, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1]


def test_it_goes_on_dropping_past_the_largest_int32():
    first, second = values([2**31 + 5, 2**31 + 6])
    assert abs((first == 0).mean() - RATE) < 0.03 and (first != second).any()


def test_drawn_once_a_sequence_the_same_numbers_are_dropped_at_each_step():
    ones = np.ones([3, 5, 40], np.float32)
    with tf.Graph().as_default(), tf.Session() as sess:
        values = sess.run(dropout(tf.constant(ones), 0.5, tf.constant(2), 7, True))
    assert set(np.unique(values)) == {0, 2}
    assert (values == values[:, :1]).all()
    assert (values[0] != values[1]).any() and (values[1] != values[2]).any()

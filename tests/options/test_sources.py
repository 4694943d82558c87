import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.options.sources import reverse_sources, source_lengths

SOURCES = np.array([[4, 5, 6, 0], [7, 0, 0, 0], [0, 0, 0, 0], [4, 5, 6, 7]], np.int32)


def value_of(function):
    with tf.Graph().as_default(), tf.Session() as sess:
        return sess.run(function(tf.constant(SOURCES)))


def test_lengths_count_the_tokens_before_the_padding():
    np.testing.assert_array_equal(value_of(source_lengths), [3, 1, 0, 4])


def test_reversing_leaves_the_padding_behind():
    np.testing.assert_array_equal(
        value_of(reverse_sources), [[6, 5, 4, 0], [7, 0, 0, 0], [0, 0, 0, 0], [7, 6, 5, 4]])

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.contrib.layers import embed_sequence, linear

IDS = np.array([[1, 0, 1], [2, 2, 1]])
ROWS = np.array([[0.5, 1], [2, 3], [4, 5]], np.float32)


@pytest.mark.parametrize("unique", [False, True])
def test_embed_sequence_looks_rows_up_and_spreads_their_gradient(unique):
    with tf.Graph().as_default(), tf.Session() as sess:
        embedded = embed_sequence(tf.constant(IDS), 3, 2, unique=unique)
        assert embedded.shape.as_list() == [2, 3, 2]
        (matrix,) = tf.global_variables()
        sess.run(tf.assign(matrix, ROWS))
        np.testing.assert_array_equal(sess.run(embedded), ROWS[IDS])
        gradient = sess.run(tf.convert_to_tensor(tf.gradients(embedded, matrix)[0]))
        np.testing.assert_array_equal(gradient, [[1, 1], [3, 3], [2, 2]])


def test_linear_multiplies_the_last_axis_and_adds():
    with tf.Graph().as_default(), tf.Session() as sess:
        inputs = tf.constant([[[1.0, 2.0, 3.0]], [[0.0, -1.0, 1.0]]])
        outputs = linear(inputs, 2)
        assert outputs.shape.as_list() == [2, 1, 2]
        weights, biases = tf.global_variables()
        sess.run(tf.assign(weights, [[1.0, 0.0], [10.0, 1.0], [100.0, -1.0]]))
        sess.run(tf.assign(biases, [0.5, 0.25]))
        np.testing.assert_array_equal(sess.run(outputs), [[[321.5, -0.75]], [[90.5, -1.75]]])


def test_outside_a_graph_both_say_what_to_do():
    if not tf.executing_eagerly():
        pytest.skip("TensorFlow 1.15 has a default graph: needs TensorFlow 2")
    with pytest.raises(RuntimeError, match="embed_sequence.*tf.Graph"):
        embed_sequence(IDS, 3, 2)
    with pytest.raises(RuntimeError, match="fully_connected.*tf.Graph"):
        linear(ROWS, 2)

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph import losses

TARGETS = np.array([[3, 2, 0, 0], [1, 1, 2, 0]])
LOGITS = np.random.RandomState(0).randn(2, 4, 5).astype(np.float32)


def value_of(function, *arrays):
    with tf.Graph().as_default(), tf.Session() as sess:
        return sess.run(function(*(tf.constant(array) for array in arrays)))


def test_sparse_labels_give_the_one_hot_loss_and_gradient_to_rounding():
    with tf.Graph().as_default(), tf.Session() as sess:
        logits = tf.constant(LOGITS)
        found = []
        for function in (losses.one_hot_cross_entropy, losses.sparse_cross_entropy):
            cross_entropy = function(tf.constant(TARGETS, tf.int32), logits)
            found.append(sess.run([cross_entropy, tf.gradients(cross_entropy, logits)[0]]))
    for one_hot, sparse in zip(*found):
        np.testing.assert_allclose(one_hot, sparse, rtol=0, atol=5e-7)
    assert found[0][0].shape == (2, 4)


def test_sparse_labels_make_no_array_of_batch_times_time_times_vocabulary_labels():
    with tf.Graph().as_default() as graph:
        losses.sparse_cross_entropy(tf.constant(TARGETS, tf.int32), tf.constant(LOGITS))
        assert not [op for op in graph.get_operations() if op.type == "OneHot"]


def test_mean_loss_divides_by_all_tokens():
    cross_entropy = np.array([[1, 2, 4, 8], [1, 1, 1, 1]], np.float32)
    assert value_of(losses.mean_loss, cross_entropy, TARGETS) == 19 / 8


def test_masked_mean_loss_divides_by_real_tokens_and_ignores_padding():
    cross_entropy = np.array([[1, 2, 4, 8], [1, 1, 1, 1]], np.float32)
    assert value_of(losses.masked_mean_loss, cross_entropy, TARGETS) == np.float32(6 / 5)
    cross_entropy[TARGETS == 0] = 1e6
    assert value_of(losses.masked_mean_loss, cross_entropy, TARGETS) == np.float32(6 / 5)

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.model import build_training_graph
from seq2seq_graph.options import losses

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


def test_smoothed_labels_leave_a_share_to_every_token():
    logits = np.array([[[2.0, 0.0, -1.0], [0.5, 0.5, 3.0]]], np.float32)
    log_p = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    labels = np.array([[[0.8, 0.1, 0.1], [0.1, 0.1, 0.8]]])  # of a share of 0.3 over 3 tokens
    with tf.Graph().as_default(), tf.Session() as sess:
        cross_entropy = losses.sparse_cross_entropy(tf.constant([[0, 2]]), tf.constant(logits))
        smoothed = sess.run(losses.smoothed(cross_entropy, tf.constant(logits), 0.3))
    np.testing.assert_allclose(smoothed, -(labels * log_p).sum(-1), rtol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("towers", [1, 2])
def test_only_the_loss_that_is_trained_on_is_smoothed(towers):
    sizes = {"vocab_size": 9, "max_input_length": 2, "max_output_length": 3, "towers": towers}
    feed_values = [[4, 5], [6, 0]], [[4, 2, 0], [5, 6, 2]]
    values = []
    for share in (0.0, 0.3):
        with tf.Graph().as_default(), tf.Session() as sess:
            graph = build_training_graph(ModelConfig(label_smoothing=share, **sizes), seed=0)
            sess.run(tf.global_variables_initializer())
            feed = dict(zip((graph.encoder_inputs, graph.decoder_targets), feed_values))
            values.append(sess.run([graph.cross_entropy, graph.loss], feed))
    np.testing.assert_array_equal(values[0][0], values[1][0])
    assert values[0][1] != values[1][1]

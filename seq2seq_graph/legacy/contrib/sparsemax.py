"""`tf.contrib.sparsemax`: a softmax that gives zeros.

Source: `tf.contrib.sparsemax` of TensorFlow 1.15; Martins and Astudillo 2016,
https://arxiv.org/abs/1602.02068.
"""

from typing import Optional

import tensorflow.compat.v1 as tf


def sparsemax(logits: tf.Tensor, name: Optional[str] = None) -> tf.Tensor:
    """Projects each row of [B, V] onto the probabilities; a row that is no number gives NaN."""
    with tf.name_scope(name, "sparsemax", [logits]):
        logits = tf.convert_to_tensor(logits, name="logits")
        rows, size = tf.unstack(tf.shape(logits))
        ordered, _ = tf.nn.top_k(logits, k=size)
        sums = tf.cumsum(ordered, axis=1)
        places = tf.range(1, tf.cast(size, logits.dtype) + 1, dtype=logits.dtype)
        inside = tf.cast(1 + places * ordered > sums, tf.int32)
        support = tf.reduce_sum(inside, axis=1)  # [B], how many are above 0
        last = tf.stack([tf.range(rows), tf.maximum(support, 1) - 1], axis=1)
        sum_at_last = tf.gather_nd(sums, last)  # [B]
        threshold = (sum_at_last - 1) / tf.cast(support, logits.dtype)
        projected = tf.maximum(
            tf.zeros([rows, size], logits.dtype), logits - threshold[:, tf.newaxis])
        broken = tf.logical_or(tf.equal(support, 0), tf.is_nan(sums[:, -1]))
        return tf.where(broken, tf.fill([rows, size], tf.constant(
            float("nan"), logits.dtype)), projected)


def sparsemax_loss(logits: tf.Tensor, sparsemax: tf.Tensor, labels: tf.Tensor,
                   name: Optional[str] = None) -> tf.Tensor:
    """Gives the loss [B] of logits [B, V], of `sparsemax` of them, and of labels [B, V]."""
    with tf.name_scope(name, "sparsemax_loss", [logits, sparsemax, labels]):
        logits = tf.convert_to_tensor(logits, name="logits")
        sparsemax = tf.convert_to_tensor(sparsemax, name="sparsemax")
        labels = tf.convert_to_tensor(labels, name="labels")
        # Chosen, not multiplied: minus infinity times 0 is no number.
        supported = tf.logical_or(sparsemax > 0, tf.is_nan(sparsemax))
        inside = tf.where(
            supported, sparsemax * (logits - 0.5 * sparsemax), tf.zeros_like(sparsemax))
        unlabelled = tf.logical_and(tf.equal(labels, 0), tf.is_inf(logits))
        outside = tf.where(
            unlabelled, tf.zeros_like(logits), labels * (0.5 * labels - logits))
        return tf.reduce_sum(inside + outside, axis=1)

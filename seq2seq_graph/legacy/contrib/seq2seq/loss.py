"""`tf.contrib.seq2seq.sequence_loss`: the weighted cross entropy of sequences.

Shapes: B batch, T time, V vocabulary.
"""

from typing import Callable, Optional

import tensorflow.compat.v1 as tf


def sequence_loss(
    logits: tf.Tensor,
    targets: tf.Tensor,
    weights: tf.Tensor,
    average_across_timesteps: bool = True,
    average_across_batch: bool = True,
    sum_over_timesteps: bool = False,
    sum_over_batch: bool = False,
    softmax_loss_function: Optional[Callable[..., tf.Tensor]] = None,
    name: Optional[str] = None,
) -> tf.Tensor:
    """Gives the cross entropy of `targets`, weighted, and averaged over time and batch.

    An average divides the weighted sum by the sum of the weights. A sum (over time, over the
    batch) divides it by the number of weights that are not 0. Nothing divided by 0 is 0.

    Args:
      logits: [B, T, V].
      targets: int [B, T].
      weights: floats [B, T]; 0 leaves a token out.
      average_across_timesteps, average_across_batch, sum_over_timesteps, sum_over_batch: what is
        done over the two dimensions; without any of them the result is [B, T].
      softmax_loss_function: `(labels [B * T], logits [B * T, V]) -> losses [B * T]`, called by
        keyword; None is the sparse softmax cross entropy.
      name: of the name scope.

    Returns:
      A scalar, or [T] or [B] where one dimension alone is treated (the batch's gives [T]).

    Raises:
      ValueError: a rank that differs, or both an average and a sum over the same dimension.

    Source: `tf.contrib.seq2seq.sequence_loss` of TensorFlow 1.15.
    """
    _require_rank("logits", logits, "[batch, time, vocabulary]")
    _require_rank("targets", targets, "[batch, time]")
    _require_rank("weights", weights, "[batch, time]")
    if average_across_timesteps and sum_over_timesteps:
        raise ValueError("give average_across_timesteps or sum_over_timesteps, not both")
    if average_across_batch and sum_over_batch:
        raise ValueError("give average_across_batch or sum_over_batch, not both")
    with tf.name_scope(name, "sequence_loss", [logits, targets, weights]):
        vocabulary = tf.shape(logits)[2]
        flat_logits = tf.reshape(logits, [-1, vocabulary])
        flat_targets = tf.reshape(targets, [-1])
        loss_function = softmax_loss_function or tf.nn.sparse_softmax_cross_entropy_with_logits
        crossent = loss_function(labels=flat_targets, logits=flat_logits)
        crossent *= tf.reshape(weights, [-1])
        if average_across_timesteps and average_across_batch:
            crossent = tf.reduce_sum(crossent)
            return tf.div_no_nan(crossent, tf.reduce_sum(weights))
        if sum_over_timesteps and sum_over_batch:
            crossent = tf.reduce_sum(crossent)
            count = tf.cast(tf.count_nonzero(weights), crossent.dtype)
            return tf.div_no_nan(crossent, count)
        crossent = tf.reshape(crossent, tf.shape(logits)[0:2])
        if average_across_timesteps or average_across_batch:
            axis = [0] if average_across_batch else [1]
            crossent = tf.reduce_sum(crossent, axis=axis)
            return tf.div_no_nan(crossent, tf.reduce_sum(weights, axis=axis))
        if sum_over_timesteps or sum_over_batch:
            axis = [0] if sum_over_batch else [1]
            crossent = tf.reduce_sum(crossent, axis=axis)
            count = tf.cast(tf.count_nonzero(weights, axis=axis), dtype=crossent.dtype)
            return tf.div_no_nan(crossent, count)
        return crossent


def _require_rank(argument, tensor, dimensions):
    if len(tensor.get_shape()) != len(dimensions.split(",")):
        raise ValueError(f"{argument} must be {dimensions}; got shape {tensor.get_shape()}")

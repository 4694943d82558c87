"""The losses of lists of steps, and `model_with_buckets`.

Shapes: B batch, V symbols. A list has one tensor a step.
"""

from typing import Any, Callable, List, Optional, Sequence, Tuple

import tensorflow.compat.v1 as tf


def sequence_loss_by_example(
    logits: List[tf.Tensor],
    targets: List[tf.Tensor],
    weights: List[tf.Tensor],
    average_across_timesteps: bool = True,
    softmax_loss_function: Optional[Callable[..., tf.Tensor]] = None,
    name: Optional[str] = None,
) -> tf.Tensor:
    """Gives each example's weighted cross entropy [B], over its weights' sum or not.

    Args:
      logits: [B, V] tensors, one a step.
      targets: int [B] tensors, one a step.
      weights: float [B] tensors, one a step.
      average_across_timesteps: divides by the sum of the weights (plus 1e-12).
      softmax_loss_function: `(labels [B], logits [B, V]) -> losses [B]`, called by keyword.
      name: of the name scope.

    Raises:
      ValueError: the lists differ in length.

    Source: `tf.contrib.legacy_seq2seq.sequence_loss_by_example` of TensorFlow 1.15.
    """
    if len(targets) != len(logits) or len(weights) != len(logits):
        raise ValueError(
            "logits, weights and targets must be of one length; got "
            f"{len(logits)}, {len(weights)} and {len(targets)}"
        )
    with tf.name_scope(name, "sequence_loss_by_example", logits + targets + weights):
        losses = []
        for logit, target, weight in zip(logits, targets, weights):
            if softmax_loss_function is None:
                crossent = tf.nn.sparse_softmax_cross_entropy_with_logits(
                    labels=tf.reshape(target, [-1]), logits=logit
                )
            else:
                crossent = softmax_loss_function(labels=target, logits=logit)
            losses.append(crossent * weight)
        loss = tf.add_n(losses)
        if average_across_timesteps:
            total = tf.add_n(weights)
            total += 1e-12
            loss /= total
    return loss


def sequence_loss(
    logits: List[tf.Tensor],
    targets: List[tf.Tensor],
    weights: List[tf.Tensor],
    average_across_timesteps: bool = True,
    average_across_batch: bool = True,
    softmax_loss_function: Optional[Callable[..., tf.Tensor]] = None,
    name: Optional[str] = None,
) -> tf.Tensor:
    """Gives the sum of `sequence_loss_by_example`, a scalar, over B or not.

    Args:
      logits, targets, weights, average_across_timesteps, softmax_loss_function, name: as for
        `sequence_loss_by_example`.
      average_across_batch: divides by B.

    Source: `tf.contrib.legacy_seq2seq.sequence_loss` of TensorFlow 1.15.
    """
    with tf.name_scope(name, "sequence_loss", logits + targets + weights):
        by_example = sequence_loss_by_example(
            logits,
            targets,
            weights,
            average_across_timesteps=average_across_timesteps,
            softmax_loss_function=softmax_loss_function,
        )
        cost = tf.reduce_sum(by_example)
        if not average_across_batch:
            return cost
        batch_size = tf.shape(targets[0])[0]
        return cost / tf.cast(batch_size, cost.dtype)


def model_with_buckets(
    encoder_inputs: List[tf.Tensor],
    decoder_inputs: List[tf.Tensor],
    targets: List[tf.Tensor],
    weights: List[tf.Tensor],
    buckets: Sequence[Tuple[int, int]],
    seq2seq: Callable[[Sequence[tf.Tensor], Sequence[tf.Tensor]], Any],
    softmax_loss_function: Optional[Callable[..., tf.Tensor]] = None,
    per_example_loss: bool = False,
    name: Optional[str] = None,
) -> Tuple[List[List[tf.Tensor]], List[tf.Tensor]]:
    """Makes one model for each bucket (a pair of lengths), all with the same variables.

    Args:
      encoder_inputs, decoder_inputs, targets, weights: tensors, one a step, as many as the last
        bucket needs.
      buckets: pairs of lengths, encoder's and decoder's, the largest last.
      seq2seq: (encoder inputs, decoder inputs) -> (outputs, state).
      softmax_loss_function: see `sequence_loss_by_example`.
      per_example_loss: losses are [B] and not scalars.
      name: of the name scope.

    Returns:
      The outputs, a list of steps for each bucket, and the losses, one for each bucket.

    Raises:
      ValueError: a list is shorter than the last bucket.

    Source: `tf.contrib.legacy_seq2seq.model_with_buckets` of TensorFlow 1.15.
    """
    needed = (
        ("encoder_inputs", encoder_inputs, buckets[-1][0]),
        ("targets", targets, buckets[-1][1]),
        ("weights", weights, buckets[-1][1]),
    )
    for argument, steps, length in needed:
        if len(steps) < length:
            raise ValueError(
                f"{argument} has {len(steps)} steps; the last bucket needs {length}"
            )
    loss_of = sequence_loss_by_example if per_example_loss else sequence_loss
    inputs = encoder_inputs + decoder_inputs + targets + weights
    losses, outputs = [], []
    with tf.name_scope(name, "model_with_buckets", inputs):
        for j, (encoder_length, decoder_length) in enumerate(buckets):
            with tf.variable_scope(tf.get_variable_scope(), reuse=True if j > 0 else None):
                bucket_outputs, _ = seq2seq(
                    encoder_inputs[:encoder_length], decoder_inputs[:decoder_length]
                )
                outputs.append(bucket_outputs)
                loss = loss_of(
                    bucket_outputs,
                    targets[:decoder_length],
                    weights[:decoder_length],
                    softmax_loss_function=softmax_loss_function,
                )
                losses.append(loss)
    return outputs, losses

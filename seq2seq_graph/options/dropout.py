"""Dropout that can be repeated: what is dropped depends on the seed and the step's number alone."""

from typing import NamedTuple, Union

import tensorflow.compat.v1 as tf

NOT_TRAINING = -1  # the step that is none: nothing is dropped


class PartOfStep(NamedTuple):
    """A step, seen from a part of its batch: it drops what the whole would drop there."""

    step: tf.Tensor  # int [], the training step's number
    rows: tf.Tensor  # int32 [], of the whole batch
    first: tf.Tensor  # int32 [], of this part's rows
    last: tf.Tensor  # int32 [], the one behind them
    drawn: dict  # seed -> what was drawn for the whole batch; one for all parts


def dropout(
    tensor: tf.Tensor, rate: float, step: Union[tf.Tensor, PartOfStep], seed: int
) -> tf.Tensor:
    """Sets each number to 0 with probability `rate` and divides the others by 1 - `rate`.

    Args:
      tensor: float32 of any shape, its first axis the batch.
      rate: from 0 to below 1.
      step: int []; where it is negative, `tensor` comes back as it is.
      seed: another for each place in the graph that drops.

    Source: Srivastava et al. 2014.
    """
    number = step.step if isinstance(step, PartOfStep) else step

    def draw(shape):
        # As int64, in which no step's number overflows; the draws are those of int32.
        pair = tf.stack([tf.constant(seed, tf.int64), tf.cast(number, tf.int64)])
        return tf.random.stateless_uniform(shape, seed=pair)

    part = _drawn_for_part(tensor, step, seed, draw) if isinstance(step, PartOfStep) else None

    def dropped():
        uniform = draw(tf.shape(tensor)) if part is None else part
        return tensor * tf.cast(uniform >= rate, tf.float32) / (1.0 - rate)

    outputs = tf.cond(number >= 0, dropped, lambda: tf.identity(tensor))
    outputs.set_shape(tensor.shape)
    return outputs


def _drawn_for_part(tensor, part, seed, draw):
    if seed not in part.drawn:
        shape = tf.concat([[part.rows], tf.shape(tensor)[1:]], 0)
        nothing = tf.zeros(tf.concat([[part.rows], tf.zeros_like(shape[1:])], 0))
        part.drawn[seed] = tf.cond(part.step >= 0, lambda: draw(shape), lambda: nothing)
    return part.drawn[seed][part.first : part.last]

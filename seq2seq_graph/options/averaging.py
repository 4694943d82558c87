"""The moving average of the weights: what is used of a run whose steps still swing.

Beside each weight stands a variable `<variable>/ExponentialMovingAverage`; training goes on from
the weights, while validation, decoding and whoever opens the run take the averages.
"""

import contextlib
from typing import Iterator, List, NamedTuple

import tensorflow.compat.v1 as tf

SUFFIX = "/ExponentialMovingAverage"


class Average(NamedTuple):
    """The averages of a graph's weights and what moves values between the two."""

    optimizer: tf.Operation  # a step of training, then of the averages
    weights: List[tf.Variable]
    use: tf.Operation  # sets each weight to its average
    values: List[tf.Tensor]  # placeholders, a weight each
    give_back: tf.Operation  # sets each weight to its placeholder


def build_average(optimizer: tf.Operation, decay: float, step: tf.Tensor) -> Average:
    """Builds the averages of the trained variables of the default graph.

    After step n, counted from 0, an average becomes d * average + (1 - d) * weight, with d the
    smaller of `decay` and (1 + n) / (10 + n), so that the first weights are soon forgotten.

    Args:
      optimizer: the train op that the averages follow.
      decay: below 1; 1 / (1 - decay) is about the number of steps averaged over.
      step: int64 [], n.

    Source: Polyak and Juditsky 1992, in the form of `tf.train.ExponentialMovingAverage`.
    """
    weights = tf.trainable_variables()
    averages = tf.train.ExponentialMovingAverage(decay, num_updates=tf.cast(step, tf.float32))
    with tf.control_dependencies([optimizer]):
        if any(weight.device for weight in weights):
            moved = tf.group(*(_moved(averages, weight) for weight in weights))
        else:
            moved = averages.apply(weights)
    values = [tf.placeholder(weight.dtype.base_dtype, weight.shape) for weight in weights]
    return Average(
        moved,
        weights,
        tf.group(*(tf.assign(weight, averages.average(weight)) for weight in weights)),
        values,
        tf.group(*(tf.assign(weight, value) for weight, value in zip(weights, values))),
    )


def _moved(averages, weight):
    # Where the weight is: on TensorFlow 1.15 another device gets it as it was before the step.
    with tf.device(weight.device):
        return averages.apply([weight])


@contextlib.contextmanager
def in_use(sess: tf.Session, average: Average) -> Iterator[None]:
    """Has the averages stand in the weights' place, and puts the weights back at the end."""
    # TensorFlow 1.15 may hand out a variable's own memory: hence the copies.
    weight_values = [value.copy() for value in sess.run(average.weights)]
    sess.run(average.use)
    try:
        yield
    finally:
        sess.run(average.give_back, dict(zip(average.values, weight_values)))

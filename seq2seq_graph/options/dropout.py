"""Dropout that can be repeated: what is dropped depends on the seed and the step's number alone."""

import tensorflow.compat.v1 as tf


def dropout(tensor: tf.Tensor, rate: float, step: tf.Tensor, seed: int) -> tf.Tensor:
    """Sets each number to 0 with probability `rate` and divides the others by 1 - `rate`.

    Args:
      tensor: float32 of any shape.
      rate: from 0 to below 1.
      step: int32 []; where it is negative, `tensor` comes back as it is.
      seed: another for each place in the graph that drops.

    Source: Srivastava et al. 2014.
    """

    def dropped():
        shape = tf.shape(tensor)
        uniform = tf.random.stateless_uniform(shape, seed=tf.stack([seed, step]))
        return tensor * tf.cast(uniform >= rate, tf.float32) / (1.0 - rate)

    outputs = tf.cond(step >= 0, dropped, lambda: tf.identity(tensor))
    outputs.set_shape(tensor.shape)
    return outputs

"""What `optimize_loss` does to pairs of gradient and variable before they are applied."""

from typing import Any, Callable, Dict, List, Optional, Sequence

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import GradientPair, Number
from seq2seq_graph.legacy.moving_averages import assign_moving_average


def clip_by_norm(pairs: Sequence[GradientPair], largest: Number) -> List[GradientPair]:
    """Scales all gradients so that their common norm is `largest` at most."""
    gradients, variables = zip(*pairs)
    clipped, _ = tf.clip_by_global_norm(gradients, largest)
    return list(zip(clipped, variables))


def add_noise(pairs: Sequence[GradientPair], scale: Number) -> List[GradientPair]:
    """Adds normal noise, cut off at two deviations, times `scale`."""
    def noisy(gradient):
        if gradient is None:
            return None
        is_sliced = isinstance(gradient, tf.IndexedSlices)
        shape = gradient.dense_shape if is_sliced else gradient.get_shape()
        return gradient + tf.truncated_normal(shape) * scale

    return [(noisy(gradient), variable) for gradient, variable in pairs]


def multiply(pairs: Sequence[GradientPair], factors: Dict[Any, Number]) -> List[GradientPair]:
    """Multiplies the gradients of some variables.

    Args:
      factors: variable, or its name with `:0`, -> factor.

    Raises:
      ValueError: there are no pairs.
    """
    by_name = {key if isinstance(key, str) else key.name: factor
               for key, factor in factors.items()}
    if not pairs:
        raise ValueError("optimize_loss(gradient_multipliers=...): there are no gradients")

    def scaled(gradient, variable):
        if gradient is None or variable.name not in by_name:
            return gradient
        factor = by_name[variable.name]
        is_sliced = isinstance(gradient, tf.IndexedSlices)
        return _times(gradient, factor if is_sliced else tf.cast(factor, gradient.dtype))

    return [(scaled(gradient, variable), variable) for gradient, variable in pairs]


def _times(gradient, factor):
    if isinstance(gradient, tf.IndexedSlices):
        return tf.IndexedSlices(gradient.values * factor, gradient.indices, gradient.dense_shape)
    return None if gradient is None else gradient * factor


def adaptive_clipping(
        std_factor: Number, decay: Number, largest: Optional[Number],
        global_step: Optional[tf.Variable], report_summary: bool, epsilon: float,
        name: Optional[str]) -> Callable[[Sequence[GradientPair]], List[GradientPair]]:
    """Gives the function of pairs that `optimizers.adaptive_clipping_fn` describes."""
    def clip(pairs):
        gradients, variables = zip(*pairs)
        norm = tf.global_norm(gradients)
        limit, mean = _limit(norm, std_factor, decay, global_step, epsilon, name)
        if report_summary:
            tf.summary.scalar("global_norm/adaptive_max_gradient_norm", limit)
        factor = tf.where(norm < limit, tf.ones_like(norm), tf.exp(mean) / norm)
        if largest is not None:
            factor = tf.minimum(largest / norm, factor)
        return list(zip([_times(gradient, factor) for gradient in gradients], variables))

    return clip


def _limit(norm, std_factor, decay, global_step, epsilon, name):
    """Gives the largest usual norm, and the mean of the norms' logarithms."""
    with tf.variable_scope(name, "AdaptiveMaxNorm", [norm]):
        logarithm = tf.log(norm + epsilon)
        if global_step is not None:
            steps = tf.cast(global_step, tf.float32)
            decay = tf.minimum(decay, steps / (steps + 1.0))

        def average(key, value):
            variable = tf.get_variable(
                key, shape=value.get_shape(), dtype=value.dtype,
                initializer=tf.zeros_initializer(), trainable=False)
            return assign_moving_average(variable, value, decay, zero_debias=False)

        mean = average("mean", logarithm)
        variance = average("sq_mean", tf.square(logarithm)) - tf.square(mean)
        deviation = tf.sqrt(tf.maximum(epsilon, variance))
        return tf.exp(mean + std_factor * deviation), mean

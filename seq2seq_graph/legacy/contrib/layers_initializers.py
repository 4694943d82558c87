"""contrib's initializers: Xavier's and those scaled by the number of inputs."""

import math
from typing import Callable, Optional

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import DType


def variance_scaling_initializer(
    factor: float = 2.0,
    mode: str = "FAN_IN",
    uniform: bool = False,
    seed: Optional[int] = None,
    dtype: DType = tf.float32,
) -> Callable[..., tf.Tensor]:
    """Gives an initializer of variance `factor` / n.

    Args:
      mode: n is the number of inputs (FAN_IN), of outputs (FAN_OUT) or their mean (FAN_AVG).
      uniform: uniform numbers, or normal ones cut off at two deviations.
      seed: the op seed.

    Raises:
      TypeError: `dtype` is no floating type, or the mode is not known.

    Source: `tf.contrib.layers.variance_scaling_initializer` of TensorFlow 1.15.
    """
    _require_floating(dtype)
    if mode not in ("FAN_IN", "FAN_OUT", "FAN_AVG"):
        raise TypeError(f"mode={mode!r}: give FAN_IN, FAN_OUT or FAN_AVG")

    def initializer(shape, dtype=dtype, partition_info=None):
        _require_floating(dtype)
        inputs, outputs = _fans(shape)
        n = {"FAN_IN": inputs, "FAN_OUT": outputs, "FAN_AVG": (inputs + outputs) / 2.0}[mode]
        if uniform:
            limit = math.sqrt(3.0 * factor / n)
            return tf.random_uniform(shape, -limit, limit, dtype, seed=seed)
        # Cutting off makes the variance smaller, by about 1.3.
        deviation = math.sqrt(1.3 * factor / n)
        return tf.truncated_normal(shape, 0.0, deviation, dtype, seed=seed)

    return initializer


def xavier_initializer(uniform: bool = True, seed: Optional[int] = None,
                       dtype: DType = tf.float32) -> Callable[..., tf.Tensor]:
    """Gives an initializer of variance 1 / n, n the mean of inputs and outputs (Glorot 2010)."""
    return variance_scaling_initializer(
        factor=1.0, mode="FAN_AVG", uniform=uniform, seed=seed, dtype=dtype)


xavier_initializer_conv2d = xavier_initializer


def _fans(shape):
    shape = [float(size) for size in tf.TensorShape(shape).as_list()] or [1.0]
    around = 1.0
    for size in shape[:-2]:
        around *= size
    return shape[-2 if len(shape) > 1 else -1] * around, shape[-1] * around


def _require_floating(dtype):
    if not dtype.is_floating:
        raise TypeError(f"an initializer of random numbers needs a floating type; got {dtype}")

"""The activations that TensorFlow 1.15 knows by name."""

from typing import Callable, Optional

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Activation, TensorFunction


def hard_sigmoid(x: tf.Tensor) -> tf.Tensor:
    """A sigmoid of straight lines: 0.2 x + 0.5 between 0 and 1. Keras 3's has other slopes."""
    x = tf.convert_to_tensor(x)
    slope, middle = tf.constant(0.2, x.dtype.base_dtype), tf.constant(0.5, x.dtype.base_dtype)
    return tf.clip_by_value(tf.add(tf.multiply(x, slope), middle), 0.0, 1.0)


def softmax(x: tf.Tensor, axis: int = -1) -> tf.Tensor:
    """Softmax of [B, N], or of `axis` in a higher rank.

    Raises:
      ValueError: `x` is of rank 1.
    """
    rank = x.shape.ndims
    if rank == 2:
        return tf.nn.softmax(x)
    if rank < 2:
        raise ValueError(f"softmax needs a tensor of rank 2 or more; got {x}")
    powers = tf.exp(x - tf.reduce_max(x, axis=axis, keepdims=True))
    return powers / tf.reduce_sum(powers, axis=axis, keepdims=True)


def linear(x: tf.Tensor) -> tf.Tensor:
    """Gives `x`."""
    return x


BY_NAME = {
    "elu": tf.nn.elu,
    "exponential": tf.exp,
    "hard_sigmoid": hard_sigmoid,
    "linear": linear,
    "relu": tf.nn.relu,
    "selu": tf.nn.selu,
    "sigmoid": tf.sigmoid,
    "softmax": softmax,
    "softplus": tf.nn.softplus,
    "softsign": tf.nn.softsign,
    "tanh": tf.tanh,
}


def named_activation(activation: Activation) -> TensorFunction:
    """Gives the function of a name; a function as it is; `linear` for None.

    Raises:
      ValueError: the name is not known.
      TypeError: neither a name nor a function.

    Source: `tf.keras.activations.get` of TensorFlow 1.15, whose `hard_sigmoid` is not today's.
    """
    if activation is None:
        return linear
    if callable(activation):
        return activation
    if not isinstance(activation, str):
        raise TypeError(f"activation={activation!r}: give a function or the name of one")
    if activation not in BY_NAME:
        raise ValueError(
            f"activation={activation!r}: give a function or one of " + ", ".join(sorted(BY_NAME))
        )
    return BY_NAME[activation]


def activation_name(activation: Callable) -> Optional[str]:
    """Gives what `named_activation` makes the function of, for a `get_config`."""
    for name, function in BY_NAME.items():
        if function is activation:
            return name
    return getattr(activation, "__name__", None)

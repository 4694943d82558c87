"""The activations that TensorFlow 1.15 knows by name."""

import tensorflow.compat.v1 as tf

_BY_NAME = {
    "elu": tf.nn.elu,
    "exponential": tf.exp,
    "hard_sigmoid": lambda x: tf.clip_by_value(0.2 * x + 0.5, 0.0, 1.0),
    "linear": lambda x: x,
    "relu": tf.nn.relu,
    "selu": tf.nn.selu,
    "sigmoid": tf.sigmoid,
    "softmax": tf.nn.softmax,
    "softplus": tf.nn.softplus,
    "softsign": tf.nn.softsign,
    "tanh": tf.tanh,
}


def named_activation(activation):
    """Gives the function of a name; a function as it is; tanh for None.

    Raises:
      ValueError: the name is not known.

    Source: `tf.keras.activations.get` of TensorFlow 1.15, whose `hard_sigmoid` is not today's.
    """
    if activation is None:
        return tf.tanh
    if callable(activation):
        return activation
    if activation not in _BY_NAME:
        raise ValueError(
            f"LSTMCell(activation={activation!r}): give a function or one of "
            + ", ".join(sorted(_BY_NAME))
        )
    return _BY_NAME[activation]

"""The initializers that TensorFlow 1.15's layers know by name, with the defaults of that time."""

import functools
from typing import Any, Callable, Optional

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Initializer


def _uniform(minval=-0.05, maxval=0.05, seed=None, dtype=tf.float32):
    return tf.random_uniform_initializer(minval, maxval, seed, dtype)


def _normal(mean=0.0, stddev=0.05, seed=None, dtype=tf.float32):
    return tf.random_normal_initializer(mean, stddev, seed, dtype)


def _truncated_normal(mean=0.0, stddev=0.05, seed=None, dtype=tf.float32):
    return tf.truncated_normal_initializer(mean, stddev, seed, dtype)


def _scaled(scale, distribution):
    def make(seed=None):
        return tf.variance_scaling_initializer(
            scale=scale, mode="fan_in", distribution=distribution, seed=seed
        )

    return make


BY_NAME = {
    "zeros": tf.zeros_initializer,
    "ones": tf.ones_initializer,
    "constant": tf.constant_initializer,
    "random_uniform": _uniform,
    "random_normal": _normal,
    "truncated_normal": _truncated_normal,
    "identity": tf.initializers.identity,
    "orthogonal": tf.orthogonal_initializer,
    "glorot_uniform": tf.glorot_uniform_initializer,
    "glorot_normal": tf.glorot_normal_initializer,
    "VarianceScaling": tf.variance_scaling_initializer,
    "he_normal": _scaled(2.0, "truncated_normal"),
    "he_uniform": _scaled(2.0, "uniform"),
    "lecun_normal": _scaled(1.0, "truncated_normal"),
    "lecun_uniform": _scaled(1.0, "uniform"),
}
_ALSO = {
    "zero": "zeros", "one": "ones", "uniform": "random_uniform", "normal": "random_normal",
    "Zeros": "zeros", "Ones": "ones", "Constant": "constant", "RandomUniform": "random_uniform",
    "RandomNormal": "random_normal", "TruncatedNormal": "truncated_normal",
    "Identity": "identity", "Orthogonal": "orthogonal", "GlorotUniform": "glorot_uniform",
    "GlorotNormal": "glorot_normal",
}


def named_initializer(initializer: Initializer) -> Optional[Callable[..., tf.Tensor]]:
    """Gives the initializer of a name or of {"class_name", "config"}; others as they are.

    Raises:
      ValueError: the name is not known, or it is nothing that can be called.

    Source: `tf.keras.initializers.get` of TensorFlow 1.15.
    """
    if initializer is None or callable(initializer):
        return initializer
    if isinstance(initializer, str):
        return _made(initializer, {})
    if isinstance(initializer, dict) and "class_name" in initializer:
        return _made(initializer["class_name"], initializer.get("config", {}))
    raise ValueError(f"initializer={initializer!r}: give an initializer object or a name")


def _made(name, config):
    if _ALSO.get(name, name) not in BY_NAME:
        raise ValueError(
            f"initializer={name!r}: give an initializer object or one of "
            + ", ".join(sorted([*BY_NAME, *_ALSO]))
        )
    return BY_NAME[_ALSO.get(name, name)](**config)


def describe_initializer(initializer: Any) -> Any:
    """Gives {"class_name", "config"} of an initializer, for a `get_config`; None for None."""
    if initializer is None or isinstance(initializer, functools.partial):
        return None
    if hasattr(initializer, "get_config"):
        return {"class_name": type(initializer).__name__, "config": initializer.get_config()}
    return getattr(initializer, "__name__", None)

"""Checks that both legacy modules make on what they are given."""

from typing import Any

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import DType, Nested


def require_graph(symbol: str) -> None:
    """Raises RuntimeError outside a graph: eager TensorFlow keeps no variables by name."""
    if tf.executing_eagerly():
        raise RuntimeError(
            f"{symbol} builds a TensorFlow 1 graph, but TensorFlow is executing eagerly: "
            "call it inside `with tf.Graph().as_default():`"
        )


def refuse(symbol: str, **arguments: Any) -> None:
    """Raises NotImplementedError for an argument of TensorFlow 1.15 that is left out here."""
    for name, value in arguments.items():
        if value is not None:
            raise NotImplementedError(
                f"{symbol}({name}={value!r}): this argument of TensorFlow 1.15 is not carried "
                "over; leave it out"
            )


def require_initializer(symbol: str, name: str, initializer: Any) -> None:
    """Raises NotImplementedError unless `initializer` is None or can be called.

    TensorFlow 1.15's cells also take the name of a Keras initializer.
    """
    if initializer is not None and not callable(initializer):
        raise NotImplementedError(
            f"{symbol}({name}={initializer!r}): give an initializer object, such as "
            "tf.glorot_uniform_initializer()"
        )


def require_floating(symbol: str, dtype: tf.DType) -> None:
    """Raises ValueError unless `dtype` is of floating or complex numbers."""
    if not (dtype.is_floating or dtype.is_complex):
        raise ValueError(f"{symbol} needs a floating type; got {dtype.name}")


def require_floating_parts(inputs: Nested, state: Nested) -> None:
    """Raises ValueError unless each tensor is of floating or complex numbers."""
    for tensor in tf.nest.flatten([inputs, state]):
        require_floating("a cell", tf.as_dtype(tensor.dtype))


def require_floating_type(dtype: DType) -> None:
    """Raises ValueError if `dtype` is given and not of floating or complex numbers."""
    if dtype is not None:
        require_floating("a cell", tf.as_dtype(dtype))

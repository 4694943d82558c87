"""Sizes as old programs give them: integers, whole floats, Dimensions, TensorShapes, tensors."""

from typing import Any

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import DType, Shape, Size


def static_size(size: Any) -> Any:
    """Gives an int for a whole float or a known Dimension; anything else as it is.

    TensorFlow 1.15 took 5.0 where it wanted 5; today's does not.
    """
    if isinstance(size, float) and size.is_integer():
        return int(size)
    if isinstance(size, tf.Dimension) and size.value is not None:
        return size.value
    return size


def static_shape(shape: Shape) -> tf.TensorShape:
    """Gives the TensorShape of a size, a list of sizes, a TensorShape or None.

    Raises:
      ValueError: a size is a fraction.
    """
    if shape is None or isinstance(shape, tf.TensorShape):
        return tf.TensorShape(shape)
    sizes = [static_size(size) for size in (shape if isinstance(shape, (list, tuple)) else [shape])]
    if any(isinstance(size, float) for size in sizes):
        raise ValueError(f"a size must be a whole number; got {shape}")
    return tf.TensorShape(sizes)


def last_size(shape: Shape) -> int:
    """Gives the last size of a shape.

    Raises:
      ValueError: it is not known.
    """
    size = tf.TensorShape(shape).as_list()[-1]
    if size is None:
        raise ValueError(f"a cell needs a known last dimension; got inputs of shape {shape}")
    return size


def zeros(batch_size: Size, size: Any, dtype: DType) -> tf.Tensor:
    """Makes zeros of shape [batch_size, *size].

    Args:
      batch_size, size: each an int, whole float, Dimension, TensorShape, list, or an integer
        tensor of rank 0 or 1.

    Raises:
      ValueError: a tensor is of rank 2 or more, or a size that is no tensor is not known.
    """
    parts = [_part(batch_size), _part(size)]
    if any(tensor is None for tensor, _ in parts):
        raise ValueError(f"a state of zeros needs known sizes; got {batch_size} and {size}")
    made = tf.zeros(tf.concat([tensor for tensor, _ in parts], 0), dtype=dtype)
    # Asked once more, since TensorFlow 1.15 makes these ops twice, and default seeds count ops.
    known = [_part(batch_size)[1], _part(size)[1]]
    made.set_shape(known[0].concatenate(known[1]))
    return made


def _part(size):
    """Gives a size's int32 vector, None if it is not known, and its TensorShape."""
    if tf.is_tensor(size):
        known = tf.get_static_value(size)
        if size.shape.ndims == 0:
            return tf.expand_dims(size, 0), tf.TensorShape([known])
        if size.shape.ndims != 1:
            raise ValueError(f"a size must be of rank 0 or 1; got {size}")
        return size, tf.TensorShape(None if known is None else known.tolist())
    shape = static_shape(size)
    if not shape.is_fully_defined():
        return None, shape
    return tf.constant(shape.as_list(), tf.int32), shape

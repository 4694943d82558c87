"""`AttentionWrapperState` of `tf.contrib.seq2seq`, and the check that a clone's tensors fit.

Shapes: B batch, T the memory's time, A the attention's width.
"""

import collections
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf


class AttentionWrapperState(
    collections.namedtuple(
        "AttentionWrapperState",
        (
            "cell_state",
            "attention",
            "time",
            "alignments",
            "alignment_history",
            "attention_state",
        ),
    )
):
    """What an AttentionWrapper hands on from step to step.

    Fields:
      cell_state: the wrapped cell's state.
      attention: [B, A], read by the next step.
      time: int32 scalar, the number of steps taken.
      alignments: [B, T], a tuple of such where there are several mechanisms.
      alignment_history: TensorArrays of all alignments, or `()`.
      attention_state: the mechanisms' own states.
    """

    def clone(self, **kwargs: Any) -> "AttentionWrapperState":
        """Gives a state with these fields replaced; each tensor takes the shape of the one before.

        Raises:
          ValueError: a field that is none, or a shape that differs where it is known.
          tf.errors.InvalidArgumentError (when run): a shape that differs.
        """
        unknown = sorted(set(kwargs) - set(self._fields))
        if unknown:
            raise ValueError(f"AttentionWrapperState has no field {unknown[0]!r}")
        return tf.nest.map_structure(_with_same_shape, self, self._replace(**kwargs))


def _with_same_shape(old, new):
    if not (isinstance(old, tf.Tensor) and isinstance(new, tf.Tensor)):
        return new
    with tf.name_scope(f"{new.op.name}/", values=[old, new]):
        if old.shape.is_fully_defined():
            return _with_known_shape(old.shape.as_list(), new)
        return _checked_when_run(tf.shape(old, name="expected_shape"), new)


def _with_known_shape(shape, tensor):
    expected = np.asarray(shape, dtype=np.int32)
    if not tensor.shape.is_fully_defined():
        if not shape:
            with tf.name_scope(f"{tensor.op.name}/", values=[tensor]):
                return tf.reshape(tensor, [])
        checked = _checked_when_run(expected, tensor)
        checked.set_shape(expected)
        return checked
    if tensor.shape.is_compatible_with(shape):
        return tensor
    if not shape and tensor.shape.is_compatible_with([1]):
        with tf.name_scope(f"{tensor.op.name}/", values=[tensor]):
            return tf.reshape(tensor, [])
    raise ValueError(f"{tensor.name} has shape {tensor.shape}; the state it replaces has {shape}")


def _checked_when_run(expected, tensor):
    """Gives the tensor behind an assertion of its shape, made of the operations of 1.15."""
    with tf.name_scope(f"{tensor.op.name}/", values=[tensor]):
        with tf.name_scope("assert_shape", values=[tensor]) as scope:
            actual = tf.shape(tensor, name="actual")
            fits = _is_shape(expected, tensor, actual)
            words = f"{tensor.name} has another shape than what it replaces: expected, actual:"
            check = tf.Assert(fits, [words, expected, actual], name=scope)
        with tf.control_dependencies([check]):
            return tf.identity(tensor)


def _is_shape(expected, tensor, actual):
    with tf.name_scope("is_shape", values=[tensor]) as scope:
        size = tf.size(expected)
        with tf.name_scope("is_rank", values=[tensor]) as rank_scope:
            rank = tf.convert_to_tensor(size, name="expected")
            same_rank = tf.equal(rank, tf.rank(tensor, name="actual"), name=rank_scope)
        with tf.name_scope("shape_tensor_equal", values=[expected, actual]) as equal_scope:
            same_dims = tf.reduce_all(
                tf.logical_or(
                    tf.equal(expected, -1),
                    tf.equal(expected, actual, "equal"),
                    name="exclude_partial_shape",
                ),
                name=equal_scope,
            )
        return tf.logical_and(same_rank, same_dims, name=scope)

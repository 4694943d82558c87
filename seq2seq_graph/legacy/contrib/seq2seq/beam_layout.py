"""Batch and beams as one dimension, for the cell, and as two, for the search.

Shapes: B batch, W beam width, T steps.
"""

from typing import Any

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Shape, Size
from seq2seq_graph.legacy.contrib.seq2seq.beam_gather import _check_ndims
from seq2seq_graph.legacy.contrib.seq2seq.beams import gather_tree_from_array
from seq2seq_graph.legacy.sizes import static_shape

_SWITCH_OFF = "give reorder_tensor_arrays=False to leave TensorArrays as they are"


def has_rank(t: Any, least: int) -> bool:
    """Tells whether `t` is a tensor of this rank at least; raises ValueError if it is not known."""
    if isinstance(t, tf.TensorArray):
        return False
    _check_ndims(t)
    return t.shape.ndims >= least


def merge(t: tf.Tensor, s: Shape, batch_size: Size, beam_width: int) -> tf.Tensor:
    """Gives [B, W, ...] as [B * W] + s."""
    t_shape = tf.shape(t)
    known = tf.get_static_value(batch_size)
    rows = tf.reshape(t, tf.concat(([batch_size * beam_width], t_shape[2:]), 0))
    known_rows = None if known is None else known * beam_width
    rows.set_shape(tf.TensorShape([known_rows]).concatenate(_known_shape(s)))
    return rows


def split(t: tf.Tensor, s: Shape, batch_size: Size, beam_width: int) -> tf.Tensor:
    """Gives [B * W, ...] as [B, W] + s; raises ValueError where it cannot have this shape."""
    t_shape = tf.shape(t)
    beams = tf.reshape(t, tf.concat(([batch_size, beam_width], t_shape[1:]), 0))
    known = tf.TensorShape([tf.get_static_value(batch_size), beam_width])
    known = known.concatenate(_known_shape(s))
    if not beams.shape.is_compatible_with(known):
        raise ValueError(
            f"a state of shape {beams.shape} is not [batch, beam_width, depth] == {known}: give "
            "a zero_state of batch_size * beam_width"
        )
    beams.set_shape(known)
    return beams


def _known_shape(size):
    if not isinstance(size, tf.Tensor):
        return static_shape(size)
    value = tf.get_static_value(size)
    return static_shape(None if value is None else value.tolist())


def maybe_sort_array(t: Any, parent_ids: tf.Tensor, sequence_length: tf.Tensor, batch_size: Size,
                     beam_width: int) -> Any:
    """Stacks a TensorArray in the order of the final beams; gives anything else as it is."""
    if not isinstance(t, tf.TensorArray):
        return t
    shape = t.element_shape
    if shape.ndims is None or shape.ndims < 1:
        tf.logging.warn(
            "a TensorArray of the cell's state keeps the order of each step's beams, as its "
            f"elements' shape is {shape}: it needs a known rank of 1 or more"
        )
        return t
    if not _fits(shape, tf.get_static_value(batch_size), beam_width):
        return t
    stacked = t.stack()
    with tf.control_dependencies([_check_batch_beam(stacked, batch_size, beam_width)]):
        return gather_tree_from_array(stacked, parent_ids, sequence_length)


def _fits(shape, batch_size, beam_width):
    """Tells whether elements of this shape can be [B, W, ...] or [B * W, ...]; warns where not."""
    first = tf.dimension_value(shape[0])
    if batch_size is None or first is None:
        return True
    second = tf.dimension_value(shape[1]) if shape.ndims >= 2 else None
    # So it is natively: elements [B * W, T] with T known keep the order of each step's beams.
    apart = second is None or (first == batch_size and second == beam_width)
    fits = first == batch_size * beam_width and apart
    if not fits:
        tf.logging.warn(
            f"a TensorArray of elements {shape} is not of [{batch_size}, {beam_width}, ...] and "
            f"keeps the order of each step's beams: {_SWITCH_OFF}"
        )
    return fits


def _check_batch_beam(t, batch_size, beam_width):
    words = (
        f"the elements of {t.name} are not [batch, beam_width, ...]: {_SWITCH_OFF}"
    )
    shape = tf.shape(t)
    if t.shape.ndims == 2:
        fits = tf.equal(shape[1], batch_size * beam_width)
    else:
        fits = tf.logical_or(
            tf.equal(shape[1], batch_size * beam_width),
            tf.logical_and(
                tf.equal(shape[1], batch_size), tf.equal(shape[2], beam_width)
            ),
        )
    return tf.Assert(fits, [words])

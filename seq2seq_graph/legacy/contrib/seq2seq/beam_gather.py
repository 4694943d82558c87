"""Gathers what the chosen beams go on with, example by example.

Shapes: B batch, W beam width.
Names that begin with an underscore are those that old programs import from
`tensorflow.contrib.seq2seq.python.ops.beam_search_decoder`.
"""

import tensorflow.compat.v1 as tf


def _check_ndims(t):
    if t.shape.ndims is None:
        raise ValueError(f"a beam search needs states of known rank; got {t}")


def _maybe_tensor_gather_helper(
    gather_indices, gather_from, batch_size, range_size, gather_shape
):
    """Gathers as `_tensor_gather_helper`; leaves TensorArrays and lower ranks (a time) alone."""
    if isinstance(gather_from, tf.TensorArray):
        return gather_from
    _check_ndims(gather_from)
    if gather_from.shape.ndims < len(gather_shape):
        return gather_from
    return _tensor_gather_helper(
        gather_indices=gather_indices,
        gather_from=gather_from,
        batch_size=batch_size,
        range_size=range_size,
        gather_shape=gather_shape,
    )


def _tensor_gather_helper(
    gather_indices, gather_from, batch_size, range_size, gather_shape, name=None
):
    """Gathers within each example.

    Args:
      gather_indices: int32 [B, W], each below `range_size`.
      gather_from: [B, range_size, ...].
      gather_shape: what `gather_from` is reshaped to; its first dimension is gathered from.

    Returns:
      The first `1 + len(gather_shape)` dimensions of `gather_from`.
    """
    with tf.name_scope(name, "tensor_gather_helper"):
        offsets = tf.expand_dims(tf.range(batch_size) * range_size, 1)
        places = tf.reshape(gather_indices + offsets, [-1])
        gathered = tf.gather(tf.reshape(gather_from, gather_shape), places)
        rank = 1 + len(gather_shape)
        final_shape = tf.shape(gather_from)[:rank]
        known = tf.TensorShape([tf.get_static_value(batch_size)])
        gathered = tf.reshape(gathered, final_shape, name="output")
        gathered.set_shape(known.concatenate(gather_from.shape[1:rank]))
        return gathered

"""Layouts and zeros that decoders and attention share.

Shapes: B batch, T time.
"""

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.sizes import zeros


def _transpose_batch_time(x):
    """Swaps [B, T, ...] and [T, B, ...]; a tensor of rank below 2 stays as it is."""
    known = x.get_shape()
    if known.ndims is not None and known.ndims < 2:
        return x
    rank = tf.rank(x)
    swapped = tf.transpose(x, tf.concat(([1, 0], tf.range(2, rank)), axis=0))
    dims = known.dims
    if dims is not None:
        swapped.set_shape(tf.TensorShape([dims[1], dims[0]]).concatenate(known[2:]))
    return swapped


def _zero_state_tensors(state_size, batch_size, dtype):
    """Makes zeros [B, ...] nested as `state_size` is: ints, TensorShapes or int32 tensors."""
    return tf.nest.map_structure(lambda size: zeros(batch_size, size, dtype), state_size)

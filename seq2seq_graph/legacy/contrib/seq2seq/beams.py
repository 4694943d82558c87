"""Tensors whose batch holds beams: tiled before a beam search, put in order after it.

Shapes: T steps, B batch, W beam width.
"""

from typing import Optional

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Nested, Size
from seq2seq_graph.legacy.contrib.seq2seq.gather_tree import gather_tree


def tile_batch(t: Nested, multiplier: Size, name: Optional[str] = None) -> Nested:
    """Repeats each example `multiplier` times, one behind the other: [B, ...] to [B * W, ...].

    Args:
      t: a tensor of rank 1 or more, or a structure of such.
      multiplier: W, an int.
      name: of the name scope.

    Raises:
      ValueError: a tensor's rank is not known, or is 0.

    Source: `tf.contrib.seq2seq.tile_batch` of TensorFlow 1.15.
    """
    tensors = tf.nest.flatten(t)
    with tf.name_scope(name, "tile_batch", tensors + [multiplier]):
        return tf.nest.map_structure(lambda tensor: _tile_batch(tensor, multiplier), t)


def _tile_batch(t, multiplier):
    t = tf.convert_to_tensor(t, name="t")
    shape = tf.shape(t)
    if t.shape.ndims is None or t.shape.ndims < 1:
        raise ValueError(f"tile_batch needs tensors of known rank, 1 or more; got {t}")
    multiples = [1] * (t.shape.ndims + 1)
    multiples[1] = multiplier
    batch = tf.dimension_value(t.shape[0])
    tiled = tf.tile(tf.expand_dims(t, 1), multiples)
    tiled = tf.reshape(tiled, tf.concat(([shape[0] * multiplier], shape[1:]), 0))
    static_batch = None if batch is None else batch * multiplier
    tiled.set_shape(tf.TensorShape([static_batch]).concatenate(t.shape[1:]))
    return tiled


def gather_tree_from_array(t: tf.Tensor, parent_ids: tf.Tensor,
                           sequence_length: tf.Tensor) -> tf.Tensor:
    """Puts what was stacked step by step in the order of the final beams.

    Args:
      t: [T, B, W, ...] or [T, B * W, ...], in the order of each step's beams.
      parent_ids: int32 [T, B, W].
      sequence_length: int [B, W], of the final beams; what lies behind it stays where it is.

    Returns:
      The shape of `t`.

    Source: `gather_tree_from_array` of TensorFlow 1.15's `beam_search_decoder`.
    """
    steps, batch, width = (
        tf.dimension_value(parent_ids.shape[axis]) or tf.shape(parent_ids)[axis]
        for axis in range(3)
    )
    own = tf.expand_dims(tf.expand_dims(tf.range(width), 0), 0)
    own = tf.tile(own, [steps, batch, 1])
    longest = tf.cast(tf.reduce_max(sequence_length, axis=1), tf.int32)
    final = gather_tree(
        step_ids=own,
        parent_ids=parent_ids,
        max_sequence_lengths=longest,
        end_token=width + 1,  # a token that no beam has
    )
    inside = tf.transpose(tf.sequence_mask(sequence_length, maxlen=steps), perm=[2, 0, 1])
    final = tf.where(inside, x=final, y=own)
    time_index = tf.tile(tf.reshape(tf.range(steps), [-1, 1, 1]), [1, batch, width])
    batch_index = tf.tile(tf.reshape(tf.range(batch), [-1, 1, 1]), [1, steps, width])
    batch_index = tf.transpose(batch_index, perm=[1, 0, 2])
    indices = tf.stack([time_index, batch_index, final], -1)
    shape = tf.shape(t)
    rows = tf.reshape(t, [steps, batch, width, -1])
    return tf.reshape(tf.gather_nd(rows, indices), shape)

"""The memory that attention reads, and its mask.

Shapes: B batch, T the memory's time, D its width.
Names that begin with an underscore are those that old programs import from
`tensorflow.contrib.seq2seq.python.ops.attention_wrapper` to write a mechanism of their own.
"""

import tensorflow.compat.v1 as tf

_ONE_OF_TWO = "give memory_sequence_length or memory_mask, not both"


def _prepare_memory(
    memory, memory_sequence_length=None, memory_mask=None, check_inner_dims_defined=True
):
    """Gives the memory [B, T, D, ...] as tensors, zeros behind each example's length.

    Raises:
      ValueError: the dimensions behind T are not known, or both a length and a mask are given.
    """
    memory = tf.nest.map_structure(lambda m: tf.convert_to_tensor(m, name="memory"), memory)
    if memory_sequence_length is not None and memory_mask is not None:
        raise ValueError(_ONE_OF_TWO)
    if memory_sequence_length is not None:
        memory_sequence_length = tf.convert_to_tensor(
            memory_sequence_length, name="memory_sequence_length"
        )
    if check_inner_dims_defined:
        tf.nest.map_structure(_require_inner_dims, memory)
    if memory_sequence_length is None and memory_mask is None:
        return memory
    first = tf.nest.flatten(memory)[0]
    if memory_sequence_length is not None:
        mask = tf.sequence_mask(
            memory_sequence_length, maxlen=tf.shape(first)[1], dtype=first.dtype
        )
    else:
        mask = tf.cast(memory_mask, dtype=first.dtype)
    return tf.nest.map_structure(lambda m: _masked(m, mask), memory)


def _require_inner_dims(memory):
    if not memory.get_shape()[2:].is_fully_defined():
        raise ValueError(
            "memory needs known dimensions behind batch and time; "
            f"{memory.name} has shape {memory.get_shape()}"
        )


def _masked(memory, mask):
    rank = memory.get_shape().ndims
    ones = tf.ones((tf.rank(memory) if rank is None else rank) - 2, dtype=tf.int32)
    return memory * tf.reshape(mask, tf.concat((tf.shape(mask), ones), 0))


def _maybe_mask_score(
    score, memory_sequence_length=None, memory_mask=None, score_mask_value=None
):
    """Puts `score_mask_value` in the place of scores [B, T] behind each example's length.

    Raises:
      ValueError: both a length and a mask are given.
      tf.errors.InvalidArgumentError (when run): a length below 1.
    """
    if memory_sequence_length is None and memory_mask is None:
        return score
    if memory_sequence_length is not None and memory_mask is not None:
        raise ValueError(_ONE_OF_TWO)
    if memory_sequence_length is not None:
        positive = tf.assert_positive(
            memory_sequence_length, message="each memory_sequence_length must be 1 or more"
        )
        with tf.control_dependencies([positive]):
            memory_mask = tf.sequence_mask(memory_sequence_length, maxlen=tf.shape(score)[1])
    return tf.where(memory_mask, score, score_mask_value * tf.ones_like(score))

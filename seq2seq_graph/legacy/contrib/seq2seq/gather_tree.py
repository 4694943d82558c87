"""`gather_tree`: beams read back from their last step, by each token's parent.

TensorFlow 2 has no kernel for contrib's op, so ordinary operations do its work here, inside a
function, which is one operation of the graph that calls it, as the kernel was.
Shapes: T steps, B batch, W beam width.
"""

from typing import Optional

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Size


def gather_tree(step_ids: tf.Tensor, parent_ids: tf.Tensor, max_sequence_lengths: tf.Tensor,
                end_token: Size, name: Optional[str] = None) -> tf.Tensor:
    """Reads each beam's tokens back from its end.

        time    step_ids       parent_ids
        0       4   5          0   0            beam 0 of the result: 4 8 6
        1       7   8          0   0            beam 1 of the result: 4 7 9
        2       6   9          1   0

    Args:
      step_ids: int32 [T, B, W], the token of each step and beam.
      parent_ids: int32 [T, B, W], the beam of the step before that it goes on from.
      max_sequence_lengths: int32 [B]; from there on the result is `end_token`.
      end_token: int32 scalar; what follows a beam's first one is `end_token` as well.
      name: of the name scope.

    Returns:
      int32 [T, B, W].

    Raises:
      TypeError: ids that are not int32.
      ValueError: shapes that do not fit, as far as they are known.
      tf.errors.InvalidArgumentError (when run): shapes that do not fit, or a parent that is no
        beam. TensorFlow 1.15 lets the parent W pass, and reads the next example's numbers.

    Source: `tf.contrib.seq2seq.gather_tree` of TensorFlow 1.15.
    """
    with tf.name_scope(name, "GatherTree", [step_ids, parent_ids]):
        step_ids = _int32("step_ids", step_ids)
        parent_ids = _int32("parent_ids", parent_ids)
        lengths = tf.convert_to_tensor(max_sequence_lengths, dtype=tf.int32)
        end_token = tf.convert_to_tensor(end_token, dtype=tf.int32)
        shape = step_ids.shape.with_rank(3).merge_with(parent_ids.shape.with_rank(3))
        examples = lengths.shape.with_rank(1).merge_with([shape.dims[1]])
        end_token.shape.with_rank(0)
        any_shape = tf.TensorSpec(None, tf.int32)
        read_back = tf.function(_read_back, input_signature=[any_shape] * 4, autograph=False)
        beams = read_back(step_ids, parent_ids, lengths, end_token)
        beams.set_shape([shape.dims[0], examples.dims[0], shape.dims[2]])
        return beams


def _int32(argument, value):
    tensor = tf.convert_to_tensor(value)
    if tensor.dtype != tf.int32:
        raise TypeError(f"gather_tree needs {argument} as int32; got {tensor.dtype.name}")
    return tensor


def _read_back(step_ids, parent_ids, max_sequence_lengths, end_token):
    end_token = tf.ensure_shape(end_token, [])
    step_ids = tf.ensure_shape(step_ids, [None, None, None])
    parent_ids = tf.ensure_shape(parent_ids, [None, None, None])
    lengths = tf.ensure_shape(max_sequence_lengths, [None])[:, tf.newaxis]  # [B, 1]
    checks = [
        tf.assert_equal(
            tf.shape(step_ids), tf.shape(parent_ids), message="step_ids and parent_ids differ"
        ),
        tf.assert_equal(
            tf.shape(step_ids)[1], tf.shape(lengths)[0], message="B of max_sequence_lengths"
        ),
    ]
    with tf.control_dependencies(checks):
        steps, batch, width = tf.unstack(tf.shape(step_ids))
    last = tf.tile(tf.minimum(steps, lengths) - 1, [1, width])  # [B, W]
    own = tf.tile(tf.range(width)[tf.newaxis], [batch, 1])  # [B, W]
    ends = tf.fill([batch, width], end_token)

    def read_step(time, beams, parents, read_from):
        # A beam is itself at its last step; from there its parent is followed.
        inside = time <= last
        read_from = read_from.write(time, tf.where(time < last, parents, own))
        clipped = tf.clip_by_value(parents, 0, width - 1)
        ids = tf.gather(step_ids[time], clipped, axis=1, batch_dims=1)
        beams = beams.write(time, tf.where(inside, ids, ends))
        next_parents = tf.gather(parent_ids[time], clipped, axis=1, batch_dims=1)
        return time - 1, beams, tf.where(inside, next_parents, parents), read_from

    # One entry more than steps, as a list of none has no shape.
    array = tf.TensorArray(tf.int32, size=steps + 1, element_shape=[None, None])
    _, beams, _, read_from = tf.while_loop(
        lambda time, *_: time >= 0,
        read_step,
        (steps - 1, array.write(steps, ends), own, array.write(steps, own)),
    )
    with tf.control_dependencies([_assert_parents(read_from.stack()[:-1], width)]):
        return _end_for_good(beams.stack()[:-1], end_token)


def _assert_parents(read_from, width):
    """Stops at a parent that is no beam: the first by example, then beam, then from the end."""
    bad = tf.logical_or(read_from < 0, read_from >= width)
    in_order = [1, 2, 0]  # example, beam, steps from the end
    places = tf.where(tf.transpose(tf.reverse(bad, [0]), in_order))
    parents = tf.boolean_mask(
        tf.transpose(tf.reverse(read_from, [0]), in_order),
        tf.transpose(tf.reverse(bad, [0]), in_order),
    )
    steps = tf.shape(read_from, out_type=tf.int64)[0]
    places = tf.stack([places[:, 0], steps - 1 - places[:, 2], places[:, 1]], 1)
    return tf.Assert(
        tf.logical_not(tf.reduce_any(bad)),
        ["Saw invalid parent id", parents[:1], "at (batch, time, beam) ==", places[:1]],
    )


def _end_for_good(beams, end_token):
    """Puts `end_token` behind each beam's first one: what was found there is another beam's."""
    is_end = tf.cast(tf.equal(beams, end_token), tf.int32)
    ended_before = tf.cumsum(is_end, axis=0, exclusive=True) > 0
    return tf.where(ended_before, tf.fill(tf.shape(beams), end_token), beams)

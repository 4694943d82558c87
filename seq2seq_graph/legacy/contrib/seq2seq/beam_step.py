"""One step of a beam search: from the cell's logits to the next beams.

Shapes: B batch, W beam width, V vocabulary, T the memory's time.
Names that begin with an underscore are those that old programs import from
`tensorflow.contrib.seq2seq.python.ops.beam_search_decoder`.
"""

from typing import Optional, Sequence

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Nested, Number
from seq2seq_graph.legacy.contrib.seq2seq.attention_state import AttentionWrapperState
from seq2seq_graph.legacy.contrib.seq2seq.beam_gather import (
    _maybe_tensor_gather_helper,
    _tensor_gather_helper,
)
from seq2seq_graph.legacy.contrib.seq2seq.beam_scores import _get_scores, _mask_probs
from seq2seq_graph.legacy.contrib.seq2seq.beam_tuples import (
    BeamSearchDecoderOutput,
    BeamSearchDecoderState,
)


def _beam_search_step(
    time,
    logits,
    next_cell_state,
    beam_state,
    batch_size,
    beam_width,
    end_token,
    length_penalty_weight,
    coverage_penalty_weight,
):
    """Chooses the W best of each example's W * V continuations.

    Args:
      time: int32 scalar.
      logits: [B, W, V].
      next_cell_state: the cell's state after this step, [B, W, ...].
      beam_state: a BeamSearchDecoderState, before this step.
      batch_size: int32 scalar B.
      beam_width: int W.
      end_token: int32 scalar.
      length_penalty_weight, coverage_penalty_weight: see `BeamSearchDecoder`.

    Returns:
      `(BeamSearchDecoderOutput, BeamSearchDecoderState)`.
    """
    static_batch_size = tf.get_static_value(batch_size)
    was_finished = beam_state.finished
    not_finished = tf.logical_not(was_finished)
    step_log_probs = _mask_probs(tf.nn.log_softmax(logits), end_token, was_finished)
    total_probs = tf.expand_dims(beam_state.log_probs, 2) + step_log_probs
    vocab_size = tf.dimension_value(logits.shape[-1]) or tf.shape(logits)[-1]
    lengths = _next_lengths(
        beam_state.lengths, not_finished, batch_size, beam_width, end_token, vocab_size
    )
    accumulated = _accumulated_attention(
        next_cell_state, beam_state, not_finished, coverage_penalty_weight
    )
    scores = _get_scores(
        log_probs=total_probs,
        sequence_lengths=lengths,
        length_penalty_weight=length_penalty_weight,
        coverage_penalty_weight=coverage_penalty_weight,
        finished=was_finished,
        accumulated_attention_probs=accumulated,
    )
    time = tf.convert_to_tensor(time, name="time")
    flat_scores = tf.reshape(scores, [batch_size, -1])
    width = tf.convert_to_tensor(beam_width, dtype=tf.int32, name="beam_width")
    best_scores, best_places = tf.nn.top_k(flat_scores, k=width)  # [B, W]
    best_scores.set_shape([static_batch_size, beam_width])
    best_places.set_shape([static_batch_size, beam_width])
    best_log_probs = _tensor_gather_helper(
        gather_indices=best_places,
        gather_from=total_probs,
        batch_size=batch_size,
        range_size=beam_width * vocab_size,
        gather_shape=[-1],
        name="next_beam_probs",
    )
    word_ids = tf.mod(best_places, vocab_size, name="next_beam_word_ids")
    word_ids = tf.cast(word_ids, tf.int32)
    parents = tf.cast(best_places / vocab_size, tf.int32, name="next_beam_parent_ids")
    next_state = _next_state(
        beam_state, next_cell_state, parents, word_ids, end_token, accumulated,
        batch_size, beam_width, best_log_probs,
    )
    output = BeamSearchDecoderOutput(
        scores=best_scores, predicted_ids=word_ids, parent_ids=parents
    )
    return output, next_state


def _next_lengths(lengths, not_finished, batch_size, beam_width, end_token, vocab_size):
    """Gives each continuation's length [B, W, V]: one more, unless it is the end or finished."""
    added = tf.one_hot(
        indices=tf.fill([batch_size, beam_width], end_token),
        depth=vocab_size,
        on_value=tf.cast(0, tf.int64, name="ToInt64"),
        off_value=tf.cast(1, tf.int64, name="ToInt64"),
        dtype=tf.int64,
    )
    going_on = tf.cast(not_finished, tf.int64)
    added *= tf.expand_dims(going_on, 2)
    return added + tf.expand_dims(lengths, 2)


def _accumulated_attention(next_cell_state, beam_state, not_finished, coverage_penalty_weight):
    attention_probs = get_attention_probs(next_cell_state, coverage_penalty_weight)
    if attention_probs is None:
        return None
    attention_probs *= tf.expand_dims(tf.cast(not_finished, tf.float32), 2)
    return beam_state.accumulated_attention_probs + attention_probs


def _next_state(
    beam_state, next_cell_state, parents, word_ids, end_token, accumulated,
    batch_size, beam_width, log_probs,
):
    """Gathers by parent [B, W] what the chosen beams go on with."""

    def of_parent(tensor, gather_shape, name=None):
        return _tensor_gather_helper(
            gather_indices=parents,
            gather_from=tensor,
            batch_size=batch_size,
            range_size=beam_width,
            gather_shape=gather_shape,
            name=name,
        )

    was_finished = of_parent(beam_state.finished, [-1])
    finished = tf.logical_or(
        was_finished, tf.equal(word_ids, end_token), name="next_beam_finished"
    )
    added = tf.cast(tf.logical_not(was_finished), tf.int64)
    lengths = of_parent(beam_state.lengths, [-1])
    lengths += added
    attention_probs = ()
    if accumulated is not None:
        rows = [batch_size * beam_width, -1]
        attention_probs = of_parent(accumulated, rows, "next_accumulated_attention_probs")
    cell_state = tf.nest.map_structure(
        lambda tensor: _maybe_tensor_gather_helper(
            gather_indices=parents,
            gather_from=tensor,
            batch_size=batch_size,
            range_size=beam_width,
            gather_shape=[batch_size * beam_width, -1],
        ),
        next_cell_state,
    )
    return BeamSearchDecoderState(
        cell_state=cell_state,
        log_probs=log_probs,
        lengths=lengths,
        finished=finished,
        accumulated_attention_probs=attention_probs,
    )


def get_attention_probs(next_cell_state: Nested,
                        coverage_penalty_weight: Number) -> Optional[tf.Tensor]:
    """Gives the alignments [B, W, T] in a cell's state, averaged over cells and mechanisms.

    Returns:
      None where the weight is 0.

    Raises:
      ValueError: no part of the state is an AttentionWrapperState.
    """
    if coverage_penalty_weight == 0.0:
        return None
    states: Sequence = [next_cell_state]
    is_attention = isinstance(next_cell_state, AttentionWrapperState)
    if not is_attention:
        states = next_cell_state if isinstance(next_cell_state, tuple) else ()
    probs = [
        attention_probs_from_attn_state(state)
        for state in states
        if isinstance(state, AttentionWrapperState)
    ]
    if not probs:
        raise ValueError("coverage_penalty_weight must be 0.0 where no cell has attention")
    return probs[0] if len(probs) == 1 else _mean(probs)


def attention_probs_from_attn_state(attention_state: AttentionWrapperState) -> tf.Tensor:
    """Gives an AttentionWrapperState's alignments, averaged over its mechanisms."""
    probs = attention_state.alignments
    return _mean(probs) if isinstance(probs, tuple) else probs


def _mean(tensors):
    expanded = [tf.expand_dims(tensor, -1) for tensor in tensors]
    return tf.reduce_mean(tf.concat(expanded, -1), -1)

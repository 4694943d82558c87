"""Decoders and models on symbols: what they read is embedded first.

Shapes: B batch, P the cell's output, V a number of symbols, E embedding.
A list of symbols or outputs has one tensor a step, int [B] or [B, ...].
"""

import copy
from typing import List, Optional, Sequence, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Cell, DType, Flag, Nested, Scope
from seq2seq_graph.legacy.contrib.legacy_seq2seq.decoding import (
    _extract_argmax_and_embed,
    rnn_decoder,
    tied_rnn_seq2seq,
)
from seq2seq_graph.legacy.contrib.legacy_seq2seq.feeding import check_projection, either_way
from seq2seq_graph.legacy.contrib.rnn_wrappers import EmbeddingWrapper, OutputProjectionWrapper


def embedding_rnn_decoder(
    decoder_inputs: Sequence[tf.Tensor],
    initial_state: Nested,
    cell: Cell,
    num_symbols: int,
    embedding_size: int,
    output_projection: Optional[Tuple[tf.Tensor, tf.Tensor]] = None,
    feed_previous: Flag = False,
    update_embedding_for_previous: bool = True,
    scope: Scope = None,
) -> Tuple[List[tf.Tensor], Nested]:
    """Decodes from symbols, or from the symbols said before.

    Args:
      decoder_inputs: int [B] tensors, one a step.
      initial_state, cell: as for `rnn_decoder`.
      num_symbols: V.
      embedding_size: E.
      output_projection: weights [P, V] and biases [V] that make logits of the outputs, used for
        feeding alone; the outputs are as the cell gives them.
      feed_previous: a bool; feeds each step with the likeliest symbol of the one before.
      update_embedding_for_previous: whether gradients reach the embedding on that way.
      scope: of the variables, `embedding` [V, E] and the cell's; None is
        `embedding_rnn_decoder`.

    Returns:
      As `rnn_decoder`.

    Raises:
      ValueError: the projection has another number of symbols.

    Source: `tf.contrib.legacy_seq2seq.embedding_rnn_decoder` of TensorFlow 1.15.
    """
    with tf.variable_scope(scope or "embedding_rnn_decoder") as entered:
        if output_projection is not None:
            check_projection(output_projection, num_symbols, entered.dtype)
        embedding = tf.get_variable("embedding", [num_symbols, embedding_size])
        loop_function = None
        if feed_previous:
            loop_function = _extract_argmax_and_embed(
                embedding, output_projection, update_embedding_for_previous
            )
        # A generator: each look-up is made within the decoder's scope.
        embedded = (tf.nn.embedding_lookup(embedding, i) for i in decoder_inputs)
        return rnn_decoder(embedded, initial_state, cell, loop_function=loop_function)


def embedding_rnn_seq2seq(
    encoder_inputs: Sequence[tf.Tensor],
    decoder_inputs: Sequence[tf.Tensor],
    cell: Cell,
    num_encoder_symbols: int,
    num_decoder_symbols: int,
    embedding_size: int,
    output_projection: Optional[Tuple[tf.Tensor, tf.Tensor]] = None,
    feed_previous: Flag = False,
    dtype: DType = None,
    scope: Scope = None,
) -> Tuple[List[tf.Tensor], Nested]:
    """Encodes symbols with a copy of the cell, decodes from its last state.

    Args:
      encoder_inputs, decoder_inputs: int [B] tensors, one a step.
      cell: an RNN cell.
      num_encoder_symbols, num_decoder_symbols: V of each side.
      embedding_size: E, of both.
      output_projection: None puts the cell into an OutputProjectionWrapper, so that the outputs
        are logits; else see `embedding_rnn_decoder`.
      feed_previous: a bool, or a boolean scalar tensor; with a tensor gradients do not reach the
        embedding through fed symbols.
      dtype: of the encoder's first state; None is the scope's.
      scope: of the variables; None is `embedding_rnn_seq2seq`.

    Returns:
      The outputs, logits [B, V] or [B, P], one a step, and the last state.

    Source: `tf.contrib.legacy_seq2seq.embedding_rnn_seq2seq` of TensorFlow 1.15.
    """
    with tf.variable_scope(scope or "embedding_rnn_seq2seq") as entered:
        if dtype is None:
            dtype = entered.dtype
        else:
            entered.set_dtype(dtype)
        encoder_cell = EmbeddingWrapper(
            copy.deepcopy(cell),
            embedding_classes=num_encoder_symbols,
            embedding_size=embedding_size,
        )
        _, encoder_state = tf.nn.static_rnn(encoder_cell, encoder_inputs, dtype=dtype)
        if output_projection is None:
            cell = OutputProjectionWrapper(cell, num_decoder_symbols)

        def decode(feed_previous, **kwargs):
            return embedding_rnn_decoder(
                decoder_inputs,
                encoder_state,
                cell,
                num_decoder_symbols,
                embedding_size,
                output_projection=output_projection,
                feed_previous=feed_previous,
                **kwargs
            )

        if isinstance(feed_previous, bool):
            return decode(feed_previous)
        return either_way(
            feed_previous,
            lambda previous: decode(previous, update_embedding_for_previous=False),
            len(decoder_inputs),
            lambda: encoder_state,
        )


def embedding_tied_rnn_seq2seq(
    encoder_inputs: Sequence[tf.Tensor],
    decoder_inputs: Sequence[tf.Tensor],
    cell: Cell,
    num_symbols: int,
    embedding_size: int,
    num_decoder_symbols: Optional[int] = None,
    output_projection: Optional[Tuple[tf.Tensor, tf.Tensor]] = None,
    feed_previous: Flag = False,
    dtype: DType = None,
    scope: Scope = None,
) -> Tuple[List[tf.Tensor], Nested]:
    """Encodes and decodes symbols of one vocabulary with one embedding and one cell.

    Args:
      encoder_inputs, decoder_inputs: int [B] tensors, one a step.
      cell: an RNN cell.
      num_symbols: V, of both sides.
      embedding_size: E.
      num_decoder_symbols: the number of logits; None is V.
      output_projection, feed_previous, dtype: as for `embedding_rnn_seq2seq`.
      scope: of the variables; None is `embedding_tied_rnn_seq2seq`.

    Returns:
      As `embedding_rnn_seq2seq`.

    Raises:
      ValueError: the projection has another number of symbols.

    Source: `tf.contrib.legacy_seq2seq.embedding_tied_rnn_seq2seq` of TensorFlow 1.15.
    """
    with tf.variable_scope(scope or "embedding_tied_rnn_seq2seq", dtype=dtype) as entered:
        dtype = entered.dtype
        if output_projection is not None:
            check_projection(output_projection, num_symbols, dtype)
        embedding = tf.get_variable("embedding", [num_symbols, embedding_size], dtype=dtype)
        embedded = [
            [tf.nn.embedding_lookup(embedding, symbols) for symbols in steps]
            for steps in (encoder_inputs, decoder_inputs)
        ]
        output_symbols = num_symbols if num_decoder_symbols is None else num_decoder_symbols
        if output_projection is None:
            cell = OutputProjectionWrapper(cell, output_symbols)

        def decode(feed_previous, update_embedding):
            loop_function = None
            if feed_previous:
                loop_function = _extract_argmax_and_embed(
                    embedding, output_projection, update_embedding
                )
            return tied_rnn_seq2seq(
                embedded[0], embedded[1], cell, loop_function=loop_function, dtype=dtype
            )

        if isinstance(feed_previous, bool):
            return decode(feed_previous, True)
        return either_way(
            feed_previous,
            lambda previous: decode(previous, False),
            len(decoder_inputs),
            lambda: cell.zero_state(_batch_size(encoder_inputs), dtype),
        )


def _batch_size(inputs):
    first = tf.dimension_at_index(inputs[0].get_shape(), 0)
    for other in inputs[1:]:
        first.merge_with(tf.dimension_at_index(other.get_shape(), 0))
    return tf.shape(inputs[0])[0] if first.value is None else first.value

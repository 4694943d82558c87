"""`attention_decoder` and the models made of it.

Shapes: B batch, T the memory's time, A its width, D input, P the cell's output, V symbols,
E embedding. A list of inputs or outputs has one tensor a step.
"""

import copy
from typing import Callable, List, Optional, Sequence, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Cell, DType, Flag, Nested, Scope
from seq2seq_graph.legacy.contrib.legacy_seq2seq.attention_heads import AttentionHeads
from seq2seq_graph.legacy.contrib.legacy_seq2seq.decoding import _extract_argmax_and_embed
from seq2seq_graph.legacy.contrib.legacy_seq2seq.feeding import check_biases, either_way
from seq2seq_graph.legacy.contrib.rnn_linear import _Linear
from seq2seq_graph.legacy.contrib.rnn_wrappers import EmbeddingWrapper, OutputProjectionWrapper


def attention_decoder(
    decoder_inputs: Sequence[tf.Tensor],
    initial_state: Nested,
    attention_states: tf.Tensor,
    cell: Cell,
    output_size: Optional[int] = None,
    num_heads: int = 1,
    loop_function: Optional[Callable[[tf.Tensor, int], Optional[tf.Tensor]]] = None,
    dtype: DType = None,
    scope: Scope = None,
    initial_state_attention: bool = False,
) -> Tuple[List[tf.Tensor], Nested]:
    """Runs a cell over the inputs, each with what the attention read after the step before.

    Args:
      decoder_inputs: [B, D] tensors, one a step.
      initial_state: the cell's.
      attention_states: the memory [B, T, A].
      cell: an RNN cell.
      output_size: of the outputs; None is P.
      num_heads: how many attentions there are.
      loop_function: (output of the step before, step) -> input, in place of all but the first.
      dtype: of the variables; None is the scope's.
      scope: of the variables; None is `attention_decoder`.
      initial_state_attention: the attention reads before the first step, too; else the first step
        goes with zeros.

    Returns:
      The outputs [B, output_size], one a step, and the last state.

    Raises:
      ValueError: no inputs, no heads, or A or D is not known.

    Source: `tf.contrib.legacy_seq2seq.attention_decoder` of TensorFlow 1.15; Vinyals and others
    2014.
    """
    if not decoder_inputs:
        raise ValueError("attention_decoder needs at least one input")
    if num_heads < 1:
        raise ValueError(f"num_heads={num_heads}: give 1 or more, or use rnn_decoder")
    if tf.dimension_value(attention_states.get_shape()[2]) is None:
        raise ValueError(
            "attention_states needs a known last dimension; got shape "
            f"{attention_states.get_shape()}"
        )
    if output_size is None:
        output_size = cell.output_size
    with tf.variable_scope(scope or "attention_decoder", dtype=dtype) as entered:
        dtype = entered.dtype
        batch_size = tf.shape(decoder_inputs[0])[0]
        heads = AttentionHeads(attention_states, num_heads, dtype)
        state = initial_state
        outputs: List[tf.Tensor] = []
        read = heads.nothing(batch_size)
        if initial_state_attention:
            read = heads.read(initial_state)
        for i, given in enumerate(decoder_inputs):
            if i > 0:
                tf.get_variable_scope().reuse_variables()
            inp = given
            if loop_function is not None and outputs:
                with tf.variable_scope("loop_function", reuse=True):
                    inp = loop_function(outputs[-1], i)
            cell_output, state = cell(_with_attention(inp, read, dtype), state)
            if i == 0 and initial_state_attention:
                # The heads' variables are there; the output's are not yet.
                with tf.variable_scope(tf.get_variable_scope(), reuse=True):
                    read = heads.read(state)
            else:
                read = heads.read(state)
            with tf.variable_scope("AttnOutputProjection"):
                parts = [tf.cast(cell_output, dtype)] + read
                outputs.append(_Linear(parts, output_size, True)(parts))
    return outputs, state


def _with_attention(inp, read, dtype):
    """Gives the input and what was read, through a matrix to the input's width [B, D]."""
    width = tf.dimension_value(inp.get_shape().with_rank(2)[1])
    if width is None:
        raise ValueError(f"an input needs a known last dimension; {inp.name} has none")
    parts = [tf.cast(part, dtype) for part in [inp] + read]
    return _Linear(parts, width, True)(parts)


def embedding_attention_decoder(
    decoder_inputs: Sequence[tf.Tensor],
    initial_state: Nested,
    attention_states: tf.Tensor,
    cell: Cell,
    num_symbols: int,
    embedding_size: int,
    num_heads: int = 1,
    output_size: Optional[int] = None,
    output_projection: Optional[Tuple[tf.Tensor, tf.Tensor]] = None,
    feed_previous: Flag = False,
    update_embedding_for_previous: bool = True,
    dtype: DType = None,
    scope: Scope = None,
    initial_state_attention: bool = False,
) -> Tuple[List[tf.Tensor], Nested]:
    """Decodes with attention from symbols, or from the symbols said before.

    Args:
      decoder_inputs: int [B] tensors, one a step.
      initial_state, attention_states, cell, num_heads, output_size, dtype,
        initial_state_attention: as for `attention_decoder`.
      num_symbols, embedding_size, output_projection, feed_previous,
        update_embedding_for_previous: as for `embedding_rnn_decoder`.
      scope: of the variables; None is `embedding_attention_decoder`.

    Returns:
      As `attention_decoder`.

    Raises:
      ValueError: the projection has another number of symbols.

    Source: `tf.contrib.legacy_seq2seq.embedding_attention_decoder` of TensorFlow 1.15.
    """
    if output_size is None:
        output_size = cell.output_size
    if output_projection is not None:
        check_biases(output_projection, num_symbols, dtype)
    with tf.variable_scope(scope or "embedding_attention_decoder", dtype=dtype):
        embedding = tf.get_variable("embedding", [num_symbols, embedding_size])
        loop_function = None
        if feed_previous:
            loop_function = _extract_argmax_and_embed(
                embedding, output_projection, update_embedding_for_previous
            )
        return attention_decoder(
            [tf.nn.embedding_lookup(embedding, symbols) for symbols in decoder_inputs],
            initial_state,
            attention_states,
            cell,
            output_size=output_size,
            num_heads=num_heads,
            loop_function=loop_function,
            initial_state_attention=initial_state_attention,
        )


def embedding_attention_seq2seq(
    encoder_inputs: Sequence[tf.Tensor],
    decoder_inputs: Sequence[tf.Tensor],
    cell: Cell,
    num_encoder_symbols: int,
    num_decoder_symbols: int,
    embedding_size: int,
    num_heads: int = 1,
    output_projection: Optional[Tuple[tf.Tensor, tf.Tensor]] = None,
    feed_previous: Flag = False,
    dtype: DType = None,
    scope: Scope = None,
    initial_state_attention: bool = False,
) -> Tuple[List[tf.Tensor], Nested]:
    """Encodes symbols with a copy of the cell, decodes with attention to its outputs.

    Args:
      encoder_inputs, decoder_inputs, cell, num_encoder_symbols, num_decoder_symbols,
        embedding_size, output_projection, feed_previous, dtype: as for `embedding_rnn_seq2seq`.
      num_heads, initial_state_attention: as for `attention_decoder`.
      scope: of the variables; None is `embedding_attention_seq2seq`.

    Returns:
      As `embedding_rnn_seq2seq`.

    Source: `tf.contrib.legacy_seq2seq.embedding_attention_seq2seq` of TensorFlow 1.15.
    """
    with tf.variable_scope(scope or "embedding_attention_seq2seq", dtype=dtype) as entered:
        encoder_cell = EmbeddingWrapper(
            copy.deepcopy(cell),
            embedding_classes=num_encoder_symbols,
            embedding_size=embedding_size,
        )
        encoder_outputs, encoder_state = tf.nn.static_rnn(
            encoder_cell, encoder_inputs, dtype=entered.dtype
        )
        places = [tf.reshape(output, [-1, 1, cell.output_size]) for output in encoder_outputs]
        attention_states = tf.concat(places, 1)  # [B, T, P]
        output_size = None
        if output_projection is None:
            cell = OutputProjectionWrapper(cell, num_decoder_symbols)
            output_size = num_decoder_symbols

        def decode(feed_previous, **kwargs):
            return embedding_attention_decoder(
                decoder_inputs,
                encoder_state,
                attention_states,
                cell,
                num_decoder_symbols,
                embedding_size,
                num_heads=num_heads,
                output_size=output_size,
                output_projection=output_projection,
                feed_previous=feed_previous,
                initial_state_attention=initial_state_attention,
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

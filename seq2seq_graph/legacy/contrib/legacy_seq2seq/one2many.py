"""`one2many_rnn_seq2seq`: one encoder, several decoders.

Shapes: B batch, V a decoder's symbols, E embedding.
"""

from typing import Dict, List, Sequence, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Cell, DType, Flag, Nested, Scope
from seq2seq_graph.legacy.cell import RNNCell
from seq2seq_graph.legacy.contrib.legacy_seq2seq.embedding import embedding_rnn_decoder
from seq2seq_graph.legacy.contrib.legacy_seq2seq.feeding import either_way
from seq2seq_graph.legacy.contrib.rnn_wrappers import EmbeddingWrapper, OutputProjectionWrapper


def one2many_rnn_seq2seq(
    encoder_inputs: Sequence[tf.Tensor],
    decoder_inputs_dict: Dict[str, Sequence[tf.Tensor]],
    enc_cell: Cell,
    dec_cells_dict: Dict[str, Cell],
    num_encoder_symbols: int,
    num_decoder_symbols_dict: Dict[str, int],
    embedding_size: int,
    feed_previous: Flag = False,
    dtype: DType = None,
    scope: Scope = None,
) -> Tuple[Dict[str, List[tf.Tensor]], Dict[str, Nested]]:
    """Encodes symbols once and decodes them once for each name.

    Args:
      encoder_inputs: int [B] tensors, one a step.
      decoder_inputs_dict: name -> int [B] tensors, one a step.
      enc_cell: the encoder's RNN cell.
      dec_cells_dict: name -> RNN cell.
      num_encoder_symbols: the encoder's V.
      num_decoder_symbols_dict: name -> V.
      embedding_size: E, of all.
      feed_previous: a bool, or a boolean scalar tensor.
      dtype: of the encoder's first state; None is the scope's.
      scope: of the variables; None is `one2many_rnn_seq2seq`.

    Returns:
      name -> outputs, logits [B, V], one a step; and name -> last state.

    Raises:
      TypeError: a cell is no RNNCell.
      ValueError: the two dictionaries have other names.

    Source: `tf.contrib.legacy_seq2seq.one2many_rnn_seq2seq` of TensorFlow 1.15.
    """
    _require_cell("enc_cell", enc_cell)
    if set(dec_cells_dict) != set(decoder_inputs_dict):
        raise ValueError(
            f"dec_cells_dict has the keys {sorted(dec_cells_dict)}, decoder_inputs_dict has "
            f"{sorted(decoder_inputs_dict)}: give the same"
        )
    for cell in dec_cells_dict.values():
        _require_cell("dec_cells_dict", cell)
    outputs_dict, state_dict = {}, {}
    with tf.variable_scope(scope or "one2many_rnn_seq2seq", dtype=dtype) as entered:
        encoder_cell = EmbeddingWrapper(
            enc_cell, embedding_classes=num_encoder_symbols, embedding_size=embedding_size
        )
        _, encoder_state = tf.nn.static_rnn(encoder_cell, encoder_inputs, dtype=entered.dtype)
        for name, decoder_inputs in decoder_inputs_dict.items():
            with tf.variable_scope("one2many_decoder_" + str(name)):
                outputs_dict[name], state_dict[name] = _decode(
                    decoder_inputs,
                    encoder_state,
                    dec_cells_dict[name],
                    num_decoder_symbols_dict[name],
                    embedding_size,
                    feed_previous,
                )
    return outputs_dict, state_dict


def _decode(decoder_inputs, encoder_state, cell, symbols, embedding_size, feed_previous):
    cell = OutputProjectionWrapper(cell, symbols)

    def decode(feed_previous):
        return embedding_rnn_decoder(
            decoder_inputs,
            encoder_state,
            cell,
            symbols,
            embedding_size,
            feed_previous=feed_previous,
        )

    if isinstance(feed_previous, bool):
        return decode(feed_previous)
    return either_way(feed_previous, decode, len(decoder_inputs), lambda: encoder_state)


def _require_cell(argument, cell):
    if not isinstance(cell, RNNCell):
        raise TypeError(f"{argument} must be an RNNCell; got {type(cell)}")

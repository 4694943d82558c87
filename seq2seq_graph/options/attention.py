"""Attention: a decoder's cell that looks back at all that the encoder wrote.

The document's decoder learns of the source by one state alone. Wrapped, its cell compares its
output with each of the encoder's, takes their mean by how well they fit, the context, and what goes
on to the projection is made of both: `tanh([output, context] @ attention_layer)`. With input
feeding the next step's cell reads that too.

Shapes: B batch, T_in time, M the memory's width (H, or 2 H of a bidirectional encoder), H units.
"""

from typing import Any, Callable, Optional, Tuple, Union

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.cell import RNNCell
from seq2seq_graph.legacy.contrib.seq2seq.attention import BahdanauAttention, LuongAttention
from seq2seq_graph.legacy.contrib.seq2seq.attention_state import AttentionWrapperState
from seq2seq_graph.legacy.contrib.seq2seq.attention_wrapper import AttentionWrapper
from seq2seq_graph.legacy.layers import Dense


def wrap(
    decoder_lstm: RNNCell,
    encoder_states: Any,
    encoder_outputs: tf.Tensor,
    kind: str,
    sequence_length: Optional[tf.Tensor] = None,
    input_feeding: bool = False,
    initializer: Optional[Callable] = None,
) -> Tuple[AttentionWrapper, AttentionWrapperState]:
    """Gives the decoder's cell its attention.

    Args:
      decoder_lstm: the cell, or layers of such, of H units.
      encoder_states: what `decoder_lstm` begins with.
      encoder_outputs: float32 [B, T_in, M], the memory.
      kind: "luong", the scaled general score g * h . (W m); or "bahdanau", the normalized additive
        score g * v / |v| . tanh(W m + U h + b).
      sequence_length: int32 [B], the memory's real steps; nothing behind them is looked at. A row
        of none looks at its first step, which is zeros. None looks at all T_in.
      input_feeding: each step's cell reads what the step before attended to, beside its input.
      initializer: of the attention's own variables.

    Returns:
      The cell and its first state, for `dynamic_rnn`. The last state's `alignment_history` has the
      weights of each step, float32 [T_out, B, T_in] once stacked.

    Source: Luong, Pham and Manning 2015, sections 3.1 and 3.3; Bahdanau, Cho and Bengio 2015,
    appendix A.1.2; `tf.contrib.seq2seq.AttentionWrapper` of TensorFlow 1.15.
    """
    units, dtype = decoder_lstm.output_size, encoder_outputs.dtype
    if sequence_length is not None:
        sequence_length = tf.maximum(sequence_length, 1)
    with _drawn_by(initializer):
        mechanism: Union[LuongAttention, BahdanauAttention]
        if kind == "luong":
            mechanism = LuongAttention(
                units, encoder_outputs, sequence_length, scale=True, dtype=dtype)
        else:
            mechanism = BahdanauAttention(
                units, encoder_outputs, sequence_length, normalize=True, dtype=dtype)
    cell = DrawnAttention(
        decoder_lstm, mechanism, units, kind, sequence_length, input_feeding, initializer)
    first = cell.zero_state(tf.shape(encoder_outputs)[0], dtype)
    return cell, first.clone(cell_state=encoder_states)


class DrawnAttention(AttentionWrapper):
    """Draws its variables by `initializer`; TensorFlow's takes the scope's, which has no seed.

    It knows what `wrap` was told, for `fast_attention`.
    """

    def __init__(
        self, decoder_lstm: Any, mechanism: Any, units: int, kind: str,
        sequence_length: Optional[tf.Tensor], input_feeding: bool, initializer: Any,
    ) -> None:
        """Takes what `wrap` was given, and its mechanism of `units`."""
        super().__init__(
            decoder_lstm,
            mechanism,
            attention_layer=Dense(units, tf.tanh, use_bias=False, name="attention_layer"),
            alignment_history=True,
            cell_input_fn=None if input_feeding else lambda inputs, attention: inputs,
            name="attention_wrapper",
        )
        self.wrapped, self.kind, self.initializer = decoder_lstm, kind, initializer
        self.sequence_length, self.input_feeding = sequence_length, input_feeding

    def call(self, inputs: tf.Tensor, state: AttentionWrapperState) -> Any:
        with _drawn_by(self.initializer):
            return super().call(inputs, state)


def _drawn_by(initializer):
    scope = tf.get_variable_scope()
    return tf.variable_scope(scope, initializer=initializer, auxiliary_name_scope=False)


def alignments(decoder_states: Any) -> Any:
    """Gives each step's weights, float32 [B, T_out, T_in], from the decoder's last state.

    Of a state without attention it gives (), the structure in which there is nothing.
    """
    if not isinstance(decoder_states, AttentionWrapperState):
        return ()
    return tf.transpose(decoder_states.alignment_history.stack(), [1, 0, 2])

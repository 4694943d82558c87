"""`AttentionWrapper` of `tf.contrib.seq2seq`: a cell that looks at a memory after each step.

Shapes: B batch, D input, T the memory's time, A the attention's width (summed over mechanisms).
"""

from typing import Any, Callable, Optional, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Cell, DType, Nested, Size, Sizes
from seq2seq_graph.legacy.cell import RNNCell, assert_like_rnncell
from seq2seq_graph.legacy.contrib.seq2seq.attention_layers import (
    _compute_attention,
    attention_layers,
)
from seq2seq_graph.legacy.contrib.seq2seq.attention_mechanism import AttentionMechanism
from seq2seq_graph.legacy.contrib.seq2seq.attention_state import AttentionWrapperState
from seq2seq_graph.legacy.contrib.seq2seq.batch_time import _zero_state_tensors

_TILE = (
    "With a BeamSearchDecoder, tile what the {what} is made of by "
    "tf.contrib.seq2seq.tile_batch(..., multiplier=beam_width)."
)


class AttentionWrapper(RNNCell):
    """Gives a cell an attention over a memory.

    A step: `cell_input_fn(inputs, attention)` is what the cell reads, the attention being the last
    step's; the cell's output is each mechanism's query; the weighted memory, beside the cell's
    output through a layer where there is one, is the new attention.

    Args:
      cell: an RNN cell.
      attention_mechanism: one, or a list.
      attention_layer_size: the width of `attention_layer`, a list of such for several mechanisms;
        None leaves the weighted memory as it is.
      alignment_history: collects all alignments in TensorArrays.
      cell_input_fn: (inputs, attention) -> what the cell reads; None puts them side by side.
      output_attention: the output is the attention (Luong) and not the cell's output (Bahdanau).
      initial_cell_state: the cell's state in `zero_state`; None is the cell's own zeros.
      name: of the scope in place of `attention_wrapper`.
      attention_layer: a layer, or a list, in place of `attention_layer_size`.
      attention_fn: `(mechanism, cell_output, attention_state, attention_layer) -> (attention,
        alignments, next_attention_state)`; None is `_compute_attention`.
      dtype: of the wrapper as a layer.

    Raises:
      TypeError: `cell`, `attention_mechanism` or `cell_input_fn` is of another kind.
      ValueError: both a size and a layer are given, or not one for each mechanism.
      tf.errors.InvalidArgumentError (when run, or at once where sizes are known): the memory's
        batch differs from the state's.

    Source: `tf.contrib.seq2seq.AttentionWrapper` of TensorFlow 1.15.
    """

    def __init__(
        self,
        cell: Cell,
        attention_mechanism: Any,
        attention_layer_size: Any = None,
        alignment_history: Any = False,
        cell_input_fn: Optional[Callable[[tf.Tensor, tf.Tensor], tf.Tensor]] = None,
        output_attention: bool = True,
        initial_cell_state: Nested = None,
        name: Optional[str] = None,
        attention_layer: Any = None,
        attention_fn: Optional[Callable] = None,
        dtype: DType = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        assert_like_rnncell("cell", cell)
        self._is_multi = isinstance(attention_mechanism, (list, tuple))
        mechanisms = attention_mechanism if self._is_multi else (attention_mechanism,)
        for mechanism in mechanisms:
            if not isinstance(mechanism, AttentionMechanism):
                raise TypeError(
                    "attention_mechanism must be an AttentionMechanism, or a list of such; got "
                    f"{type(mechanism).__name__}"
                )
        if cell_input_fn is None:
            cell_input_fn = _side_by_side
        elif not callable(cell_input_fn):
            raise TypeError(f"cell_input_fn must be callable; got {type(cell_input_fn).__name__}")
        self._attention_layers, self._attention_layer_size = attention_layers(
            cell, mechanisms, attention_layer_size, attention_layer
        )
        self._attention_fn = attention_fn or _compute_attention
        self._cell = cell
        self._attention_mechanisms = mechanisms
        self._cell_input_fn = cell_input_fn
        self._output_attention = output_attention
        self._alignment_history = alignment_history
        with tf.name_scope(name, "AttentionWrapperInit"):
            self._initial_cell_state = self._checked_initial_cell_state(initial_cell_state)

    def _checked_initial_cell_state(self, state):
        if state is None:
            return None
        last = tf.nest.flatten(state)[-1]
        batch_size = tf.dimension_value(last.shape[0]) or tf.shape(last)[0]
        words = (
            f"AttentionWrapper {self._base_name}: initial_cell_state has another batch size than "
            "the memory. " + _TILE.format(what="state")
        )
        with tf.control_dependencies(self._batch_size_checks(batch_size, words)):
            return tf.nest.map_structure(
                lambda s: tf.identity(s, name="check_initial_cell_state"), state
            )

    def _batch_size_checks(self, batch_size, error_message):
        return [
            tf.assert_equal(batch_size, mechanism.batch_size, message=error_message)
            for mechanism in self._attention_mechanisms
        ]

    def _item_or_tuple(self, seq):
        """Gives a tuple where there is a list of mechanisms, else the one entry."""
        entries = tuple(seq)
        return entries if self._is_multi else entries[0]

    @property
    def output_size(self) -> Sizes:
        return self._attention_layer_size if self._output_attention else self._cell.output_size

    @property
    def state_size(self) -> AttentionWrapperState:
        mechanisms = self._attention_mechanisms
        return AttentionWrapperState(
            cell_state=self._cell.state_size,
            time=tf.TensorShape([]),
            attention=self._attention_layer_size,
            alignments=self._item_or_tuple(m.alignments_size for m in mechanisms),
            attention_state=self._item_or_tuple(m.state_size for m in mechanisms),
            alignment_history=self._item_or_tuple(
                m.alignments_size if self._alignment_history else () for m in mechanisms
            ),
        )

    def zero_state(self, batch_size: Size, dtype: DType) -> AttentionWrapperState:
        """Gives the state before the first step.

        Args:
          batch_size: B, or B times the beam width under a BeamSearchDecoder.
          dtype: of the state.
        """
        with tf.name_scope(type(self).__name__ + "ZeroState", values=[batch_size]):
            cell_state = self._initial_cell_state
            if cell_state is None:
                cell_state = _initial_state(self._cell, batch_size, dtype)
            words = (
                f"zero_state of AttentionWrapper {self._base_name}: batch_size is another than "
                "the memory's. " + _TILE.format(what="memory") + " and ask zero_state for "
                "batch_size * beam_width."
            )
            with tf.control_dependencies(self._batch_size_checks(batch_size, words)):
                cell_state = tf.nest.map_structure(
                    lambda s: tf.identity(s, name="checked_cell_state"), cell_state
                )
            mechanisms = self._attention_mechanisms
            alignments = [m.initial_alignments(batch_size, dtype) for m in mechanisms]
            return AttentionWrapperState(
                cell_state=cell_state,
                time=tf.zeros([], dtype=tf.int32),
                attention=_zero_state_tensors(self._attention_layer_size, batch_size, dtype),
                alignments=self._item_or_tuple(alignments),
                attention_state=self._item_or_tuple(
                    m.initial_state(batch_size, dtype) for m in mechanisms
                ),
                alignment_history=self._item_or_tuple(
                    self._history(dtype, first.shape) for first in alignments
                ),
            )

    def _history(self, dtype, shape):
        if not self._alignment_history:
            return ()
        return tf.TensorArray(dtype, size=0, dynamic_size=True, element_shape=shape)

    def call(self, inputs: tf.Tensor,
             state: AttentionWrapperState) -> Tuple[tf.Tensor, AttentionWrapperState]:
        """Takes one step.

        Args:
          inputs: [B, D].
          state: an AttentionWrapperState.

        Returns:
          The attention or the cell's output, and the next AttentionWrapperState.

        Raises:
          TypeError: `state` is no AttentionWrapperState.
        """
        if not isinstance(state, AttentionWrapperState):
            raise TypeError(f"state must be an AttentionWrapperState; got {type(state)}")
        cell_inputs = self._cell_input_fn(inputs, state.attention)
        cell_output, next_cell_state = self._cell(cell_inputs, state.cell_state)
        batch_size = tf.dimension_value(cell_output.shape[0]) or tf.shape(cell_output)[0]
        words = (
            f"AttentionWrapper {self.name}: the query has another batch size than the memory. "
            + _TILE.format(what="memory")
        )
        with tf.control_dependencies(self._batch_size_checks(batch_size, words)):
            cell_output = tf.identity(cell_output, name="checked_cell_output")
        attentions, alignments, attention_states, histories = self._attend(cell_output, state)
        attention = tf.concat(attentions, 1)
        next_state = AttentionWrapperState(
            time=state.time + 1,
            cell_state=next_cell_state,
            attention=attention,
            attention_state=self._item_or_tuple(attention_states),
            alignments=self._item_or_tuple(alignments),
            alignment_history=self._item_or_tuple(histories),
        )
        return (attention if self._output_attention else cell_output), next_state

    def _attend(self, cell_output, state):
        """Asks each mechanism; gives lists of attentions, alignments, states and histories."""
        previous_states, previous_histories = state.attention_state, state.alignment_history
        if not self._is_multi:
            previous_states, previous_histories = [previous_states], [previous_histories]
        results = []
        for i, mechanism in enumerate(self._attention_mechanisms):
            layer = self._attention_layers[i] if self._attention_layers else None
            attention, alignments, next_state = self._attention_fn(
                mechanism, cell_output, previous_states[i], layer
            )
            history = ()
            if self._alignment_history:
                history = previous_histories[i].write(state.time, alignments)
            results.append((attention, alignments, next_state, history))
        return [list(column) for column in zip(*results)]


def _side_by_side(inputs, attention):
    return tf.concat([inputs, attention], -1)


def _initial_state(cell, batch_size, dtype):
    if hasattr(cell, "get_initial_state"):
        return cell.get_initial_state(batch_size=batch_size, dtype=dtype)
    return cell.zero_state(batch_size, dtype)

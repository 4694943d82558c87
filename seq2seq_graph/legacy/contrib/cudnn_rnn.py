"""`tf.contrib.cudnn_rnn` on a processor: the same checkpoints, no GPU.

There these layers ran on GPUs alone; their checkpoints held the variables of other cells, such as
`CudnnCompatibleLSTMCell`, so that a program could read them on a processor. Here a layer is made of
those cells and runs anywhere.

Source: `tf.contrib.cudnn_rnn` of TensorFlow 1.15.
"""

from typing import Any, List, Optional, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Cell, DType, Initializer, Nested
from seq2seq_graph.legacy.cell_dropout import DropoutWrapper
from seq2seq_graph.legacy.contrib.cudnn_rnn_cells import (
    CudnnCompatibleGRUCell,
    CudnnCompatibleLSTMCell,
)
from seq2seq_graph.legacy.contrib.rnn_stacked import stack_bidirectional_dynamic_rnn
from seq2seq_graph.legacy.layer_names import snake_case
from seq2seq_graph.legacy.rnn_cell import BasicRNNCell, LSTMStateTuple, MultiRNNCell


class _Layers:
    """Layers of a cell over time-major inputs, one after the other.

    Its variables are named as in the checkpoints of 1.15's:
    `cudnn_lstm/rnn/multi_rnn_cell/cell_0/cudnn_compatible_lstm_cell/kernel`, ...

    Args:
      num_layers, num_units: how many, and H.
      direction: "unidirectional", or "bidirectional": each layer reads both directions of the one
        below, `cudnn_lstm/stack_bidirectional_rnn/cell_0/bidirectional_rnn/fw/...`.
      dropout: between layers while training.
      name: the scope in place of the class's name.

    Raises:
      NotImplementedError: another input mode.
      ValueError: another direction.
    """

    def __init__(self, num_layers: int, num_units: int, input_mode: str = "linear_input",
                 direction: str = "unidirectional", dropout: float = 0.0,
                 seed: Optional[int] = None, dtype: DType = tf.float32,
                 kernel_initializer: Initializer = None, bias_initializer: Initializer = None,
                 name: Optional[str] = None) -> None:
        if input_mode != "linear_input":
            raise NotImplementedError(
                f"{type(self).__name__}(input_mode={input_mode!r}): here there is 'linear_input' "
                "alone")
        if direction not in ("unidirectional", "bidirectional"):
            raise ValueError(
                f"direction={direction!r}: give 'unidirectional' or 'bidirectional'")
        self._both = direction == "bidirectional"
        self._num_layers, self._num_units, self._dropout = num_layers, num_units, dropout
        self._seed, self._dtype, self._initializer = seed, dtype, kernel_initializer
        self._scope = name or snake_case(type(self).__name__)
        self._made = False

    num_layers = property(lambda self: self._num_layers)
    num_units = property(lambda self: self._num_units)

    def _cell(self) -> Cell:
        raise NotImplementedError

    def __call__(self, inputs: tf.Tensor, initial_state: Optional[Tuple[tf.Tensor, ...]] = None,
                 sequence_lengths: Optional[tf.Tensor] = None, time_major: bool = True,
                 training: bool = True) -> Tuple[tf.Tensor, Tuple[tf.Tensor, ...]]:
        """Takes [T, B, D] (or [B, T, D]); gives [T, B, H] and the state: a tuple of [L, B, H].

        The state is (h, c) of LSTMs, (h,) of the others. Of both directions: [T, B, 2 H] and
        [2 L, B, H], a layer's forward state before its backward one.
        """
        directions = 2 if self._both else 1
        cells = [self._cells(training) for _ in range(directions)]
        states: List[Any] = [None] * directions
        if initial_state is not None:
            states = [[self._joined([part[i] for part in initial_state]) for i in range(
                direction, directions * self._num_layers, directions)]
                for direction in range(directions)]
        with tf.variable_scope(self._scope, reuse=self._made or None,
                               initializer=self._initializer):
            if self._both:
                outputs, *lasts = stack_bidirectional_dynamic_rnn(
                    cells[0], cells[1], inputs, states[0], states[1], dtype=self._dtype,
                    sequence_length=sequence_lengths, time_major=time_major)
                last = [state for layer in zip(*lasts) for state in layer]
            else:
                outputs, last = tf.nn.dynamic_rnn(
                    MultiRNNCell(cells[0]), inputs, sequence_lengths,
                    states[0] and tuple(states[0]), self._dtype, time_major=time_major)
        self._made = True
        return outputs, tuple(tf.stack(part) for part in zip(*map(self._parts, last)))

    def _joined(self, parts) -> Nested:
        """Makes a cell's state of the parts of the layer's."""
        return parts[0]

    def _parts(self, state) -> Tuple[tf.Tensor, ...]:
        """Undoes `_joined`."""
        return (state,)

    def _cells(self, training):
        cells = [self._cell() for _ in range(self._num_layers)]
        if training and self._dropout:
            cells[1:] = [DropoutWrapper(cell, 1 - self._dropout, seed=self._seed)
                         for cell in cells[1:]]
        return cells


class CudnnLSTM(_Layers):
    """Layers of `CudnnCompatibleLSTMCell`."""

    def _cell(self) -> Cell:
        return CudnnCompatibleLSTMCell(self._num_units)

    def _joined(self, parts):
        h, c = parts
        return LSTMStateTuple(c, h)

    def _parts(self, state):
        return state.h, state.c


class CudnnGRU(_Layers):
    """Layers of `CudnnCompatibleGRUCell`."""

    def _cell(self) -> Cell:
        return CudnnCompatibleGRUCell(self._num_units)


class CudnnRNNTanh(_Layers):
    """Layers of `BasicRNNCell`."""

    def _cell(self) -> Cell:
        return BasicRNNCell(self._num_units, tf.tanh)


class CudnnRNNRelu(_Layers):
    """Layers of `BasicRNNCell` with relu."""

    def _cell(self) -> Cell:
        return BasicRNNCell(self._num_units, tf.nn.relu)

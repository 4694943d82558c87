"""`tf.contrib.cudnn_rnn` on a processor: the same checkpoints, no GPU.

There `CudnnLSTM` ran on GPUs alone; its checkpoints held the variables of
`CudnnCompatibleLSTMCell`s, so that a program could read them on a processor. Here the layer is
made of those cells and runs anywhere.

Source: `tf.contrib.cudnn_rnn` of TensorFlow 1.15.
"""

from typing import Any, List, Optional, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import DType, Initializer
from seq2seq_graph.legacy.cell_dropout import DropoutWrapper
from seq2seq_graph.legacy.contrib.rnn_block import LSTMBlockCell
from seq2seq_graph.legacy.contrib.rnn_stacked import stack_bidirectional_dynamic_rnn
from seq2seq_graph.legacy.rnn_cell import LSTMStateTuple, MultiRNNCell


class CudnnCompatibleLSTMCell(LSTMBlockCell):
    """`LSTMBlockCell` without a forget bias, in the scope `cudnn_compatible_lstm_cell`."""

    def __init__(self, num_units: int, reuse: Optional[bool] = None) -> None:
        super().__init__(num_units, forget_bias=0, reuse=reuse, name="cudnn_compatible_lstm_cell")


class CudnnLSTM:
    """Layers of LSTM over time-major inputs, one after the other.

    Its variables are named as in the checkpoints of 1.15's:
    `cudnn_lstm/rnn/multi_rnn_cell/cell_0/cudnn_compatible_lstm_cell/kernel`, ...

    Args:
      num_layers, num_units: how many, and H.
      direction: "unidirectional", or "bidirectional": each layer reads both directions of the one
        below, `cudnn_lstm/stack_bidirectional_rnn/cell_0/bidirectional_rnn/fw/...`.
      dropout: between layers while training.
      name: the scope in place of `cudnn_lstm`.

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
                f"CudnnLSTM(input_mode={input_mode!r}): here there is 'linear_input' alone")
        if direction not in ("unidirectional", "bidirectional"):
            raise ValueError(
                f"direction={direction!r}: give 'unidirectional' or 'bidirectional'")
        self._both = direction == "bidirectional"
        self._num_layers, self._num_units, self._dropout = num_layers, num_units, dropout
        self._seed, self._dtype, self._initializer = seed, dtype, kernel_initializer
        self._scope = name or "cudnn_lstm"
        self._made = False

    num_layers = property(lambda self: self._num_layers)
    num_units = property(lambda self: self._num_units)

    def __call__(self, inputs: tf.Tensor,
                 initial_state: Optional[Tuple[tf.Tensor, tf.Tensor]] = None,
                 sequence_lengths: Optional[tf.Tensor] = None, time_major: bool = True,
                 training: bool = True) -> Tuple[tf.Tensor, Tuple[tf.Tensor, tf.Tensor]]:
        """Takes [T, B, D] (or [B, T, D]); gives [T, B, H] and ([L, B, H], [L, B, H]), h and c.

        Of both directions: [T, B, 2 H] and ([2 L, B, H], [2 L, B, H]), a layer's forward state
        before its backward one.
        """
        directions = 2 if self._both else 1
        cells = [self._cells(training) for _ in range(directions)]
        states: List[Any] = [None] * directions
        if initial_state is not None:
            h, c = initial_state
            states = [[LSTMStateTuple(c[i], h[i]) for i in range(
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
        return outputs, (tf.stack([s.h for s in last]), tf.stack([s.c for s in last]))

    def _cells(self, training):
        cells = [CudnnCompatibleLSTMCell(self._num_units) for _ in range(self._num_layers)]
        if training and self._dropout:
            cells[1:] = [DropoutWrapper(cell, 1 - self._dropout, seed=self._seed)
                         for cell in cells[1:]]
        return cells

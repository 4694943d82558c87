"""contrib's `NASCell`, a cell that a search found.

Shapes: B batch, D input, H units, P output (`num_proj`, or H without a projection).
"""

from typing import Any, Optional, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Shape
from seq2seq_graph.legacy.cell import LayerRNNCell
from seq2seq_graph.legacy.rnn_cell_lstm import LSTMStateTuple
from seq2seq_graph.legacy.sizes import last_size


class NASCell(LayerRNNCell):
    """The cell that a search for architectures found.

    Variables: `recurrent_kernel` [P, 8 * H], `kernel` [D, 8 * H], `bias` [8 * H] if asked,
    `projection_weights` [H, P].

    Source: `tf.contrib.rnn.NASCell` of TensorFlow 1.15; Zoph and Le 2017.
    """

    _NAS_BASE = 8

    def __init__(self, num_units: int, num_proj: Optional[int] = None, use_bias: bool = False,
                 reuse: Optional[bool] = None, **kwargs: Any) -> None:
        super().__init__(_reuse=reuse, **kwargs)
        self._num_units = num_units
        self._num_proj = num_proj
        self._use_bias = use_bias

    @property
    def output_size(self) -> int:
        """P."""
        return self._num_units if self._num_proj is None else self._num_proj

    @property
    def state_size(self) -> LSTMStateTuple:
        """LSTMStateTuple(H, P)."""
        return LSTMStateTuple(self._num_units, self.output_size)

    def build(self, inputs_shape: Shape) -> None:
        """Makes the variables for inputs of shape [B, D], D known."""
        depth = last_size(tf.TensorShape(inputs_shape).with_rank(2))
        width = self._NAS_BASE * self._num_units
        self.recurrent_kernel = self.add_variable("recurrent_kernel", [self.output_size, width])
        self.kernel = self.add_variable("kernel", [depth, width])
        if self._use_bias:
            self.bias = self.add_variable(
                "bias", shape=[width], initializer=tf.zeros_initializer)
        if self._num_proj is not None:
            self.projection_weights = self.add_variable(
                "projection_weights", [self._num_units, self._num_proj])
        self.built = True

    def call(self, inputs: tf.Tensor, state: LSTMStateTuple) -> Tuple[tf.Tensor, LSTMStateTuple]:
        """Takes one step: [B, D] and the state -> the output [B, P] and the new state."""
        c, m = state
        of_state = tf.matmul(m, self.recurrent_kernel)
        of_input = tf.matmul(inputs, self.kernel)
        if self._use_bias:
            of_state = tf.nn.bias_add(of_state, self.bias)
        s = tf.split(of_state, self._NAS_BASE, axis=1)
        x = tf.split(of_input, self._NAS_BASE, axis=1)
        first = [
            tf.sigmoid(x[0] + s[0]), tf.nn.relu(x[1] + s[1]),
            tf.sigmoid(x[2] + s[2]), tf.nn.relu(x[3] * s[3]),
            tf.tanh(x[4] + s[4]), tf.sigmoid(x[5] + s[5]),
            tf.tanh(x[6] + s[6]), tf.sigmoid(x[7] + s[7]),
        ]
        second = [
            tf.tanh(first[0] * first[1]), tf.tanh(first[2] + first[3]),
            tf.tanh(first[4] * first[5]), tf.sigmoid(first[6] + first[7]),
        ]
        c = tf.tanh(second[0] + c) * second[1]
        m = tf.tanh(c * tf.tanh(second[2] + second[3]))
        if self._num_proj is not None:
            m = tf.matmul(m, self.projection_weights)
        return m, LSTMStateTuple(c, m)

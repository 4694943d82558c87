"""`tf.contrib.cudnn_rnn`'s cells, which read the checkpoints of its layers.

Shapes: B batch, D input, H units.

Source: `tf.contrib.cudnn_rnn` of TensorFlow 1.15.
"""

from typing import Optional, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Initializer, Shape
from seq2seq_graph.legacy.contrib.rnn_block import LSTMBlockCell
from seq2seq_graph.legacy.rnn_cell_basic import GRUCell
from seq2seq_graph.legacy.sizes import last_size


class CudnnCompatibleLSTMCell(LSTMBlockCell):
    """`LSTMBlockCell` without a forget bias, in the scope `cudnn_compatible_lstm_cell`."""

    def __init__(self, num_units: int, reuse: Optional[bool] = None) -> None:
        super().__init__(num_units, forget_bias=0, reuse=reuse, name="cudnn_compatible_lstm_cell")


class CudnnCompatibleGRUCell(GRUCell):
    """A GRU whose reset gate is taken after the product with the kernel, not before.

    Variables: `gates/kernel` [D + H, 2 * H], `gates/bias`; `candidate/input_projection/kernel`
    [D, H], `candidate/hidden_projection/kernel` [H, H], and a `bias` [H] of each.
    """

    def __init__(self, num_units: int, reuse: Optional[bool] = None,
                 kernel_initializer: Initializer = None) -> None:
        super().__init__(num_units, activation=None, reuse=reuse,
                         kernel_initializer=kernel_initializer)

    def build(self, inputs_shape: Shape) -> None:
        """Makes the variables."""
        depth, units = last_size(inputs_shape), self._num_units
        self._gate_kernel, self._gate_bias = self._kernel_and_bias(
            "gates", depth, 2 * units, tf.constant_initializer(1.0))
        self._kernels = [
            self.add_variable(f"candidate/{part}_projection/kernel", shape=[size, units],
                              initializer=self._kernel_initializer)
            for part, size in (("input", depth), ("hidden", units))]
        self._biases = [
            self.add_variable(f"candidate/{part}_projection/bias", shape=[units],
                              initializer=tf.zeros_initializer())
            for part in ("input", "hidden")]
        self.built = True

    def call(self, inputs: tf.Tensor, state: tf.Tensor) -> Tuple[tf.Tensor, tf.Tensor]:
        """Takes one step: [B, D], [B, H] -> the output [B, H], twice: it is the new state."""
        gates = tf.matmul(tf.concat([inputs, state], 1), self._gate_kernel)
        gates = tf.sigmoid(tf.nn.bias_add(gates, self._gate_bias))
        reset, update = tf.split(gates, 2, axis=1)
        read, kept = (
            tf.nn.bias_add(tf.matmul(tensor, kernel), bias)
            for tensor, kernel, bias in zip((inputs, state), self._kernels, self._biases))
        candidate = self._activation(read + reset * kept)
        output = (1 - update) * candidate + update * state
        return output, output

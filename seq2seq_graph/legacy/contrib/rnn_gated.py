"""contrib's cells of other kinds of gates: updating, crossing, without a product in time.

Shapes: B batch, D input, H units, P output (`num_proj`, or H without a projection).
"""

from typing import Any, Optional, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Initializer, Shape, TensorFunction
from seq2seq_graph.legacy.cell import LayerRNNCell, RNNCell
from seq2seq_graph.legacy.contrib.rnn_linear import _Linear
from seq2seq_graph.legacy.contrib.rnn_lstms import _known_depth
from seq2seq_graph.legacy.input_spec import InputSpec
from seq2seq_graph.legacy.sizes import last_size


class UGRNNCell(RNNCell):
    """A cell with one gate between its state and a new one (Collins et al. 2016).

    Variables: `kernel` [D + H, 2 * H], `bias` [2 * H].

    Source: `tf.contrib.rnn.UGRNNCell` of TensorFlow 1.15.
    """

    def __init__(
        self,
        num_units: int,
        initializer: Initializer = None,
        forget_bias: float = 1.0,
        activation: TensorFunction = tf.tanh,
        reuse: Optional[bool] = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        self._num_units = num_units
        self._initializer = initializer
        self._forget_bias = forget_bias
        self._activation = activation
        self._linear: Any = None

    state_size = property(lambda self: self._num_units, doc="H.")
    output_size = property(lambda self: self._num_units, doc="H.")

    def call(self, inputs: tf.Tensor, state: tf.Tensor) -> Tuple[tf.Tensor, tf.Tensor]:
        """Takes one step: [B, D], [B, H] -> the output [B, H], twice: it is the new state."""
        _known_depth(inputs)
        with tf.variable_scope(tf.get_variable_scope(), initializer=self._initializer):
            both = tf.concat([inputs, state], 1)
            self._linear = self._linear or _Linear(both, 2 * self._num_units, True)
            gate, content = tf.split(self._linear(both), 2, axis=1)
            content = self._activation(content)
            gate = tf.sigmoid(gate + self._forget_bias)
            state = gate * state + (1.0 - gate) * content
        return state, state


class IntersectionRNNCell(RNNCell):
    """A cell gated in depth, from input to output, as it is in time (Collins et al. 2016).

    Variables: `kernel` [H + H, 4 * H], `bias` [4 * H]; `in_projection/` where D is not H.

    Args:
      num_in_proj: H, where D is not H.
      y_activation: of what crosses in depth.

    Raises:
      ValueError: D is not H and `num_in_proj` is missing.

    Source: `tf.contrib.rnn.IntersectionRNNCell` of TensorFlow 1.15.
    """

    def __init__(
        self,
        num_units: int,
        num_in_proj: Optional[int] = None,
        initializer: Initializer = None,
        forget_bias: float = 1.0,
        y_activation: TensorFunction = tf.nn.relu,
        reuse: Optional[bool] = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        self._num_units = num_units
        self._initializer = initializer
        self._forget_bias = forget_bias
        self._num_input_proj = num_in_proj
        self._y_activation = y_activation
        self._linear1: Any = None
        self._linear2: Any = None

    state_size = property(lambda self: self._num_units, doc="H.")
    output_size = property(lambda self: self._num_units, doc="H.")

    def call(self, inputs: tf.Tensor, state: tf.Tensor) -> Tuple[tf.Tensor, tf.Tensor]:
        """Takes one step: [B, D], [B, H] -> the output and the new state, both [B, H]."""
        depth, n = _known_depth(inputs), self._num_units
        with tf.variable_scope(tf.get_variable_scope(), initializer=self._initializer):
            if depth != n:
                if not self._num_input_proj:
                    raise ValueError(
                        f"IntersectionRNNCell: inputs of size {depth} need num_in_proj={n}")
                with tf.variable_scope("in_projection"):
                    self._linear1 = self._linear1 or _Linear(inputs, n, True)
                    inputs = self._linear1(inputs)
            both = tf.concat([inputs, state], 1)
            self._linear2 = self._linear2 or _Linear(both, 4 * n, True)
            sums = self._linear2(both)
            gate_h, h, gate_y, y = (
                sums[:, :n], sums[:, n:2 * n], sums[:, 2 * n:3 * n], sums[:, 3 * n:4 * n])
            h = tf.tanh(h)
            y = self._y_activation(y)
            gate_h = tf.sigmoid(gate_h + self._forget_bias)
            gate_y = tf.sigmoid(gate_y + self._forget_bias)
            state = gate_h * state + (1.0 - gate_h) * h  # passed on in time
            output = gate_y * inputs + (1.0 - gate_y) * y  # passed on in depth
        return output, state


class SRUCell(LayerRNNCell):
    """A simple recurrent unit, whose products need no state (Lei et al. 2017). D is H.

    Variables: `kernel` [D, 4 * H], `bias` [2 * H].

    Source: `tf.contrib.rnn.SRUCell` of TensorFlow 1.15.
    """

    def __init__(self, num_units: int, activation: Optional[TensorFunction] = None,
                 reuse: Optional[bool] = None, name: Optional[str] = None, **kwargs: Any) -> None:
        super().__init__(_reuse=reuse, name=name, **kwargs)
        self._num_units = num_units
        self._activation = activation or tf.tanh
        self.input_spec = InputSpec(ndim=2)

    state_size = property(lambda self: self._num_units, doc="H.")
    output_size = property(lambda self: self._num_units, doc="H.")

    def build(self, inputs_shape: Shape) -> None:
        """Makes the variables for inputs of shape [B, D], D known."""
        depth, units = last_size(inputs_shape), self._num_units
        self._kernel = self.add_variable("kernel", shape=[depth, 4 * units])
        self._bias = self.add_variable(
            "bias", shape=[2 * units], initializer=tf.zeros_initializer)
        self.built = True

    def call(self, inputs: tf.Tensor, state: tf.Tensor) -> Tuple[tf.Tensor, tf.Tensor]:
        """Takes one step: [B, D], [B, H] -> the output and the new state, both [B, H]."""
        content, f, r, x = tf.split(tf.matmul(inputs, self._kernel), 4, axis=1)
        gates = tf.sigmoid(tf.nn.bias_add(tf.concat([f, r], 1), self._bias))
        f, r = tf.split(gates, 2, axis=1)
        c = f * state + (1.0 - f) * content
        h = r * self._activation(c) + (1.0 - r) * x
        return h, c

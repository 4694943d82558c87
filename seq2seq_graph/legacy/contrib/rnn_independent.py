"""contrib's cells whose units see their own state alone (Li et al. 2018).

Shapes: B batch, D input, H units.
"""

from typing import Optional, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Activation, DType, Initializer, Shape
from seq2seq_graph.legacy.cell import LayerRNNCell
from seq2seq_graph.legacy.input_spec import InputSpec
from seq2seq_graph.legacy.rnn_cell_lstm import LSTMStateTuple
from seq2seq_graph.legacy.sizes import last_size


class _Independent(LayerRNNCell):
    """What the three have in common."""

    def __init__(self, num_units, activation, reuse, name, dtype):
        super().__init__(_reuse=reuse, name=name, dtype=dtype)
        self.input_spec = InputSpec(ndim=2)
        self._num_units = num_units
        self._activation = activation or tf.tanh
        self._kernel_initializer = self._bias_initializer = None

    state_size = property(lambda self: self._num_units, doc="H.")
    output_size = property(lambda self: self._num_units, doc="H.")

    def _variables_of(self, depth, width, names, first=0.0):
        """Makes weights [D, width], the states' weights [1, width] and biases [width]."""
        bias = self._bias_initializer
        if bias is None:
            bias = tf.constant_initializer(first) if first else tf.zeros_initializer()
        of_state = tf.random_uniform_initializer(minval=-1, maxval=1)
        return (
            self.add_variable(names[0], shape=[depth, width], initializer=self._kernel_initializer),
            self.add_variable(names[1], shape=[1, width], initializer=of_state),
            self.add_variable(names[2], shape=[width], initializer=bias),
        )


class IndRNNCell(_Independent):
    """`BasicRNNCell` of that kind: `kernel_w` [D, H], `kernel_u` [1, H], `bias` [H].

    Source: `tf.contrib.rnn.IndRNNCell` of TensorFlow 1.15.
    """

    def __init__(self, num_units: int, activation: Activation = None, reuse: Optional[bool] = None,
                 name: Optional[str] = None, dtype: DType = None) -> None:
        super().__init__(num_units, activation, reuse, name, dtype)

    def build(self, inputs_shape: Shape) -> None:
        """Makes the variables for inputs of shape [B, D], D known."""
        self._kernel_w, self._kernel_u, self._bias = self._variables_of(
            last_size(inputs_shape), self._num_units, ("kernel_w", "kernel_u", "bias"))
        self.built = True

    def call(self, inputs: tf.Tensor, state: tf.Tensor) -> Tuple[tf.Tensor, tf.Tensor]:
        """Takes one step: [B, D], [B, H] -> the output [B, H], twice: it is the new state."""
        sums = tf.matmul(inputs, self._kernel_w) + state * self._kernel_u
        output = self._activation(tf.nn.bias_add(sums, self._bias))
        return output, output


class IndyGRUCell(_Independent):
    """`GRUCell` of that kind: `gates/kernel_w`, `gates/kernel_u`, `gates/bias`,
    `candidate/kernel`, `candidate/kernel_u`, `candidate/bias`.

    Source: `tf.contrib.rnn.IndyGRUCell` of TensorFlow 1.15.
    """

    def __init__(
        self,
        num_units: int,
        activation: Activation = None,
        reuse: Optional[bool] = None,
        kernel_initializer: Initializer = None,
        bias_initializer: Initializer = None,
        name: Optional[str] = None,
        dtype: DType = None,
    ) -> None:
        super().__init__(num_units, activation, reuse, name, dtype)
        self._kernel_initializer = kernel_initializer
        self._bias_initializer = bias_initializer

    def build(self, inputs_shape: Shape) -> None:
        """Makes the variables for inputs of shape [B, D], D known."""
        depth, units = last_size(inputs_shape), self._num_units
        self._gates = self._variables_of(
            depth, 2 * units, ("gates/kernel_w", "gates/kernel_u", "gates/bias"), first=1.0)
        self._candidate = self._variables_of(
            depth, units, ("candidate/kernel", "candidate/kernel_u", "candidate/bias"))
        self.built = True

    def call(self, inputs: tf.Tensor, state: tf.Tensor) -> Tuple[tf.Tensor, tf.Tensor]:
        """Takes one step: [B, D], [B, H] -> the output [B, H], twice: it is the new state."""
        kernel, of_state, bias = self._gates
        gates = tf.matmul(inputs, kernel) + tf.tile(state, [1, 2]) * of_state
        reset, update = tf.split(tf.sigmoid(tf.nn.bias_add(gates, bias)), 2, axis=1)
        kernel, of_state, bias = self._candidate
        rest = reset * state
        candidate = tf.matmul(inputs, kernel) + rest * of_state
        candidate = self._activation(tf.nn.bias_add(candidate, bias))
        output = update * state + (1 - update) * candidate
        return output, output


class IndyLSTMCell(_Independent):
    """`BasicLSTMCell` of that kind: `kernel_w` [D, 4 * H], `kernel_u` [1, 4 * H], `bias` [4 * H].

    Source: `tf.contrib.rnn.IndyLSTMCell` of TensorFlow 1.15; Gonnet and Deselaers 2019.
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        activation: Activation = None,
        reuse: Optional[bool] = None,
        kernel_initializer: Initializer = None,
        bias_initializer: Initializer = None,
        name: Optional[str] = None,
        dtype: DType = None,
    ) -> None:
        super().__init__(num_units, activation, reuse, name, dtype)
        self._forget_bias = forget_bias
        self._kernel_initializer = kernel_initializer
        self._bias_initializer = bias_initializer

    @property
    def state_size(self) -> LSTMStateTuple:
        """LSTMStateTuple(H, H)."""
        return LSTMStateTuple(self._num_units, self._num_units)

    def build(self, inputs_shape: Shape) -> None:
        """Makes the variables for inputs of shape [B, D], D known."""
        self._kernel_w, self._kernel_u, self._bias = self._variables_of(
            last_size(inputs_shape), 4 * self._num_units, ("kernel_w", "kernel_u", "bias"))
        self.built = True

    def call(self, inputs: tf.Tensor, state: LSTMStateTuple) -> Tuple[tf.Tensor, LSTMStateTuple]:
        """Takes one step: [B, D] and the state -> the output [B, H] and the new state."""
        axis = tf.constant(1, tf.int32)
        c, h = state
        gates = tf.matmul(inputs, self._kernel_w)
        gates += tf.tile(h, [1, 4]) * self._kernel_u
        gates = tf.nn.bias_add(gates, self._bias)
        i, j, f, o = tf.split(gates, 4, axis=axis)
        forget_bias = tf.constant(self._forget_bias, dtype=f.dtype)
        c = tf.add(
            tf.multiply(c, tf.sigmoid(tf.add(f, forget_bias))),
            tf.multiply(tf.sigmoid(i), self._activation(j)),
        )
        h = tf.multiply(self._activation(c), tf.sigmoid(o))
        return h, LSTMStateTuple(c, h)

"""`BasicLSTMCell`: an LSTM without peepholes, clipping or a projection.

Shapes: B batch, D input, H units.
"""

from typing import Any, Dict, Optional, Tuple, Union

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.activations import activation_name, named_activation
from seq2seq_graph.legacy.argument_types import Activation, DType, Nested, Shape
from seq2seq_graph.legacy.cell import LayerRNNCell
from seq2seq_graph.legacy.checks import (
    require_floating_parts,
    require_floating_type,
)
from seq2seq_graph.legacy.input_spec import InputSpec
from seq2seq_graph.legacy.rnn_cell_lstm import LSTMStateTuple
from seq2seq_graph.legacy.sizes import last_size, static_size


class BasicLSTMCell(LayerRNNCell):
    """`LSTMCell` with `forget_bias`, `state_is_tuple` and `activation` alone: the same numbers.

    Source: `tf.nn.rnn_cell.BasicLSTMCell` of TensorFlow 1.15; Zaremba et al. 2014.
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Activation = None,
        reuse: Optional[bool] = None,
        name: Optional[str] = None,
        dtype: DType = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **kwargs)
        require_floating_type(self.dtype)
        self.input_spec = InputSpec(ndim=2)
        self._num_units = static_size(num_units)
        self._forget_bias = forget_bias
        self._state_is_tuple = state_is_tuple
        self._activation = named_activation(activation or "tanh")

    @property
    def state_size(self) -> Union[int, LSTMStateTuple]:
        """LSTMStateTuple(H, H), or 2 * H where the state is one tensor."""
        units = self._num_units
        return LSTMStateTuple(units, units) if self._state_is_tuple else 2 * units

    @property
    def output_size(self) -> int:
        """H."""
        return self._num_units

    def build(self, inputs_shape: Shape) -> None:
        """Makes `kernel` [D + H, 4 * H] and `bias` [4 * H]."""
        depth, units = last_size(inputs_shape), self._num_units
        require_floating_type(self.dtype)
        self._kernel = self.add_variable("kernel", shape=[depth + units, 4 * units])
        self._bias = self.add_variable(
            "bias", shape=[4 * units], initializer=tf.zeros_initializer())
        self.built = True

    def call(self, inputs: tf.Tensor, state: Nested) -> Tuple[tf.Tensor, Nested]:
        """Takes one step: [B, D] and the state -> the output [B, H] and the new state."""
        require_floating_parts(inputs, state)
        axis = tf.constant(1, tf.int32)
        c, h = state if self._state_is_tuple else tf.split(state, 2, axis=axis)
        gates = tf.matmul(tf.concat([inputs, h], 1), self._kernel)  # [B, 4 * H]
        gates = tf.nn.bias_add(gates, self._bias)
        i, j, f, o = tf.split(gates, 4, axis=axis)  # input, new content, forget, output
        forget_bias = tf.constant(self._forget_bias, dtype=f.dtype)
        c = tf.add(
            tf.multiply(c, tf.sigmoid(tf.add(f, forget_bias))),
            tf.multiply(tf.sigmoid(i), self._activation(j)),
        )
        h = tf.multiply(self._activation(c), tf.sigmoid(o))
        return h, LSTMStateTuple(c, h) if self._state_is_tuple else tf.concat([c, h], 1)

    def get_config(self) -> Dict[str, Any]:
        """Gives the arguments."""
        return dict(
            super().get_config(),
            num_units=self._num_units,
            forget_bias=self._forget_bias,
            state_is_tuple=self._state_is_tuple,
            activation=activation_name(self._activation),
            reuse=self._reuse,
        )

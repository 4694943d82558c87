"""contrib's `GLSTMCell`, an LSTM cut into groups.

Shapes: B batch, D input, H units, P output (`num_proj`, or H without a projection).
"""

from typing import Any, List, Optional, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Initializer, TensorFunction
from seq2seq_graph.legacy.contrib.rnn_linear import _Linear
from seq2seq_graph.legacy.contrib.rnn_lstms import _known_depth, _Projected
from seq2seq_graph.legacy.rnn_cell_lstm import LSTMStateTuple


class GLSTMCell(_Projected):
    """An LSTM of groups: each part of input and state goes through a part of the gates alone.

    Variables: `groupN/kernel` [(D + P) / G, 4 * H / G], `bias_i`, `bias_j`, `bias_f`, `bias_o` [H],
    `projection/kernel` [H, P].

    Args:
      number_of_groups: G, which divides H, P and D. The others: as in `rnn_cell.LSTMCell`.

    Raises:
      ValueError: G does not.

    Source: `tf.contrib.rnn.GLSTMCell` of TensorFlow 1.15; Kuchaiev and Ginsburg 2017.
    """

    def __init__(
        self,
        num_units: int,
        initializer: Initializer = None,
        num_proj: Optional[int] = None,
        number_of_groups: int = 1,
        forget_bias: float = 1.0,
        activation: TensorFunction = tf.tanh,
        reuse: Optional[bool] = None,
    ) -> None:
        super().__init__(num_units, num_proj, reuse)
        self._initializer = initializer
        self._forget_bias = forget_bias
        self._activation = activation
        self._number_of_groups = number_of_groups
        for name, size in (("num_units", num_units), ("num_proj", num_proj or 0)):
            if size % number_of_groups:
                raise ValueError(f"GLSTMCell({name}={size}): {number_of_groups} groups are needed")
        self._linears: List[Any] = [None] * number_of_groups
        self._projection: Any = None

    def call(self, inputs: tf.Tensor, state: LSTMStateTuple) -> Tuple[tf.Tensor, LSTMStateTuple]:
        """Takes one step: [B, D] and the state -> the output [B, P] and the new state."""
        c, h = state
        batch = inputs.shape.as_list()[0] or tf.shape(inputs)[0]
        depth = _known_depth(inputs)
        if depth % self._number_of_groups:
            raise ValueError(
                f"GLSTMCell: inputs of size {depth} make no {self._number_of_groups} groups")

        def part(tensor, group, size):
            return tf.slice(tensor, [0, group * size], [batch, size],
                            name=f"GLSTM_group{group}_input_generation")

        groups, scope = self._number_of_groups, tf.get_variable_scope()
        with tf.variable_scope(scope, initializer=self._initializer):
            gates = []
            for group in range(groups):
                with tf.variable_scope(f"group{group}"):
                    both = tf.concat([part(inputs, group, depth // groups),
                                      part(h, group, self.output_size // groups)], axis=1)
                    linear = self._linears[group] = self._linears[group] or _Linear(
                        both, 4 * self._num_units // groups, False)
                    gates.append(tf.split(linear(both), 4, 1))
            biases = [
                tf.get_variable(
                    name=f"bias_{gate}", shape=[self._num_units], dtype=inputs.dtype,
                    initializer=tf.constant_initializer(0.0))
                for gate in "ijfo"]
            i, j, f, o = (tf.nn.bias_add(tf.concat(parts, axis=1), bias)
                          for parts, bias in zip(zip(*gates), biases))
        c = tf.sigmoid(f + self._forget_bias) * c + tf.sigmoid(i) * tf.tanh(j)
        h = tf.sigmoid(o) * self._activation(c)
        if self._num_proj is not None:
            with tf.variable_scope("projection"):
                self._projection = self._projection or _Linear(h, self._num_proj, False)
                h = self._projection(h)
        return h, LSTMStateTuple(c, h)

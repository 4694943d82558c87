"""`WeightNormLSTMCell`, whose weights are lengths times directions.

Shapes: B batch, D input, H units, P output (`num_proj`, or H without a projection).
"""

from typing import Optional, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Initializer, TensorFunction
from seq2seq_graph.legacy.contrib.rnn_lstms import _known_depth, _Projected
from seq2seq_graph.legacy.rnn_cell_lstm import LSTMStateTuple


class WeightNormLSTMCell(_Projected):
    """An LSTM with each column of its weights normalized and scaled by a length `norm_N`.

    Variables, in `wn_lstm_cell/wn_lstm_cell`: `kernel`, `norm_0`, `norm_1` (of the input's and the
    state's part), `bias`, the peepholes' `w_f_diag`, `w_i_diag`, `w_o_diag`, and `projection/`.

    Args:
      norm: False leaves the weights as they are. The others: as in `rnn_cell.LSTMCell`.

    Source: `tensorflow.contrib.rnn.python.ops.rnn_cell.WeightNormLSTMCell` of TensorFlow 1.15;
    Salimans and Kingma 2016.
    """

    def __init__(
        self,
        num_units: int,
        norm: bool = True,
        use_peepholes: bool = False,
        cell_clip: Optional[float] = None,
        initializer: Initializer = None,
        num_proj: Optional[int] = None,
        proj_clip: Optional[float] = None,
        forget_bias: float = 1,
        activation: Optional[TensorFunction] = None,
        reuse: Optional[bool] = None,
    ) -> None:
        super().__init__(num_units, num_proj, reuse)
        self._scope = "wn_lstm_cell"
        self._norm = norm
        self._initializer = initializer
        self._use_peepholes = use_peepholes
        self._cell_clip = cell_clip
        self._proj_clip = proj_clip
        self._activation = activation or tf.tanh
        self._forget_bias = forget_bias

    def call(self, inputs: tf.Tensor, state: LSTMStateTuple) -> Tuple[tf.Tensor, LSTMStateTuple]:
        """Takes one step: [B, D] and the state -> the output [B, P] and the new state."""
        c, h = state
        units = self._num_units
        _known_depth(inputs)
        with tf.variable_scope(self._scope, initializer=self._initializer):
            gates = self._mapped([inputs, h], 4 * units, bias=True)
            i, j, f, o = tf.split(gates, 4, axis=1)
            if self._use_peepholes:
                w_f, w_i, w_o = (
                    tf.get_variable(f"w_{gate}_diag", shape=[units], dtype=inputs.dtype)
                    for gate in "fio")
                c = (c * tf.sigmoid(f + self._forget_bias + w_f * c)
                     + tf.sigmoid(i + w_i * c) * self._activation(j))
            else:
                c = c * tf.sigmoid(f + self._forget_bias) + tf.sigmoid(i) * self._activation(j)
            if self._cell_clip is not None:
                c = tf.clip_by_value(c, -self._cell_clip, self._cell_clip)
            h = tf.sigmoid(o + w_o * c if self._use_peepholes else o) * self._activation(c)
            if self._num_proj is not None:
                with tf.variable_scope("projection"):
                    h = self._mapped([h], self._num_proj, bias=False)
                if self._proj_clip is not None:
                    h = tf.clip_by_value(h, -self._proj_clip, self._proj_clip)
            return h, LSTMStateTuple(c, h)

    def _mapped(self, parts, width, bias):
        """Maps tensors [B, ...] side by side by the normalized weights to [B, width]."""
        dtype = parts[0].dtype
        depths = [_known_depth(part) for part in parts]
        with tf.variable_scope(tf.get_variable_scope()) as outer:
            weights = tf.get_variable("kernel", [sum(depths), width], dtype=dtype)
            if self._norm:
                weights = self._normalized(weights, depths)
            both = parts[0] if len(parts) == 1 else tf.concat(parts, 1)
            outputs = tf.matmul(both, weights)
            if not bias:
                return outputs
            with tf.variable_scope(outer) as inner:
                inner.set_partitioner(None)
                biases = tf.get_variable(
                    "bias", [width], dtype=dtype,
                    initializer=tf.constant_initializer(0.0))
            return tf.nn.bias_add(outputs, biases)

    def _normalized(self, weights, depths):
        normalized, start = [], 0
        with tf.control_dependencies(None):
            for position, depth in enumerate(depths):
                part = weights[start:start + depth, :]
                length = tf.get_variable(
                    f"norm_{position}", [part.get_shape().as_list()[1]], dtype=part.dtype)
                normalized.append(tf.nn.l2_normalize(part, axis=0) * length)
                start += depth
            return tf.concat(normalized, axis=0)

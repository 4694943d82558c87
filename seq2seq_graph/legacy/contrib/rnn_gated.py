"""contrib's cells of other kinds of gates: found by search, updating, crossing, in phases.

Shapes: B batch, D input, H units, P output (`num_proj`, or H without a projection).
"""

from typing import Any, Optional, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Initializer, Shape, TensorFunction
from seq2seq_graph.legacy.cell import LayerRNNCell, RNNCell
from seq2seq_graph.legacy.contrib.rnn_linear import _Linear
from seq2seq_graph.legacy.contrib.rnn_lstms import _known_depth
from seq2seq_graph.legacy.input_spec import InputSpec
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
        self._linear = None

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
        self._linear1 = self._linear2 = None

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


class PhasedLSTMCell(RNNCell):
    """An LSTM whose units are open for a part of a period each (Neil et al. 2016).

    Its input is a pair: the time [B, 1] and x [B, D].

    Variables: `mask_gates/`, `new_input/`, `output_gate/`, each `kernel` and `bias`; `period`,
    `phase`, `ratio_on` [H].

    Args:
      leak: how much passes when closed; ratio_on: the part of a period that is open.
      period_init_min, period_init_max: between these the periods begin, evenly by their logarithm.

    Source: `tf.contrib.rnn.PhasedLSTMCell` of TensorFlow 1.15.
    """

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        leak: float = 0.001,
        ratio_on: float = 0.1,
        trainable_ratio_on: bool = True,
        period_init_min: float = 1.0,
        period_init_max: float = 1000.0,
        reuse: Optional[bool] = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        self._num_units = num_units
        self._use_peepholes = use_peepholes
        self._leak = leak
        self._ratio_on = ratio_on
        self._trainable_ratio_on = trainable_ratio_on
        self._period_init_min = period_init_min
        self._period_init_max = period_init_max
        self._linears = {}

    @property
    def state_size(self) -> LSTMStateTuple:
        """LSTMStateTuple(H, H)."""
        return LSTMStateTuple(self._num_units, self._num_units)

    output_size = property(lambda self: self._num_units, doc="H.")

    def call(self, inputs: Tuple[tf.Tensor, tf.Tensor],
             state: LSTMStateTuple) -> Tuple[tf.Tensor, LSTMStateTuple]:
        """Takes one step: (time [B, 1], x [B, D]) and the state -> [B, H] and the new state."""
        c_before, h_before = state
        time, x = inputs
        read = [x, h_before]
        with tf.variable_scope("mask_gates"):
            gates = tf.sigmoid(self._mapped(
                0, [*read, c_before] if self._use_peepholes else read, 2 * self._num_units))
            i, f = tf.split(gates, 2, axis=1)
        with tf.variable_scope("new_input"):
            content = tf.tanh(self._mapped(1, read, self._num_units))
        c = c_before * f + i * content
        with tf.variable_scope("output_gate"):
            o = tf.sigmoid(self._mapped(
                2, [*read, c] if self._use_peepholes else read, self._num_units))
        h = tf.tanh(c) * o
        k = self._openness(time)
        c = k * c + (1 - k) * c_before
        h = k * h + (1 - k) * h_before
        return h, LSTMStateTuple(c, h)

    def _mapped(self, number, parts, width):
        self._linears[number] = self._linears.get(number) or _Linear(parts, width, True)
        return self._linears[number](parts)

    def _openness(self, time):
        """Gives how open each unit is at `time`, float32 [B, H]."""
        units = [self._num_units]
        period = tf.get_variable("period", units, initializer=_random_exp_initializer(
            self._period_init_min, self._period_init_max))
        phase = tf.get_variable("phase", units, initializer=tf.random_uniform_initializer(
            0.0, period.initial_value))
        ratio_on = tf.get_variable(
            "ratio_on", units, initializer=tf.constant_initializer(self._ratio_on),
            trainable=self._trainable_ratio_on)
        shift, length = tf.cast(phase, time.dtype), tf.cast(period, time.dtype)
        since = time - shift
        # The gradient is that of `since`: a remainder's own is not defined at the jumps.
        since = tf.stop_gradient(tf.mod(since, length) - since) + since
        ratio = tf.cast(since / length, tf.float32)
        rising = 2 * ratio / ratio_on
        falling = 2 - rising
        closed = self._leak * ratio
        k = tf.where(ratio < ratio_on, falling, closed)
        return tf.where(ratio < 0.5 * ratio_on, rising, k)


def _random_exp_initializer(minval, maxval, seed=None, dtype=tf.float32):
    """Gives an initializer whose numbers' logarithms are uniform."""

    def initializer(shape, dtype=dtype, partition_info=None):
        return tf.exp(tf.random_uniform(shape, tf.log(minval), tf.log(maxval), dtype, seed=seed))

    return initializer

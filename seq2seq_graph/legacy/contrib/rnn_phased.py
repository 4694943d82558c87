"""contrib's `PhasedLSTMCell`, whose memory opens by the clock.

Shapes: B batch, D input, H units.
"""

from typing import Any, Dict, Optional, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.cell import RNNCell
from seq2seq_graph.legacy.contrib.rnn_linear import _Linear
from seq2seq_graph.legacy.rnn_cell_lstm import LSTMStateTuple


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
        self._linears: Dict[Any, Any] = {}

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

"""contrib's LSTM over windows of a frame of frequencies.

Shapes: B batch, D input, F `feature_size`, N windows of F in D, H units.
"""

from typing import Any, List, Optional, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Initializer
from seq2seq_graph.legacy.cell import RNNCell
from seq2seq_graph.legacy.contrib.rnn_lstms import _in_shards


class TimeFreqLSTMCell(RNNCell):
    """An LSTM that goes along the frequencies too: each window also reads the output of the last.

    Variables: `W_0`, ... [F + 2 * H, 4 * H] in shards, `B` [4 * H]; `W_F_diag`, `W_I_diag`,
    `W_O_diag` [H] for peepholes.

    Args:
      num_units: H; use_peepholes, cell_clip, forget_bias: as in `rnn_cell.LSTMCell`.
      num_unit_shards: into how many variables the kernel is cut.
      feature_size: F; frequency_skip: from one window's start to the next.
      initializer: not used, natively neither.

    Source: `tf.contrib.rnn.TimeFreqLSTMCell` of TensorFlow 1.15; Sainath and Li 2016.
    """

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        cell_clip: Optional[float] = None,
        initializer: Initializer = None,
        num_unit_shards: int = 1,
        forget_bias: float = 1.0,
        feature_size: Any = None,
        frequency_skip: int = 1,
        reuse: Optional[bool] = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        self._num_units = num_units
        self._use_peepholes = use_peepholes
        self._cell_clip = cell_clip
        self._num_unit_shards = num_unit_shards
        self._forget_bias = forget_bias
        self._feature_size = feature_size
        self._frequency_skip = frequency_skip
        self._reuse = reuse

    # Natively too of one window alone.
    state_size = property(lambda self: 2 * self._num_units, doc="2 * H.")
    output_size = property(lambda self: self._num_units, doc="H.")

    def call(self, inputs: tf.Tensor, state: tf.Tensor) -> Tuple[tf.Tensor, tf.Tensor]:
        """Takes one step: [B, D], [B, N * 2 * H] -> the output [B, N * H] and the new state."""
        units, dtype = self._num_units, inputs.dtype
        size = known_size(inputs)
        read = windows(inputs, window_starts(0, size, self._feature_size, self._frequency_skip),
                       self._feature_size)
        depth = read[0].get_shape().as_list()[1]
        kernel = _in_shards("W", [depth + 2 * units, 4 * units], dtype, self._num_unit_shards)
        bias = tf.get_variable("B", shape=[4 * units], initializer=tf.zeros_initializer(),
                               dtype=dtype)
        w_f, w_i, w_o = [
            tf.get_variable(f"W_{gate}_diag", shape=[units], dtype=dtype)
            if self._use_peepholes else None for gate in "FIO"]
        h_below = tf.zeros([inputs.get_shape().as_list()[0] or tf.shape(inputs)[0], units], dtype)
        outputs: Any = None
        for place, window in enumerate(read):
            c_before, h_before = (
                tf.slice(state, [0, at * units], [-1, units]) for at in (2 * place, 2 * place + 1))
            both = tf.concat([window, h_before, h_below], 1)
            i, j, f, o = tf.split(tf.nn.bias_add(tf.matmul(both, kernel), bias), 4, axis=1)
            forget = tf.sigmoid(_add_peephole(f + self._forget_bias, w_f, c_before)) * c_before
            c = forget + tf.sigmoid(_add_peephole(i, w_i, c_before)) * tf.tanh(j)
            if self._cell_clip is not None:
                c = tf.clip_by_value(c, -self._cell_clip, self._cell_clip)
            h = h_below = tf.sigmoid(_add_peephole(o, w_o, c)) * tf.tanh(c)
            if outputs is None:
                state_after, outputs = tf.concat([c, h], 1), h
            else:
                state_after = tf.concat([state_after, c, h], 1)
                outputs = tf.concat([outputs, h], 1)
        return outputs, state_after


def _add_peephole(sums, weights, c):
    return sums if weights is None else sums + weights * c


def known_size(inputs: tf.Tensor) -> int:
    """Gives D of inputs [B, D].

    Raises:
      ValueError: it is not known.
    """
    size = inputs.get_shape().with_rank(2).as_list()[-1]
    if size is None:
        raise ValueError(f"a cell of frequencies needs a known last dimension; got inputs of shape "
                         f"{inputs.get_shape()}")
    return size


def window_starts(start: int, size: int, width: int, skip: int) -> List[int]:
    """Gives where windows of `width` begin in `size` frequencies from `start` on."""
    return [start + place * skip for place in range(int((size - width) / skip) + 1)]


def windows(inputs: tf.Tensor, starts: List[int], width: int) -> List[tf.Tensor]:
    """Cuts windows [B, F] out of inputs [B, D]."""
    return [tf.slice(inputs, [0, start], [-1, width]) for start in starts]

"""One step of the grid LSTMs through the windows of a block.

Shapes: B batch, F the width of a window, H units.
"""

from typing import Any, Callable, List, NamedTuple, Optional, Sequence, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Size
from seq2seq_graph.legacy.contrib.rnn_lstms import _in_shards

_FREQUENCY, _TIME = "freq", "time"


class Options(NamedTuple):
    """The cell's arguments that a step needs."""

    num_units: int
    use_peepholes: bool
    share_weights: bool
    cell_clip: Optional[float]
    num_unit_shards: int
    forget_bias: float
    couple_gates: bool


def take_step(options: Options, read: Sequence[tf.Tensor], block: int,
              before: Callable[[int], Sequence[tf.Tensor]],
              batch: Size) -> Tuple[List[tf.Tensor], List[tf.Tensor]]:
    """Goes along the windows of a block.

    Args:
      read: the windows, each [B, F].
      before: number of a window -> its memory and output [B, H] of the step before.

    Returns:
      Two [B, H] of each window: the outputs along time and frequency; memory and output of time.
    """
    weights = _Weights(options, block, read[0])
    h_below = tf.zeros([batch, options.num_units], read[0].dtype)
    c_below = tf.zeros([batch, options.num_units], read[0].dtype)
    outputs, states = [], []
    for number, window in enumerate(read):
        c_before, h_before = before(number)
        both = tf.concat([window, h_before, h_below], 1)
        sums = {_FREQUENCY: weights.sums(both, _FREQUENCY)}
        sums[_TIME] = sums[_FREQUENCY] if options.share_weights else weights.sums(both, _TIME)
        c = {}
        for side, old in ((_FREQUENCY, c_below), (_TIME, c_before)):
            c[side] = weights.memory(side, sums[side], old, c_below, c_before)
        h = {side: weights.squash("O", side, sums[side]["O"], c[_FREQUENCY], c[_TIME])
             * tf.tanh(c[side]) for side in (_FREQUENCY, _TIME)}
        c_below, h_below = c[_FREQUENCY], h[_FREQUENCY]
        states += [c[_TIME], h[_TIME]]
        outputs += [h[_TIME], h[_FREQUENCY]]
    return outputs, states


class _Weights:
    """A block's variables, and what is computed of them."""

    def __init__(self, options: Options, block: int, window: tf.Tensor) -> None:
        self.options = options
        self.gates = "IJO" if options.couple_gates else "IJFO"
        units, dtype = options.num_units, window.dtype
        width = len(self.gates) * units
        depth = window.get_shape().as_list()[1] + 2 * units
        sides = (_FREQUENCY,) if options.share_weights else (_FREQUENCY, _TIME)
        self.kernels = {}
        for side in sides:
            kernel = _in_shards(f"W_{side[0]}_{block}", [depth, width], dtype,
                                options.num_unit_shards)
            self.kernels[side] = kernel, tf.get_variable(
                f"B_{side[0]}_{block}", shape=[width], initializer=tf.zeros_initializer(),
                dtype=dtype)
        self.peepholes: Any = {}
        for side in sides if options.use_peepholes else ():
            for gate in "IO" if options.couple_gates else "FIO":
                self.peepholes[gate, side] = [
                    tf.get_variable(f"W_{gate}_diag_{side}{of}_{block}", shape=[units], dtype=dtype)
                    for of in "ft"]

    def sums(self, both, side):
        """Gives what the gates' functions are computed of, by the gates' letters: [B, H] each."""
        kernel, bias = self.kernels[side]
        joined = tf.nn.bias_add(tf.matmul(both, kernel), bias)
        return dict(zip(self.gates, tf.split(joined, len(self.gates), axis=1)))

    def squash(self, gate, side, sums, c_frequency, c_time):
        """Gives a gate [B, H], with what its peepholes see."""
        if self.options.use_peepholes:
            side = _FREQUENCY if self.options.share_weights else side
            of_frequency, of_time = self.peepholes[gate, side]
            sums = sums + of_frequency * c_frequency + of_time * c_time
        return tf.sigmoid(sums)

    def memory(self, side, sums, old, c_below, c_before):
        """Gives the new memory [B, H] of one side, `old` the one that it goes on from."""
        take = self.squash("I", side, sums["I"], c_below, c_before)
        if self.options.couple_gates:
            keep = 1.0 - take
        else:
            keep = self.squash(
                "F", side, sums["F"] + self.options.forget_bias, c_below, c_before)
        c = keep * old + take * tf.tanh(sums["J"])
        limit = self.options.cell_clip
        return c if limit is None else tf.clip_by_value(c, -limit, limit)

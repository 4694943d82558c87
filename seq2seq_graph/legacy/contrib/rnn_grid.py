"""contrib's LSTMs over a grid of time and frequency.

Shapes: B batch, D input, F `feature_size`, H units, N windows of all blocks.
"""

import collections
from typing import Any, List, Optional, Sequence, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Initializer, Nested
from seq2seq_graph.legacy.cell import RNNCell
from seq2seq_graph.legacy.contrib.rnn_grid_step import Options, take_step
from seq2seq_graph.legacy.contrib.rnn_time_frequency import known_size, window_starts, windows


class GridLSTMCell(RNNCell):
    """Two LSTMs in each window of frequencies: one along the time, one along the frequencies.

    The frequencies are cut into blocks with weights of their own, a block into windows of F.

    Variables of block b: `W_f_b_0`, ... [F + 2 * H, 4 * H] in shards and `B_f_b` [4 * H], with `t`
    for `f` those of the LSTM along the time; for peepholes `W_G_diag_XY_b` [H]: G a gate of F, I,
    O, X the LSTM `freq` or `time`, Y the memory of it that is read, `f` or `t`.

    Args:
      num_units: H; use_peepholes, cell_clip, forget_bias: as in `rnn_cell.LSTMCell`.
      share_time_frequency_weights: both LSTMs have the one's weights.
      num_unit_shards: into how many variables a kernel is cut.
      feature_size: F; frequency_skip: from one window's start to the next.
      num_frequency_blocks: the number of windows of each block.
      start_freqindex_list, end_freqindex_list: where each block begins and ends; None is one block
        of all D.
      couple_input_forget_gates: the forget gate is 1 - the input gate.
      state_is_tuple: True gives a tuple with a field `_c` and one `_m` of each window.
      initializer: not used, natively neither.

    Raises:
      ValueError: there is no `num_frequency_blocks`; in a step, it does not fit the inputs.

    Source: `tf.contrib.rnn.GridLSTMCell` of TensorFlow 1.15; Kalchbrenner et al. 2015, Sainath and
    Li 2016.
    """

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        share_time_frequency_weights: bool = False,
        cell_clip: Optional[float] = None,
        initializer: Initializer = None,
        num_unit_shards: int = 1,
        forget_bias: float = 1.0,
        feature_size: Any = None,
        frequency_skip: Any = None,
        num_frequency_blocks: Any = None,
        start_freqindex_list: Optional[Sequence[int]] = None,
        end_freqindex_list: Any = None,
        couple_input_forget_gates: bool = False,
        state_is_tuple: bool = True,
        reuse: Optional[bool] = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        if num_frequency_blocks is None:
            raise ValueError("num_frequency_blocks is needed: the number of windows of each block")
        self._options = Options(num_units, use_peepholes, share_time_frequency_weights, cell_clip,
                                num_unit_shards, forget_bias, couple_input_forget_gates)
        self._num_units = num_units
        self._width, self._skip = feature_size, frequency_skip
        self._blocks = num_frequency_blocks
        self._starts, self._ends = start_freqindex_list, end_freqindex_list
        self._state_is_tuple = state_is_tuple
        self._reuse = reuse
        self._state_tuple_type: Any = None
        if state_is_tuple:
            self._state_tuple_type = self._named_state("GridLSTMStateTuple", ["state"])

    def _named_state(self, name, prefixes):
        return collections.namedtuple(name, [  # type: ignore[misc]
            field for prefix in prefixes for block, count in enumerate(self._blocks)
            for window in range(count) for field in _fields(prefix, window, block)])

    @property
    def state_size(self) -> Any:
        """H in each field of the tuple, or N * 2 * H."""
        if self._state_tuple_type is None:
            return self._num_units * 2 * sum(self._blocks)
        fields = self._state_tuple_type._fields
        return self._state_tuple_type(*[self._num_units] * len(fields))

    @property
    def output_size(self) -> int:
        """N * 2 * H."""
        return self._num_units * 2 * sum(self._blocks)

    state_tuple_type = property(lambda self: self._state_tuple_type, doc="The state's, or None.")

    def call(self, inputs: tf.Tensor, state: Nested) -> Tuple[tf.Tensor, Nested]:
        """Takes one step: [B, D] and the state -> the output [B, N * 2 * H] and the new state."""
        batch = inputs.get_shape().with_rank(2).as_list()[0] or tf.shape(inputs)[0]
        outputs, states = self._along(self._windows(inputs), state, batch, "state")
        join = self._state_tuple_type or (lambda *parts: tf.concat(parts, 1))
        after = join(*states)
        return tf.concat(outputs, 1), after

    def _along(self, blocks, state, batch, prefix):
        """Goes along the windows of each block; gives lists of outputs and of states."""
        outputs, states = [], []
        for block, read in enumerate(blocks):
            def before(window, block=block):
                if self._state_is_tuple:
                    return [getattr(state, field) for field in _fields(prefix, window, block)]
                # Natively too each block reads the first block's.
                return [tf.slice(state, [0, place * self._num_units], [-1, self._num_units])
                        for place in (2 * window, 2 * window + 1)]

            more, after = take_step(self._options, read, block, before, batch)
            outputs += more
            states += after
        return outputs, states

    def _windows(self, inputs, offset=0) -> List[List[tf.Tensor]]:
        """Gives the windows of each block, `offset` frequencies further on; zeros stand beyond."""
        size = known_size(inputs)
        if offset:
            sides = [0, 0, 0, offset] if offset > 0 else [0, 0, -offset, 0]
            inputs = tf.pad(inputs, tf.constant(sides, shape=[2, 2], dtype=tf.int32), "CONSTANT")
        starts, ends = self._starts or [0], self._ends if self._starts else [size]
        if not len(starts) == len(ends) == len(self._blocks):
            raise ValueError(
                f"num_frequency_blocks={self._blocks}: there are {len(starts)} starts and "
                f"{len(ends)} ends of blocks")
        found = []
        for start, end, count in zip(starts, ends, self._blocks):
            places = window_starts(start + max(offset, 0), end - start, self._width, self._skip)
            if len(places) != count:
                raise ValueError(
                    f"num_frequency_blocks={self._blocks}: {end - start} frequencies make "
                    f"{len(places)} windows of {self._width}, {self._skip} apart, not {count}")
            found.append(windows(inputs, places, self._width))
        return found


def _fields(prefix, window, block):
    return [f"{prefix}_f{window:02d}_b{block:02d}_{part}" for part in "cm"]


class BidirectionalGridLSTMCell(GridLSTMCell):
    """A `GridLSTMCell` along the frequencies in both directions, in the scopes `fwd` and `bwd`.

    Args:
      backward_slice_offset: so many frequencies further on the windows of the second lie.

    Source: `tf.contrib.rnn.BidirectionalGridLSTMCell` of TensorFlow 1.15.
    """

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        share_time_frequency_weights: bool = False,
        cell_clip: Optional[float] = None,
        initializer: Initializer = None,
        num_unit_shards: int = 1,
        forget_bias: float = 1.0,
        feature_size: Any = None,
        frequency_skip: Any = None,
        num_frequency_blocks: Any = None,
        start_freqindex_list: Optional[Sequence[int]] = None,
        end_freqindex_list: Any = None,
        couple_input_forget_gates: bool = False,
        backward_slice_offset: int = 0,
        reuse: Optional[bool] = None,
    ) -> None:
        super().__init__(
            num_units, use_peepholes, share_time_frequency_weights, cell_clip, initializer,
            num_unit_shards, forget_bias, feature_size, frequency_skip, num_frequency_blocks,
            start_freqindex_list, end_freqindex_list, couple_input_forget_gates, True, reuse)
        self._offset = int(backward_slice_offset)
        self._state_tuple_type = self._named_state(
            "BidirectionalGridLSTMStateTuple", ["fwd_state", "bwd_state"])

    @property
    def output_size(self) -> int:
        """N * 4 * H."""
        return 2 * super().output_size

    def call(self, inputs: tf.Tensor, state: Nested) -> Tuple[tf.Tensor, Nested]:
        """Takes one step: [B, D] and the state -> the output [B, N * 4 * H] and the new state."""
        batch = inputs.get_shape().with_rank(2).as_list()[0] or tf.shape(inputs)[0]
        forward = self._windows(inputs)
        backward = self._windows(inputs, self._offset) if self._offset else forward
        outputs, states = [], []
        for name, blocks in (("fwd", forward), ("bwd", [read[::-1] for read in backward])):
            with tf.variable_scope(name):
                more, after = self._along(blocks, state, batch, name + "_state")
            outputs += more
            states += after
        return tf.concat(outputs, 1), self._state_tuple_type(*states)

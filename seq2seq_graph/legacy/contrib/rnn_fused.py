"""contrib's layers that run over all steps at once: one op, a cell in a loop, or back to front.

Shapes: T time, B batch, D input, H units; time-major throughout.
"""

import abc
from typing import Optional, Sequence, Tuple, Union

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Cell, DType, Nested, Scope, Shape
from seq2seq_graph.legacy.base_layer import Layer
from seq2seq_graph.legacy.contrib.rnn_block import make_lstm_variables, peepholes
from seq2seq_graph.legacy.input_spec import InputSpec
from seq2seq_graph.legacy.rnn_cell_lstm import LSTMStateTuple


class LSTMBlockWrapper(Layer, abc.ABC):
    """An LSTM over a sequence: a subclass gives all memories and outputs in `_call_cell`.

    Source: `tf.contrib.rnn.LSTMBlockWrapper` of TensorFlow 1.15.
    """

    @property
    @abc.abstractmethod
    def num_units(self) -> int:
        """H."""

    @abc.abstractmethod
    def _call_cell(self, inputs, initial_cell_state, initial_output, dtype, sequence_length):
        """Gives the memories and the outputs of all steps, [T, B, H] each."""

    def call(self, inputs: Union[tf.Tensor, Sequence[tf.Tensor]], initial_state: Nested = None,
             dtype: DType = None,
             sequence_length: Optional[tf.Tensor] = None) -> Tuple[tf.Tensor, Nested]:
        """Runs over all steps.

        Args:
          inputs: [T, B, D], or a list of T tensors [B, D].
          initial_state: c and h [B, H]; None is zeros of `dtype`.
          sequence_length: int [B]: beyond it outputs are 0 and the state is held.

        Returns:
          The outputs [T, B, H], or a list, and the last state.

        Raises:
          ValueError: D is not known, or neither a state nor `dtype` is given.
        """
        is_list = isinstance(inputs, list)
        whole: tf.Tensor = tf.stack(inputs) if is_list else inputs
        steps, batch, depth = whole.get_shape().with_rank(3).as_list()
        if not depth:
            raise ValueError(f"an LSTM needs a known last dimension; got {whole.get_shape()}")
        batch = tf.shape(whole)[1] if batch is None else batch
        steps = tf.shape(whole)[0] if steps is None else steps
        if initial_state is None:
            if dtype is None:
                raise ValueError("an LSTM over a sequence needs initial_state or dtype")
            zeros = tf.zeros(tf.stack([batch, self.num_units]), dtype=dtype)
            initial_state = zeros, zeros
        elif len(initial_state) != 2:
            raise ValueError(f"initial_state must be c and h; got {initial_state}")
        dtype = initial_state[0].dtype if dtype is None else dtype
        if sequence_length is not None:
            sequence_length = tf.convert_to_tensor(sequence_length)
        c, h = initial_state
        memories, outputs = self._call_cell(whole, c, h, dtype, sequence_length)
        if sequence_length is None:
            state = memories[-1], outputs[-1]
        else:
            mask = tf.transpose(tf.sequence_mask(sequence_length, steps, dtype=dtype), [1, 0])
            outputs *= tf.tile(tf.expand_dims(mask, [-1]), [1, 1, self.num_units])
            memories = tf.concat([tf.expand_dims(c, [0]), memories], 0)
            with_first = tf.concat([tf.expand_dims(h, [0]), outputs], 0)
            state = (self._gather_states(memories, sequence_length, batch),
                     self._gather_states(with_first, sequence_length, batch))
        return tf.unstack(outputs) if is_list else outputs, LSTMStateTuple(*state)

    def _gather_states(self, data, indices, batch_size):
        """Gives of [T + 1, B, H] each row's at its own time, [B, H]."""
        return tf.gather_nd(data, tf.stack([indices, tf.range(batch_size)], axis=1))


class LSTMBlockFusedCell(LSTMBlockWrapper):
    """`LSTMCell` over a whole sequence as one op; variables `kernel`, `bias`, ... as there.

    Args:
      As for `rnn_block.LSTMBlockCell`.

    Source: `tf.contrib.rnn.LSTMBlockFusedCell` of TensorFlow 1.15.
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        cell_clip: Optional[float] = None,
        use_peephole: bool = False,
        reuse: Optional[bool] = None,
        dtype: DType = None,
        name: str = "lstm_fused_cell",
    ) -> None:
        super().__init__(_reuse=reuse, name=name, dtype=dtype)
        self._num_units = num_units
        self._forget_bias = forget_bias
        self._cell_clip = -1 if cell_clip is None else cell_clip
        self._use_peephole = use_peephole
        self.input_spec = InputSpec(ndim=3)

    num_units = property(lambda self: self._num_units, doc="H.")

    def build(self, input_shape: Shape) -> None:
        """Makes the variables for inputs of shape [T, B, D], D known."""
        make_lstm_variables(self, input_shape, axis=2)

    def _call_cell(
        self, inputs, initial_cell_state=None, initial_output=None, dtype=None,
        sequence_length=None,
    ):
        steps = inputs.get_shape().with_rank(3).as_list()[0]
        steps = tf.shape(inputs)[0] if steps is None else steps
        wci, wcf, wco = peepholes(self, dtype)
        if sequence_length is not None:
            steps = tf.reduce_max(sequence_length)
        block = tf.raw_ops.BlockLSTM(
            seq_len_max=tf.cast(steps, tf.int64), x=inputs, cs_prev=initial_cell_state,
            h_prev=initial_output, w=self._kernel, wci=wci, wcf=wcf, wco=wco, b=self._bias,
            forget_bias=self._forget_bias, cell_clip=self._cell_clip,
            use_peephole=self._use_peephole)
        return block.cs, block.h


class FusedRNNCell(abc.ABC):
    """What runs over all steps at once.

    Source: `tf.contrib.rnn.FusedRNNCell` of TensorFlow 1.15.
    """

    @abc.abstractmethod
    def __call__(
        self,
        inputs: Union[tf.Tensor, Sequence[tf.Tensor]],
        initial_state: Nested = None,
        dtype: DType = None,
        sequence_length: Optional[tf.Tensor] = None,
        scope: Scope = None,
    ) -> Tuple[Nested, Nested]:
        """Runs over [T, B, D], or a list of T tensors [B, D]; gives outputs and the last state."""


class FusedRNNCellAdaptor(FusedRNNCell):
    """Runs a cell over all steps, by `dynamic_rnn` or `static_rnn`.

    Source: `tf.contrib.rnn.FusedRNNCellAdaptor` of TensorFlow 1.15.
    """

    def __init__(self, cell: Cell, use_dynamic_rnn: bool = False) -> None:
        self._cell = cell
        self._use_dynamic_rnn = use_dynamic_rnn

    def __call__(
        self,
        inputs: Union[tf.Tensor, Sequence[tf.Tensor]],
        initial_state: Nested = None,
        dtype: DType = None,
        sequence_length: Optional[tf.Tensor] = None,
        scope: Scope = None,
    ) -> Tuple[Nested, Nested]:
        """Runs the cell: see `FusedRNNCell.__call__`."""
        is_list = isinstance(inputs, list)
        options = {"sequence_length": sequence_length, "initial_state": initial_state,
                   "dtype": dtype, "scope": scope}
        if self._use_dynamic_rnn:
            outputs, state = tf.nn.dynamic_rnn(
                self._cell, tf.stack(inputs) if is_list else inputs, time_major=True, **options)
            return tf.unstack(outputs) if is_list else outputs, state
        outputs, state = tf.nn.static_rnn(
            self._cell, inputs if is_list else tf.unstack(inputs), **options)
        return outputs if is_list else tf.stack(outputs), state


class TimeReversedFusedRNN(FusedRNNCell):
    """Runs another FusedRNNCell from the last step to the first.

    Source: `tf.contrib.rnn.TimeReversedFusedRNN` of TensorFlow 1.15.
    """

    def __init__(self, cell: FusedRNNCell) -> None:
        self._cell = cell

    def __call__(
        self,
        inputs: Union[tf.Tensor, Sequence[tf.Tensor]],
        initial_state: Nested = None,
        dtype: DType = None,
        sequence_length: Optional[tf.Tensor] = None,
        scope: Scope = None,
    ) -> Tuple[Nested, Nested]:
        """Runs the cell: see `FusedRNNCell.__call__`."""
        outputs, state = self._cell(
            self._reverse(inputs, sequence_length), initial_state=initial_state, dtype=dtype,
            sequence_length=sequence_length, scope=scope)
        return self._reverse(outputs, sequence_length), state

    def _reverse(self, sequence, lengths):
        if isinstance(sequence, list):
            return list(reversed(sequence))
        if lengths is None:
            return tf.reverse_v2(sequence, [0])
        return tf.reverse_sequence(sequence, lengths, 0, 1)

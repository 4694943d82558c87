"""`tf.contrib.grid_rnn`: a cell in each dimension of a grid, each reading the outputs of all.

Shapes: B batch, D input, H units.
"""

import functools
from typing import Any, Callable, List, NamedTuple, Optional, Sequence, Tuple, Union

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Cell, Nested, Scope, TensorFunction
from seq2seq_graph.legacy.cell import RNNCell
from seq2seq_graph.legacy.contrib.layers import fully_connected
from seq2seq_graph.legacy.contrib.layers_initializers import xavier_initializer
from seq2seq_graph.legacy.rnn_cell_lstm import LSTMCell

Dimensions = Union[None, int, Sequence[int]]


class _Dimensions(NamedTuple):
    """Numbers of dimensions, in order."""

    inputs: List[int]
    outputs: List[int]
    first: List[int]  # what is computed at once
    then: List[int]  # the priority dimensions, which read the new outputs
    recurrent: List[int]


class GridRNNCell(RNNCell):
    """A grid of `num_dims` dimensions.

    Variables, in a scope named as the class: `project_m_N`, and `project_c_N` for cells of a memory
    and an output, [D / inputs, H] of each input dimension; the cells' in `recurrent/cell_N`,
    those of fully connected dimensions in `non_recurrent/cell_N`.

    Args:
      num_units: H.
      input_dims, output_dims: an int or list: the dimensions that read the inputs, and those whose
        outputs are given.
      priority_dims: the dimensions that read the others' new outputs, not their old ones.
      non_recurrent_dims: those that are `non_recurrent_fn` (default relu) of a fully connected
        layer, without a state.
      tied: the dimensions share their weights, in `recurrent` and `non_recurrent`.
      cell_fn: a function H -> cell; None is LSTMCell.
      state_is_tuple, output_is_tuple: a tuple of the dimensions' ones, or one tensor.

    Raises:
      ValueError: no dimension, or one that is not there.
      TypeError: `cell_fn` gives no RNNCell.

    Source: `tf.contrib.grid_rnn.GridRNNCell` of TensorFlow 1.15; Kalchbrenner et al. 2015.
    """

    def __init__(
        self,
        num_units: int,
        num_dims: int = 1,
        input_dims: Dimensions = None,
        output_dims: Dimensions = None,
        priority_dims: Dimensions = None,
        non_recurrent_dims: Dimensions = None,
        tied: bool = False,
        cell_fn: Optional[Callable[[int], Cell]] = None,
        non_recurrent_fn: Optional[TensorFunction] = None,
        state_is_tuple: bool = True,
        output_is_tuple: bool = True,
    ) -> None:
        super().__init__()
        if num_dims < 1:
            raise ValueError(f"num_dims={num_dims}: give 1 at least")
        self._num_units, self._num_dims, self._tied = num_units, num_dims, tied
        every = range(num_dims)
        inputs, outputs, priority, without = (
            _chosen(dims, num_dims)
            for dims in (input_dims, output_dims, priority_dims, non_recurrent_dims))
        self._dims = _Dimensions(
            inputs, outputs, [i for i in every if i not in priority], priority,
            [i for i in every if i not in without])
        self._function = non_recurrent_fn or tf.nn.relu
        self._state_is_tuple, self._output_is_tuple = state_is_tuple, output_is_tuple
        make = functools.partial(cell_fn, num_units) if cell_fn else functools.partial(
            LSTMCell, num_units, state_is_tuple=state_is_tuple)
        self._cells = [make()] * num_dims if tied else [make() for _ in every]
        if not isinstance(self._cells[0], RNNCell):
            raise TypeError(f"cell_fn gives {self._cells[0]}: it must give an RNNCell")

    def _width(self):
        """Numbers in the state of one dimension."""
        size = self._cells[0].state_size
        return sum(size) if isinstance(size, tuple) else size

    @property
    def output_size(self) -> Any:
        """The output's size of each output dimension, or their sum."""
        sizes = (self._cells[0].output_size,) * len(self._dims.outputs)
        return sizes if self._output_is_tuple else sum(sizes)

    @property
    def state_size(self) -> Any:
        """The state's sizes of each recurrent dimension, or their sum."""
        count = len(self._dims.recurrent)
        if self._state_is_tuple:
            return (self._cells[0].state_size,) * count
        return self._width() * count

    def __call__(self, inputs: Any, state: Nested,
                 scope: Scope = None) -> Tuple[Nested, Nested]:
        """Takes one step: [B, D] and the state -> the outputs and the new state."""
        dtype = inputs.dtype
        with_memory = self._width() > self._num_units
        c_before, h_before = self._parts(state, with_memory)
        outputs: List[Any] = [None] * self._num_dims
        states: List[Any] = [None] * self._num_dims
        with tf.variable_scope(scope or type(self).__name__):
            self._project(inputs, c_before, h_before, with_memory)
            for dims, is_first in ((self._dims.first, True), (self._dims.then, False)):
                self._propagate(dims, c_before, h_before, outputs, states, is_first)
            output: Nested = tuple(outputs[i] for i in self._dims.outputs)
            if not self._output_is_tuple:
                output = _joined(output, dtype)
            after: Nested = tuple(states[i] for i in self._dims.recurrent)
            if not self._state_is_tuple:
                after = _joined([part for one in after for part in one], dtype)
        return output, after

    def _parts(self, state, with_memory):
        """Gives memories and outputs of the step before, by dimension; None where is none."""
        c, h = [None] * self._num_dims, [None] * self._num_dims
        if self._state_is_tuple and len(state) != len(self._dims.recurrent):
            raise ValueError(f"the state must be a tuple of {len(self._dims.recurrent)}; "
                             f"got {len(state)}")
        units, width = self._num_units, self._width()
        for number, dim in enumerate(self._dims.recurrent):
            if self._state_is_tuple:
                c[dim], h[dim] = state[number] if with_memory else (None, state[number])
                continue
            start = number * width
            if with_memory:
                c[dim] = tf.slice(state, [0, start], [-1, units])
                h[dim] = tf.slice(state, [0, start + units], [-1, width - units])
            else:
                h[dim] = tf.slice(state, [0, start], [-1, units])
        return c, h

    def _project(self, inputs, c, h, with_memory):
        """Puts the projected inputs in the places of the input dimensions' states."""
        dims = self._dims.inputs
        if inputs is None or inputs.shape.with_rank(2).as_list()[1] == 0 or not dims:
            return
        parts = tf.split(inputs, len(dims), axis=1)
        depth = parts[0].shape.as_list()[1]
        for part, dim in zip(parts, dims):
            for name, place in (("m", h), ("c", c)) if with_memory else (("m", h),):
                weights = tf.get_variable(
                    f"project_{name}_{dim}", [depth, self._num_units], dtype=inputs.dtype)
                place[dim] = tf.matmul(part, weights)

    def _propagate(self, dims, c, h, outputs, states, is_first):
        """Computes the outputs and states of some dimensions, in their places."""
        if not dims:
            return
        latest = [old if new is None else new for old, new in zip(h, outputs)]
        *others, last = latest
        if others:
            read = tf.concat(others, 1)
        else:
            read = tf.zeros([last.get_shape().as_list()[0], 0], last.dtype)
        for dim in dims:
            is_recurrent = dim in self._dims.recurrent
            name = "recurrent" if is_recurrent else "non_recurrent"
            joined = tf.concat([read, last], 1) if others and not is_recurrent else last
            with tf.variable_scope(name if self._tied else f"{name}/cell_{dim}"):
                if self._tied and not (is_first and dim == dims[0]):
                    tf.get_variable_scope().reuse_variables()
                if is_recurrent:
                    state = last if c[dim] is None else (c[dim], last)
                    outputs[dim], states[dim] = self._cells[dim](read, state)
                else:
                    outputs[dim] = self._connected(joined)

    def _connected(self, inputs):
        scope = tf.get_variable_scope()
        return fully_connected(
            inputs, num_outputs=self._num_units, activation_fn=self._function,
            weights_initializer=scope.initializer or xavier_initializer,
            weights_regularizer=scope.regularizer)


def _joined(tensors, dtype):
    return tf.concat(tensors, 1) if tensors else tf.zeros([0, 0], dtype)


def _chosen(dims, count):
    dims = [] if dims is None else dims if isinstance(dims, (list, tuple)) else [dims]
    if any(dim < 0 or dim >= count for dim in dims):
        raise ValueError(f"dimensions {dims}: give numbers from 0 to below {count}")
    return sorted(set(dims))

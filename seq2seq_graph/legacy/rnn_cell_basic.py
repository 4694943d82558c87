"""`BasicRNNCell`, `GRUCell`, and `MultiRNNCell`, which stacks cells.

Shapes: B batch, D input, H units.
"""

from typing import Any, Dict, List, Optional, Sequence, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.activations import activation_name, named_activation
from seq2seq_graph.legacy.argument_types import (
    Activation,
    Cell,
    DType,
    Initializer,
    Nested,
    Shape,
    Size,
    Sizes,
)
from seq2seq_graph.legacy.base_layer import Layer
from seq2seq_graph.legacy.cell import LayerRNNCell, RNNCell
from seq2seq_graph.legacy.checks import require_floating_parts, require_floating_type
from seq2seq_graph.legacy.initializers import describe_initializer, named_initializer
from seq2seq_graph.legacy.input_spec import InputSpec
from seq2seq_graph.legacy.sizes import last_size, static_size


class BasicRNNCell(LayerRNNCell):
    """The plain recurrent cell: h' = activation([x, h] @ kernel + bias), tanh unless given.

    Source: `tf.nn.rnn_cell.BasicRNNCell` of TensorFlow 1.15.
    """

    def __init__(
        self,
        num_units: int,
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
        self._activation = named_activation(activation or "tanh")

    state_size = property(lambda self: self._num_units, doc="H.")
    output_size = property(lambda self: self._num_units, doc="H.")

    def build(self, inputs_shape: Shape) -> None:
        """Makes `kernel` [D + H, H] and `bias` [H]."""
        depth, units = last_size(inputs_shape), self._num_units
        require_floating_type(self.dtype)
        self._kernel = self.add_variable("kernel", shape=[depth + units, units])
        self._bias = self.add_variable(
            "bias", shape=[units], initializer=tf.zeros_initializer())
        self.built = True

    def call(self, inputs: tf.Tensor, state: tf.Tensor) -> Tuple[tf.Tensor, tf.Tensor]:
        """Takes one step: [B, D], [B, H] -> the output [B, H], twice: it is the new state."""
        require_floating_parts(inputs, state)
        sums = tf.matmul(tf.concat([inputs, state], 1), self._kernel)
        output = self._activation(tf.nn.bias_add(sums, self._bias))
        return output, output

    def get_config(self) -> Dict[str, Any]:
        """Gives the arguments."""
        return dict(
            super().get_config(),
            num_units=self._num_units,
            activation=activation_name(self._activation),
            reuse=self._reuse,
        )


class GRUCell(LayerRNNCell):
    """A gated recurrent unit.

        r, u = split(sigmoid([x, h] @ gates/kernel + gates/bias), 2)    # reset, update
        c = activation([x, r * h] @ candidate/kernel + candidate/bias)
        h' = u * h + (1 - u) * c

    `gates/bias` begins at 1, the others as their initializers say.

    Source: `tf.nn.rnn_cell.GRUCell` of TensorFlow 1.15; Cho et al. 2014.
    """

    def __init__(
        self,
        num_units: int,
        activation: Activation = None,
        reuse: Optional[bool] = None,
        kernel_initializer: Initializer = None,
        bias_initializer: Initializer = None,
        name: Optional[str] = None,
        dtype: DType = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **kwargs)
        require_floating_type(self.dtype)
        self.input_spec = InputSpec(ndim=2)
        self._num_units = static_size(num_units)
        self._activation = named_activation(activation or "tanh")
        self._kernel_initializer = named_initializer(kernel_initializer)
        self._bias_initializer = named_initializer(bias_initializer)

    state_size = property(lambda self: self._num_units, doc="H.")
    output_size = property(lambda self: self._num_units, doc="H.")

    def build(self, inputs_shape: Shape) -> None:
        """Makes `gates/` and `candidate/`, each `kernel` [D + H, ...] and `bias`."""
        depth, units = last_size(inputs_shape), self._num_units
        require_floating_type(self.dtype)
        self._gate_kernel, self._gate_bias = self._kernel_and_bias(
            "gates", depth, 2 * units, tf.constant_initializer(1.0))
        self._candidate_kernel, self._candidate_bias = self._kernel_and_bias(
            "candidate", depth, units, tf.zeros_initializer())
        self.built = True

    def _kernel_and_bias(self, name, depth, width, initializer):
        kernel = self.add_variable(
            name + "/kernel", shape=[depth + self._num_units, width],
            initializer=self._kernel_initializer)
        bias = self.add_variable(
            name + "/bias", shape=[width],
            initializer=initializer if self._bias_initializer is None else self._bias_initializer)
        return kernel, bias

    def call(self, inputs: tf.Tensor, state: tf.Tensor) -> Tuple[tf.Tensor, tf.Tensor]:
        """Takes one step: [B, D], [B, H] -> the output [B, H], twice: it is the new state."""
        require_floating_parts(inputs, state)
        gates = tf.matmul(tf.concat([inputs, state], 1), self._gate_kernel)
        gates = tf.sigmoid(tf.nn.bias_add(gates, self._gate_bias))
        reset, update = tf.split(gates, 2, axis=1)
        candidate = tf.matmul(tf.concat([inputs, reset * state], 1), self._candidate_kernel)
        candidate = self._activation(tf.nn.bias_add(candidate, self._candidate_bias))
        output = update * state + (1 - update) * candidate
        return output, output

    def get_config(self) -> Dict[str, Any]:
        """Gives the arguments."""
        return dict(
            super().get_config(),
            num_units=self._num_units,
            kernel_initializer=describe_initializer(self._kernel_initializer),
            bias_initializer=describe_initializer(self._bias_initializer),
            activation=activation_name(self._activation),
            reuse=self._reuse,
        )


class MultiRNNCell(RNNCell):
    """Cells one above the other: each reads the output of the one below, in scope `cell_N`.

    Args:
      cells: a list of cells, the lowest first.
      state_is_tuple: True gives a tuple of the cells' states, False one tensor [B, sum of S].

    Raises:
      ValueError: there is no cell, or one has a state of several tensors and `state_is_tuple` is
        False.
      TypeError: `cells` is no list.

    Source: `tf.nn.rnn_cell.MultiRNNCell` of TensorFlow 1.15.
    """

    def __init__(self, cells: Sequence[Cell], state_is_tuple: bool = True) -> None:
        super().__init__()
        if not cells:
            raise ValueError("MultiRNNCell needs one cell at least")
        if not tf.nest.is_nested(cells):
            raise TypeError(f"MultiRNNCell(cells={cells}): give a list of cells")
        self._cells = cells
        self._state_is_tuple = state_is_tuple
        if not state_is_tuple:
            sizes = [cell.state_size for cell in cells]
            if any(tf.nest.is_nested(size) for size in sizes):
                raise ValueError(
                    f"MultiRNNCell(state_is_tuple=False): a cell has a tuple of states: {sizes}")

    @property
    def state_size(self) -> Sizes:
        """The tuple, or the sum, of the cells' sizes."""
        sizes = tuple(cell.state_size for cell in self._cells)
        return sizes if self._state_is_tuple else sum(sizes)

    @property
    def output_size(self) -> Sizes:
        """The uppermost cell's."""
        return self._cells[-1].output_size

    def zero_state(self, batch_size: Size, dtype: DType) -> Nested:
        """Makes the cells' states of zeros; `batch_size` as in `RNNCell.zero_state`."""
        with tf.name_scope(type(self).__name__ + "ZeroState", values=[batch_size]):
            if self._state_is_tuple:
                return tuple(cell.zero_state(batch_size, dtype) for cell in self._cells)
            return super().zero_state(batch_size, dtype)

    @property
    def trainable_weights(self) -> List[tf.Variable]:
        """The cells' trained variables."""
        return self._gathered("trainable_weights") if self.trainable else []

    @property
    def non_trainable_weights(self) -> List[tf.Variable]:
        """The cells' other variables."""
        others = self._gathered("non_trainable_weights")
        return others if self.trainable else self._gathered("trainable_weights") + others

    def _gathered(self, attribute):
        layers = [cell for cell in self._cells if isinstance(cell, Layer)]
        return [weight for layer in layers for weight in getattr(layer, attribute)]

    def call(self, inputs: tf.Tensor, state: Nested) -> Tuple[tf.Tensor, Nested]:
        """Takes one step of each cell: [B, D] and the states -> the output and the new states."""
        if self._state_is_tuple and not tf.nest.is_nested(state):
            raise ValueError(
                f"MultiRNNCell needs a tuple of {len(self._cells)} states; got {state}")
        position, states = 0, []
        for number, cell in enumerate(self._cells):
            with tf.variable_scope(f"cell_{number}"):
                if self._state_is_tuple:
                    cell_state = state[number]
                else:
                    cell_state = tf.slice(state, [0, position], [-1, cell.state_size])
                    position += cell.state_size
                inputs, cell_state = cell(inputs, cell_state)
                states.append(cell_state)
        return inputs, tuple(states) if self._state_is_tuple else tf.concat(states, 1)

"""contrib's cells around a cell: projections, an embedding, highway gates.

Shapes: B batch, D input, P output, E embedding.
"""

import math
from typing import Any, Callable, Optional, Tuple, Union

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import (
    Cell,
    Initializer,
    Nested,
    Scope,
    TensorFunction,
)
from seq2seq_graph.legacy.cell import RNNCell, assert_like_rnncell
from seq2seq_graph.legacy.cell_wrappers import same_shapes
from seq2seq_graph.legacy.contrib.rnn_linear import _Linear


class _Around(RNNCell):
    """A cell with the sizes of the cell in it."""

    state_size = property(lambda self: self._cell.state_size, doc="The wrapped cell's.")
    output_size = property(lambda self: self._cell.output_size, doc="The wrapped cell's.")

    def zero_state(self, batch_size, dtype):
        """Makes the wrapped cell's state of zeros."""
        with tf.name_scope(type(self).__name__ + "ZeroState", values=[batch_size]):
            return self._cell.zero_state(batch_size, dtype)


class EmbeddingWrapper(_Around):
    """Looks up ids, int [B, 1] or [B], in `embedding` [classes, E] and gives a cell the rows.

    Args:
      embedding_classes, embedding_size: the matrix' sizes.
      initializer: None takes the scope's, else uniform numbers of variance 1.

    Raises:
      TypeError: `cell` is no cell. ValueError: a size is not above 0.

    Source: `tf.contrib.rnn.EmbeddingWrapper` of TensorFlow 1.15.
    """

    def __init__(self, cell: Cell, embedding_classes: int, embedding_size: int,
                 initializer: Initializer = None, reuse: Optional[bool] = None) -> None:
        super().__init__(_reuse=reuse)
        assert_like_rnncell("cell", cell)
        if embedding_classes <= 0 or embedding_size <= 0:
            raise ValueError(
                "EmbeddingWrapper needs embedding_classes and embedding_size above 0; "
                f"got {embedding_classes} and {embedding_size}")
        self._cell = cell
        self._embedding_classes = embedding_classes
        self._embedding_size = embedding_size
        self._initializer = initializer

    def call(self, inputs: tf.Tensor, state: Nested) -> Tuple[tf.Tensor, Nested]:
        """Takes one step: ids and the state -> the cell's output and state."""
        with tf.device("/cpu:0"):
            limit = math.sqrt(3)
            initializer = (
                self._initializer or tf.get_variable_scope().initializer
                or tf.random_uniform_initializer(-limit, limit))
            embedding = tf.get_variable(
                "embedding",
                [self._embedding_classes, self._embedding_size],
                initializer=initializer,
                dtype=(state[0] if isinstance(state, tuple) else state).dtype,
            )
            embedded = tf.nn.embedding_lookup(embedding, tf.reshape(inputs, [-1]))
            return self._cell(embedded, state)


class InputProjectionWrapper(_Around):
    """Maps a cell's inputs to [B, num_proj] first.

    Raises:
      TypeError: `cell` is no cell.

    Source: `tf.contrib.rnn.InputProjectionWrapper` of TensorFlow 1.15.
    """

    def __init__(self, cell: Cell, num_proj: int, activation: Optional[TensorFunction] = None,
                 input_size: Any = None, reuse: Optional[bool] = None) -> None:
        super().__init__(_reuse=reuse)
        assert_like_rnncell("cell", cell)
        self._cell = cell
        self._num_proj = num_proj
        self._activation = activation
        self._linear: Any = None

    def call(self, inputs: tf.Tensor, state: Nested) -> Tuple[tf.Tensor, Nested]:
        """Takes one step of the cell on the mapped inputs."""
        self._linear = self._linear or _Linear(inputs, self._num_proj, True)
        projected = self._linear(inputs)
        if self._activation:
            projected = self._activation(projected)
        return self._cell(projected, state)


class OutputProjectionWrapper(_Around):
    """Maps a cell's outputs to [B, output_size] afterwards.

    Raises:
      TypeError: `cell` is no cell. ValueError: `output_size` is below 1.

    Source: `tf.contrib.rnn.OutputProjectionWrapper` of TensorFlow 1.15.
    """

    def __init__(self, cell: Cell, output_size: int, activation: Optional[TensorFunction] = None,
                 reuse: Optional[bool] = None) -> None:
        super().__init__(_reuse=reuse)
        assert_like_rnncell("cell", cell)
        if output_size < 1:
            raise ValueError(f"OutputProjectionWrapper(output_size={output_size}): give 1 or more")
        self._cell = cell
        self._output_size = output_size
        self._activation = activation
        self._linear: Any = None

    output_size = property(lambda self: self._output_size, doc="As given.")

    def call(self, inputs: tf.Tensor, state: Nested) -> Tuple[tf.Tensor, Nested]:
        """Takes one step of the cell and maps its output."""
        output, state = self._cell(inputs, state)
        self._linear = self._linear or _Linear(output, self._output_size, True)
        projected = self._linear(output)
        return self._activation(projected) if self._activation else projected, state


class HighwayWrapper(_Around):
    """Mixes a cell's inputs into its outputs by learned gates: x * carry + y * transform.

    Args:
      couple_carry_transform_gates: True makes transform 1 - carry, False gives it own weights.
      carry_bias_init: where the carry gate's bias begins, the transform gate's at its negative.

    Source: `tf.contrib.rnn.HighwayWrapper` of TensorFlow 1.15; Srivastava et al. 2015.
    """

    def __init__(self, cell: Cell, couple_carry_transform_gates: bool = True,
                 carry_bias_init: float = 1.0) -> None:
        # Not `super().__init__()`: contrib's wrapper is no layer of its own either.
        self._cell = cell
        self._couple_carry_transform_gates = couple_carry_transform_gates
        self._carry_bias_init = carry_bias_init

    def _highway(self, inputs, outputs):
        carry = self._gate("carry", inputs, self._carry_bias_init)
        if self._couple_carry_transform_gates:
            transform = 1 - carry
        else:
            transform = self._gate("transform", inputs, -self._carry_bias_init)
        return inputs * carry + outputs * transform

    def _gate(self, name, inputs, bias):
        size = inputs.get_shape().with_rank(2).as_list()[1]
        weights = tf.get_variable(name + "_w", [size, size])
        biases = tf.get_variable(
            name + "_b", [size], initializer=tf.constant_initializer(bias))
        return tf.sigmoid(tf.nn.xw_plus_b(inputs, weights, biases))

    def __call__(self, inputs: tf.Tensor, state: Nested,
                 scope: Scope = None) -> Tuple[tf.Tensor, Nested]:
        """Takes one step: see `RNNCell.__call__`."""
        outputs, state = self._cell(inputs, state, scope=scope)
        same_shapes(inputs, outputs)
        return tf.nest.map_structure(self._highway, inputs, outputs), state


class CompiledWrapper(_Around):
    """Has XLA compile the ops of a cell, those with a state of their own only if asked.

    Source: `tf.contrib.rnn.CompiledWrapper` of TensorFlow 1.15.
    """

    def __init__(self, cell: Cell,
                 compile_stateful: Union[bool, Callable[[str], bool]] = False) -> None:
        # Not `super().__init__()`: contrib's wrapper is no layer of its own either.
        self._cell = cell
        self._compile_stateful = compile_stateful

    def __call__(self, inputs: tf.Tensor, state: Nested,
                 scope: Scope = None) -> Tuple[tf.Tensor, Nested]:
        """Takes one step: see `RNNCell.__call__`."""
        compiled = True if self._compile_stateful else _has_no_state
        with tf.xla.experimental.jit_scope(compile_ops=compiled):
            return self._cell(inputs, state, scope=scope)


def _has_no_state(node):
    keeping = ("Random", "Truncated", "Multinomial", "Variable", "VarHandle", "VarIs", "ReadVar",
               "Assign", "Scatter", "TensorArray", "Stack", "Placeholder", "PyFunc", "EagerPyFunc",
               "Print", "Assert")
    return not node.op.startswith(keeping)

"""contrib's cells around a cell: projections, an embedding, highway gates, attention over the past.

Shapes: B batch, D input, P output, E embedding, A attention, L the length that it looks back.
"""

import math
from typing import Any, Callable, Optional, Tuple, Union

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import (
    Cell,
    Initializer,
    Nested,
    Scope,
    Sizes,
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
        self._linear = None

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
        self._linear = None

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


class AttentionCellWrapper(RNNCell):
    """Gives a cell attention over its own last L outputs (Bahdanau et al. 2014, to the past).

    Args:
      cell: the cell.
      attn_length: L.
      attn_size: the size of an output and of what is attended to; None is P.
      attn_vec_size: A, of the features that are compared; None is `attn_size`.
      input_size: what inputs and attention are mapped to; None is D.
      state_is_tuple: False makes the state one tensor.

    Raises:
      TypeError: `cell` is no cell.
      ValueError: L is not above 0, or the cell's state is a tuple and this one's is not.

    Source: `tf.contrib.rnn.AttentionCellWrapper` of TensorFlow 1.15.
    """

    def __init__(
        self,
        cell: Cell,
        attn_length: int,
        attn_size: Optional[int] = None,
        attn_vec_size: Optional[int] = None,
        input_size: Any = None,
        state_is_tuple: bool = True,
        reuse: Optional[bool] = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        assert_like_rnncell("cell", cell)
        if tf.nest.is_nested(cell.state_size) and not state_is_tuple:
            raise ValueError(
                "AttentionCellWrapper(state_is_tuple=False) needs a cell whose state is one "
                f"tensor; this one's sizes are {cell.state_size}")
        if attn_length <= 0:
            raise ValueError(f"AttentionCellWrapper needs attn_length above 0; got {attn_length}")
        self._state_is_tuple = state_is_tuple
        self._cell = cell
        self._attn_size = cell.output_size if attn_size is None else attn_size
        self._attn_vec_size = self._attn_size if attn_vec_size is None else attn_vec_size
        self._input_size = input_size
        self._attn_length = attn_length
        self._linear1 = self._linear2 = self._linear3 = None

    @property
    def state_size(self) -> Sizes:
        """The cell's, the last attention's, and L outputs' sizes, or their sum."""
        sizes = (self._cell.state_size, self._attn_size, self._attn_size * self._attn_length)
        return sizes if self._state_is_tuple else sum(sizes)

    output_size = property(lambda self: self._attn_size, doc="`attn_size`.")

    def call(self, inputs: tf.Tensor, state: Nested) -> Tuple[tf.Tensor, Nested]:
        """Takes one step: [B, D] and the state -> the output [B, attn_size] and the new state."""
        state, attention, past = self._split(state)
        past = tf.reshape(past, [-1, self._attn_length, self._attn_size])
        size = self._input_size
        size = inputs.get_shape().as_list()[1] if size is None else size
        self._linear1 = self._linear1 or _Linear([inputs, attention], size, True)
        output, state = self._cell(self._linear1([inputs, attention]), state)
        query = tf.concat(tf.nest.flatten(state), 1) if self._state_is_tuple else state
        attention, past = self._attention(query, past)
        with tf.variable_scope("attn_output_projection"):
            self._linear2 = self._linear2 or _Linear([output, attention], self._attn_size, True)
            output = self._linear2([output, attention])
        past = tf.concat([past, tf.expand_dims(output, 1)], 1)  # [B, L, attn_size]
        past = tf.reshape(past, [-1, self._attn_length * self._attn_size])
        states = (state, attention, past)
        return output, states if self._state_is_tuple else tf.concat(list(states), 1)

    def _split(self, state):
        if self._state_is_tuple:
            return state
        first, second = self._cell.state_size, self._attn_size
        return (tf.slice(state, [0, 0], [-1, first]),
                tf.slice(state, [0, first], [-1, second]),
                tf.slice(state, [0, first + second], [-1, second * self._attn_length]))

    def _attention(self, query, past):
        """[B, S], [B, L, attn_size] -> the weighted past [B, attn_size], and the past but one."""
        with tf.variable_scope("attention"):
            size, features = self._attn_size, self._attn_vec_size
            k = tf.get_variable("attn_w", [1, 1, size, features])
            v = tf.get_variable("attn_v", [features])
            hidden = tf.reshape(past, [-1, self._attn_length, 1, size])
            hidden_features = tf.nn.conv2d(hidden, k, [1, 1, 1, 1], "SAME")  # [B, L, 1, A]
            self._linear3 = self._linear3 or _Linear(query, features, True)
            y = tf.reshape(self._linear3(query), [-1, 1, 1, features])
            scores = tf.reduce_sum(v * tf.tanh(hidden_features + y), [2, 3])  # [B, L]
            weights = tf.reshape(tf.nn.softmax(scores), [-1, self._attn_length, 1, 1])
            attention = tf.reshape(tf.reduce_sum(weights * hidden, [1, 2]), [-1, size])
            return attention, tf.slice(past, [0, 1, 0], [-1, -1, -1])

"""contrib's `AttentionCellWrapper`: a cell that attends to its own past.

Shapes: B batch, D input, A attention, L the length that it looks back.
"""

from typing import Any, Optional, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import (
    Cell,
    Nested,
    Sizes,
)
from seq2seq_graph.legacy.cell import RNNCell, assert_like_rnncell
from seq2seq_graph.legacy.contrib.rnn_linear import _Linear


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
        self._linear1: Any = None
        self._linear2: Any = None
        self._linear3: Any = None

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

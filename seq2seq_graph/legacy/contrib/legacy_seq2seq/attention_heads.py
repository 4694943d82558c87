"""The attention inside `attention_decoder`: heads that read a memory by the cell's state.

Shapes: B batch, T the memory's time, A its width.
"""

from typing import List

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Nested, Size
from seq2seq_graph.legacy.contrib.rnn_linear import _Linear


class AttentionHeads:
    """Reads a memory, once a head: softmax of `sum(v * tanh(W memory + U state + b))`.

    Variables in the current scope, for head 0: `AttnW_0` [1, 1, A, A], `AttnV_0` [A], and, once
    read, `Attention_0/kernel` and `Attention_0/bias`.

    Args:
      memory: [B, T, A].
      num_heads: int.
      dtype: of the variables.
    """

    def __init__(self, memory: tf.Tensor, num_heads: int, dtype: tf.DType) -> None:
        self._dtype = dtype
        self._length = tf.dimension_value(memory.get_shape()[1])
        if self._length is None:
            self._length = tf.shape(memory)[1]
        self._width = tf.dimension_value(memory.get_shape()[2])
        # As a picture of one column, so that a convolution multiplies all places by W at once.
        self._hidden = tf.reshape(memory, [-1, self._length, 1, self._width])
        self._features, self._v = [], []
        for head in range(num_heads):
            w = tf.get_variable(
                f"AttnW_{head}", [1, 1, self._width, self._width], dtype=dtype
            )
            self._features.append(tf.nn.conv2d(self._hidden, w, [1, 1, 1, 1], "SAME"))
            self._v.append(tf.get_variable(f"AttnV_{head}", [self._width], dtype=dtype))

    def nothing(self, batch_size: Size) -> List[tf.Tensor]:
        """Gives zeros [B, A] a head: what is read before the first step."""
        shape = tf.stack([batch_size, self._width])
        zeros = [tf.zeros(shape, dtype=self._dtype) for _ in self._v]
        for tensor in zeros:
            tensor.set_shape([None, self._width])
        return zeros

    def read(self, state: Nested) -> List[tf.Tensor]:
        """Gives what each head reads, [B, A], by a cell's state, nested [B, ...] tensors."""
        if tf.nest.is_nested(state):
            parts = tf.nest.flatten(state)
            for part in parts:
                if part.get_shape().ndims:
                    assert part.get_shape().ndims == 2, f"a state of rank 2 is needed; got {part}"
            state = tf.concat(parts, 1)
        return [self._read_by(head, state) for head in range(len(self._v))]

    def _read_by(self, head, state):
        with tf.variable_scope(f"Attention_{head}"):
            query = _Linear(state, self._width, True)(state)
            query = tf.reshape(query, [-1, 1, 1, self._width])
            query = tf.cast(query, self._dtype)
            hidden = tf.tanh(self._features[head] + query)
            scores = tf.reduce_sum(self._v[head] * hidden, [2, 3])  # [B, T]
            weights = tf.nn.softmax(tf.cast(scores, dtype=tf.float32))
            weights = tf.cast(weights, self._dtype)
            weights = tf.reshape(weights, [-1, self._length, 1, 1])
            read = tf.reduce_sum(weights * self._hidden, [1, 2])
            return tf.reshape(read, [-1, self._width])

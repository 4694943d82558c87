"""What the models of `tf.contrib.legacy_seq2seq` share: both ways to feed, and checks."""

from typing import Callable, List, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import DType, Nested


def either_way(feed_previous: tf.Tensor, decode: Callable[[bool], Tuple[List[tf.Tensor], Nested]],
               steps: int, state_like: Callable[[], Nested]) -> Tuple[List[tf.Tensor], Nested]:
    """Decodes both ways in a `tf.cond`: the decoder's own symbols or the given inputs.

    Args:
      feed_previous: a boolean scalar tensor.
      decode: (feed_previous, a bool) -> (outputs, a list, and state).
      steps: the number of outputs.
      state_like: a function that gives what the state is nested as.

    Returns:
      Outputs and state.
    """

    def branch(feed_previous_bool):
        # The second branch finds the variables that the first one made.
        reuse = None if feed_previous_bool else True
        with tf.variable_scope(tf.get_variable_scope(), reuse=reuse):
            outputs, state = decode(feed_previous_bool)
            return list(outputs) + tf.nest.flatten(state)

    flat = tf.cond(feed_previous, lambda: branch(True), lambda: branch(False))
    outputs, states = flat[:steps], flat[steps:]
    structure = state_like()
    if tf.nest.is_nested(structure):
        return outputs, tf.nest.pack_sequence_as(structure=structure, flat_sequence=states)
    return outputs, states[0]


def check_projection(output_projection: Tuple[tf.Tensor, tf.Tensor], num_symbols: int,
                     dtype: DType) -> None:
    """Raises ValueError unless the projection is [*, V] weights and [V] biases."""
    weights = tf.convert_to_tensor(output_projection[0], dtype=dtype)
    weights.get_shape().assert_is_compatible_with([None, num_symbols])
    check_biases(output_projection, num_symbols, dtype)


def check_biases(output_projection: Tuple[tf.Tensor, tf.Tensor], num_symbols: int,
                 dtype: DType) -> None:
    """Raises ValueError unless the projection's biases are [V]."""
    biases = tf.convert_to_tensor(output_projection[1], dtype=dtype)
    biases.get_shape().assert_is_compatible_with([num_symbols])

"""Bidirectional layers one above the other, and two small helps for sequences.

Shapes: B batch, T time, D input.
"""

from typing import Optional, Sequence, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Cell, DType, Nested, Scope, Size
from seq2seq_graph.legacy.contrib.seq2seq.batch_time import _transpose_batch_time


def stack_bidirectional_rnn(
    cells_fw: Sequence[Cell],
    cells_bw: Sequence[Cell],
    inputs: Sequence[tf.Tensor],
    initial_states_fw: Optional[Sequence[Nested]] = None,
    initial_states_bw: Optional[Sequence[Nested]] = None,
    dtype: DType = None,
    sequence_length: Optional[tf.Tensor] = None,
    scope: Scope = None,
) -> Tuple[Sequence[tf.Tensor], Tuple[Nested, ...], Tuple[Nested, ...]]:
    """Runs layers of `static_bidirectional_rnn`, each over both outputs of the one below.

    Args:
      cells_fw, cells_bw: one cell a layer and direction.
      inputs: a list of T tensors [B, D].
      initial_states_fw, initial_states_bw: one state a layer, or None for zeros of `dtype`.

    Returns:
      A list of T outputs, and the tuples of the layers' last states, forward and backward.

    Raises:
      ValueError: a list is missing, none, or of another length.

    Source: `tf.contrib.rnn.stack_bidirectional_rnn` of TensorFlow 1.15.
    """
    layers = _layers(cells_fw, cells_bw, initial_states_fw, initial_states_bw)
    states_fw, states_bw = [], []
    with tf.variable_scope(scope or "stack_bidirectional_rnn"):
        for number, (cell_fw, cell_bw, state_fw, state_bw) in enumerate(layers):
            with tf.variable_scope(f"cell_{number}") as entered:
                inputs, last_fw, last_bw = tf.nn.static_bidirectional_rnn(
                    cell_fw, cell_bw, inputs, initial_state_fw=state_fw,
                    initial_state_bw=state_bw, sequence_length=sequence_length, dtype=dtype,
                    scope=entered)
            states_fw.append(last_fw)
            states_bw.append(last_bw)
    return inputs, tuple(states_fw), tuple(states_bw)


def stack_bidirectional_dynamic_rnn(
    cells_fw: Sequence[Cell],
    cells_bw: Sequence[Cell],
    inputs: tf.Tensor,
    initial_states_fw: Optional[Sequence[Nested]] = None,
    initial_states_bw: Optional[Sequence[Nested]] = None,
    dtype: DType = None,
    sequence_length: Optional[tf.Tensor] = None,
    parallel_iterations: Optional[int] = None,
    time_major: bool = False,
    scope: Scope = None,
    swap_memory: bool = False,
) -> Tuple[tf.Tensor, Tuple[Nested, ...], Tuple[Nested, ...]]:
    """Runs layers of `bidirectional_dynamic_rnn`, each over both outputs of the one below.

    Args:
      inputs: [B, T, D], or [T, B, D] where `time_major`.
      The others: as for `stack_bidirectional_rnn` and `tf.nn.bidirectional_dynamic_rnn`.

    Returns:
      The outputs [B, T, both], and the tuples of the layers' last states, forward and backward.

    Raises:
      ValueError: a list is missing, none, or of another length.

    Source: `tf.contrib.rnn.stack_bidirectional_dynamic_rnn` of TensorFlow 1.15.
    """
    layers = _layers(cells_fw, cells_bw, initial_states_fw, initial_states_bw)
    states_fw, states_bw = [], []
    with tf.variable_scope(scope or "stack_bidirectional_rnn"):
        for number, (cell_fw, cell_bw, state_fw, state_bw) in enumerate(layers):
            with tf.variable_scope(f"cell_{number}"):
                outputs, (last_fw, last_bw) = tf.nn.bidirectional_dynamic_rnn(
                    cell_fw, cell_bw, inputs, initial_state_fw=state_fw,
                    initial_state_bw=state_bw, sequence_length=sequence_length,
                    parallel_iterations=parallel_iterations, dtype=dtype, swap_memory=swap_memory,
                    time_major=time_major)
                inputs = tf.concat(outputs, 2)
            states_fw.append(last_fw)
            states_bw.append(last_bw)
    return inputs, tuple(states_fw), tuple(states_bw)


def _layers(cells_fw, cells_bw, states_fw, states_bw):
    """Gives a layer's two cells and two first states after the other."""
    for name, cells in (("cells_fw", cells_fw), ("cells_bw", cells_bw)):
        if not cells or not isinstance(cells, list):
            raise ValueError(f"{name} must be a list of cells, one a layer; got {cells}")
    if len(cells_fw) != len(cells_bw):
        raise ValueError(f"{len(cells_fw)} cells forward need as many back; got {len(cells_bw)}")
    for name, states in (("initial_states_fw", states_fw), ("initial_states_bw", states_bw)):
        if states is not None and (not isinstance(states, list) or len(states) != len(cells_fw)):
            raise ValueError(f"{name} must be a list of {len(cells_fw)} states; got {states}")
    none = [None] * len(cells_fw)
    return zip(cells_fw, cells_bw, states_fw or none, states_bw or none)


def transpose_batch_time(x: tf.Tensor) -> tf.Tensor:
    """[B, T, ...] -> [T, B, ...] and back; a rank below 2 stays as it is."""
    return _transpose_batch_time(x)


def best_effort_input_batch_size(flat_input: Sequence[tf.Tensor]) -> Size:
    """Gives B of time-major inputs [T, B, ...]: an int where one knows it, else a tensor.

    Raises:
      ValueError: one has a rank below 2.
    """
    for tensor in flat_input:
        shape = tensor.shape
        if shape.ndims is None:
            continue
        if shape.ndims < 2:
            raise ValueError(f"a time-major input needs rank 2 or more; got {tensor}")
        batch = shape.as_list()[1]
        if batch is not None:
            return batch
    return tf.shape(flat_input[0])[1]

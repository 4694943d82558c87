"""`Decoder` and `dynamic_decode` of `tf.contrib.seq2seq`: the loop that makes an output a step.

Shapes: B batch, T the number of steps taken.
"""

import abc
import contextlib
from typing import Any, Optional, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Nested, Scope, Size, Sizes
from seq2seq_graph.legacy.contrib.seq2seq.batch_time import (
    _transpose_batch_time,
    _zero_state_tensors,
)


class Decoder(metaclass=abc.ABCMeta):
    """What `dynamic_decode` runs: a first input and state, then a step at a time.

    Source: `tf.contrib.seq2seq.Decoder` of TensorFlow 1.15.
    """

    @property
    def batch_size(self) -> Size:
        """B, an int32 scalar or an int."""
        raise NotImplementedError

    @property
    def output_size(self) -> Sizes:
        """The outputs' structure, a size or TensorShape (without the batch) for each tensor."""
        raise NotImplementedError

    @property
    def output_dtype(self) -> Nested:
        """The outputs' structure, a type for each tensor."""
        raise NotImplementedError

    @abc.abstractmethod
    def initialize(self, name: Optional[str] = None) -> Tuple[tf.Tensor, Nested, Nested]:
        """Returns `(finished, initial_inputs, initial_state)`; finished is boolean [B]."""
        raise NotImplementedError

    @abc.abstractmethod
    def step(self, time: tf.Tensor, inputs: Nested, state: Nested,
             name: Optional[str] = None) -> Tuple[Nested, Nested, Nested, tf.Tensor]:
        """Returns `(outputs, next_state, next_inputs, finished)` for the step `time`, int32."""
        raise NotImplementedError

    def finalize(self, outputs: Nested, final_state: Nested,
                 sequence_lengths: tf.Tensor) -> Tuple[Nested, Nested]:
        """Returns `(outputs, final_state)` made of all steps; one that raises this is not asked."""
        raise NotImplementedError

    @property
    def tracks_own_finished(self) -> bool:
        """Whether `step` says which examples are finished by now, and not only which finish now."""
        return False


def _create_zero_outputs(size, dtype, batch_size):
    """Makes zeros in the structure of one step's outputs."""
    return tf.nest.map_structure(
        lambda shape, kind: _zero_state_tensors(shape, batch_size, kind), size, dtype
    )


def dynamic_decode(
    decoder: Decoder,
    output_time_major: bool = False,
    impute_finished: bool = False,
    maximum_iterations: Optional[Size] = None,
    parallel_iterations: int = 32,
    swap_memory: bool = False,
    scope: Scope = None,
    **kwargs: Any,
) -> Tuple[Nested, Nested, tf.Tensor]:
    """Runs a decoder until every example is finished.

    Args:
      decoder: a Decoder.
      output_time_major: outputs are [T, B, ...] in place of [B, T, ...].
      impute_finished: a finished example gives zeros and keeps its state; costs a `tf.where` a
        tensor and step, and makes the final state that of the last step before the end.
      maximum_iterations: int32 scalar; None goes on as long as an example is not finished.
      parallel_iterations, swap_memory: `tf.while_loop`'s.
      scope: of the variables that steps make; None is `decoder`.
      **kwargs: not read, as in TensorFlow 1.15 where `decoder` is a Decoder.

    Returns:
      `(final_outputs, final_state, final_sequence_lengths)`; lengths are int32 [B].

    Raises:
      TypeError: `decoder` is no Decoder.
      ValueError: `maximum_iterations` is not a scalar, or is left out where XLA compiles.

    Source: `tf.contrib.seq2seq.dynamic_decode` of TensorFlow 1.15.
    """
    if not isinstance(decoder, Decoder):
        raise TypeError(f"dynamic_decode needs a Decoder; got {type(decoder)}")
    with tf.variable_scope(scope, "decoder") as varscope:
        compiled_by_xla, inside_loop = _surroundings()
        if varscope.caching_device is None and not inside_loop:
            # Variables are read once, outside the loop, on the device of whoever reads them.
            varscope.set_caching_device(lambda op: op.device)
        if maximum_iterations is not None:
            most = tf.convert_to_tensor(
                maximum_iterations, dtype=tf.int32, name="maximum_iterations"
            )
            if most.get_shape().ndims != 0:
                raise ValueError("maximum_iterations must be a scalar")
            maximum_iterations = most
        loop_vars, zero_outputs = _before_the_loop(
            decoder, maximum_iterations, compiled_by_xla
        )
        results = tf.while_loop(
            lambda time, arrays, state, inputs, finished, lengths: tf.logical_not(
                tf.reduce_all(finished)
            ),
            _body(decoder, impute_finished, zero_outputs),
            loop_vars=loop_vars,
            parallel_iterations=parallel_iterations,
            maximum_iterations=maximum_iterations,
            swap_memory=swap_memory,
        )
        _, arrays, final_state, _, _, lengths = results
        outputs = tf.nest.map_structure(lambda array: array.stack(), arrays)
        with contextlib.suppress(NotImplementedError):
            outputs, final_state = decoder.finalize(outputs, final_state, lengths)
        if not output_time_major:
            outputs = tf.nest.map_structure(_transpose_batch_time, outputs)
    return outputs, final_state, lengths


def _surroundings():
    """Tells whether XLA compiles what is built here, and whether it is built inside a loop."""
    graph = tf.get_default_graph()
    # A loop's body is a context of the graph, or (control flow v2) a graph inside another.
    inside_loop = getattr(graph, "outer_graph", None) is not None
    compiled_by_xla = False
    context = graph._get_control_flow_context()
    while context is not None:
        inside_loop = inside_loop or context.IsWhileContext()
        compiled_by_xla = compiled_by_xla or context.IsXLAContext()
        context = context.outer_context
    return compiled_by_xla, inside_loop


def _before_the_loop(decoder, maximum_iterations, compiled_by_xla):
    """Gives the loop's first variables and one step's outputs in zeros."""
    finished, inputs, state = decoder.initialize()
    zero_outputs = _create_zero_outputs(
        decoder.output_size, decoder.output_dtype, decoder.batch_size
    )
    if compiled_by_xla and maximum_iterations is None:
        raise ValueError("where XLA compiles, dynamic_decode needs maximum_iterations")
    if maximum_iterations is not None:
        finished = tf.logical_or(finished, maximum_iterations <= 0)
    lengths = tf.zeros_like(finished, dtype=tf.int32)
    time = tf.constant(0, dtype=tf.int32)
    arrays = tf.nest.map_structure(
        lambda size, dtype: tf.TensorArray(
            dtype=dtype,
            size=maximum_iterations if compiled_by_xla else 0,
            dynamic_size=not compiled_by_xla,
            element_shape=_element_shape(decoder.batch_size, size),
        ),
        decoder.output_size,
        decoder.output_dtype,
    )
    return (time, arrays, state, inputs, finished, lengths), zero_outputs


def _element_shape(batch_size, shape):
    """Gives the static shape [B, ...] of one step's output; None where it is not to be checked."""
    if not isinstance(shape, tf.TensorShape) or shape.ndims == 0:
        return None
    batch_size = tf.get_static_value(tf.convert_to_tensor(batch_size, name="batch_size"))
    return tf.TensorShape([batch_size]).concatenate(shape)


def _body(decoder, impute_finished, zero_outputs):
    """Gives the loop's body."""

    def body(time, arrays, state, inputs, finished, lengths):
        outputs, next_state, next_inputs, next_finished = decoder.step(time, inputs, state)
        if not decoder.tracks_own_finished:
            next_finished = tf.logical_or(next_finished, finished)
        next_lengths = tf.where(
            tf.logical_not(finished), tf.fill(tf.shape(lengths), time + 1), lengths
        )
        tf.nest.assert_same_structure(state, next_state)
        tf.nest.assert_same_structure(arrays, outputs)
        tf.nest.assert_same_structure(inputs, next_inputs)
        if impute_finished:
            outputs = tf.nest.map_structure(
                lambda output, zero: tf.where(finished, zero, output), outputs, zero_outputs
            )
            next_state = tf.nest.map_structure(
                lambda new, current: _kept_where_finished(finished, new, current),
                next_state,
                state,
            )
        arrays = tf.nest.map_structure(
            lambda array, output: array.write(time, output), arrays, outputs
        )
        return time + 1, arrays, next_state, next_inputs, next_finished, next_lengths

    return body


def _kept_where_finished(finished, new, current):
    # TensorArrays and scalars (an attention's time) have no example's row to keep.
    if isinstance(current, tf.TensorArray):
        return new
    new.set_shape(current.shape)
    return new if new.shape.ndims == 0 else tf.where(finished, current, new)

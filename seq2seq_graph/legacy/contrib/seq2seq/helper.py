"""`Helper`, `CustomHelper` and `TrainingHelper` of `tf.contrib.seq2seq`: what a decoder reads next.

Shapes: B batch, T time, D the width of an input, V the width of an output.
"""

import abc
from typing import Any, Callable, Optional, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import DType, Nested, Shape, Size
from seq2seq_graph.legacy.contrib.seq2seq.batch_time import _transpose_batch_time


def _unstack_ta(inp):
    """Lays `inp` [T, ...] out as a TensorArray of T entries."""
    array = tf.TensorArray(
        dtype=inp.dtype, size=tf.shape(inp)[0], element_shape=inp.get_shape()[1:]
    )
    return array.unstack(inp)


class Helper(metaclass=abc.ABCMeta):
    """Says what a decoder reads: at first, and after each step from that step's output.

    Source: `tf.contrib.seq2seq.Helper` of TensorFlow 1.15.
    """

    @property
    @abc.abstractmethod
    def batch_size(self) -> Size:
        """B, an int32 scalar."""
        raise NotImplementedError("batch_size is the subclass's")

    @property
    @abc.abstractmethod
    def sample_ids_shape(self) -> tf.TensorShape:
        """The shape of one example's sample, without the batch: a TensorShape."""
        raise NotImplementedError("sample_ids_shape is the subclass's")

    @property
    @abc.abstractmethod
    def sample_ids_dtype(self) -> tf.DType:
        """The type of the samples."""
        raise NotImplementedError("sample_ids_dtype is the subclass's")

    @abc.abstractmethod
    def initialize(self, name: Optional[str] = None) -> Tuple[tf.Tensor, Nested]:
        """Returns `(finished, next_inputs)`: boolean [B], the first inputs."""

    @abc.abstractmethod
    def sample(self, time: tf.Tensor, outputs: tf.Tensor, state: Nested,
               name: Optional[str] = None) -> tf.Tensor:
        """Returns `sample_ids` for the step's outputs."""

    @abc.abstractmethod
    def next_inputs(self, time: tf.Tensor, outputs: tf.Tensor, state: Nested, sample_ids: tf.Tensor,
                    name: Optional[str] = None) -> Tuple[tf.Tensor, Nested, Nested]:
        """Returns `(finished, next_inputs, next_state)`."""


class CustomHelper(Helper):
    """A helper of three functions.

    Args:
      initialize_fn: () -> (finished, next_inputs).
      sample_fn: (time, outputs, state) -> sample_ids.
      next_inputs_fn: (time, outputs, state, sample_ids) -> (finished, next_inputs, next_state).
      sample_ids_shape: of one example's sample; None is a scalar.
      sample_ids_dtype: None is int32.

    Raises (of `batch_size`):
      ValueError: `initialize` has not been called yet.

    Source: `tf.contrib.seq2seq.CustomHelper` of TensorFlow 1.15.
    """

    def __init__(
        self,
        initialize_fn: Callable[[], Tuple[tf.Tensor, Nested]],
        sample_fn: Callable[..., tf.Tensor],
        next_inputs_fn: Callable[..., Tuple[tf.Tensor, Nested, Nested]],
        sample_ids_shape: Shape = None,
        sample_ids_dtype: DType = None,
    ) -> None:
        self._initialize_fn = initialize_fn
        self._sample_fn = sample_fn
        self._next_inputs_fn = next_inputs_fn
        self._batch_size = None
        self._sample_ids_shape = tf.TensorShape(sample_ids_shape or [])
        self._sample_ids_dtype = sample_ids_dtype or tf.int32

    @property
    def batch_size(self) -> Size:
        if self._batch_size is None:
            raise ValueError("batch_size is known once initialize() has been called")
        return self._batch_size

    @property
    def sample_ids_shape(self) -> tf.TensorShape:
        return self._sample_ids_shape

    @property
    def sample_ids_dtype(self) -> tf.DType:
        return self._sample_ids_dtype

    def initialize(self, name: Optional[str] = None) -> Tuple[tf.Tensor, Nested]:
        with tf.name_scope(name, type(self).__name__ + "Initialize"):
            finished, next_inputs = self._initialize_fn()
            if self._batch_size is None:
                self._batch_size = tf.size(finished)
        return finished, next_inputs

    def sample(self, time: tf.Tensor, outputs: tf.Tensor, state: Nested,
               name: Optional[str] = None) -> tf.Tensor:
        values = [time, outputs, state]
        with tf.name_scope(name, type(self).__name__ + "Sample", values):
            return self._sample_fn(time=time, outputs=outputs, state=state)

    def next_inputs(self, time: tf.Tensor, outputs: tf.Tensor, state: Nested, sample_ids: tf.Tensor,
                    name: Optional[str] = None) -> Tuple[tf.Tensor, Nested, Nested]:
        values = [time, outputs, state]
        with tf.name_scope(name, type(self).__name__ + "NextInputs", values):
            return self._next_inputs_fn(
                time=time, outputs=outputs, state=state, sample_ids=sample_ids
            )


class TrainingHelper(Helper):
    """Reads the given inputs in turn: teacher forcing. Samples are the outputs' argmax.

    Args:
      inputs: [B, T, D], or [T, B, D] where `time_major`.
      sequence_length: int32 [B], the number of inputs to read.
      time_major: the layout of `inputs`.
      name: of the name scope.

    Raises:
      ValueError: `sequence_length` is not a vector.

    Source: `tf.contrib.seq2seq.TrainingHelper` of TensorFlow 1.15.
    """

    def __init__(self, inputs: Nested, sequence_length: tf.Tensor, time_major: bool = False,
                 name: Optional[str] = None) -> None:
        with tf.name_scope(name, "TrainingHelper", [inputs, sequence_length]):
            inputs = tf.convert_to_tensor(inputs, name="inputs")
            self._inputs = inputs
            if not time_major:
                inputs = tf.nest.map_structure(_transpose_batch_time, inputs)
            self._input_tas = tf.nest.map_structure(_unstack_ta, inputs)
            self._sequence_length = tf.convert_to_tensor(
                sequence_length, name="sequence_length"
            )
            if self._sequence_length.get_shape().ndims != 1:
                raise ValueError(
                    "sequence_length must be a vector; got shape "
                    f"{self._sequence_length.get_shape()}"
                )
            self._zero_inputs = tf.nest.map_structure(
                lambda entries: tf.zeros_like(entries[0, :]), inputs
            )
            self._batch_size = tf.size(sequence_length)

    @property
    def inputs(self) -> Nested:
        """The inputs as given, a tensor."""
        return self._inputs

    @property
    def sequence_length(self) -> tf.Tensor:
        """int32 [B]."""
        return self._sequence_length

    @property
    def batch_size(self) -> Size:
        return self._batch_size

    @property
    def sample_ids_shape(self) -> tf.TensorShape:
        return tf.TensorShape([])

    @property
    def sample_ids_dtype(self) -> tf.DType:
        return tf.int32

    def initialize(self, name: Optional[str] = None) -> Tuple[tf.Tensor, Nested]:
        with tf.name_scope(name, "TrainingHelperInitialize"):
            finished = tf.equal(0, self._sequence_length)
            return finished, self._read(tf.reduce_all(finished), 0)

    def sample(self, time: tf.Tensor, outputs: tf.Tensor, name: Optional[str] = None,
               **unused_kwargs: Any) -> tf.Tensor:
        with tf.name_scope(name, "TrainingHelperSample", [time, outputs]):
            return tf.cast(tf.argmax(outputs, axis=-1), tf.int32)

    def next_inputs(self, time: tf.Tensor, outputs: tf.Tensor, state: Nested,
                    name: Optional[str] = None,
                    **unused_kwargs: Any) -> Tuple[tf.Tensor, Nested, Nested]:
        with tf.name_scope(name, "TrainingHelperNextInputs", [time, outputs, state]):
            next_time = time + 1
            finished = next_time >= self._sequence_length
            return finished, self._read(tf.reduce_all(finished), next_time), state

    def _read(self, all_finished, time):
        """Gives the inputs at `time`; zeros where all is finished, as no input may be left."""
        return tf.cond(
            all_finished,
            lambda: self._zero_inputs,
            lambda: tf.nest.map_structure(lambda array: array.read(time), self._input_tas),
        )

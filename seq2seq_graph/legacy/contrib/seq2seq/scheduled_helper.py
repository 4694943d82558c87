"""Helpers of `tf.contrib.seq2seq` that feed now the given input, now what the decoder said itself.

Shapes: B batch, T time, D the width of an input, V vocabulary.
"""

from typing import Optional, Tuple, Union

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Nested, Number, TensorFunction
from seq2seq_graph.legacy.contrib.seq2seq.batch_time import _transpose_batch_time
from seq2seq_graph.legacy.contrib.seq2seq.helper import TrainingHelper, _unstack_ta
from seq2seq_graph.legacy.contrib.seq2seq.inference_helper import _embedding_function
from seq2seq_graph.legacy.contrib.seq2seq.sampler import bernoulli_sample, categorical_sample


class ScheduledEmbeddingTrainingHelper(TrainingHelper):
    """Teacher forcing; now and then an example reads a token drawn from its outputs instead.

    Args:
      inputs, sequence_length, time_major, name: as for `TrainingHelper`.
      embedding: [V, D], or a function from ids to inputs.
      sampling_probability: scalar or [B], how often a token is drawn.
      seed: op seed of the draws of tokens.
      scheduling_seed: op seed of the draws of whether to draw.

    Raises:
      ValueError: `sampling_probability` is neither a scalar nor a vector.

    Samples are int32 [B], -1 where the given input is read.
    Source: `tf.contrib.seq2seq.ScheduledEmbeddingTrainingHelper` of TensorFlow 1.15; Bengio,
    Vinyals, Jaitly and Shazeer 2015.
    """

    def __init__(
        self,
        inputs: tf.Tensor,
        sequence_length: tf.Tensor,
        embedding: Union[tf.Tensor, TensorFunction],
        sampling_probability: Number,
        time_major: bool = False,
        seed: Optional[int] = None,
        scheduling_seed: Optional[int] = None,
        name: Optional[str] = None,
    ) -> None:
        values = [embedding, sampling_probability]
        with tf.name_scope(name, "ScheduledEmbeddingSamplingWrapper", values):
            self._embedding_fn = _embedding_function(embedding)
            self._sampling_probability = _probability(sampling_probability)
            self._seed = seed
            self._scheduling_seed = scheduling_seed
            super().__init__(
                inputs=inputs,
                sequence_length=sequence_length,
                time_major=time_major,
                name=name,
            )

    def initialize(self, name: Optional[str] = None) -> Tuple[tf.Tensor, Nested]:
        return super().initialize(name=name)

    def sample(self, time: tf.Tensor, outputs: tf.Tensor, state: Nested,
               name: Optional[str] = None) -> tf.Tensor:
        values = [time, outputs, state]
        with tf.name_scope(name, "ScheduledEmbeddingTrainingHelperSample", values):
            drawn = bernoulli_sample(
                probs=self._sampling_probability,
                dtype=tf.bool,
                sample_shape=self.batch_size,
                seed=self._scheduling_seed,
            )
            tokens = categorical_sample(logits=outputs, seed=self._seed)
            return tf.where(drawn, tokens, tf.fill([self.batch_size], -1))

    def next_inputs(self, time: tf.Tensor, outputs: tf.Tensor, state: Nested, sample_ids: tf.Tensor,
                    name: Optional[str] = None) -> Tuple[tf.Tensor, Nested, Nested]:
        values = [time, outputs, state, sample_ids]
        with tf.name_scope(name, "ScheduledEmbeddingTrainingHelperNextInputs", values):
            finished, given, state = super().next_inputs(
                time=time, outputs=outputs, state=state, sample_ids=sample_ids, name=name
            )

            def mixed():
                drawn = tf.cast(tf.where(sample_ids > -1), tf.int32)
                read = tf.cast(tf.where(sample_ids <= -1), tf.int32)
                tokens = tf.gather_nd(sample_ids, drawn)
                given_rows = tf.gather_nd(given, read)
                return _scattered(drawn, self._embedding_fn(tokens), read, given_rows, given)

            return finished, tf.cond(tf.reduce_all(finished), lambda: given, mixed), state


class ScheduledOutputTrainingHelper(TrainingHelper):
    """Teacher forcing; now and then an example reads its last output instead.

    Args:
      inputs, sequence_length, time_major, name: as for `TrainingHelper`.
      sampling_probability: scalar or [B], how often the output is fed back.
      seed: op seed of the draws.
      next_inputs_fn: outputs -> inputs; None feeds the outputs themselves.
      auxiliary_inputs: [B, T, ...], put behind the inputs and behind what is fed back.

    Raises:
      ValueError: `sampling_probability` is neither a scalar nor a vector.

    Samples are int32 [B], 1 where the output is fed back.
    Source: `tf.contrib.seq2seq.ScheduledOutputTrainingHelper` of TensorFlow 1.15.
    """

    def __init__(
        self,
        inputs: tf.Tensor,
        sequence_length: tf.Tensor,
        sampling_probability: Number,
        time_major: bool = False,
        seed: Optional[int] = None,
        next_inputs_fn: Optional[TensorFunction] = None,
        auxiliary_inputs: Nested = None,
        name: Optional[str] = None,
    ) -> None:
        values = [inputs, auxiliary_inputs, sampling_probability]
        with tf.name_scope(name, "ScheduledOutputTrainingHelper", values):
            self._sampling_probability = _probability(sampling_probability)
            self._auxiliary_input_tas = None
            if auxiliary_inputs is not None:
                inputs = tf.convert_to_tensor(inputs, name="inputs")
                auxiliary_inputs = tf.convert_to_tensor(
                    auxiliary_inputs, name="auxiliary_inputs"
                )
                inputs = tf.concat((inputs, auxiliary_inputs), -1)
                if not time_major:
                    auxiliary_inputs = _transpose_batch_time(auxiliary_inputs)
                self._auxiliary_input_tas = _unstack_ta(auxiliary_inputs)
            self._seed = seed
            self._next_inputs_fn = next_inputs_fn
            super().__init__(
                inputs=inputs,
                sequence_length=sequence_length,
                time_major=time_major,
                name=name,
            )

    def initialize(self, name: Optional[str] = None) -> Tuple[tf.Tensor, Nested]:
        return super().initialize(name=name)

    def sample(self, time: tf.Tensor, outputs: tf.Tensor, state: Nested,
               name: Optional[str] = None) -> tf.Tensor:
        values = [time, outputs, state]
        with tf.name_scope(name, "ScheduledOutputTrainingHelperSample", values):
            return bernoulli_sample(
                probs=self._sampling_probability,
                sample_shape=self.batch_size,
                seed=self._seed,
            )

    def next_inputs(self, time: tf.Tensor, outputs: tf.Tensor, state: Nested, sample_ids: tf.Tensor,
                    name: Optional[str] = None) -> Tuple[tf.Tensor, Nested, Nested]:
        values = [time, outputs, state, sample_ids]
        with tf.name_scope(name, "ScheduledOutputTrainingHelperNextInputs", values):
            finished, given, state = super().next_inputs(
                time=time, outputs=outputs, state=state, sample_ids=sample_ids, name=name
            )
            sample_ids = tf.cast(sample_ids, tf.bool)

            def mixed():
                if self._next_inputs_fn is None:
                    return tf.where(sample_ids, self._with_auxiliary(time, outputs), given)
                fed_back = tf.cast(tf.where(sample_ids), tf.int32)
                read = tf.cast(tf.where(tf.logical_not(sample_ids)), tf.int32)
                own_rows = tf.gather_nd(outputs, fed_back)
                given_rows = tf.gather_nd(given, read)
                own_rows = self._with_auxiliary(time, self._next_inputs_fn(own_rows), fed_back)
                return _scattered(fed_back, own_rows, read, given_rows, given)

            all_finished = tf.reduce_all(finished)
            none_fed_back = tf.logical_not(tf.reduce_any(sample_ids))
            no_mix = tf.logical_or(all_finished, none_fed_back)
            return finished, tf.cond(no_mix, lambda: given, mixed), state

    def _with_auxiliary(self, time, rows, places=None):
        """Puts the next step's auxiliary inputs behind the rows, which are those of `places`."""
        if self._auxiliary_input_tas is None:
            return rows
        auxiliary = self._auxiliary_input_tas.read(time + 1)
        if places is not None:
            auxiliary = tf.gather_nd(auxiliary, places)
        return tf.concat((rows, auxiliary), -1)


def _probability(sampling_probability):
    probability = tf.convert_to_tensor(sampling_probability, name="sampling_probability")
    if probability.get_shape().ndims not in (0, 1):
        raise ValueError(
            f"sampling_probability must be a scalar or a vector; got {probability.get_shape()}"
        )
    return probability


def _scattered(places, rows, other_places, other_rows, like):
    """Lays rows and other rows out at their places: [B, D], as `like` is."""
    shape = tf.shape(like)
    own = tf.scatter_nd(indices=places, updates=rows, shape=shape)
    return own + tf.scatter_nd(indices=other_places, updates=other_rows, shape=shape)

"""Helpers of `tf.contrib.seq2seq` that feed a decoder with what it said itself.

Shapes: B batch, V vocabulary, D the width of an embedding.
"""

from typing import Optional, Tuple, Union

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import DType, Nested, Number, Shape, Size, TensorFunction
from seq2seq_graph.legacy.contrib.seq2seq.helper import Helper
from seq2seq_graph.legacy.contrib.seq2seq.sampler import categorical_sample


def _embedding_function(embedding):
    """Gives `embedding` if it is a function of ids, else a look-up in it."""
    if callable(embedding):
        return embedding
    return lambda ids: tf.nn.embedding_lookup(embedding, ids)


class GreedyEmbeddingHelper(Helper):
    """Feeds back the embedding of the likeliest token.

    Args:
      embedding: [V, D], or a function from ids int32 [B] to inputs.
      start_tokens: int32 [B], read first.
      end_token: int32 scalar; an example that has said it is finished.

    Raises:
      ValueError: `start_tokens` is not a vector or `end_token` not a scalar.
      TypeError (of `sample`): the outputs are not one tensor.

    Source: `tf.contrib.seq2seq.GreedyEmbeddingHelper` of TensorFlow 1.15.
    """

    def __init__(self, embedding: Union[tf.Tensor, TensorFunction], start_tokens: tf.Tensor,
                 end_token: Size) -> None:
        self._embedding_fn = _embedding_function(embedding)
        self._start_tokens = tf.convert_to_tensor(
            start_tokens, dtype=tf.int32, name="start_tokens"
        )
        self._end_token = tf.convert_to_tensor(end_token, dtype=tf.int32, name="end_token")
        if self._start_tokens.get_shape().ndims != 1:
            raise ValueError(
                f"start_tokens must be a vector; got shape {self._start_tokens.get_shape()}"
            )
        self._batch_size = tf.size(start_tokens)
        if self._end_token.get_shape().ndims != 0:
            raise ValueError(
                f"end_token must be a scalar; got shape {self._end_token.get_shape()}"
            )
        self._start_inputs = self._embedding_fn(self._start_tokens)

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
        finished = tf.tile([False], [self._batch_size])
        return finished, self._start_inputs

    def sample(self, time: tf.Tensor, outputs: tf.Tensor, state: Nested,
               name: Optional[str] = None) -> tf.Tensor:
        _require_one_tensor(outputs)
        return tf.argmax(outputs, axis=-1, output_type=tf.int32)

    def next_inputs(self, time: tf.Tensor, outputs: tf.Tensor, state: Nested, sample_ids: tf.Tensor,
                    name: Optional[str] = None) -> Tuple[tf.Tensor, Nested, Nested]:
        finished = tf.equal(sample_ids, self._end_token)
        next_inputs = tf.cond(
            tf.reduce_all(finished),
            # Nobody reads what follows the last step: any inputs of the right shape will do.
            lambda: self._start_inputs,
            lambda: self._embedding_fn(sample_ids),
        )
        return finished, next_inputs, state


class SampleEmbeddingHelper(GreedyEmbeddingHelper):
    """Feeds back the embedding of a token drawn by `softmax(outputs / softmax_temperature)`.

    Args:
      embedding, start_tokens, end_token: as for `GreedyEmbeddingHelper`.
      softmax_temperature: None is 1.
      seed: the op seed of the draws.

    Source: `tf.contrib.seq2seq.SampleEmbeddingHelper` of TensorFlow 1.15.
    """

    def __init__(
        self,
        embedding: Union[tf.Tensor, TensorFunction],
        start_tokens: tf.Tensor,
        end_token: Size,
        softmax_temperature: Optional[Number] = None,
        seed: Optional[int] = None,
    ) -> None:
        super().__init__(embedding, start_tokens, end_token)
        self._softmax_temperature = softmax_temperature
        self._seed = seed

    def sample(self, time: tf.Tensor, outputs: tf.Tensor, state: Nested,
               name: Optional[str] = None) -> tf.Tensor:
        _require_one_tensor(outputs)
        logits = outputs
        if self._softmax_temperature is not None:
            logits = outputs / self._softmax_temperature
        return categorical_sample(logits=logits, seed=self._seed)


class InferenceHelper(Helper):
    """Feeds back what a function draws from the outputs: for samples that are no token ids.

    Args:
      sample_fn: outputs -> sample_ids.
      sample_shape: the shape of one example's sample.
      sample_dtype: the type of the samples.
      start_inputs: [B, ...], read first.
      end_fn: sample_ids -> finished, boolean [B].
      next_inputs_fn: sample_ids -> next inputs; None feeds the samples themselves.

    Source: `tf.contrib.seq2seq.InferenceHelper` of TensorFlow 1.15.
    """

    def __init__(
        self,
        sample_fn: TensorFunction,
        sample_shape: Shape,
        sample_dtype: DType,
        start_inputs: tf.Tensor,
        end_fn: TensorFunction,
        next_inputs_fn: Optional[TensorFunction] = None,
    ) -> None:
        self._sample_fn = sample_fn
        self._end_fn = end_fn
        self._sample_shape = tf.TensorShape(sample_shape)
        self._sample_dtype = sample_dtype
        self._next_inputs_fn = next_inputs_fn
        self._batch_size = tf.shape(start_inputs)[0]
        self._start_inputs = tf.convert_to_tensor(start_inputs, name="start_inputs")

    @property
    def batch_size(self) -> Size:
        return self._batch_size

    @property
    def sample_ids_shape(self) -> tf.TensorShape:
        return self._sample_shape

    @property
    def sample_ids_dtype(self) -> tf.DType:
        return self._sample_dtype

    def initialize(self, name: Optional[str] = None) -> Tuple[tf.Tensor, Nested]:
        finished = tf.tile([False], [self._batch_size])
        return finished, self._start_inputs

    def sample(self, time: tf.Tensor, outputs: tf.Tensor, state: Nested,
               name: Optional[str] = None) -> tf.Tensor:
        return self._sample_fn(outputs)

    def next_inputs(self, time: tf.Tensor, outputs: tf.Tensor, state: Nested, sample_ids: tf.Tensor,
                    name: Optional[str] = None) -> Tuple[tf.Tensor, Nested, Nested]:
        next_inputs = sample_ids
        if self._next_inputs_fn is not None:
            next_inputs = self._next_inputs_fn(sample_ids)
        return self._end_fn(sample_ids), next_inputs, state


def _require_one_tensor(outputs):
    if not isinstance(outputs, tf.Tensor):
        raise TypeError(f"outputs must be one Tensor; got {type(outputs)}")

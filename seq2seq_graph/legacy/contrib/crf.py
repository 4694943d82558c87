"""`tf.contrib.crf`: scores and likelihood of tags in a linear-chain conditional random field.

A sequence's score is the sum of its tags' scores (`inputs`) and of its transitions' scores
(`transition_params[from, to]`); its likelihood is the score's exponential, divided by that of all
sequences together. Decoding is in `crf_decoding.py`.
Shapes: B batch, T time, K the number of tags.
"""

from typing import Callable, Optional, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Nested, Scope
from seq2seq_graph.legacy.cell import RNNCell


def crf_sequence_score(inputs: tf.Tensor, tag_indices: tf.Tensor, sequence_lengths: tf.Tensor,
                       transition_params: tf.Tensor) -> tf.Tensor:
    """Gives the score [B] of each example's tags, before it is normalized.

    Args:
      inputs: floats [B, T, K], a score of each tag at each place.
      tag_indices: int32 or int64 [B, T].
      sequence_lengths: int [B].
      transition_params: floats [K, K].

    Source: `tf.contrib.crf.crf_sequence_score` of TensorFlow 1.15.
    """

    def one_place():
        # No transitions, and no loop.
        batch = tf.shape(inputs, out_type=tag_indices.dtype)[0]
        rows = tf.reshape(tf.range(batch, dtype=tag_indices.dtype), [-1, 1])
        scores = tf.gather_nd(tf.squeeze(inputs, [1]), tf.concat([rows, tag_indices], axis=1))
        return _zero_where_empty(scores, sequence_lengths)

    def several_places():
        unary = crf_unary_score(tag_indices, sequence_lengths, inputs)
        return unary + crf_binary_score(tag_indices, sequence_lengths, transition_params)

    return if_one_place(inputs, one_place, several_places)


def crf_multitag_sequence_score(inputs: tf.Tensor, tag_bitmap: tf.Tensor,
                                sequence_lengths: tf.Tensor,
                                transition_params: tf.Tensor) -> tf.Tensor:
    """Gives the score [B] of all sequences that the bitmap allows, together.

    Args:
      inputs, sequence_lengths, transition_params: as for `crf_sequence_score`.
      tag_bitmap: boolean [B, T, K], the tags that are right at each place.

    Source: `tf.contrib.crf.crf_multitag_sequence_score` of TensorFlow 1.15.
    """

    def allowed_inputs():
        return tf.where(tag_bitmap, inputs, tf.fill(tf.shape(inputs), float("-inf")))

    def one_place():
        return tf.reduce_logsumexp(allowed_inputs(), axis=[1, 2], keepdims=False)

    def several_places():
        return crf_log_norm(
            inputs=allowed_inputs(),
            sequence_lengths=sequence_lengths,
            transition_params=transition_params,
        )

    return if_one_place(inputs, one_place, several_places)


def crf_log_norm(inputs: tf.Tensor, sequence_lengths: tf.Tensor,
                 transition_params: tf.Tensor) -> tf.Tensor:
    """Gives the logarithm [B] of the sum of all sequences' exponentiated scores.

    Args:
      inputs, sequence_lengths, transition_params: as for `crf_sequence_score`.

    Source: `tf.contrib.crf.crf_log_norm` of TensorFlow 1.15.
    """
    first = tf.slice(inputs, [0, 0, 0], [-1, 1, -1])
    first = tf.squeeze(first, [1])

    def one_place():
        return _zero_where_empty(tf.reduce_logsumexp(first, [1]), sequence_lengths)

    def several_places():
        rest = tf.slice(inputs, [0, 1, 0], [-1, -1, -1])
        cell = CrfForwardRnnCell(transition_params)
        _, alphas = tf.nn.dynamic_rnn(
            cell=cell,
            inputs=rest,
            sequence_length=one_less(sequence_lengths),
            initial_state=first,
            dtype=tf.float32,
        )
        return _zero_where_empty(tf.reduce_logsumexp(alphas, [1]), sequence_lengths)

    return if_one_place(inputs, one_place, several_places)


def crf_log_likelihood(
        inputs: tf.Tensor, tag_indices: tf.Tensor, sequence_lengths: tf.Tensor,
        transition_params: Optional[tf.Tensor] = None) -> Tuple[tf.Tensor, tf.Tensor]:
    """Gives the log likelihood [B] of each example's tags, and the transitions' scores [K, K].

    Args:
      inputs, tag_indices, sequence_lengths: as for `crf_sequence_score`.
      transition_params: None takes the variable `transitions` of the current scope.

    Source: `tf.contrib.crf.crf_log_likelihood` of TensorFlow 1.15.
    """
    tags = tf.dimension_value(inputs.shape[2])
    if transition_params is None:
        transition_params = tf.get_variable("transitions", [tags, tags])
    score = crf_sequence_score(inputs, tag_indices, sequence_lengths, transition_params)
    log_norm = crf_log_norm(inputs, sequence_lengths, transition_params)
    return score - log_norm, transition_params


def crf_unary_score(tag_indices: tf.Tensor, sequence_lengths: tf.Tensor,
                    inputs: tf.Tensor) -> tf.Tensor:
    """Gives the sum [B] of the tags' own scores.

    Args:
      tag_indices: int32 or int64 [B, T].
      sequence_lengths: int [B].
      inputs: floats [B, T, K].

    Source: `tf.contrib.crf.crf_unary_score` of TensorFlow 1.15.
    """
    batch, time, tags = (tf.shape(inputs)[axis] for axis in range(3))
    flat_inputs = tf.reshape(inputs, [-1])
    offsets = tf.expand_dims(tf.range(batch) * time * tags, 1)
    offsets += tf.expand_dims(tf.range(time) * tags, 0)
    if tag_indices.dtype == tf.int64:
        offsets = tf.cast(offsets, tf.int64)
    flat_places = tf.reshape(offsets + tag_indices, [-1])
    scores = tf.reshape(tf.gather(flat_inputs, flat_places), [batch, time])
    return tf.reduce_sum(scores * _mask(tag_indices, sequence_lengths), 1)


def crf_binary_score(tag_indices: tf.Tensor, sequence_lengths: tf.Tensor,
                     transition_params: tf.Tensor) -> tf.Tensor:
    """Gives the sum [B] of the transitions' scores.

    Args:
      tag_indices, sequence_lengths, transition_params: as for `crf_sequence_score`.

    Source: `tf.contrib.crf.crf_binary_score` of TensorFlow 1.15.
    """
    tags = tf.dimension_value(transition_params.shape[0])
    transitions = tf.shape(tag_indices)[1] - 1
    start = tf.slice(tag_indices, [0, 0], [-1, transitions])
    end = tf.slice(tag_indices, [0, 1], [-1, transitions])
    places = start * tags + end
    scores = tf.gather(tf.reshape(transition_params, [-1]), places)
    mask = tf.slice(_mask(tag_indices, sequence_lengths), [0, 1], [-1, -1])
    return tf.reduce_sum(scores * mask, 1)


class _OverTags(RNNCell):
    """A cell whose state and output are a number for each tag.

    Args:
      transition_params: [K, K].
    """

    def __init__(self, transition_params: tf.Tensor) -> None:
        super().__init__()
        self._transition_params = tf.expand_dims(transition_params, 0)
        self._num_tags = tf.dimension_value(transition_params.shape[0])

    @property
    def state_size(self) -> int:
        return self._num_tags

    @property
    def output_size(self) -> int:
        return self._num_tags

    def _scores(self, state):
        """Adds to the scores so far [B, K] each transition's: [B, from, to]."""
        state = tf.expand_dims(state, 2)
        return state + self._transition_params


class CrfForwardRnnCell(_OverTags):
    """Sums over all ways to each tag: a step of the forward algorithm.

    Args:
      transition_params: [K, K].

    Source: `tf.contrib.crf.CrfForwardRnnCell` of TensorFlow 1.15.
    """

    def __call__(self, inputs: tf.Tensor, state: tf.Tensor,
                 scope: Scope = None) -> Tuple[tf.Tensor, tf.Tensor]:
        """Gives the new sums [B, K], twice, of the tags' scores [B, K] and the sums so far."""
        alphas = inputs + tf.reduce_logsumexp(self._scores(state), [1])
        return alphas, alphas


def if_one_place(inputs: tf.Tensor, one_place: Callable[[], Nested],
                 several_places: Callable[[], Nested]) -> Nested:
    """Calls the function for T = 1 or the other one; both, in a `tf.cond`, where T is not known."""
    time = tf.dimension_value(inputs.shape[1]) or tf.shape(inputs)[1]
    is_one = tf.equal(time, 1)
    known = tf.get_static_value(is_one)
    if known is None:
        return tf.cond(is_one, one_place, several_places)
    return one_place() if known else several_places()


def one_less(sequence_lengths: tf.Tensor) -> tf.Tensor:
    """Gives the numbers of transitions [B]: one less than the lengths, 0 at the least."""
    return tf.maximum(tf.constant(0, dtype=sequence_lengths.dtype), sequence_lengths - 1)


def _zero_where_empty(scores, sequence_lengths):
    return tf.where(tf.less_equal(sequence_lengths, 0), tf.zeros_like(scores), scores)


def _mask(tag_indices, sequence_lengths):
    return tf.sequence_mask(
        sequence_lengths, maxlen=tf.shape(tag_indices)[1], dtype=tf.float32
    )

"""Attention that moves forward alone: `monotonic_attention` and its two mechanisms.

Shapes: B batch, T the memory's time, D its width, U `num_units`.
"""

import functools
from typing import Any, Optional, Tuple

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import DType, Number
from seq2seq_graph.legacy.contrib.seq2seq.attention import (
    _score_by_bahdanau,
    _score_by_luong,
    dense_without_bias,
)
from seq2seq_graph.legacy.contrib.seq2seq.attention_mechanism import _BaseAttentionMechanism


def safe_cumprod(x: tf.Tensor, *args: Any, **kwargs: Any) -> tf.Tensor:
    """Gives the running product of `x`, by logarithms; numbers are taken between tiny and 1.

    Args:
      x: floating tensor.
      *args, **kwargs: `tf.cumsum`'s: `axis`, `exclusive`, `reverse`.

    Source: `tf.contrib.seq2seq.safe_cumprod` of TensorFlow 1.15.
    """
    with tf.name_scope(None, "SafeCumprod", [x]):
        x = tf.convert_to_tensor(x, name="x")
        tiny = np.finfo(x.dtype.as_numpy_dtype).tiny
        logarithms = tf.log(tf.clip_by_value(x, tiny, 1))
        return tf.exp(tf.cumsum(logarithms, *args, **kwargs))


def monotonic_attention(p_choose_i: tf.Tensor, previous_attention: tf.Tensor,
                        mode: str) -> tf.Tensor:
    """Gives where attention stops, if each place is chosen with `p_choose_i` from the last one on.

    Args:
      p_choose_i: [B, T] probabilities.
      previous_attention: [B, T], the last step's result.
      mode: "recursive" (exact, a loop over T), "parallel" (quick, loses precision where the
        probabilities are near 1) or "hard" (both are 0 or 1).

    Returns:
      [B, T].

    Raises:
      ValueError: another mode.

    Source: `tf.contrib.seq2seq.monotonic_attention` of TensorFlow 1.15; Raffel and others 2017.
    """
    p_choose_i = tf.convert_to_tensor(p_choose_i, name="p_choose_i")
    previous_attention = tf.convert_to_tensor(previous_attention, name="previous_attention")
    if mode == "recursive":
        return _recursive(p_choose_i, previous_attention)
    if mode == "parallel":
        passed = safe_cumprod(1 - p_choose_i, axis=1, exclusive=True)
        stopped = p_choose_i * passed
        # The clip keeps a quotient of two numbers near 0 from becoming infinite.
        arrived = tf.cumsum(previous_attention / tf.clip_by_value(passed, 1e-10, 1.0), axis=1)
        return stopped * arrived
    if mode == "hard":
        p_choose_i *= tf.cumsum(previous_attention, axis=1)
        return p_choose_i * tf.cumprod(1 - p_choose_i, axis=1, exclusive=True)
    raise ValueError(f"mode must be 'recursive', 'parallel' or 'hard'; got {mode!r}")


def _recursive(p_choose_i, previous_attention):
    batch = tf.dimension_value(p_choose_i.shape[0]) or tf.shape(p_choose_i)[0]
    # q[0] = previous[0]; q[t] = (1 - p[t - 1]) * q[t - 1] + previous[t]; the result is p * q.
    passed = tf.concat([tf.ones((batch, 1)), 1 - p_choose_i[:, :-1]], 1)
    arrived = tf.scan(
        lambda last, now: tf.reshape(now[0] * last + now[1], (batch,)),
        [tf.transpose(passed), tf.transpose(previous_attention)],
        tf.zeros((batch,)),
    )
    return p_choose_i * tf.transpose(arrived)


def _monotonic_probability_fn(score, previous_alignments, sigmoid_noise, mode, seed=None):
    """Gives `monotonic_attention` of the scores' sigmoid; "hard" chooses where a score is above 0.

    `sigmoid_noise` times normal noise is added to the scores where it is above 0.
    """
    if sigmoid_noise > 0:
        noise = tf.random_normal(tf.shape(score), dtype=score.dtype, seed=seed)
        score += sigmoid_noise * noise
    p_choose_i = tf.cast(score > 0, score.dtype) if mode == "hard" else tf.sigmoid(score)
    return monotonic_attention(p_choose_i, previous_alignments, mode)


class _BaseMonotonicAttentionMechanism(_BaseAttentionMechanism):
    """A mechanism that starts at the memory's first place."""

    def initial_alignments(self, batch_size, dtype):
        """Gives 1 for the first place, [B, T]."""
        first = tf.zeros((batch_size,), dtype=tf.int32)
        return tf.one_hot(first, self._alignments_size, dtype=dtype)


class BahdanauMonotonicAttention(_BaseMonotonicAttentionMechanism):
    """Moves forward along the memory, by Bahdanau's scores plus `attention_score_bias`.

    Args:
      num_units, memory, memory_sequence_length, normalize, score_mask_value, dtype, name: as for
        `BahdanauAttention`.
      sigmoid_noise: how much normal noise is added to the scores, while training.
      sigmoid_noise_seed: its op seed.
      score_bias_init: where the bias starts.
      mode: `monotonic_attention`'s.

    Source: `tf.contrib.seq2seq.BahdanauMonotonicAttention` of TensorFlow 1.15.
    """

    def __init__(
        self,
        num_units: int,
        memory: tf.Tensor,
        memory_sequence_length: Optional[tf.Tensor] = None,
        normalize: bool = False,
        score_mask_value: Optional[Number] = None,
        sigmoid_noise: float = 0.0,
        sigmoid_noise_seed: Optional[int] = None,
        score_bias_init: float = 0.0,
        mode: str = "parallel",
        dtype: DType = None,
        name: str = "BahdanauMonotonicAttention",
    ) -> None:
        dtype = dtype or tf.float32
        super().__init__(
            query_layer=dense_without_bias(num_units, "query_layer", dtype),
            memory_layer=dense_without_bias(num_units, "memory_layer", dtype),
            memory=memory,
            probability_fn=_probabilities(sigmoid_noise, mode, sigmoid_noise_seed),
            memory_sequence_length=memory_sequence_length,
            score_mask_value=score_mask_value,
            name=name,
        )
        self._num_units = num_units
        self._normalize = normalize
        self._name = name
        self._score_bias_init = score_bias_init

    def __call__(self, query: tf.Tensor, state: tf.Tensor) -> Tuple[tf.Tensor, tf.Tensor]:
        """Returns `(alignments, next_state)`, both [B, T], for the query [B, ...]."""
        with tf.variable_scope(None, "bahdanau_monotonic_attention", [query]):
            score = _score_by_bahdanau(self, query)
            score += _score_bias(score.dtype, self._score_bias_init)
        alignments = self._probability_fn(score, state)
        return alignments, alignments


class LuongMonotonicAttention(_BaseMonotonicAttentionMechanism):
    """Moves forward along the memory, by Luong's scores plus `attention_score_bias`.

    Args:
      num_units, memory, memory_sequence_length, scale, score_mask_value, dtype, name: as for
        `LuongAttention`.
      sigmoid_noise, sigmoid_noise_seed, score_bias_init, mode: as for
        `BahdanauMonotonicAttention`.

    Source: `tf.contrib.seq2seq.LuongMonotonicAttention` of TensorFlow 1.15.
    """

    def __init__(
        self,
        num_units: int,
        memory: tf.Tensor,
        memory_sequence_length: Optional[tf.Tensor] = None,
        scale: bool = False,
        score_mask_value: Optional[Number] = None,
        sigmoid_noise: float = 0.0,
        sigmoid_noise_seed: Optional[int] = None,
        score_bias_init: float = 0.0,
        mode: str = "parallel",
        dtype: DType = None,
        name: str = "LuongMonotonicAttention",
    ) -> None:
        super().__init__(
            query_layer=None,
            memory_layer=dense_without_bias(num_units, "memory_layer", dtype or tf.float32),
            memory=memory,
            probability_fn=_probabilities(sigmoid_noise, mode, sigmoid_noise_seed),
            memory_sequence_length=memory_sequence_length,
            score_mask_value=score_mask_value,
            name=name,
        )
        self._num_units = num_units
        self._scale = scale
        self._score_bias_init = score_bias_init
        self._name = name

    def __call__(self, query: tf.Tensor, state: tf.Tensor) -> Tuple[tf.Tensor, tf.Tensor]:
        """Returns `(alignments, next_state)`, both [B, T], for the query [B, U]."""
        with tf.variable_scope(None, "luong_monotonic_attention", [query]):
            score = _score_by_luong(self, query)
            score += _score_bias(score.dtype, self._score_bias_init)
        alignments = self._probability_fn(score, state)
        return alignments, alignments


def _probabilities(sigmoid_noise, mode, seed):
    return functools.partial(
        _monotonic_probability_fn, sigmoid_noise=sigmoid_noise, mode=mode, seed=seed
    )


def _score_bias(dtype, initial_value):
    # The initializer is a number and not a function of the shape, as natively: the type is its.
    return tf.get_variable("attention_score_bias", dtype=dtype, initializer=initial_value)

"""`LuongAttention` and `BahdanauAttention` of `tf.contrib.seq2seq`, and their scores.

Shapes: B batch, T the memory's time, D its width, U `num_units`.
"""

import math
from typing import Callable, Dict, Optional, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import DType, Number, TensorFunction
from seq2seq_graph.legacy.contrib.seq2seq.attention_mechanism import _BaseAttentionMechanism
from seq2seq_graph.legacy.layers import Dense


def _luong_score(query, keys, scale):
    """Gives `query . key` for each key, [B, T], times `scale` unless that is None.

    Args:
      query: [B, U].
      keys: [B, T, U].

    Raises:
      ValueError: the last dimensions differ.
    """
    depth, key_units = query.get_shape()[-1], keys.get_shape()[-1]
    if depth != key_units:
        raise ValueError(
            f"the query {query} has {depth} units and the keys {keys} have {key_units}: "
            f"give num_units={depth}"
        )
    score = tf.matmul(tf.expand_dims(query, 1), keys, transpose_b=True)
    score = tf.squeeze(score, [1])
    return score if scale is None else scale * score


def _bahdanau_score(processed_query, keys, attention_v, attention_g=None, attention_b=None):
    """Gives `sum(v * tanh(keys + query))`, [B, T]; with g and b, `g * v / |v|` and `tanh(... + b)`.

    Args:
      processed_query: [B, U].
      keys: [B, T, U].
      attention_v, attention_b: [U].
      attention_g: scalar.
    """
    processed_query = tf.expand_dims(processed_query, 1)
    if attention_g is None or attention_b is None:
        return tf.reduce_sum(attention_v * tf.tanh(keys + processed_query), [2])
    scaled_v = attention_g * attention_v
    normed_v = scaled_v * tf.rsqrt(tf.reduce_sum(tf.square(attention_v)))
    return tf.reduce_sum(normed_v * tf.tanh(keys + processed_query + attention_b), [2])


def dense_without_bias(num_units: int, name: str, dtype: DType) -> Dense:
    """Makes the layer of a query or a memory."""
    return Dense(num_units, name=name, use_bias=False, dtype=dtype)


def _luong_variables(scale: bool, dtype: DType) -> Optional[tf.Variable]:
    """Takes `attention_g` [] where scores are scaled, else None."""
    if not scale:
        return None
    return tf.get_variable("attention_g", dtype=dtype, initializer=tf.ones_initializer, shape=())


def _bahdanau_variables(num_units: int, normalize: bool, dtype: DType) -> Dict[str, tf.Variable]:
    """Takes `attention_v` [U], and where it is normalized `attention_g` [] and `attention_b` [U].

    Returns:
      Keyword arguments of `_bahdanau_score`.
    """
    variables = {"attention_v": tf.get_variable("attention_v", [num_units], dtype=dtype)}
    if normalize:
        variables["attention_g"] = tf.get_variable(
            "attention_g",
            dtype=dtype,
            initializer=tf.constant_initializer(math.sqrt(1.0 / num_units)),
            shape=(),
        )
        variables["attention_b"] = tf.get_variable(
            "attention_b", [num_units], dtype=dtype, initializer=tf.zeros_initializer()
        )
    return variables


def _score_by_luong(mechanism, query):
    """Takes the variable of a mechanism that may scale; gives the scores [B, T]."""
    attention_g = _luong_variables(mechanism._scale, query.dtype)
    return _luong_score(query, mechanism._keys, attention_g)


def _score_by_bahdanau(mechanism, query):
    """Takes the variables of a mechanism that may normalize; gives the scores [B, T]."""
    processed_query = mechanism.query_layer(query) if mechanism.query_layer else query
    variables = _bahdanau_variables(mechanism._num_units, mechanism._normalize, query.dtype)
    return _bahdanau_score(processed_query, mechanism._keys, **variables)


class LuongAttention(_BaseAttentionMechanism):
    """Weights by the product of query and key.

    Args:
      num_units: U, the query's width.
      memory: [B, T, D].
      memory_sequence_length: int [B].
      scale: multiplies the scores by a variable, `luong_attention/attention_g`.
      probability_fn: scores -> weights; None is softmax.
      score_mask_value, custom_key_value_fn, name: see `_BaseAttentionMechanism`.
      dtype: of `memory_layer/kernel` [D, U]; None is float32.

    Source: `tf.contrib.seq2seq.LuongAttention` of TensorFlow 1.15; Luong, Pham and Manning 2015.
    """

    def __init__(
        self,
        num_units: int,
        memory: tf.Tensor,
        memory_sequence_length: Optional[tf.Tensor] = None,
        scale: bool = False,
        probability_fn: Optional[TensorFunction] = None,
        score_mask_value: Optional[Number] = None,
        dtype: DType = None,
        custom_key_value_fn: Optional[Callable] = None,
        name: str = "LuongAttention",
    ) -> None:
        probability_fn = probability_fn or tf.nn.softmax
        super().__init__(
            query_layer=None,
            memory_layer=dense_without_bias(num_units, "memory_layer", dtype or tf.float32),
            memory=memory,
            probability_fn=lambda score, _: probability_fn(score),
            memory_sequence_length=memory_sequence_length,
            score_mask_value=score_mask_value,
            custom_key_value_fn=custom_key_value_fn,
            name=name,
        )
        self._num_units = num_units
        self._scale = scale
        self._name = name

    def __call__(self, query: tf.Tensor, state: tf.Tensor) -> Tuple[tf.Tensor, tf.Tensor]:
        """Returns `(alignments, next_state)`, both [B, T], for the query [B, U]."""
        with tf.variable_scope(None, "luong_attention", [query]):
            score = _score_by_luong(self, query)
        alignments = self._probability_fn(score, state)
        return alignments, alignments


class BahdanauAttention(_BaseAttentionMechanism):
    """Weights by a small network of query and key.

    Args:
      num_units: U.
      memory: [B, T, D].
      memory_sequence_length: int [B].
      normalize: weight normalization of `attention_v`, and a bias.
      probability_fn: scores -> weights; None is softmax.
      score_mask_value, custom_key_value_fn, name: see `_BaseAttentionMechanism`.
      dtype: of `memory_layer/kernel` [D, U] and `query_layer/kernel`; None is float32.

    Source: `tf.contrib.seq2seq.BahdanauAttention` of TensorFlow 1.15; Bahdanau, Cho and Bengio
    2015, normalized after Salimans and Kingma 2016.
    """

    def __init__(
        self,
        num_units: int,
        memory: tf.Tensor,
        memory_sequence_length: Optional[tf.Tensor] = None,
        normalize: bool = False,
        probability_fn: Optional[TensorFunction] = None,
        score_mask_value: Optional[Number] = None,
        dtype: DType = None,
        custom_key_value_fn: Optional[Callable] = None,
        name: str = "BahdanauAttention",
    ) -> None:
        probability_fn = probability_fn or tf.nn.softmax
        dtype = dtype or tf.float32
        super().__init__(
            query_layer=dense_without_bias(num_units, "query_layer", dtype),
            memory_layer=dense_without_bias(num_units, "memory_layer", dtype),
            memory=memory,
            probability_fn=lambda score, _: probability_fn(score),
            custom_key_value_fn=custom_key_value_fn,
            memory_sequence_length=memory_sequence_length,
            score_mask_value=score_mask_value,
            name=name,
        )
        self._num_units = num_units
        self._normalize = normalize
        self._name = name

    def __call__(self, query: tf.Tensor, state: tf.Tensor) -> Tuple[tf.Tensor, tf.Tensor]:
        """Returns `(alignments, next_state)`, both [B, T], for the query [B, ...]."""
        with tf.variable_scope(None, "bahdanau_attention", [query]):
            score = _score_by_bahdanau(self, query)
        alignments = self._probability_fn(score, state)
        return alignments, alignments

"""`AttentionMechanism` and the base of the mechanisms of `tf.contrib.seq2seq`.

Shapes: B batch, T the memory's time, D its width, U `num_units`.
"""

from typing import Optional

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Nested, Size
from seq2seq_graph.legacy.contrib.seq2seq.batch_time import _zero_state_tensors
from seq2seq_graph.legacy.contrib.seq2seq.memory import _maybe_mask_score, _prepare_memory
from seq2seq_graph.legacy.contrib.seq2seq.parts import require_layer


class AttentionMechanism:
    """Where a decoder looks: called with a query and its own state, gives weights over a memory.

    Source: `tf.contrib.seq2seq.AttentionMechanism` of TensorFlow 1.15.
    """

    @property
    def alignments_size(self) -> Size:
        """T, an int or an int32 scalar."""
        raise NotImplementedError

    @property
    def state_size(self) -> Nested:
        """The size of the state that is handed on from step to step."""
        raise NotImplementedError


class _BaseAttentionMechanism(AttentionMechanism):
    """Holds the memory, its keys, and the function that makes weights of scores.

    A subclass scores the query against `keys` in `__call__(query, state)`, and returns
    `(alignments, next_state)`, both [B, T].

    Args:
      query_layer: a layer for the query; None leaves it as it is.
      memory: [B, T, D], or nested where `custom_key_value_fn` makes keys and values of it.
      probability_fn: (scores [B, T], previous state) -> alignments [B, T].
      memory_sequence_length: int [B]; behind it the memory counts as zeros and the scores as
        `score_mask_value`.
      memory_layer: a layer that makes the keys [B, T, U]; its type is the mechanism's.
      check_inner_dims_defined: whether D must be known.
      score_mask_value: None is minus infinity.
      custom_key_value_fn: (keys, values) -> (keys, values).
      name: of the name scope.

    Raises:
      TypeError: a layer that is none, or a `probability_fn` that is no function.
      ValueError: D is not known.
    """

    def __init__(
        self,
        query_layer,
        memory,
        probability_fn,
        memory_sequence_length=None,
        memory_layer=None,
        check_inner_dims_defined=True,
        score_mask_value=None,
        custom_key_value_fn=None,
        name=None,
    ):
        if query_layer is not None:
            require_layer("query_layer", query_layer)
        if memory_layer is not None:
            require_layer("memory_layer", memory_layer)
        self._query_layer = query_layer
        self._memory_layer = memory_layer
        self.dtype = memory_layer.dtype
        if not callable(probability_fn):
            raise TypeError(f"probability_fn must be callable; got {type(probability_fn).__name__}")
        if score_mask_value is None:
            score_mask_value = tf.as_dtype(memory_layer.dtype).as_numpy_dtype(-np.inf)
        self._probability_fn = lambda score, previous: probability_fn(
            _maybe_mask_score(
                score,
                memory_sequence_length=memory_sequence_length,
                score_mask_value=score_mask_value,
            ),
            previous,
        )
        with tf.name_scope(name, "BaseAttentionMechanismInit", tf.nest.flatten(memory)):
            self._values = _prepare_memory(
                memory,
                memory_sequence_length=memory_sequence_length,
                check_inner_dims_defined=check_inner_dims_defined,
            )
            # By the property, as a subclass may have a layer of its own there.
            self._keys = self.memory_layer(self._values) if self.memory_layer else self._values
            if custom_key_value_fn is not None:
                self._keys, self._values = custom_key_value_fn(self._keys, self._values)
            self._batch_size = _size(self._keys, 0)
            self._alignments_size = _size(self._keys, 1)

    @property
    def memory_layer(self):
        """The layer that made the keys."""
        return self._memory_layer

    @property
    def query_layer(self):
        """The query's layer, or None."""
        return self._query_layer

    @property
    def values(self):
        """The memory, masked: [B, T, D]."""
        return self._values

    @property
    def keys(self):
        """What the query is compared with: [B, T, U]."""
        return self._keys

    @property
    def batch_size(self):
        """B, an int where it is known, else an int32 scalar."""
        return self._batch_size

    @property
    def alignments_size(self):
        return self._alignments_size

    @property
    def state_size(self):
        return self._alignments_size

    def initial_alignments(self, batch_size, dtype):
        """Gives the weights before the first step: zeros [B, T]."""
        return _zero_state_tensors(self._alignments_size, batch_size, dtype)

    def initial_state(self, batch_size, dtype):
        """Gives the state before the first step: the first weights."""
        return self.initial_alignments(batch_size, dtype)


def _size(tensor, axis):
    return tf.dimension_value(tensor.shape[axis]) or tf.shape(tensor)[axis]


def hardmax(logits: tf.Tensor, name: Optional[str] = None) -> tf.Tensor:
    """Gives 1 where a row is largest, the first such place, else 0.

    Args:
      logits: [..., V].

    Source: `tf.contrib.seq2seq.hardmax` of TensorFlow 1.15.
    """
    with tf.name_scope(name, "Hardmax", [logits]):
        logits = tf.convert_to_tensor(logits, name="logits")
        depth = tf.dimension_value(logits.get_shape()[-1])
        if depth is None:
            depth = tf.shape(logits)[-1]
        return tf.one_hot(tf.argmax(logits, -1), depth, dtype=logits.dtype)

"""What greedy choice and beam search share. Shapes: B batch, T_out time, V vocabulary."""

from typing import Any, Optional

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.vocabulary import END, PAD, START, UNKNOWN


def rows_of(state: Any) -> tf.Tensor:
    """Counts the rows of a structure of tensors, int32 []."""
    return tf.shape(tf.nest.flatten(state)[0])[0]


def forbidden_tokens(config: ModelConfig, target_size: Optional[int]) -> tf.Tensor:
    """Returns float32 [V]: minus infinity where a token can never be chosen, 0 elsewhere."""
    return tf.constant(np.where(never_chosen(config, target_size), -np.inf, 0).astype(np.float32))


def never_chosen(config: ModelConfig, target_size: Optional[int]) -> np.ndarray:
    """Tells, bool [V], which tokens can never be chosen: the special ones but END, and those behind
    the target's vocabulary."""
    ids = np.arange(config.vocab_size or 0)
    special = np.isin(ids, sorted({PAD, START, UNKNOWN, config.start_token} - {END}))
    return special if target_size is None else special | (ids >= target_size)


def penalty(lengths: Any, alpha: float) -> Any:
    """Returns what the log-probability of hypotheses of such lengths is divided by."""
    return ((5.0 + tf.cast(lengths, tf.float32)) / 6.0) ** alpha


def lengths(ids: tf.Tensor) -> tf.Tensor:
    """Counts the tokens of int32 [..., T_out] before the padding."""
    return tf.reduce_sum(tf.cast(tf.not_equal(ids, PAD), tf.int32), -1)


def written(ids: tf.Tensor, t: Any, tokens: tf.Tensor) -> tf.Tensor:
    """Writes int32 [B] into column t of int32 [B, T_out], where PAD stands, which is 0."""
    return ids + tf.one_hot(t, ids.shape.as_list()[1], dtype=tf.int32) * tokens[:, tf.newaxis]

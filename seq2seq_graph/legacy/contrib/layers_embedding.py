"""contrib's embeddings of bags of words.

Shapes: B batch, V vocabulary, E embedding.
"""

from typing import Any, Optional, Union

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Initializer, Regularizer, Scope
from seq2seq_graph.legacy.checks import require_graph
from seq2seq_graph.legacy.contrib.framework_variables import model_variable


def safe_embedding_lookup_sparse(
    embedding_weights: Any,
    sparse_ids: tf.SparseTensor,
    sparse_weights: Optional[tf.SparseTensor] = None,
    combiner: Optional[str] = None,
    default_id: Optional[int] = None,
    name: Optional[str] = None,
    partition_strategy: str = "div",
    max_norm: Optional[float] = None,
) -> tf.Tensor:
    """Looks rows of ids up and joins them, [B, E]; ids below 0 and weights of 0 do not count."""
    return tf.nn.safe_embedding_lookup_sparse(
        embedding_weights, sparse_ids, sparse_weights=sparse_weights,
        combiner=combiner or "mean", default_id=default_id, name=name,
        partition_strategy=partition_strategy, max_norm=max_norm)


def bow_encoder(
    ids: Union[tf.Tensor, tf.SparseTensor],
    vocab_size: int,
    embed_dim: int,
    sparse_lookup: bool = True,
    initializer: Initializer = None,
    regularizer: Regularizer = None,
    trainable: bool = True,
    scope: Scope = None,
    reuse: Optional[bool] = None,
) -> tf.Tensor:
    """Averages the rows of `bow_encoder/embeddings` [V, E] of each bag of ids: [B, ...] -> [B, E].

    Args:
      ids: int [B, T], or a SparseTensor of such.
      sparse_lookup: False takes each id of a dense tensor, the zeros too.

    Raises:
      ValueError: V or E is missing. TypeError: sparse ids with `sparse_lookup=False`.

    Source: `tf.contrib.layers.bow_encoder` of TensorFlow 1.15.
    """
    require_graph("bow_encoder")
    if not vocab_size or not embed_dim:
        raise ValueError(
            f"bow_encoder needs vocab_size and embed_dim; got {vocab_size} and {embed_dim}")
    with tf.variable_scope(scope, "bow_encoder", [ids], reuse=reuse):
        embeddings = model_variable(
            "embeddings", shape=[vocab_size, embed_dim], initializer=initializer,
            regularizer=regularizer, trainable=trainable)
        is_sparse = isinstance(ids, tf.SparseTensor)
        if sparse_lookup:
            return safe_embedding_lookup_sparse(
                [embeddings], ids if is_sparse else _sparse(ids), combiner="mean", default_id=0)
        if is_sparse:
            raise TypeError("bow_encoder(sparse_lookup=False) needs dense ids")
        return tf.reduce_mean(tf.nn.embedding_lookup(embeddings, ids), axis=1)


def _sparse(ids):
    ids = tf.convert_to_tensor(ids)
    indices = tf.where(tf.not_equal(ids, tf.zeros_like(ids)))
    return tf.SparseTensor(
        indices, tf.gather_nd(ids, indices), tf.shape(ids, out_type=tf.int64))

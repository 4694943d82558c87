"""contrib's embeddings of bags of words.

Shapes: B batch, V vocabulary, E embedding.
"""

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.checks import require_graph
from seq2seq_graph.legacy.contrib.framework_variables import model_variable


def safe_embedding_lookup_sparse(
    embedding_weights,
    sparse_ids,
    sparse_weights=None,
    combiner=None,
    default_id=None,
    name=None,
    partition_strategy="div",
    max_norm=None,
):
    """Looks rows of ids up and joins them, [B, E]; ids below 0 and weights of 0 do not count."""
    return tf.nn.safe_embedding_lookup_sparse(
        embedding_weights, sparse_ids, sparse_weights=sparse_weights,
        combiner=combiner or "mean", default_id=default_id, name=name,
        partition_strategy=partition_strategy, max_norm=max_norm)


def bow_encoder(
    ids,
    vocab_size,
    embed_dim,
    sparse_lookup=True,
    initializer=None,
    regularizer=None,
    trainable=True,
    scope=None,
    reuse=None,
):
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

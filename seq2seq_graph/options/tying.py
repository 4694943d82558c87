"""One matrix for the target tokens' vectors and for the output's weights."""

from typing import Callable, Optional

import tensorflow.compat.v1 as tf


def tied_linear(
    decoder_outputs: tf.Tensor, vocab_size: int, weights_initializer: Optional[Callable] = None
) -> tf.Tensor:
    """Gives logits, float32 [B, T_out, V], by the rows of an embedding that is there already.

    Stands in for `layers.linear`; of its two variables `fully_connected/biases` [V] is left.

    Args:
      decoder_outputs: float32 [B, T_out, H].
      vocab_size: V.
      weights_initializer: not used, the matrix is there: `EmbedSequence_1/embeddings` [V, H].

    Source: Press and Wolf 2017.
    """
    del weights_initializer
    units = decoder_outputs.shape.as_list()[2]
    with tf.variable_scope("EmbedSequence_1", reuse=True):
        vectors = tf.get_variable("embeddings", [vocab_size, units])
    with tf.variable_scope("fully_connected"):
        biases = tf.get_variable("biases", [vocab_size], initializer=tf.zeros_initializer())
    outputs = tf.reshape(decoder_outputs, [-1, units])  # [B * T_out, H]
    logits = tf.nn.bias_add(tf.matmul(outputs, vectors, transpose_b=True), biases)
    return tf.reshape(logits, tf.concat([tf.shape(decoder_outputs)[:2], [vocab_size]], 0))

"""What the encoder may be told of its source. Shapes: B batch, T_in time."""

import tensorflow.compat.v1 as tf

from seq2seq_graph.vocabulary import PAD


def source_lengths(encoder_inputs: tf.Tensor) -> tf.Tensor:
    """Counts, int32 [B], the tokens before the padding of int32 [B, T_in]."""
    real = tf.not_equal(encoder_inputs, PAD)  # [B, T_in]
    return tf.reduce_sum(tf.cast(real, tf.int32), 1)


def reverse_sources(encoder_inputs: tf.Tensor) -> tf.Tensor:
    """Turns each source of int32 [B, T_in] round and leaves its padding behind it.

    Source: Sutskever, Vinyals and Le 2014, section 3.3.
    """
    return tf.reverse_sequence(encoder_inputs, source_lengths(encoder_inputs), seq_axis=1)

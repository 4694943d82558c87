"""The document's two lines of loss, and what may stand in for each.

Shapes: B batch, T_out time, V vocabulary.
"""

import tensorflow.compat.v1 as tf

from seq2seq_graph.vocabulary import PAD


def one_hot_cross_entropy(decoder_targets: tf.Tensor, decoder_logits: tf.Tensor) -> tf.Tensor:
    """Gives the cross entropy of each token, [B, T_out], by labels of B * T_out * V floats.

    Args:
      decoder_targets: int32 [B, T_out].
      decoder_logits: float32 [B, T_out, V], V known.

    Source: the document's `cross_entropy`.
    """
    depth = decoder_logits.shape.as_list()[-1]
    return tf.nn.softmax_cross_entropy_with_logits(
        labels=tf.one_hot(decoder_targets, depth=depth, dtype=tf.float32), logits=decoder_logits
    )


def sparse_cross_entropy(decoder_targets: tf.Tensor, decoder_logits: tf.Tensor) -> tf.Tensor:
    """Gives what `one_hot_cross_entropy` gives, to rounding, without the labels' floats."""
    return tf.nn.sparse_softmax_cross_entropy_with_logits(
        labels=decoder_targets, logits=decoder_logits
    )


def smoothed(
    cross_entropy: tf.Tensor, decoder_logits: tf.Tensor, label_smoothing: float
) -> tf.Tensor:
    """Gives the cross entropy, [B, T_out], against labels that leave a share to all V tokens.

    Args:
      cross_entropy: float32 [B, T_out], against the true tokens.
      decoder_logits: float32 [B, T_out, V].
      label_smoothing: the share, spread evenly over the V tokens.

    Source: Szegedy et al. 2016, section 7.
    """
    uniform = tf.reduce_logsumexp(decoder_logits, -1) - tf.reduce_mean(decoder_logits, -1)
    return (1.0 - label_smoothing) * cross_entropy + label_smoothing * uniform


def mean_loss(cross_entropy: tf.Tensor, decoder_targets: tf.Tensor) -> tf.Tensor:
    """Sums over all tokens, padding among them, and divides by B * T_out.

    Source: the document's `loss`.
    """
    del decoder_targets  # the signature is `masked_mean_loss`'s
    return tf.reduce_mean(cross_entropy)


def masked_mean_loss(cross_entropy: tf.Tensor, decoder_targets: tf.Tensor) -> tf.Tensor:
    """Sums over the real tokens, END among them, and divides by their number."""
    weights = tf.cast(tf.not_equal(decoder_targets, PAD), tf.float32)  # [B, T_out]
    return tf.reduce_sum(cross_entropy * weights) / tf.reduce_sum(weights)

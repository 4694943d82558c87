"""How a beam search weighs a beam: log probabilities, penalties of length and of coverage.

Shapes: B batch, W beam width, V vocabulary, T the memory's time.
"""

import tensorflow.compat.v1 as tf


def _get_scores(
    log_probs,
    sequence_lengths,
    length_penalty_weight,
    coverage_penalty_weight,
    finished,
    accumulated_attention_probs,
):
    """Gives `log_probs / length penalty + coverage penalty`, [B, W, V].

    Args:
      log_probs: [B, W, V].
      sequence_lengths: int64 [B, W, V].
      length_penalty_weight: scalar; 0 is no penalty.
      coverage_penalty_weight: scalar; 0 is no penalty.
      finished: boolean [B, W]; the others pay no coverage penalty yet.
      accumulated_attention_probs: [B, W, T], or None without that penalty.

    Raises:
      ValueError: a weight that is no scalar, or a coverage penalty without attention.
    """
    length_penalty = _length_penalty(
        sequence_lengths=sequence_lengths, penalty_factor=length_penalty_weight
    )
    length_penalty = tf.cast(length_penalty, dtype=log_probs.dtype)
    scores = log_probs / length_penalty
    weight = tf.convert_to_tensor(coverage_penalty_weight, name="coverage_penalty_weight")
    if weight.shape.ndims != 0:
        raise ValueError(f"coverage_penalty_weight must be a scalar; got shape {weight.shape}")
    if tf.get_static_value(weight) == 0.0:
        return scores
    if accumulated_attention_probs is None:
        raise ValueError("a coverage penalty needs accumulated_attention_probs; got None")
    # A place of which nothing at all was read lies behind the example's length: it costs nothing.
    probs = tf.where(
        tf.equal(accumulated_attention_probs, 0.0),
        tf.ones_like(accumulated_attention_probs),
        accumulated_attention_probs,
    )
    coverage = tf.reduce_sum(tf.log(tf.minimum(probs, 1.0)), 2)
    coverage *= tf.cast(finished, tf.float32)
    return scores + tf.expand_dims(coverage * weight, 2)


def _length_penalty(sequence_lengths, penalty_factor):
    """Gives `((5 + length) / 6) ** factor` (Wu and others 2016); 1.0 where the factor is 0."""
    penalty_factor = tf.convert_to_tensor(penalty_factor, name="penalty_factor")
    penalty_factor.set_shape(())
    if tf.get_static_value(penalty_factor) == 0:
        return 1.0
    longer = 5.0 + tf.cast(sequence_lengths, tf.float32)
    return tf.div(longer**penalty_factor, (5.0 + 1.0) ** penalty_factor)


def _mask_probs(probs, eos_token, finished):
    """Lets a finished beam go on with the end token alone, for nothing.

    Args:
      probs: log probabilities [B, W, V].
      eos_token: int32 scalar.
      finished: boolean [B, W].
    """
    vocab_size = tf.shape(probs)[2]
    row = tf.one_hot(
        eos_token,
        vocab_size,
        dtype=probs.dtype,
        on_value=tf.convert_to_tensor(0.0, dtype=probs.dtype),
        off_value=probs.dtype.min,
    )
    row = tf.reshape(row, [1, 1, -1])
    rows = tf.tile(row, tf.concat([tf.shape(finished), [1]], 0))
    mask = tf.tile(tf.expand_dims(finished, 2), [1, 1, vocab_size])
    return tf.where(mask, rows, probs)

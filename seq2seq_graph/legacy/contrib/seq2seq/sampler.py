"""Draws of booleans and of classes, as `tf.contrib.seq2seq`'s helpers make them.

The operations of TensorFlow 1.15 in its order, so that an op seed gives the same draws.
Names that begin with an underscore are those that old programs import from
`tensorflow.contrib.seq2seq.python.ops.helper`.
"""

from typing import Optional

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import DType, Shape


def _call_sampler(sample_n_fn, sample_shape, name=None):
    """Draws `sample_shape` times; `sample_n_fn(n)` gives [n, ...], the result is [*shape, ...]."""
    with tf.name_scope(name, "call_sampler", [sample_shape]):
        sample_shape = tf.convert_to_tensor(sample_shape, dtype=tf.int32, name="sample_shape")
        # A number of draws counts as a shape of one dimension.
        missing = tf.cast(tf.equal(tf.rank(sample_shape), 0), tf.int32)
        vector_shape = tf.pad(tf.shape(sample_shape), paddings=[[missing, 0]], constant_values=1)
        sample_shape = tf.reshape(sample_shape, vector_shape)
        samples = sample_n_fn(tf.reduce_prod(sample_shape))
        event_shape = tf.shape(samples)[1:]
        return tf.reshape(samples, tf.concat([sample_shape, event_shape], 0))


def bernoulli_sample(probs: Optional[tf.Tensor] = None, logits: Optional[tf.Tensor] = None,
                     dtype: DType = tf.int32, sample_shape: Shape = (),
                     seed: Optional[int] = None) -> tf.Tensor:
    """Draws 1 with probability `probs`, or `sigmoid(logits)`, else 0: [*sample_shape, ...]."""
    if probs is None:
        probs = tf.sigmoid(logits, name="probs")
    else:
        probs = tf.convert_to_tensor(probs, name="probs")
    batch_shape = tf.shape(probs)

    def sample_n(count):
        shape = tf.concat([[count], batch_shape], 0)
        uniform = tf.random_uniform(shape, seed=seed, dtype=probs.dtype)
        return tf.cast(tf.less(uniform, probs), dtype)

    return _call_sampler(sample_n, sample_shape)


def categorical_sample(logits: tf.Tensor, dtype: DType = tf.int32, sample_shape: Shape = (),
                       seed: Optional[int] = None) -> tf.Tensor:
    """Draws classes by `softmax(logits)`, [..., V]: [*sample_shape, ...]."""
    logits = tf.convert_to_tensor(logits, name="logits")
    classes = tf.shape(logits)[-1]
    batch_shape = tf.shape(logits)[:-1]

    def sample_n(count):
        rows = logits if logits.shape.ndims == 2 else tf.reshape(logits, [-1, classes])
        # Doubles are drawn as int64: the op's type is part of what a seed gives.
        drawn_dtype = tf.int64 if logits.dtype.size > 4 else tf.int32
        draws = tf.multinomial(rows, count, seed=seed, output_dtype=drawn_dtype)
        by_draw = tf.transpose(draws)
        return tf.cast(tf.reshape(by_draw, tf.concat([[count], batch_shape], 0)), dtype)

    return _call_sampler(sample_n, sample_shape)

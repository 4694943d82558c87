"""How well keys fit a query, and the gradients of it: a step's scores, or those of all steps.

An additive score passes tanh over [B, T_in, H] for each step. All steps' at once, [B, T, T_in, H],
are never there: each step's are made anew in the gradient.

Shapes: B batch, T time, T_in the memory's, H units.
"""

from typing import List, Optional, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.options.steps import joined, length_of, run_steps


def of_step(query: tf.Tensor, keys: tf.Tensor, v: Optional[tf.Tensor]) -> tf.Tensor:
    """Scores a query, [B, H], against keys, [B, T_in, H]: [B, T_in].

    It is their product, or with v, [H], v . tanh(keys + query).
    """
    if v is None:
        return tf.squeeze(tf.matmul(query[:, tf.newaxis], keys, transpose_b=True), [1])
    return _weighed(tf.tanh(keys + query[:, tf.newaxis]), v)


def _weighed(activations, v):
    units = v.shape.as_list()[0]
    rows = tf.matmul(tf.reshape(activations, [-1, units]), v[:, tf.newaxis])
    return tf.reshape(rows, tf.shape(activations)[:2])


def gradients_of_step(
    gradient: tf.Tensor, query: tf.Tensor, keys: tf.Tensor, v: Optional[tf.Tensor]
) -> Tuple[tf.Tensor, List[tf.Tensor]]:
    """Gives the gradient of the query, [B, H], and with v those of keys and v, else none.

    Without v, the keys' gradient is one product over all steps: `gradient_of_keys`.
    """
    if v is None:
        return tf.squeeze(tf.matmul(gradient[:, tf.newaxis], keys), [1]), []
    activations = tf.tanh(keys + query[:, tf.newaxis])  # [B, T_in, H]
    of_keys = tf.raw_ops.TanhGrad(y=activations, dy=gradient[:, :, tf.newaxis] * v)
    units = v.shape.as_list()[0]
    of_v = tf.matmul(tf.reshape(gradient, [1, -1]), tf.reshape(activations, [-1, units]))
    return tf.reduce_sum(of_keys, 1), [of_keys, tf.reshape(of_v, [units])]


def gradient_of_keys(gradient: tf.Tensor, queries: tf.Tensor) -> tf.Tensor:
    """Gives the gradient of what was weighed, [B, T_in, H], from [T, B, T_in] and [T, B, H]."""
    return tf.matmul(tf.transpose(gradient, [1, 2, 0]), tf.transpose(queries, [1, 0, 2]))


@tf.custom_gradient
def _additive(queries, keys, v):
    length = length_of(queries)

    def forwards(t, nothing):
        return [of_step(queries[t], keys, v)], [nothing]

    nothing = tf.zeros([], queries.dtype)
    (scored,), _ = run_steps(forwards, length, [nothing], 1)

    def gradient_of(gradient):
        def backwards(t, keys_gradient, v_gradient):
            of_query, (of_keys, of_v) = gradients_of_step(gradient[t], queries[t], keys, v)
            return [of_query], [keys_gradient + of_keys, v_gradient + of_v]

        (of_queries,), others = run_steps(
            backwards, length, [tf.zeros_like(keys), tf.zeros_like(v)], 1, backwards=True)
        return (joined(of_queries), *others)

    return joined(scored), gradient_of


def additive(queries: tf.Tensor, keys: tf.Tensor, v: tf.Tensor) -> tf.Tensor:
    """Scores [B, T, H] against [B, T_in, H]: v . tanh(keys + query), [B, T, T_in]."""
    scored = _additive(tf.transpose(queries, [1, 0, 2]), keys, v)
    return tf.transpose(scored, [1, 0, 2])

"""`fully_connected` and `embed_sequence` of TensorFlow 1.15's `tf.contrib.layers`.

Shapes: B batch, T time, V vocabulary, E embedding, D input, P output.
"""

import functools
from typing import Any, Callable, Dict, Optional

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import (
    Collections,
    Initializer,
    Regularizer,
    Scope,
    TensorFunction,
    VariableCollections,
)
from seq2seq_graph.legacy.checks import require_graph
from seq2seq_graph.legacy.contrib.arg_scope import add_arg_scope
from seq2seq_graph.legacy.contrib.framework_variables import model_variable
from seq2seq_graph.legacy.contrib.layers_initializers import xavier_initializer
from seq2seq_graph.legacy.contrib.outputs import (
    add_variable_to_collections,
    collect_named_outputs,
)
from seq2seq_graph.legacy.layers import Dense

_XAVIER, _ZEROS = xavier_initializer(), tf.zeros_initializer()


def embed_sequence(
    ids: tf.Tensor,
    vocab_size: Optional[int] = None,
    embed_dim: Optional[int] = None,
    unique: bool = False,
    initializer: Initializer = None,
    regularizer: Regularizer = None,
    trainable: bool = True,
    scope: Scope = None,
    reuse: Optional[bool] = None,
) -> tf.Tensor:
    """Looks each id up in a trained matrix, the variable `EmbedSequence/embeddings` [V, E].

    A second call in the same scope makes a matrix of its own, `EmbedSequence_1/embeddings`;
    to share one, give both calls the same `scope` and the second `reuse=True`.

    Args:
      ids: int32 or int64 [B, T] (any rank), each at least 0 and below V.
      vocab_size, embed_dim: V and E; may be left out with `reuse=True`.
      unique: look each distinct id up once and spread the results; same output.
      initializer: of the matrix; None takes the scope's, and without one Glorot uniform.
      regularizer: called with the matrix; its value joins REGULARIZATION_LOSSES.
      trainable: whether the matrix joins TRAINABLE_VARIABLES.
      scope: variable scope to use as it is; None makes a fresh `EmbedSequence`.
      reuse: True takes the matrix that exists in `scope`.

    Returns:
      The embedded ids, float32 [B, T, E].

    Raises:
      ValueError: V or E is missing without `reuse`, `reuse=True` stands without `scope`, or
        the variable exists (or, with `reuse`, does not).
      RuntimeError: called outside a graph.

    Source: `tf.contrib.layers.embed_sequence` of TensorFlow 1.15.
    """
    require_graph("embed_sequence")
    if not reuse and not (vocab_size and embed_dim):
        raise ValueError(
            "embed_sequence needs vocab_size and embed_dim unless it reuses a matrix; "
            f"got vocab_size={vocab_size} and embed_dim={embed_dim}"
        )
    with tf.variable_scope(scope, "EmbedSequence", [ids], reuse=reuse):
        embeddings = model_variable(
            "embeddings",
            shape=None if (reuse and vocab_size is None) or embed_dim is None else [
                vocab_size, embed_dim],
            initializer=initializer,
            regularizer=regularizer,
            trainable=trainable,
        )
        if unique:
            return embedding_lookup_unique(embeddings, ids)
        return tf.nn.embedding_lookup(embeddings, ids)


def embedding_lookup_unique(params: Any, ids: tf.Tensor, partition_strategy: str = "mod",
                            name: Optional[str] = None) -> tf.Tensor:
    """Looks each distinct id up once and spreads the rows: ids [B, T] (any rank) -> [B, T, E]."""
    with tf.name_scope(name, "EmbeddingLookupUnique", [params, ids]):
        ids = tf.convert_to_tensor(ids)
        shape = tf.shape(ids)
        flat_ids = tf.reshape(ids, tf.reduce_prod(shape, keepdims=True))
        unique_ids, positions = tf.unique(flat_ids)
        unique_rows = tf.nn.embedding_lookup(params, unique_ids, partition_strategy)
        rows = tf.gather(unique_rows, positions)
        embedded = tf.reshape(rows, tf.concat([shape, tf.shape(unique_rows)[1:]], 0))
        embedded.set_shape(ids.get_shape().concatenate(unique_rows.get_shape()[1:]))
        return embedded


@add_arg_scope
def fully_connected(
    inputs: tf.Tensor,
    num_outputs: int,
    activation_fn: Optional[TensorFunction] = tf.nn.relu,
    normalizer_fn: Optional[Callable[..., tf.Tensor]] = None,
    normalizer_params: Optional[Dict[str, Any]] = None,
    weights_initializer: Initializer = _XAVIER,
    weights_regularizer: Regularizer = None,
    biases_initializer: Initializer = _ZEROS,
    biases_regularizer: Regularizer = None,
    reuse: Optional[bool] = None,
    variables_collections: VariableCollections = None,
    outputs_collections: Collections = None,
    trainable: bool = True,
    scope: Scope = None,
) -> tf.Tensor:
    """Multiplies by `fully_connected/weights` [D, P], adds `biases` [P], applies an activation.

    Args:
      inputs: float [..., D] of rank 2 or more, D known.
      num_outputs: P, an int.
      activation_fn: applied to the result; None leaves it as it is. `relu`, `relu6`, `elu` and
        `linear` are this function with another default.
      normalizer_fn: called in place of adding the biases, with `normalizer_params`.
      weights_initializer: by default Xavier's, whatever the scope says; None takes the scope's.
      biases_initializer: None leaves the biases out.
      weights_regularizer, biases_regularizer: their values join REGULARIZATION_LOSSES.
      reuse, trainable, scope: as in `embed_sequence`; the default scope is `fully_connected`.
      variables_collections: for both variables, or {"weights": ..., "biases": ...}.
      outputs_collections: for the outputs.

    Returns:
      float [..., P].

    Raises:
      ValueError: `num_outputs` is not an int, `inputs` has rank below 2 or an unknown last
        dimension, or as for `embed_sequence`'s scope and reuse.
      TypeError: `inputs` is not of a floating type.
      RuntimeError: called outside a graph.

    Source: `tf.contrib.layers.fully_connected` of TensorFlow 1.15.
    """
    require_graph("fully_connected")
    if not isinstance(num_outputs, int):
        raise ValueError(
            f"fully_connected needs num_outputs as an int; got {num_outputs!r} of "
            f"{type(num_outputs)}")
    getter = model_variable_getter({"bias": "biases", "kernel": "weights"})
    with tf.variable_scope(
            scope, "fully_connected", [inputs], reuse=reuse, custom_getter=getter) as entered:
        inputs = tf.convert_to_tensor(inputs)
        layer = Dense(
            units=num_outputs,
            use_bias=bool(not normalizer_fn and biases_initializer),
            kernel_initializer=weights_initializer,
            bias_initializer=biases_initializer,
            kernel_regularizer=weights_regularizer,
            bias_regularizer=biases_regularizer,
            trainable=trainable,
            name=entered.name,
            dtype=inputs.dtype.base_dtype,
            _scope=entered,
            _reuse=reuse,
        )
        outputs = _apply(layer, inputs, variables_collections, normalizer_fn, normalizer_params)
        if activation_fn is not None:
            outputs = activation_fn(outputs)
        return collect_named_outputs(outputs_collections, entered.name, outputs)


def _apply(layer, inputs, variables_collections, normalizer_fn, normalizer_params):
    """Calls a layer that may have a kernel and a bias, lists both, and normalizes its outputs."""
    outputs = layer.apply(inputs)
    add_variable_to_collections(layer.kernel, variables_collections, "weights")
    if layer.bias is not None:
        add_variable_to_collections(layer.bias, variables_collections, "biases")
    return outputs if normalizer_fn is None else normalizer_fn(
        outputs, **(normalizer_params or {}))


elu = functools.partial(fully_connected, activation_fn=tf.nn.elu)
relu = functools.partial(fully_connected, activation_fn=tf.nn.relu)
relu6 = functools.partial(fully_connected, activation_fn=tf.nn.relu6)
linear = functools.partial(fully_connected, activation_fn=None)


def model_variable_getter(rename: Optional[Dict[str, str]] = None) -> Callable[..., tf.Variable]:
    """Gives a custom getter that lists variables in MODEL_VARIABLES too, renamed if asked."""

    def get(
        getter,
        name,
        shape=None,
        dtype=None,
        initializer=None,
        regularizer=None,
        trainable=True,
        collections=None,
        caching_device=None,
        partitioner=None,
        use_resource=None,
        synchronization=tf.VariableSynchronization.AUTO,
        aggregation=tf.VariableAggregation.NONE,
        **_,
    ):
        *scopes, short = name.split("/")
        return model_variable(
            "/".join([*scopes, (rename or {}).get(short, short)]),
            shape=shape,
            dtype=dtype,
            initializer=initializer,
            regularizer=regularizer,
            collections=collections,
            trainable=trainable,
            caching_device=caching_device,
            partitioner=partitioner,
            custom_getter=getter,
            use_resource=use_resource,
            synchronization=synchronization,
            aggregation=aggregation,
        )

    return get

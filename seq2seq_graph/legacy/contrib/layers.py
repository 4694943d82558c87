"""`embed_sequence` and `linear` of TensorFlow 1.15's `tf.contrib.layers`.

Shapes: B batch, T time, V vocabulary, E embedding.
"""

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.checks import refuse, require_graph, require_initializer

_XAVIER = tf.glorot_uniform_initializer()
_ZEROS = tf.zeros_initializer()


def embed_sequence(
    ids,
    vocab_size=None,
    embed_dim=None,
    unique=False,
    initializer=None,
    regularizer=None,
    trainable=True,
    scope=None,
    reuse=None,
):
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
      NotImplementedError: the initializer is not an object that can be called.
      RuntimeError: called outside a graph.

    Source: `tf.contrib.layers.embed_sequence` of TensorFlow 1.15.
    """
    require_graph("embed_sequence")
    require_initializer("embed_sequence", "initializer", initializer)
    if not reuse and not (vocab_size and embed_dim):
        raise ValueError(
            "embed_sequence needs vocab_size and embed_dim unless it reuses a matrix; "
            f"got vocab_size={vocab_size} and embed_dim={embed_dim}"
        )
    with tf.variable_scope(scope, "EmbedSequence", [ids], reuse=reuse):
        embeddings = _model_variable(
            "embeddings",
            shape=None if vocab_size is None or embed_dim is None else [vocab_size, embed_dim],
            initializer=initializer,
            regularizer=regularizer,
            trainable=trainable,
        )
        if unique:
            return _lookup_unique(embeddings, tf.convert_to_tensor(ids))
        return tf.nn.embedding_lookup(embeddings, ids)


def _lookup_unique(embeddings, ids):
    shape = tf.shape(ids)
    flat_ids = tf.reshape(ids, [tf.reduce_prod(shape, keepdims=True)[0]])
    unique_ids, positions = tf.unique(flat_ids)
    rows = tf.gather(tf.nn.embedding_lookup(embeddings, unique_ids), positions)
    embedded = tf.reshape(rows, tf.concat([shape, tf.shape(embeddings)[1:]], 0))
    embedded.set_shape(ids.shape.concatenate(embeddings.shape[1:]))
    return embedded


def linear(
    inputs,
    num_outputs,
    activation_fn=None,
    normalizer_fn=None,
    normalizer_params=None,
    weights_initializer=_XAVIER,
    weights_regularizer=None,
    biases_initializer=_ZEROS,
    biases_regularizer=None,
    reuse=None,
    variables_collections=None,
    outputs_collections=None,
    trainable=True,
    scope=None,
):
    """Multiplies by `fully_connected/weights` [D, num_outputs], adds `fully_connected/biases`.

    Args:
      inputs: float [..., D] of rank 2 or more, D known.
      num_outputs: int.
      activation_fn: applied to the result; None leaves it linear.
      weights_initializer: by default Glorot uniform, the rule of contrib's `xavier_initializer`,
        whatever the scope says; None takes the scope's.
      biases_initializer: None leaves the biases out.
      weights_regularizer, biases_regularizer: their values join REGULARIZATION_LOSSES.
      reuse, trainable, scope: as in `embed_sequence`; the default scope is `fully_connected`.
      normalizer_fn, normalizer_params, variables_collections, outputs_collections: left out.

    Returns:
      float [..., num_outputs].

    Raises:
      ValueError: `num_outputs` is not an int, `inputs` has rank below 2 or an unknown last
        dimension, or as for `embed_sequence`'s scope and reuse.
      TypeError: `inputs` is not of a floating type.
      NotImplementedError: an argument that is left out is given, or an initializer's name.
      RuntimeError: called outside a graph.

    Source: `tf.contrib.layers.linear` (`fully_connected` without activation) of TensorFlow 1.15.
    """
    require_graph("linear")
    refuse(
        "linear",
        normalizer_fn=normalizer_fn,
        normalizer_params=normalizer_params,
        variables_collections=variables_collections,
        outputs_collections=outputs_collections,
    )
    require_initializer("linear", "weights_initializer", weights_initializer)
    require_initializer("linear", "biases_initializer", biases_initializer)
    if not isinstance(num_outputs, int):
        raise ValueError(
            f"linear needs num_outputs as an int; got {num_outputs!r} of {type(num_outputs)}"
        )
    with tf.variable_scope(scope, "fully_connected", [inputs], reuse=reuse):
        inputs = tf.convert_to_tensor(inputs)
        depth = _checked_depth(inputs)
        weights = _model_variable(
            "weights",
            [depth, num_outputs],
            inputs.dtype,
            weights_initializer,
            weights_regularizer,
            trainable,
        )
        if biases_initializer is not None:
            biases = _model_variable(
                "biases",
                [num_outputs],
                inputs.dtype,
                biases_initializer,
                biases_regularizer,
                trainable,
            )
        rank = inputs.shape.ndims
        if rank > 2:
            outputs = tf.tensordot(inputs, weights, [[rank - 1], [0]])
            outputs.set_shape(inputs.shape[:-1].concatenate(num_outputs))
        else:
            outputs = tf.matmul(inputs, weights)
        if biases_initializer is not None:
            outputs = tf.nn.bias_add(outputs, biases)
        return outputs if activation_fn is None else activation_fn(outputs)


def _checked_depth(inputs):
    if not inputs.dtype.is_floating:
        raise TypeError(f"linear needs inputs of a floating type; got {inputs.dtype.name}")
    if inputs.shape.ndims is None or inputs.shape.ndims < 2:
        raise ValueError(f"linear needs inputs of rank 2 or more; got shape {inputs.shape}")
    depth = inputs.shape.as_list()[-1]
    if depth is None:
        raise ValueError(f"linear needs a known last dimension; got shape {inputs.shape}")
    return depth


def _model_variable(
    name, shape, dtype=tf.float32, initializer=None, regularizer=None, trainable=True
):
    # contrib's layers list their variables in MODEL_VARIABLES as well.
    return tf.get_variable(
        name,
        shape=shape,
        dtype=dtype,
        initializer=initializer,
        regularizer=regularizer,
        trainable=trainable,
        collections=[tf.GraphKeys.GLOBAL_VARIABLES, tf.GraphKeys.MODEL_VARIABLES],
    )

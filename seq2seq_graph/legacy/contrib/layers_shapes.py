"""contrib's small layers: biases, dropout, flattening, one-hot vectors, softmax.

Shapes: B batch, C channels.
"""

from typing import Optional

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy import layers
from seq2seq_graph.legacy.argument_types import (
    Collections,
    Flag,
    Initializer,
    Number,
    Regularizer,
    Scope,
    Shape,
    TensorFunction,
    VariableCollections,
)
from seq2seq_graph.legacy.checks import require_graph
from seq2seq_graph.legacy.contrib.arg_scope import add_arg_scope
from seq2seq_graph.legacy.contrib.framework_variables import model_variable
from seq2seq_graph.legacy.contrib.layers import model_variable_getter
from seq2seq_graph.legacy.contrib.layers_normalization import is_channels_first
from seq2seq_graph.legacy.contrib.outputs import (
    collect_named_outputs,
    get_variable_collections,
    last_dimension,
)

_ZEROS = tf.zeros_initializer()


@add_arg_scope
def bias_add(
    inputs: tf.Tensor,
    activation_fn: Optional[TensorFunction] = None,
    initializer: Initializer = _ZEROS,
    regularizer: Regularizer = None,
    reuse: Optional[bool] = None,
    variables_collections: VariableCollections = None,
    outputs_collections: Collections = None,
    trainable: bool = True,
    data_format: str = "NHWC",
    scope: Scope = None,
) -> tf.Tensor:
    """Adds `BiasAdd/biases` [C] to the channels, last (NHWC) or second (NCHW, rank 4).

    Raises:
      ValueError: another format, an unknown rank or an unknown C.
    """
    require_graph("bias_add")
    first = is_channels_first(data_format)
    with tf.variable_scope(scope, "BiasAdd", [inputs], reuse=reuse) as entered:
        inputs = tf.convert_to_tensor(inputs)
        shape = inputs.get_shape()
        if shape.ndims is None or (first and shape.ndims != 4):
            raise ValueError(f"bias_add needs inputs of known rank, 4 for NCHW; got {shape}")
        channels = shape.as_list()[1 if first else -1]
        if channels is None:
            raise ValueError(f"bias_add needs known channels; got {shape}")
        biases = model_variable(
            "biases",
            shape=[channels],
            dtype=inputs.dtype.base_dtype,
            initializer=initializer,
            regularizer=regularizer,
            collections=get_variable_collections(variables_collections, "biases"),
            trainable=trainable,
        )
        outputs = tf.nn.bias_add(inputs, biases, data_format=data_format)
        if activation_fn is not None:
            outputs = activation_fn(outputs)
        return collect_named_outputs(outputs_collections, entered.name, outputs)


@add_arg_scope
def dropout(
    inputs: tf.Tensor,
    keep_prob: Number = 0.5,
    noise_shape: Shape = None,
    is_training: Flag = True,
    outputs_collections: Collections = None,
    scope: Scope = None,
    seed: Optional[int] = None,
) -> tf.Tensor:
    """Drops all but the share `keep_prob` of the inputs in training: see `tf.layers.dropout`."""
    require_graph("dropout")
    with tf.variable_scope(
            scope, "Dropout", [inputs], custom_getter=model_variable_getter()) as entered:
        inputs = tf.convert_to_tensor(inputs)
        layer = layers.Dropout(
            rate=1 - keep_prob, noise_shape=noise_shape, seed=seed, name=entered.name,
            _scope=entered)
        outputs = layer.apply(inputs, training=is_training)
        return collect_named_outputs(outputs_collections, entered.name, outputs)


@add_arg_scope
def flatten(inputs: tf.Tensor, outputs_collections: Collections = None,
            scope: Scope = None) -> tf.Tensor:
    """Joins all axes but the first: [B, ...] -> [B, product of the others]."""
    require_graph("flatten")
    with tf.name_scope(scope, "Flatten", [inputs]) as name:
        outputs = layers.flatten(tf.convert_to_tensor(inputs))
        return collect_named_outputs(outputs_collections, name, outputs)


@add_arg_scope
def one_hot_encoding(
    labels: tf.Tensor,
    num_classes: int,
    on_value: float = 1.0,
    off_value: float = 0.0,
    outputs_collections: Collections = None,
    scope: Scope = None,
) -> tf.Tensor:
    """Makes [B, num_classes] of labels [B]: `on_value` at the label, `off_value` elsewhere."""
    with tf.name_scope(scope, "OneHotEncoding", [labels, num_classes]) as name:
        labels = tf.convert_to_tensor(labels)
        if labels.dtype == tf.int32:
            labels = tf.to_int64(labels)
        outputs = tf.one_hot(labels, num_classes, on_value=on_value, off_value=off_value)
        return collect_named_outputs(outputs_collections, name, outputs)


@add_arg_scope
def softmax(logits: tf.Tensor, scope: Scope = None) -> tf.Tensor:
    """Softmax of the last axis, in any rank from 2 on."""
    with tf.variable_scope(scope, "softmax", [logits]):
        classes = last_dimension(logits.get_shape(), min_rank=2)
        predictions = tf.nn.softmax(tf.reshape(logits, [-1, classes]))
        predictions = tf.reshape(predictions, tf.shape(logits))
        predictions.set_shape(logits.get_shape())
        return predictions


@add_arg_scope
def unit_norm(inputs: tf.Tensor, dim: int, epsilon: float = 1e-7, scope: Scope = None) -> tf.Tensor:
    """Divides by the length along axis `dim`.

    Raises:
      ValueError: the rank is not known, or `dim` lies beyond it.
    """
    with tf.variable_scope(scope, "UnitNorm", [inputs]):
        rank = inputs.get_shape().ndims
        if not rank:
            raise ValueError(f"unit_norm needs inputs of known rank; got {inputs}")
        if dim < 0 or dim >= rank:
            raise ValueError(f"unit_norm: dim {dim} is not between 0 and {rank - 1}")
        lengths = tf.sqrt(epsilon + tf.reduce_sum(tf.square(inputs), dim, True))
        multiples = [tf.ones([dim], tf.int32)] if dim > 0 else []
        multiples.append(tf.strided_slice(tf.shape(inputs), [dim], [dim + 1]))
        if dim < rank - 1:
            multiples.append(tf.ones([rank - 1 - dim], tf.int32))
        return tf.div(inputs, tf.tile(lengths, tf.concat(multiples, 0)))


@add_arg_scope
def maxout(inputs: tf.Tensor, num_units: int, axis: int = -1, scope: Scope = None) -> tf.Tensor:
    """Takes the largest of each group of C / num_units channels: [..., C] -> [..., num_units].

    Raises:
      ValueError: C is no multiple of `num_units`.
    """
    with tf.variable_scope(scope, "MaxOut", [inputs]):
        inputs = tf.convert_to_tensor(inputs)
        shape = inputs.get_shape().as_list()
        channels = shape[axis]
        if channels % num_units:
            raise ValueError(f"maxout: {channels} channels are no multiple of {num_units}")
        shape[axis] = num_units
        shape += [channels // num_units]
        shape = [tf.shape(inputs)[i] if size is None else size for i, size in enumerate(shape)]
        return tf.reduce_max(tf.reshape(inputs, shape), -1, keepdims=False)


@add_arg_scope
def dense_to_sparse(tensor: tf.Tensor, eos_token: int = 0, outputs_collections: Collections = None,
                    scope: Scope = None) -> tf.SparseTensor:
    """Makes a SparseTensor of what is not `eos_token`."""
    with tf.variable_scope(scope, "dense_to_sparse", [tensor]) as entered:
        tensor = tf.convert_to_tensor(tensor)
        indices = tf.where(tf.not_equal(tensor, tf.constant(eos_token, tensor.dtype)))
        values = tf.gather_nd(tensor, indices)
        outputs = tf.SparseTensor(indices, values, tf.shape(tensor, out_type=tf.int64))
        return collect_named_outputs(outputs_collections, entered.name, outputs)


def scale_gradient(inputs: tf.Tensor, gradient_multiplier: Number) -> tf.Tensor:
    """Gives the inputs; their gradient is multiplied."""

    @tf.custom_gradient
    def scaled(tensor):
        return tf.identity(tensor), lambda gradient: gradient * gradient_multiplier

    return scaled(tf.convert_to_tensor(inputs))

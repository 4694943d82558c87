"""contrib's convolutions and pooling of pictures and sequences.

Shapes: B batch, S the sizes of one to three dimensions, C channels, P outputs.
"""

from typing import Any, Callable, Dict, Optional

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import (
    Collections,
    Initializer,
    Regularizer,
    Scope,
    Sides,
    TensorFunction,
    VariableCollections,
)
from seq2seq_graph.legacy.checks import require_graph
from seq2seq_graph.legacy.contrib.arg_scope import add_arg_scope
from seq2seq_graph.legacy.contrib.layers import _apply, model_variable_getter
from seq2seq_graph.legacy.contrib.layers_initializers import xavier_initializer
from seq2seq_graph.legacy.contrib.outputs import (
    collect_named_outputs,
)
from seq2seq_graph.legacy.layers_convolution import Conv1D, Conv2D, Conv3D

_XAVIER, _ZEROS = xavier_initializer(), tf.zeros_initializer()
_FORMATS = (None, "NWC", "NCW", "NHWC", "NCHW", "NDHWC", "NCDHW")


@add_arg_scope
def convolution(
    inputs: tf.Tensor,
    num_outputs: int,
    kernel_size: Sides,
    stride: Sides = 1,
    padding: str = "SAME",
    data_format: Optional[str] = None,
    rate: Sides = 1,
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
    conv_dims: Optional[int] = None,
) -> tf.Tensor:
    """Convolves [B, *S, C] with `Conv/weights` [*kernel_size, C, P], adds `biases` [P].

    Args:
      stride, rate: an int, or one for each dimension; rate spreads the kernel.
      conv_dims: how many dimensions S must have.
      The others: as in `layers.fully_connected`.

    Raises:
      ValueError: another format, or a rank that is not 3 to 5 or not `conv_dims` + 2.

    Source: `tf.contrib.layers.convolution` of TensorFlow 1.15.
    """
    require_graph("convolution")
    if data_format not in _FORMATS:
        raise ValueError(f"data_format={data_format!r}: give one of {_FORMATS[1:]}")
    getter = model_variable_getter({"bias": "biases", "kernel": "weights"})
    with tf.variable_scope(
            scope, "Conv", [inputs], reuse=reuse, custom_getter=getter) as entered:
        inputs = tf.convert_to_tensor(inputs)
        rank = inputs.get_shape().ndims
        if rank not in (3, 4, 5) or (conv_dims is not None and conv_dims + 2 != rank):
            raise ValueError(f"a convolution over {conv_dims or '1 to 3'} dimensions; got {inputs}")
        layer = {3: Conv1D, 4: Conv2D, 5: Conv3D}[rank](
            filters=num_outputs,
            kernel_size=kernel_size,
            strides=stride,
            padding=padding,
            data_format=_layout(data_format),
            dilation_rate=rate,
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


@add_arg_scope
def convolution1d(
    inputs: tf.Tensor,
    num_outputs: int,
    kernel_size: Sides,
    stride: Sides = 1,
    padding: str = "SAME",
    data_format: Optional[str] = None,
    rate: Sides = 1,
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
    """Convolves [B, T, C]: see `convolution`."""
    return convolution(
        inputs, num_outputs, kernel_size, stride, padding, data_format, rate, activation_fn,
        normalizer_fn, normalizer_params, weights_initializer, weights_regularizer,
        biases_initializer, biases_regularizer, reuse, variables_collections, outputs_collections,
        trainable, scope, conv_dims=1)


@add_arg_scope
def convolution2d(
    inputs: tf.Tensor,
    num_outputs: int,
    kernel_size: Sides,
    stride: Sides = 1,
    padding: str = "SAME",
    data_format: Optional[str] = None,
    rate: Sides = 1,
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
    """Convolves [B, height, width, C]: see `convolution`."""
    return convolution(
        inputs, num_outputs, kernel_size, stride, padding, data_format, rate, activation_fn,
        normalizer_fn, normalizer_params, weights_initializer, weights_regularizer,
        biases_initializer, biases_regularizer, reuse, variables_collections, outputs_collections,
        trainable, scope, conv_dims=2)


@add_arg_scope
def convolution3d(
    inputs: tf.Tensor,
    num_outputs: int,
    kernel_size: Sides,
    stride: Sides = 1,
    padding: str = "SAME",
    data_format: Optional[str] = None,
    rate: Sides = 1,
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
    """Convolves [B, depth, height, width, C]: see `convolution`."""
    return convolution(
        inputs, num_outputs, kernel_size, stride, padding, data_format, rate, activation_fn,
        normalizer_fn, normalizer_params, weights_initializer, weights_regularizer,
        biases_initializer, biases_regularizer, reuse, variables_collections, outputs_collections,
        trainable, scope, conv_dims=3)


conv1d, conv2d, conv3d = convolution1d, convolution2d, convolution3d


def _layout(data_format):
    first = data_format is not None and data_format.startswith("NC")
    return "channels_first" if first else "channels_last"

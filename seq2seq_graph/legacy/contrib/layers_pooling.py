"""contrib's pooling over height and width."""


import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import (
    Collections,
    Scope,
    Sides,
)
from seq2seq_graph.legacy.checks import require_graph
from seq2seq_graph.legacy.contrib.arg_scope import add_arg_scope
from seq2seq_graph.legacy.contrib.layers_convolution import _layout
from seq2seq_graph.legacy.contrib.layers_normalization import is_channels_first
from seq2seq_graph.legacy.contrib.outputs import (
    collect_named_outputs,
)
from seq2seq_graph.legacy.layers_pooling import AveragePooling2D, MaxPooling2D


@add_arg_scope
def max_pool2d(
    inputs: tf.Tensor,
    kernel_size: Sides,
    stride: Sides = 2,
    padding: str = "VALID",
    data_format: str = "NHWC",
    outputs_collections: Collections = None,
    scope: Scope = None,
) -> tf.Tensor:
    """Takes the largest of each window of [B, height, width, C].

    Raises:
      ValueError: another format.
    """
    return _pooled(
        MaxPooling2D, "MaxPool2D", inputs, kernel_size, stride, padding, data_format,
        outputs_collections, scope)


@add_arg_scope
def avg_pool2d(
    inputs: tf.Tensor,
    kernel_size: Sides,
    stride: Sides = 2,
    padding: str = "VALID",
    data_format: str = "NHWC",
    outputs_collections: Collections = None,
    scope: Scope = None,
) -> tf.Tensor:
    """Takes the mean of each window of [B, height, width, C].

    Raises:
      ValueError: another format.
    """
    return _pooled(
        AveragePooling2D, "AvgPool2D", inputs, kernel_size, stride, padding, data_format,
        outputs_collections, scope)


def _pooled(kind, label, inputs, size, stride, padding, data_format, collections, scope):
    require_graph(label)
    is_channels_first(data_format)
    with tf.name_scope(scope, label, [inputs]) as name:
        inputs = tf.convert_to_tensor(inputs)
        layer = kind(
            pool_size=size, strides=stride, padding=padding, data_format=_layout(data_format),
            _scope=name)
        return collect_named_outputs(collections, name, layer.apply(inputs))

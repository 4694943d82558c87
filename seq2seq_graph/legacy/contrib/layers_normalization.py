"""contrib's normalizations: over the batch, a layer, an instance, groups of channels.

Shapes: B batch, C channels.
"""

from typing import Callable, Dict, Optional, Sequence

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import (
    Collections,
    DType,
    Initializer,
    Regularizer,
    Scope,
    TensorFunction,
    VariableCollections,
)
from seq2seq_graph.legacy.checks import require_graph
from seq2seq_graph.legacy.contrib.arg_scope import add_arg_scope
from seq2seq_graph.legacy.contrib.framework_variables import model_variable
from seq2seq_graph.legacy.contrib.outputs import collect_named_outputs, get_variable_collections

_EPSILON = {"float16": 1e-3}


@add_arg_scope
def layer_norm(
    inputs: tf.Tensor,
    center: bool = True,
    scale: bool = True,
    activation_fn: Optional[TensorFunction] = None,
    reuse: Optional[bool] = None,
    variables_collections: VariableCollections = None,
    outputs_collections: Collections = None,
    trainable: bool = True,
    begin_norm_axis: int = 1,
    begin_params_axis: int = -1,
    scope: Scope = None,
) -> tf.Tensor:
    """Normalizes each row over its axes, then scales by `LayerNorm/gamma` and adds `beta`.

    Args:
      inputs: float [B, ...].
      center, scale: whether there are `beta` and `gamma`.
      begin_norm_axis: the first axis of what is normalized together.
      begin_params_axis: the first axis of the variables' shape.
      The others: as in `fully_connected`.

    Raises:
      ValueError: the rank or the variables' shape is not known, or an axis lies beyond.

    Source: `tf.contrib.layers.layer_norm` of TensorFlow 1.15; Ba et al. 2016.
    """
    require_graph("layer_norm")
    with tf.variable_scope(scope, "LayerNorm", [inputs], reuse=reuse) as entered:
        inputs = tf.convert_to_tensor(inputs)
        rank = _known_rank(inputs)
        if begin_norm_axis < 0:
            begin_norm_axis += rank
        if begin_params_axis >= rank or begin_norm_axis >= rank:
            raise ValueError(
                f"layer_norm: begin_params_axis ({begin_params_axis}) and begin_norm_axis "
                f"({begin_norm_axis}) must be below the rank, {rank}")
        make = variable_maker(
            inputs.shape[begin_params_axis:], inputs.dtype.base_dtype, variables_collections,
            trainable)
        beta = make("beta", 0.0) if center else None
        gamma = make("gamma", 1.0) if scale else None
        mean, variance = tf.nn.moments(
            inputs, list(range(begin_norm_axis, rank)), keep_dims=True)
        outputs = tf.nn.batch_normalization(
            inputs, mean, variance, offset=beta, scale=gamma,
            variance_epsilon=_EPSILON.get(inputs.dtype.base_dtype.name, 1e-12))
        outputs.set_shape(inputs.shape)
        return _finished(outputs, activation_fn, outputs_collections, entered)


@add_arg_scope
def instance_norm(
    inputs: tf.Tensor,
    center: bool = True,
    scale: bool = True,
    epsilon: float = 1e-6,
    activation_fn: Optional[TensorFunction] = None,
    param_initializers: Optional[Dict[str, Initializer]] = None,
    reuse: Optional[bool] = None,
    variables_collections: VariableCollections = None,
    outputs_collections: Collections = None,
    trainable: bool = True,
    data_format: str = "NHWC",
    scope: Scope = None,
) -> tf.Tensor:
    """Normalizes each channel of each row over the other axes; `InstanceNorm/beta` and `gamma`.

    Raises:
      ValueError: the rank or C is not known, or another format.

    Source: `tf.contrib.layers.instance_norm` of TensorFlow 1.15; Ulyanov et al. 2016.
    """
    require_graph("instance_norm")
    inputs = tf.convert_to_tensor(inputs)
    rank = _known_rank(inputs)
    channels_first = is_channels_first(data_format)
    with tf.variable_scope(scope, "InstanceNorm", [inputs], reuse=reuse) as entered:
        channel = 1 if channels_first else rank - 1
        over = [axis for axis in range(1, rank) if axis != channel]
        shape = inputs.shape[channel:channel + 1]
        make = variable_maker(
            shape, inputs.dtype.base_dtype, variables_collections, trainable, param_initializers)
        spread = (lambda x: tf.reshape(x, [1, *shape.as_list()] + [1] * (rank - 2))) if (
            channels_first) else (lambda x: x)
        beta = spread(make("beta", 0.0)) if center else None
        gamma = spread(make("gamma", 1.0)) if scale else None
        mean, variance = tf.nn.moments(inputs, over, keep_dims=True)
        outputs = tf.nn.batch_normalization(
            inputs, mean, variance, beta, gamma, epsilon, name="instancenorm")
        return _finished(outputs, activation_fn, outputs_collections, entered)


@add_arg_scope
def group_norm(
    inputs: tf.Tensor,
    groups: int = 32,
    channels_axis: int = -1,
    reduction_axes: Sequence[int] = (-3, -2),
    center: bool = True,
    scale: bool = True,
    epsilon: float = 1e-6,
    activation_fn: Optional[TensorFunction] = None,
    param_initializers: Optional[Dict[str, Initializer]] = None,
    reuse: Optional[bool] = None,
    variables_collections: VariableCollections = None,
    outputs_collections: Collections = None,
    trainable: bool = True,
    scope: Scope = None,
    mean_close_to_zero: bool = False,
) -> tf.Tensor:
    """Normalizes groups of channels of each row over `reduction_axes`; `GroupNorm/beta`, `gamma`.

    Args:
      groups: how many groups the channels are cut into.
      mean_close_to_zero: True takes moments in one pass.

    Raises:
      ValueError: an axis is out of bounds or its size unknown, or C is no multiple of `groups`.

    Source: `tf.contrib.layers.group_norm` of TensorFlow 1.15; Wu and He 2018.
    """
    require_graph("group_norm")
    inputs = tf.convert_to_tensor(inputs)
    rank = _known_rank(inputs)
    channel, over = _checked_axes(inputs, rank, groups, channels_axis, reduction_axes)
    dynamic, static = tf.shape(inputs), inputs.shape.as_list()
    shape = [dynamic[axis] if size is None else size for axis, size in enumerate(static)]
    channels = static[channel]
    cut = [groups, channels // groups]
    inputs = tf.reshape(inputs, shape[:channel] + cut + shape[channel + 1:])
    over = [channel + 1] + [axis + 1 if axis > channel else axis for axis in over]
    with tf.variable_scope(scope, "GroupNorm", [inputs], reuse=reuse) as entered:
        make = variable_maker(
            tf.TensorShape([channels]), inputs.dtype.base_dtype, variables_collections, trainable,
            param_initializers)
        spread = [1] * channel + cut + [1] * (rank - channel - 1)
        beta = tf.reshape(make("beta", 0.0), spread) if center else None
        gamma = tf.reshape(make("gamma", 1.0), spread) if scale else None
        if mean_close_to_zero:
            counts, sums, squares, _ = tf.nn.sufficient_statistics(inputs, over, keep_dims=True)
            mean, variance = tf.nn.normalize_moments(counts, sums, squares, shift=None)
        else:
            mean, variance = tf.nn.moments(inputs, over, keep_dims=True)
        gain = tf.rsqrt(variance + epsilon)
        offset = -mean * gain
        if gamma is not None:
            gain, offset = gain * gamma, offset * gamma
        if beta is not None:
            offset = offset + beta
        outputs = tf.reshape(inputs * gain + offset, shape)
        return _finished(outputs, activation_fn, outputs_collections, entered)


def _checked_axes(inputs, rank, groups, channels_axis, reduction_axes):
    """Gives the channels' axis and the reduced ones, counted from the front."""
    static = inputs.shape.as_list()
    if channels_axis > rank - 1:
        raise ValueError(f"group_norm: channels_axis {channels_axis} is out of bounds")
    channel = channels_axis + rank if channels_axis < 0 else channels_axis
    if static[channel] is None:
        raise ValueError(f"group_norm needs known channels; got shape {inputs.shape}")
    over = [axis + rank if axis < 0 else axis for axis in reduction_axes]
    for axis in over:
        if axis >= rank or static[axis] is None or axis == channel:
            raise ValueError(
                f"group_norm: reduction_axes {reduction_axes} must be known axes of "
                f"{inputs.shape}, and not the channels'")
    if groups > static[channel] or static[channel] % groups:
        raise ValueError(f"group_norm: {static[channel]} channels are not {groups} groups")
    return channel, over


def variable_maker(
    shape: tf.TensorShape,
    dtype: DType,
    collections: VariableCollections,
    trainable: bool,
    initializers: Optional[Dict[str, Initializer]] = None,
    regularizers: Optional[Dict[str, Regularizer]] = None,
) -> Callable[[str, Initializer], tf.Variable]:
    """Gives a function (name, first value) -> a model variable of that shape.

    Raises:
      ValueError: the shape is not known.
    """
    if not shape.is_fully_defined():
        raise ValueError(f"a normalization needs known channels; got {shape}")

    def make(name, value, trainable=trainable):
        default = tf.ones_initializer() if value else tf.zeros_initializer()
        return model_variable(
            name,
            shape=shape,
            dtype=dtype,
            initializer=(initializers or {}).get(name, default),
            regularizer=(regularizers or {}).get(name),
            collections=get_variable_collections(collections, name),
            trainable=trainable,
        )

    return make


def is_channels_first(data_format: str) -> bool:
    """Tells NCHW from NHWC; raises ValueError for another format."""
    if data_format not in ("NCHW", "NHWC"):
        raise ValueError(f"data_format={data_format!r}: give NCHW or NHWC")
    return data_format == "NCHW"


def _known_rank(inputs):
    if inputs.shape.ndims is None:
        raise ValueError(f"a normalization needs inputs of known rank; got {inputs}")
    return inputs.shape.ndims


def _finished(outputs, activation_fn, collections, entered):
    if activation_fn is not None:
        outputs = activation_fn(outputs)
    return collect_named_outputs(collections, entered.name, outputs)

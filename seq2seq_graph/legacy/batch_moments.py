"""What `BatchNormalization` computes: a batch's moments and their moving averages."""

from typing import Any

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Flag, Number
from seq2seq_graph.legacy.conditions import known_condition, smart_cond


def average_towards(variable: tf.Variable, value: tf.Tensor, momentum: Number) -> tf.Tensor:
    """Makes the op that moves `variable` by the share 1 - `momentum` towards `value`."""
    graph = tf.get_default_graph()
    with tf.name_scope("AssignMovingAvg") as scope, graph.colocate_with(variable):
        share = tf.convert_to_tensor(1.0 - momentum, name="decay")
        if share.dtype != variable.dtype.base_dtype:
            share = tf.cast(share, variable.dtype.base_dtype)
        delta = (variable - tf.cast(value, variable.dtype.base_dtype)) * share
        return tf.assign_sub(variable, delta, name=scope)


def fused(layer: Any, inputs: tf.Tensor, training: Flag) -> tf.Tensor:
    """Normalizes [B, height, width, C] by the kernel that does it all; adds the updates."""
    beta = layer.beta if layer.center else layer._beta_const
    gamma = layer.gamma if layer.scale else layer._gamma_const

    def normalized(**moments):
        return tf.nn.fused_batch_norm(
            inputs, gamma, beta, epsilon=layer.epsilon, data_format=layer._data_format, **moments)

    outputs, mean, variance = smart_cond(
        training,
        normalized,
        lambda: normalized(
            mean=layer.moving_mean, variance=layer.moving_variance, is_training=False),
    )
    known = known_condition(training)
    if known is None:
        momentum = smart_cond(training, lambda: layer.momentum, lambda: 1.0)
    else:
        momentum = tf.convert_to_tensor(layer.momentum)
    if known is None or known:
        layer.add_update(lambda: average_towards(layer.moving_mean, mean, momentum))
        layer.add_update(lambda: average_towards(layer.moving_variance, variance, momentum))
    return outputs


def plain(layer: Any, inputs: tf.Tensor, training: Flag) -> tf.Tensor:
    """Normalizes over all axes but the layer's, op by op; adds the updates."""
    rank = inputs.shape.ndims
    over = [axis for axis in range(rank) if axis not in layer.axis]
    if layer.virtual_batch_size is not None:
        del over[1]
    sizes = [1] * rank
    sizes[layer.axis[0]] = inputs.shape.as_list()[layer.axis[0]]

    def spread(tensor):
        if tensor is None or tensor.shape.ndims == rank or over == list(range(rank - 1)):
            return tensor
        return tf.reshape(tensor, sizes)

    scale, offset = spread(layer.gamma), spread(layer.beta)
    if known_condition(training) is False:
        mean, variance = layer.moving_mean, layer.moving_variance
    else:
        mean, variance, scale, offset = _of_the_batch(
            layer, inputs, training, over, spread, scale, offset)
    mean, variance = tf.cast(mean, inputs.dtype), tf.cast(variance, inputs.dtype)
    offset = None if offset is None else tf.cast(offset, inputs.dtype)
    scale = None if scale is None else tf.cast(scale, inputs.dtype)
    outputs = tf.nn.batch_normalization(
        inputs, spread(mean), spread(variance), offset, scale, layer.epsilon)
    outputs.set_shape(inputs.shape)
    return outputs


def _of_the_batch(layer, inputs, training, over, spread, scale, offset):
    """Gives mean, variance, scale and offset in training; adds the updates."""
    if layer.adjustment:
        factor, shift = layer.adjustment(tf.shape(inputs))
        factor = _in_training(training, factor, tf.ones_like)
        shift = _in_training(training, shift, tf.zeros_like)
        scale, offset = _composed(factor, shift, scale, offset)
    keepdims = layer.virtual_batch_size is not None or len(layer.axis) > 1
    mean, variance = tf.nn.moments(
        tf.cast(inputs, layer._param_dtype), over, keep_dims=keepdims)
    moments = [mean, variance]
    moving = (layer.moving_mean, layer.moving_variance)
    mean, variance = (
        smart_cond(training, lambda i=i: moments[i], lambda i=i: tf.convert_to_tensor(moving[i]))
        for i in (0, 1))
    new_mean, new_variance = mean, variance
    if layer.virtual_batch_size is not None:
        new_mean = tf.reduce_mean(mean, axis=1, keepdims=True)
        new_variance = tf.reduce_mean(variance, axis=1, keepdims=True)
    if layer.renorm:
        r, d, new_mean, new_variance = _renormalized(layer, new_mean, new_variance, training)
        r = spread(tf.stop_gradient(r, name="renorm_r"))
        d = spread(tf.stop_gradient(d, name="renorm_d"))
        scale, offset = _composed(r, d, scale, offset)
    layer.add_update(lambda: smart_cond(
        training, lambda: average_towards(layer.moving_mean, new_mean, layer.momentum),
        lambda: layer.moving_mean))
    layer.add_update(lambda: smart_cond(
        training, lambda: _new_variance(layer, new_variance), lambda: layer.moving_variance))
    return mean, variance, scale, offset


def _new_variance(layer, variance):
    if not layer.renorm:
        return average_towards(layer.moving_variance, variance, layer.momentum)
    deviation = average_towards(
        layer.moving_stddev, tf.sqrt(variance + layer.epsilon), layer.momentum)
    value = tf.nn.relu(deviation * deviation - layer.epsilon)
    graph = tf.get_default_graph()
    with tf.name_scope("AssignNewValue") as scope, graph.colocate_with(layer.moving_variance):
        return tf.assign(layer.moving_variance, value, name=scope)


def _renormalized(layer, mean, variance, training):
    """Gives the corrections r and d, and the moments after their averages moved (Ioffe 2017)."""
    deviation = tf.sqrt(variance + layer.epsilon)
    least = tf.maximum(layer.renorm_stddev, tf.sqrt(layer.epsilon))
    r = deviation / least
    d = (mean - layer.renorm_mean) / least
    with tf.control_dependencies([r, d]):
        mean, deviation = tf.identity(mean), tf.identity(deviation)
    clip = layer.renorm_clipping
    if clip.get("rmin") is not None:
        r = tf.maximum(r, clip["rmin"])
    if clip.get("rmax") is not None:
        r = tf.minimum(r, clip["rmax"])
    if clip.get("dmax") is not None:
        d = tf.minimum(tf.maximum(d, -clip["dmax"]), clip["dmax"])
    r = _in_training(training, r, tf.ones_like)
    d = _in_training(training, d, tf.zeros_like)

    def moved(average, value):
        value = tf.identity(value)
        return smart_cond(
            training, lambda: average_towards(average, value, layer.renorm_momentum),
            lambda: tf.identity(average))

    updates = [moved(layer.renorm_mean, mean), moved(layer.renorm_stddev, deviation)]
    with tf.control_dependencies(updates):
        return r, d, tf.identity(mean), tf.identity(variance)


def _in_training(training, value, otherwise):
    return smart_cond(training, lambda: value, lambda: otherwise(value))


def _composed(scale, offset, then_scale, then_offset):
    if then_scale is not None:
        scale, offset = scale * then_scale, offset * then_scale
    return scale, offset if then_offset is None else offset + then_offset

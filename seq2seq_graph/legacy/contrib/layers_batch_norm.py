"""contrib's `batch_norm`, which keeps its updates in a collection or runs them at once.

Shapes: B batch, C channels.
"""

from typing import Any, Callable, Dict, Optional, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import (
    Collections,
    Flag,
    Initializer,
    Number,
    Regularizer,
    Scope,
    TensorFunction,
    VariableCollections,
)
from seq2seq_graph.legacy.checks import require_graph
from seq2seq_graph.legacy.contrib.arg_scope import add_arg_scope
from seq2seq_graph.legacy.contrib.layers import model_variable_getter
from seq2seq_graph.legacy.contrib.layers_normalization import is_channels_first, variable_maker
from seq2seq_graph.legacy.contrib.outputs import (
    add_variable_to_collections,
    collect_named_outputs,
    constant_value,
    smart_cond,
)
from seq2seq_graph.legacy.layers_normalization import BatchNormalization
from seq2seq_graph.legacy.moving_averages import assign_moving_average

_FIRST = {"beta": 0.0, "gamma": 1.0, "moving_mean": 0.0, "moving_variance": 1.0}


@add_arg_scope
def batch_norm(
    inputs: tf.Tensor,
    decay: Number = 0.999,
    center: bool = True,
    scale: bool = False,
    epsilon: float = 0.001,
    activation_fn: Optional[TensorFunction] = None,
    param_initializers: Optional[Dict[str, Initializer]] = None,
    param_regularizers: Optional[Dict[str, Regularizer]] = None,
    updates_collections: Collections = tf.GraphKeys.UPDATE_OPS,
    is_training: Flag = True,
    reuse: Optional[bool] = None,
    variables_collections: VariableCollections = None,
    outputs_collections: Collections = None,
    trainable: bool = True,
    batch_weights: Optional[tf.Tensor] = None,
    fused: Optional[bool] = None,
    data_format: str = "NHWC",
    zero_debias_moving_mean: bool = False,
    scope: Scope = None,
    renorm: bool = False,
    renorm_clipping: Optional[Dict[str, Number]] = None,
    renorm_decay: float = 0.99,
    adjustment: Optional[Callable[[tf.Tensor], Tuple[tf.Tensor, tf.Tensor]]] = None,
) -> tf.Tensor:
    """Normalizes each channel over the batch; see `layers_normalization.BatchNormalization`.

    Args:
      inputs: float, the channels last (NHWC) or second (NCHW).
      decay: the share that the averages keep; updates_collections: where their updates go, None
        runs them before the outputs are given.
      param_initializers, param_regularizers: name of a variable -> its own.
      batch_weights: float [B], how much each row counts.
      zero_debias_moving_mean: divides the mean's start at zero out.
      The others: as in `fully_connected` and `BatchNormalization`.

    Raises:
      ValueError: another format, C unknown, or `renorm` where it cannot be.

    Source: `tf.contrib.layers.batch_norm` of TensorFlow 1.15.
    """
    require_graph("batch_norm")
    inputs = tf.convert_to_tensor(inputs)
    usual = updates_collections is tf.GraphKeys.UPDATE_OPS and not zero_debias_moving_mean
    rank = inputs.shape.ndims
    can_fuse = batch_weights is None and not renorm and rank in (2, 4) and adjustment is None
    options = {
        "inputs": inputs, "decay": decay, "center": center, "scale": scale, "epsilon": epsilon,
        "is_training": is_training, "updates_collections": updates_collections,
        "zero_debias": zero_debias_moving_mean, "data_format": data_format}
    first = is_channels_first(data_format)
    if (fused is None or fused) and can_fuse and (rank == 2 or not usual):
        with tf.variable_scope(scope, "BatchNorm", [inputs], reuse=reuse) as entered:
            # Half precision is normalized by the kernel with variables of float32.
            variables = (tf.float32, variables_collections, trainable, param_initializers,
                         param_regularizers)
            outputs = _by_kernel(variables, **options)
            return _finished(outputs, activation_fn, outputs_collections, entered)
    getter = model_variable_getter()
    with tf.variable_scope(
            scope, "BatchNorm", [inputs], reuse=reuse, custom_getter=getter) as entered:
        inputs = tf.convert_to_tensor(inputs)
        if batch_weights is None and usual:
            initializers: Dict[str, Any] = {
                name + "_initializer": (param_initializers or {}).get(
                    name, tf.ones_initializer() if value else tf.zeros_initializer())
                for name, value in _FIRST.items()}
            layer = BatchNormalization(
                axis=1 if first else -1, momentum=decay, epsilon=epsilon, center=center,
                scale=scale, beta_regularizer=(param_regularizers or {}).get("beta"),
                gamma_regularizer=(param_regularizers or {}).get("gamma"), trainable=trainable,
                renorm=renorm, renorm_clipping=renorm_clipping, renorm_momentum=renorm_decay,
                adjustment=adjustment, name=entered.name, _scope=entered, _reuse=reuse,
                fused=fused, **initializers)
            outputs = layer.apply(inputs, training=is_training)
            for name in ("moving_mean", "moving_variance", "beta", "gamma"):
                if getattr(layer, name) is not None:
                    add_variable_to_collections(
                        getattr(layer, name), variables_collections, name)
            return _finished(outputs, activation_fn, outputs_collections, entered)
        if renorm:
            raise ValueError(
                "batch_norm: renorm goes with neither batch_weights nor updates_collections nor "
                "zero_debias_moving_mean")
        variables = (inputs.dtype.base_dtype, variables_collections, trainable,
                     param_initializers, None)
        outputs = _op_by_op(variables, batch_weights, **options)
        return _finished(outputs, activation_fn, outputs_collections, entered)


def _by_kernel(
    variables, inputs, decay, center, scale, epsilon, is_training, updates_collections, zero_debias,
    data_format,
):
    """Normalizes [B, C] or rank 4 by the kernel that does it all; makes the updates."""
    inputs = tf.convert_to_tensor(inputs)
    original = inputs
    if original.shape.ndims == 2:
        channels = original.shape.as_list()[-1]
        if channels is None:
            raise ValueError(f"batch_norm needs known channels; got shape {original.shape}")
        first = is_channels_first(data_format)
        inputs = tf.reshape(inputs, [-1, channels, 1, 1] if first else [-1, 1, 1, channels])
    shape = inputs.shape[1:2] if is_channels_first(data_format) else inputs.shape[-1:]
    make = _maker(shape, variables)
    beta = make("beta", 0.0) if center else tf.constant(0.0, tf.float32, shape)
    gamma = make("gamma", 1.0) if scale else tf.constant(1.0, tf.float32, shape)
    averages = _averages(make)

    def normalized(**moments):
        return tf.nn.fused_batch_norm(
            inputs, gamma, beta, epsilon=epsilon, data_format=data_format, **moments)

    outputs, mean, variance = smart_cond(
        is_training, normalized,
        lambda: normalized(mean=averages[0], variance=averages[1], is_training=False))
    update = _updater(averages, (mean, variance), decay, zero_debias)
    known = constant_value(is_training)
    if known is None or known:
        if updates_collections is None:
            def forced():
                with tf.control_dependencies(update()):
                    return tf.identity(outputs)

            before = outputs
            outputs = smart_cond(is_training, forced, lambda: before)
        else:
            _collected(is_training, update, averages, updates_collections)
    outputs.set_shape(inputs.shape)
    if original.shape.ndims == 2:
        outputs = tf.reshape(outputs, tf.shape(original))
    return outputs


def _op_by_op(
    variables, batch_weights, inputs, decay, center, scale, epsilon, is_training,
    updates_collections, zero_debias, data_format,
):
    """Normalizes over all axes but the channels', rows weighed if asked; makes the updates."""
    rank, first = inputs.shape.ndims, is_channels_first(data_format)
    if rank is None:
        raise ValueError(f"batch_norm needs inputs of known rank; got {inputs}")
    if batch_weights is not None:
        batch_weights = tf.convert_to_tensor(batch_weights)
        inputs.shape[0:1].assert_is_compatible_with(batch_weights.shape)
        batch_weights = tf.reshape(batch_weights, [-1] + [1] * (rank - 1))
    shape = inputs.shape[1:2] if first else inputs.shape[-1:]
    make = _maker(shape, variables)
    beta = make("beta", 0.0) if center else None
    gamma = make("gamma", 1.0) if scale else None
    averages = mean, variance = _averages(make)
    known = constant_value(is_training)
    if known is None or known:
        over = [0, *range(2, rank)] if first else list(range(rank - 1))
        keep = {"keep_dims": True} if first else {}
        if batch_weights is None:
            mean, variance = tf.nn.moments(inputs, over, **keep)
        else:
            mean, variance = tf.nn.weighted_moments(inputs, over, batch_weights, **keep)
        if first:
            mean, variance = tf.reshape(mean, [-1]), tf.reshape(variance, [-1])
        moments = mean, variance
        update = _updater(averages, moments, decay, zero_debias)
        if updates_collections is None:
            def forced():
                with tf.control_dependencies(update()):
                    return tf.identity(moments[0]), tf.identity(moments[1])

            mean, variance = smart_cond(is_training, forced, lambda: averages)
        else:
            _collected(is_training, update, averages, updates_collections)
            mean, variance = smart_cond(is_training, lambda: moments, lambda: averages)
    parts = [mean, variance, beta, gamma]
    if first:
        spread = [1, *shape.as_list()] + [1] * (rank - 2)
        parts = [part if part is None else tf.reshape(part, spread) for part in parts]
    outputs = tf.nn.batch_normalization(inputs, *parts, epsilon)
    outputs.set_shape(inputs.shape)
    return outputs


def _maker(shape, variables):
    dtype, collections, trainable, initializers, regularizers = variables
    return variable_maker(shape, dtype, collections, trainable, initializers, regularizers)


def _averages(make):
    with tf.variable_scope(tf.get_variable_scope()) as scope:
        scope.set_partitioner(None)
        return (make("moving_mean", 0.0, trainable=False),
                make("moving_variance", 1.0, trainable=False))


def _updater(averages, moments, decay, zero_debias):
    def update():
        return (
            assign_moving_average(averages[0], moments[0], decay, zero_debias=zero_debias),
            assign_moving_average(averages[1], moments[1], decay, zero_debias=False))

    return update


def _collected(is_training, update, averages, collections):
    for op in smart_cond(is_training, update, lambda: averages):
        tf.add_to_collections(collections, op)


def _finished(outputs, activation_fn, collections, entered):
    if activation_fn is not None:
        outputs = activation_fn(outputs)
    return collect_named_outputs(collections, entered.name, outputs)

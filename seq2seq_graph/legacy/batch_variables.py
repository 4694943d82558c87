"""The variables of a `layers_normalization.BatchNormalization`: scales, shifts, moving averages."""

from typing import Any, Optional, Tuple

import tensorflow.compat.v1 as tf

_MOVING = {
    "synchronization": tf.VariableSynchronization.ON_READ,
    "aggregation": tf.VariableAggregation.MEAN,
    "trainable": False,
}


def make_trained(layer: Any, name: str, wanted: bool,
                 constant: float) -> Tuple[Optional[tf.Variable], Optional[tf.Tensor]]:
    """Makes `gamma` or `beta`; without one, the constant that the kernel reads in its place."""
    if not wanted:
        if not layer.fused:
            return None, None
        return None, tf.constant(constant, layer._param_dtype, layer._param_shape)
    variable = layer.add_weight(
        name=name,
        shape=layer._param_shape,
        dtype=layer._param_dtype,
        initializer=getattr(layer, name + "_initializer"),
        regularizer=getattr(layer, name + "_regularizer"),
        constraint=getattr(layer, name + "_constraint"),
        trainable=True,
    )
    return variable, None


def make_averages(layer: Any) -> None:
    """Makes the moving averages, which no gradient changes."""
    def average(name, initializer):
        return layer.add_weight(
            name=name, shape=layer._param_shape, dtype=layer._param_dtype,
            initializer=initializer, **_MOVING)

    def deviation(*args, **kwargs):
        return tf.sqrt(layer.moving_variance_initializer(*args, **kwargs))

    layer.moving_mean = average("moving_mean", layer.moving_mean_initializer)
    layer.moving_variance = average("moving_variance", layer.moving_variance_initializer)
    if layer.renorm:
        layer.moving_stddev = average("moving_stddev", deviation)
        layer.renorm_mean = average("renorm_mean", layer.moving_mean_initializer)
        layer.renorm_stddev = average("renorm_stddev", deviation)

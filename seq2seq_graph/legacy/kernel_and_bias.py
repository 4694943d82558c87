"""What `tf.layers`' dense layer and convolutions have alike: a kernel and a bias."""

from typing import Any, Dict, Sequence

from seq2seq_graph.legacy.activations import activation_name
from seq2seq_graph.legacy.initializers import describe_initializer

_FUNCTIONS = ("kernel_regularizer", "bias_regularizer", "activity_regularizer",
              "kernel_constraint", "bias_constraint")


def add(layer: Any, kernel_shape: Sequence[int], units: int) -> None:
    """Makes the layer's `kernel` and, if it uses one, its `bias` [units]; else that is None."""
    layer.kernel = layer.add_weight(
        "kernel",
        shape=kernel_shape,
        initializer=layer.kernel_initializer,
        regularizer=layer.kernel_regularizer,
        constraint=layer.kernel_constraint,
        dtype=layer.dtype,
        trainable=True,
    )
    layer.bias = None
    if layer.use_bias:
        layer.bias = layer.add_weight(
            "bias",
            shape=[units],
            initializer=layer.bias_initializer,
            regularizer=layer.bias_regularizer,
            constraint=layer.bias_constraint,
            dtype=layer.dtype,
            trainable=True,
        )


def describe(layer: Any) -> Dict[str, Any]:
    """Gives the arguments of both, for a `get_config`; functions by their names."""
    return {
        "activation": activation_name(layer.activation),
        "use_bias": layer.use_bias,
        "kernel_initializer": describe_initializer(layer.kernel_initializer),
        "bias_initializer": describe_initializer(layer.bias_initializer),
        **{name: getattr(getattr(layer, name), "__name__", None) for name in _FUNCTIONS},
    }

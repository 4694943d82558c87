"""`tf.contrib.slim`: `repeat` and `stack`; its layers are those of `tf.contrib.layers`.

Source: `tf.contrib.layers.repeat` and `stack` of TensorFlow 1.15.
"""

import tensorflow.compat.v1 as tf


def repeat(inputs, repetitions, layer, *args, **kwargs):
    """Applies a layer several times, each in a scope of its own: `scope/layer_1`, ..."""
    scope = kwargs.pop("scope", None)
    with tf.variable_scope(scope, "Repeat", [inputs]):
        inputs = tf.convert_to_tensor(inputs)
        name = scope or getattr(layer, "__name__", getattr(
            getattr(layer, "func", None), "__name__", "repeat"))
        for i in range(repetitions):
            kwargs["scope"] = f"{name}_{i + 1}"
            inputs = layer(inputs, *args, **kwargs)
        return inputs


def stack(inputs, layer, stack_args, **kwargs):
    """Applies a layer once for each of the arguments, each in a scope of its own."""
    scope = kwargs.pop("scope", None)
    with tf.variable_scope(scope, "Stack", [inputs]):
        inputs = tf.convert_to_tensor(inputs)
        name = scope or getattr(layer, "__name__", "stack")
        for i, arguments in enumerate(stack_args):
            kwargs["scope"] = f"{name}_{i + 1}"
            given = arguments if isinstance(arguments, (list, tuple)) else [arguments]
            inputs = layer(inputs, *given, **kwargs)
        return inputs

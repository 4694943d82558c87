"""contrib's `stack` and `repeat`: a layer several times."""

from typing import Any, Callable, Sequence

import tensorflow.compat.v1 as tf


def stack(inputs: tf.Tensor, layer: Callable[..., tf.Tensor], stack_args: Sequence[Any],
          **kwargs: Any) -> tf.Tensor:
    """Applies a layer once for each of `stack_args`, its first arguments; scopes `NAME_1`, ...

    Raises:
      ValueError: `stack_args` is no list.
    """
    if not isinstance(stack_args, (list, tuple)):
        raise ValueError(f"stack needs a list of arguments; got {stack_args}")
    scope = kwargs.pop("scope", None)
    with tf.variable_scope(scope, "Stack", [inputs]):
        outputs = tf.convert_to_tensor(inputs)
        for number, given in enumerate(stack_args):
            arguments = given if isinstance(given, (list, tuple)) else [given]
            kwargs["scope"] = f"{scope or _name(layer, 'stack')}_{number + 1}"
            outputs = layer(outputs, *arguments, **kwargs)
        return outputs


def repeat(inputs: tf.Tensor, repetitions: int, layer: Callable[..., tf.Tensor], *args: Any,
           **kwargs: Any) -> tf.Tensor:
    """Applies a layer `repetitions` times with the same arguments; scopes `NAME_1`, ..."""
    scope = kwargs.pop("scope", None)
    with tf.variable_scope(scope, "Repeat", [inputs]):
        outputs = tf.convert_to_tensor(inputs)
        for number in range(repetitions):
            kwargs["scope"] = f"{scope or _name(layer, 'repeat')}_{number + 1}"
            outputs = layer(outputs, *args, **kwargs)
        return outputs


def _name(layer, otherwise):
    for candidate in (layer, getattr(layer, "func", None)):
        if hasattr(candidate, "__name__"):
            return candidate.__name__
    return otherwise

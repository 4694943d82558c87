"""A condition that may be known while the graph is built."""

from typing import Any, Callable, Optional

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Flag, Nested


def known_condition(condition: Any) -> Optional[bool]:
    """Gives a bool where the condition is known, else None.

    Args:
      condition: a bool, 0 or 1, or a boolean scalar tensor or variable.

    Raises:
      TypeError: something else.
    """
    if isinstance(condition, tf.Variable):
        return None
    if tf.is_tensor(condition):
        return tf.get_static_value(condition)
    if condition in (0, 1):
        return bool(condition)
    raise TypeError(f"a condition must be a bool, 0, 1 or a tensor; got {condition!r}")


def smart_cond(condition: Flag, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Nested:
    """Gives what one function makes if the condition is known, else `tf.cond` of both."""
    known = known_condition(condition)
    if known is None:
        return tf.cond(condition, true_fn=true_fn, false_fn=false_fn)
    return true_fn() if known else false_fn()

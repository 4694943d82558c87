"""A condition that may be known while the graph is built."""

import tensorflow.compat.v1 as tf


def smart_cond(condition, true_fn, false_fn):
    """Gives what one function makes if the condition is known, else `tf.cond` of both.

    Args:
      condition: a bool, 0 or 1, or a boolean scalar tensor or variable.

    Raises:
      TypeError: something else.
    """
    if isinstance(condition, tf.Variable):
        return tf.cond(condition, true_fn=true_fn, false_fn=false_fn)
    if tf.is_tensor(condition):
        known = tf.get_static_value(condition)
        if known is None:
            return tf.cond(condition, true_fn=true_fn, false_fn=false_fn)
    elif condition in (0, 1):
        known = condition
    else:
        raise TypeError(f"a condition must be a bool, 0, 1 or a tensor; got {condition!r}")
    return true_fn() if known else false_fn()

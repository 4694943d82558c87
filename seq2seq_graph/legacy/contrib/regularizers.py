"""contrib's regularizers: functions of a variable that give a loss, or None.

Source: `tensorflow.contrib.layers.python.layers.regularizers` of TensorFlow 1.15.
"""

import numbers
from typing import Optional, Sequence

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Scope, VariableLoss


def l1_regularizer(scale: float, scope: Scope = None) -> VariableLoss:
    """Gives the function of a variable: scale * sum |x|; 0.0 gives a function to None.

    Raises:
      ValueError: `scale` is an integer or below 0.
    """
    if _is_off(scale):
        return lambda _: None

    def l1(weights, name=None):
        with tf.name_scope(scope, "l1_regularizer", [weights]) as name:
            factor = tf.convert_to_tensor(scale, dtype=weights.dtype.base_dtype, name="scale")
            return tf.multiply(factor, tf.reduce_sum(tf.abs(weights)), name=name)

    return l1


def l2_regularizer(scale: float, scope: Scope = None) -> VariableLoss:
    """Gives the function of a variable: scale * sum x**2 / 2; 0.0 gives a function to None.

    Raises:
      ValueError: `scale` is an integer or below 0.
    """
    if _is_off(scale):
        return lambda _: None

    def l2(weights):
        with tf.name_scope(scope, "l2_regularizer", [weights]) as name:
            factor = tf.convert_to_tensor(scale, dtype=weights.dtype.base_dtype, name="scale")
            return tf.multiply(factor, tf.nn.l2_loss(weights), name=name)

    return l2


def l1_l2_regularizer(scale_l1: float = 1.0, scale_l2: float = 1.0,
                      scope: Scope = None) -> VariableLoss:
    """Gives the sum of `l1_regularizer` and `l2_regularizer`; a scale of 0.0 leaves its part out.

    Raises:
      ValueError: a scale is an integer or below 0.
    """
    for scale in (scale_l1, scale_l2):
        _require_no_integer(scale)
    scope = scope or "l1_l2_regularizer"
    if scale_l1 == 0.0:
        return l2_regularizer(scale_l2, scope)
    if scale_l2 == 0.0:
        return l1_regularizer(scale_l1, scope)
    both = sum_regularizer([l1_regularizer(scale_l1), l2_regularizer(scale_l2)], scope=scope)
    assert both is not None
    return both


def sum_regularizer(regularizer_list: Sequence[Optional[VariableLoss]],
                    scope: Scope = None) -> Optional[VariableLoss]:
    """Gives the sum of regularizers; None where there are none but None."""
    regularizers = [regularizer for regularizer in regularizer_list if regularizer is not None]
    if not regularizers:
        return None

    def sum_of(weights):
        with tf.name_scope(scope, "sum_regularizer", [weights]) as name:
            losses = [regularizer(weights) for regularizer in regularizers]
            losses = [loss for loss in losses if loss is not None]
            return tf.add_n(losses, name=name) if losses else None

    return sum_of


def apply_regularization(regularizer: VariableLoss,
                         weights_list: Optional[Sequence[tf.Variable]] = None) -> tf.Tensor:
    """Adds a regularizer's sum over variables to REGULARIZATION_LOSSES; gives it.

    Args:
      weights_list: the variables; None takes the collection WEIGHTS.

    Raises:
      ValueError: there are none, or the regularizer gives no scalar.
    """
    weights_list = weights_list or tf.get_collection(tf.GraphKeys.WEIGHTS)
    if not weights_list:
        raise ValueError("apply_regularization: no weights are given, and WEIGHTS is empty")
    with tf.name_scope("get_regularization_penalty", values=weights_list) as scope:
        losses = [regularizer(weights) for weights in weights_list]
        penalties = [tf.constant(0.0) if loss is None else loss for loss in losses]
        for penalty in penalties:
            if penalty.get_shape().ndims != 0:
                raise ValueError(f"a regularizer must give a scalar; got {penalty.get_shape()}")
        total = tf.add_n(penalties, name=scope)
        tf.add_to_collection(tf.GraphKeys.REGULARIZATION_LOSSES, total)
        return total


def _require_no_integer(scale):
    if isinstance(scale, numbers.Integral):
        raise ValueError(f"a regularizer's scale must be a float; got {scale!r}")


def _is_off(scale):
    """Tells whether a scale is 0.0."""
    _require_no_integer(scale)
    if isinstance(scale, numbers.Real):
        if scale < 0.0:
            raise ValueError(f"a regularizer's scale must be 0.0 or more; got {scale}")
        return scale == 0.0
    return False

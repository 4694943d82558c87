"""The regularizers that TensorFlow 1.15's layers know by name."""

import functools
from typing import Any, List, Optional

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Regularizer, VariableLoss


def l1_l2(l1: float = 0.01, l2: float = 0.01) -> VariableLoss:
    """Gives the function of a variable: l1 * sum |x| + l2 * sum x**2."""

    def regularizer(x):
        loss = tf.constant(0.0, x.dtype.base_dtype) if not l1 and not l2 else 0.0
        if l1:
            loss += l1 * tf.reduce_sum(tf.abs(x))
        if l2:
            loss += l2 * tf.reduce_sum(tf.square(x))
        return loss

    return regularizer


def named_regularizer(regularizer: Regularizer) -> Optional[VariableLoss]:
    """Gives the regularizer of a name, `l1`, `l2` or `l1_l2`; a function, or None, as it is.

    Raises:
      ValueError: the name is not known, or it is nothing that can be called.

    Source: `tf.keras.regularizers.get` of TensorFlow 1.15.
    """
    if regularizer is None or callable(regularizer):
        return regularizer
    scales = {"l1": (0.01, 0.0), "l2": (0.0, 0.01), "l1_l2": (0.01, 0.01)}
    if regularizer not in scales:
        raise ValueError(f"regularizer={regularizer!r}: give a function, 'l1', 'l2' or 'l1_l2'")
    return l1_l2(*scales[regularizer])


def make_outside(regularizer: Optional[VariableLoss]) -> Optional[VariableLoss]:
    """Gives the regularizer that makes a variable's loss once, and outside of any loop.

    `tf.get_variable` of TensorFlow 1.15 does so itself, and so it does where the runner of old
    programs has changed it. That of TensorFlow 2 calls a regularizer twice, where the variable is
    first asked for: inside the loop of `dynamic_rnn`, whose tensors cannot be used outside.
    """
    if regularizer is None or not _called_twice():
        return regularizer
    losses: List[Any] = []

    def loss_of(variable):
        for known, loss in losses:
            if known is variable:
                return loss
        with tf.get_default_graph().colocate_with(variable), tf.name_scope(
                variable.op.name + "/Regularizer/"), tf.init_scope():
            loss = regularizer(variable)
        losses.append((variable, loss))
        return loss

    return loss_of


@functools.lru_cache(maxsize=None)
def _called_twice() -> bool:
    """Tells whether this process' `tf.get_variable` calls a regularizer more than once."""
    called = []

    def regularizer(variable):
        called.append(variable)
        return variable + 0.0

    with tf.Graph().as_default():
        tf.get_variable("v", [], regularizer=regularizer)
        tf.losses.get_regularization_losses()
    return len(called) > 1

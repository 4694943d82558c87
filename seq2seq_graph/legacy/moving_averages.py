"""A moving average kept in a variable, as version 1's layers keep theirs."""

from typing import Optional

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Number


def assign_moving_average(variable: tf.Variable, value: tf.Tensor, decay: Number,
                          zero_debias: bool = True, name: Optional[str] = None) -> tf.Tensor:
    """Makes the op that moves `variable` towards `value` by the share 1 - `decay`.

    Args:
      zero_debias: True divides the start at zero out, with two more variables, `biased` and
        `local_step`, below the variable's name.

    Source: `tensorflow.python.training.moving_averages` of TensorFlow 1.15.
    """
    with tf.name_scope(name, "AssignMovingAvg", [variable, value, decay]) as scope:
        share = tf.convert_to_tensor(1.0 - decay, name="decay")
        if share.dtype != variable.dtype.base_dtype:
            share = tf.cast(share, variable.dtype.base_dtype)
        if zero_debias:
            return _debiased(variable, value, share)
        with tf.get_default_graph().colocate_with(variable):
            return tf.assign_sub(variable, (variable - value) * share, name=scope)


def _debiased(variable, value, share):
    scope_name = variable.name[:-len(":0")]
    with tf.variable_scope(scope_name, values=[variable, value, share]) as scope:
        with tf.init_scope():
            zeros = tf.zeros_initializer()
        with tf.get_default_graph().colocate_with(variable):
            biased = tf.get_variable(
                _unused(scope, "biased"), initializer=zeros, shape=variable.get_shape(),
                dtype=variable.dtype.base_dtype, trainable=False)
            step = tf.get_variable(
                _unused(scope, "local_step"), shape=[], dtype=variable.dtype.base_dtype,
                initializer=zeros, trainable=False)
    with tf.get_default_graph().colocate_with(variable):
        new_biased = tf.assign_sub(biased, (biased - value) * share)
        new_step = tf.assign_add(step, 1)
        factor = 1 - tf.pow(1.0 - share, new_step)
        name = tf.get_default_graph().get_name_scope() + "/"
        return tf.assign(variable, new_biased / factor, name=name)


def _unused(scope, name):
    taken = {variable.op.name for variable in scope.global_variables()}
    if scope.reuse or f"{scope.name}/{name}" not in taken:
        return name
    number = 1
    while f"{scope.name}/{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"

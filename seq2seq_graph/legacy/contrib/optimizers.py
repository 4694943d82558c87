"""`optimize_loss`: a loss, an optimizer and a rate -> the train op, with clipping and summaries.

Source: `tensorflow.contrib.layers.python.layers.optimizers` of TensorFlow 1.15.
"""

from typing import Any, Callable, Dict, List, Optional, Sequence, Union

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import GradientPair, Number
from seq2seq_graph.legacy.checks import require_graph
from seq2seq_graph.legacy.contrib.gradients import (
    adaptive_clipping,
    add_noise,
    clip_by_norm,
    multiply,
)

OPTIMIZER_CLS_NAMES = {
    "Adagrad": tf.train.AdagradOptimizer,
    "Adam": tf.train.AdamOptimizer,
    "Ftrl": tf.train.FtrlOptimizer,
    "Momentum": lambda learning_rate: tf.train.MomentumOptimizer(learning_rate, momentum=0.9),
    "RMSProp": tf.train.RMSPropOptimizer,
    "SGD": tf.train.GradientDescentOptimizer,
}
OPTIMIZER_SUMMARIES = [
    "learning_rate", "loss", "gradients", "gradient_norm", "global_gradient_norm"]


def optimize_loss(
    loss: tf.Tensor,
    global_step: Optional[tf.Variable],
    learning_rate: Optional[Number],
    optimizer: Any,
    gradient_noise_scale: Optional[float] = None,
    gradient_multipliers: Optional[Dict[Any, Number]] = None,
    clip_gradients: Optional[Union[float, Callable]] = None,
    learning_rate_decay_fn: Optional[Callable[[tf.Tensor, tf.Variable], tf.Tensor]] = None,
    update_ops: Optional[Sequence[tf.Operation]] = None,
    variables: Optional[Sequence[tf.Variable]] = None,
    name: Optional[str] = None,
    summaries: Optional[Sequence[str]] = None,
    colocate_gradients_with_ops: bool = False,
    increment_global_step: bool = True,
) -> tf.Tensor:
    """Makes the op that takes one step and gives the loss before it.

    Args:
      loss: scalar.
      global_step: the step's variable; None takes the graph's, if it has one.
      learning_rate: a float, kept in the variable `OptimizeLoss/learning_rate`, a scalar tensor,
        or None where the optimizer has its own.
      optimizer: one of OPTIMIZER_CLS_NAMES, an optimizer, its class, or a function of the rate.
      gradient_noise_scale: adds normal noise of that scale.
      gradient_multipliers: variable or its name -> factor.
      clip_gradients: the largest norm of all gradients together, or a function of pairs.
      learning_rate_decay_fn: rate, step -> rate.
      update_ops: what runs before; None takes UPDATE_OPS.
      variables: what is trained; None takes TRAINABLE_VARIABLES.
      summaries: of OPTIMIZER_SUMMARIES.

    Raises:
      ValueError: an argument is none of these.

    Source: `tf.contrib.layers.optimize_loss` of TensorFlow 1.15.
    """
    require_graph("optimize_loss")
    loss = tf.convert_to_tensor(loss)
    if loss.shape.ndims != 0:
        raise ValueError(f"optimize_loss needs a scalar loss; got shape {loss.shape}")
    if global_step is None:
        global_step = tf.train.get_global_step()
    else:
        tf.train.assert_global_step(global_step)
    with tf.variable_scope(name, "OptimizeLoss", [loss, global_step]):
        updates = set(tf.get_collection(tf.GraphKeys.UPDATE_OPS)) if update_ops is None else (
            update_ops)
        if updates:
            loss = _after(list(updates), loss)
        rate = _rate(learning_rate)
        summaries = _checked_summaries(summaries)
        if learning_rate is not None and learning_rate_decay_fn is not None:
            if global_step is None:
                raise ValueError("optimize_loss(learning_rate_decay_fn=...) needs a global step")
            rate = learning_rate_decay_fn(rate, global_step)
            if "learning_rate" in summaries:
                tf.summary.scalar("learning_rate", rate)
        chosen = _optimizer(optimizer, rate, learning_rate is not None)
        gradients = chosen.compute_gradients(
            loss, tf.trainable_variables() if variables is None else variables,
            colocate_gradients_with_ops=colocate_gradients_with_ops)
        if gradient_noise_scale is not None:
            gradients = add_noise(gradients, gradient_noise_scale)
        if gradient_multipliers is not None:
            gradients = multiply(gradients, gradient_multipliers)
        gradients = _clipped(gradients, clip_gradients, summaries, loss)
        step = chosen.apply_gradients(
            gradients, global_step=global_step if increment_global_step else None, name="train")
        return _after([step], loss)


def adaptive_clipping_fn(
    std_factor: Number = 2.0,
    decay: Number = 0.95,
    static_max_norm: Optional[Number] = None,
    global_step: Optional[tf.Variable] = None,
    report_summary: bool = False,
    epsilon: float = 1e-8,
    name: Optional[str] = None,
) -> Callable[[Sequence[GradientPair]], List[GradientPair]]:
    """Gives a function for `clip_gradients` that cuts off norms unusual among those seen.

    Args:
      std_factor: how many deviations of the norm's logarithm are usual.
      decay: the share that its averages keep.
      static_max_norm: the largest norm in any case.
      report_summary: whether the limit is a summary.
    """
    return adaptive_clipping(
        std_factor, decay, static_max_norm, global_step, report_summary, epsilon, name)


def _after(ops, tensor):
    """Gives the tensor, computed after the ops."""
    with tf.name_scope("control_dependency") as scope, tf.get_default_graph().colocate_with(
            tensor), tf.control_dependencies(ops):
        return tf.identity(tensor, name=scope)


def _rate(learning_rate):
    if learning_rate is None:
        return None
    if tf.is_tensor(learning_rate) and learning_rate.get_shape().ndims == 0:
        return learning_rate
    if not isinstance(learning_rate, float) or learning_rate < 0.0:
        raise ValueError(
            f"learning_rate={learning_rate!r}: give a scalar tensor or a float of 0 or more")
    return tf.get_variable(
        "learning_rate", [], trainable=False,
        initializer=tf.constant_initializer(learning_rate))


def _checked_summaries(summaries):
    if summaries is None:
        return ["loss", "learning_rate", "global_gradient_norm"]
    for summary in summaries:
        if summary not in OPTIMIZER_SUMMARIES:
            raise ValueError(f"summaries: {summary!r} is none of {OPTIMIZER_SUMMARIES}")
    return summaries


def _optimizer(optimizer, rate, has_rate):
    is_class = isinstance(optimizer, type) and issubclass(optimizer, tf.train.Optimizer)
    if rate is None and (isinstance(optimizer, str) or is_class):
        raise ValueError(f"optimizer={optimizer!r} needs a learning_rate")
    if isinstance(optimizer, str):
        if optimizer not in OPTIMIZER_CLS_NAMES:
            raise ValueError(
                f"optimizer={optimizer!r}: give one of " + ", ".join(OPTIMIZER_CLS_NAMES))
        return OPTIMIZER_CLS_NAMES[optimizer](learning_rate=rate)
    if is_class:
        return optimizer(learning_rate=rate)
    if callable(optimizer) and not isinstance(optimizer, tf.train.Optimizer):
        optimizer = optimizer(rate) if has_rate else optimizer()
    if not isinstance(optimizer, tf.train.Optimizer):
        raise ValueError(
            f"optimizer={optimizer!r}: give a name, an optimizer, its class or a function")
    return optimizer


def _clipped(gradients, clip_gradients, summaries, loss):
    """Clips pairs of gradient and variable, and makes the summaries in TensorFlow 1.15's order."""
    def norm(label):
        if "global_gradient_norm" in summaries or "gradient_norm" in summaries:
            tf.summary.scalar(label, tf.global_norm(list(zip(*gradients))[0]))

    norm("global_norm/gradient_norm")
    if isinstance(clip_gradients, float):
        gradients = clip_by_norm(gradients, clip_gradients)
    elif callable(clip_gradients):
        gradients = clip_gradients(gradients)
    elif clip_gradients is not None:
        raise ValueError(f"clip_gradients={clip_gradients!r}: give a float or a function")
    if "loss" in summaries:
        tf.summary.scalar("loss", loss)
    for gradient, variable in gradients:
        values = gradient.values if isinstance(gradient, tf.IndexedSlices) else gradient
        label = variable.name.replace(":", "_")
        if values is not None and "gradients" in summaries:
            tf.summary.histogram(f"gradients/{label}", values)
        if values is not None and "gradient_norm" in summaries:
            tf.summary.scalar(f"gradient_norm/{label}", tf.global_norm([values]))
    if clip_gradients is not None:
        norm("global_norm/clipped_gradient_norm")
    return gradients

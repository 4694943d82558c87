"""`tf.contrib.training`'s train op and loop.

Source: `tf.contrib.training` of TensorFlow 1.15.
"""

from typing import Any, Callable, Dict, List, Optional, Sequence

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import GradientPair, Number

_USE_GLOBAL_STEP = 0


def create_train_op(
    total_loss: tf.Tensor,
    optimizer: Any,
    global_step: Any = _USE_GLOBAL_STEP,
    update_ops: Optional[Sequence[tf.Operation]] = None,
    variables_to_train: Optional[Sequence[tf.Variable]] = None,
    transform_grads_fn: Optional[Callable[[List[GradientPair]], List[GradientPair]]] = None,
    summarize_gradients: bool = False,
    gate_gradients: int = tf.train.Optimizer.GATE_OP,
    aggregation_method: Any = None,
    colocate_gradients_with_ops: bool = False,
    check_numerics: bool = True,
) -> tf.Tensor:
    """Makes the op that updates the variables and gives the loss.

    Args:
      global_step: what counts the steps; None counts none.
      update_ops: run before the loss; the collection UPDATE_OPS.
      transform_grads_fn: changes the list of (gradient, variable).
      check_numerics: stop where the loss is no number.

    Returns:
      The loss [] after the update, in the collection TRAIN_OP.
    """
    if global_step is _USE_GLOBAL_STEP:
        global_step = tf.train.get_or_create_global_step()
    collected = set(tf.get_collection(tf.GraphKeys.UPDATE_OPS))
    updates = collected if update_ops is None else set(update_ops)
    if not collected.issubset(updates):
        tf.logging.warning("update_ops in create_train_op leave out some of "
                           "tf.GraphKeys.UPDATE_OPS")
    if updates:
        with tf.control_dependencies(list(updates)):
            barrier = tf.no_op(name="update_barrier")
        total_loss = _after(barrier, total_loss)
    variables = tf.trainable_variables() if variables_to_train is None else variables_to_train
    assert variables, "there are no variables to train"
    gradients = optimizer.compute_gradients(
        total_loss, variables, gate_gradients=gate_gradients,
        aggregation_method=aggregation_method,
        colocate_gradients_with_ops=colocate_gradients_with_ops)
    if transform_grads_fn:
        gradients = transform_grads_fn(gradients)
    if summarize_gradients:
        with tf.name_scope("summarize_grads"):
            add_gradients_summaries(gradients)
    update = optimizer.apply_gradients(gradients, global_step=global_step)
    with tf.name_scope("train_op"):
        if check_numerics:
            total_loss = tf.check_numerics(total_loss, "LossTensor is inf or nan")
        train_op = _after(update, total_loss)
    ops = tf.get_collection_ref(tf.GraphKeys.TRAIN_OP)
    if not any(train_op is op for op in ops):
        ops.append(train_op)
    return train_op


def _after(operation, tensor):
    """Gives the tensor, as it is once the operation has run."""
    graph = tf.get_default_graph()
    with tf.name_scope("control_dependency") as name, graph.colocate_with(tensor), \
            tf.control_dependencies([operation]):
        return tf.identity(tensor, name=name)


def add_gradients_summaries(grads_and_vars: Sequence[GradientPair]) -> List[tf.Tensor]:
    """Adds a histogram of each gradient and a scalar of its norm; gives these summaries."""
    summaries = []
    for gradient, variable in grads_and_vars:
        if gradient is None:
            tf.logging.info("Var %s has no gradient", variable.op.name)
            continue
        values = gradient.values if isinstance(gradient, tf.IndexedSlices) else gradient
        name = variable.op.name
        summaries.append(tf.summary.histogram(name + "_gradient", values))
        summaries.append(tf.summary.scalar(name + "_gradient_norm", tf.global_norm([values])))
    return summaries


def clip_gradient_norms(gradients_to_variables: Sequence[GradientPair],
                        max_norm: Number) -> List[GradientPair]:
    """Shortens each gradient that is longer than `max_norm`."""
    return [(_over_values(gradient, lambda values: tf.clip_by_norm(values, max_norm)), variable)
            for gradient, variable in gradients_to_variables]


def clip_gradient_norms_fn(
        max_norm: Number) -> Callable[[Sequence[GradientPair]], List[GradientPair]]:
    """Gives `clip_gradient_norms` for one norm, as `transform_grads_fn` takes it."""
    return lambda pairs: clip_gradient_norms(pairs, max_norm)


def multiply_gradients(grads_and_vars: Sequence[GradientPair],
                       gradient_multipliers: Dict[Any, Number]) -> List[GradientPair]:
    """Multiplies the gradients of some variables, given by themselves or by name.

    Raises:
      ValueError: no dict, an empty one, or a variable without a gradient.
    """
    if not isinstance(gradient_multipliers, dict) or not gradient_multipliers:
        raise ValueError("`gradient_multipliers` must be a dict that is not empty.")
    return [(_multiplied(gradient, variable, gradient_multipliers), variable)
            for gradient, variable in grads_and_vars]


def _multiplied(gradient, variable, multipliers):
    factors = [factor for key, factor in multipliers.items()
               if key is variable or (isinstance(key, str) and key == variable.op.name)]
    if not factors:
        return gradient
    if gradient is None:
        raise ValueError(f"Requested multiple of `None` gradient of {variable}.")
    factor = tf.constant(factors[0], gradient.dtype)
    return _over_values(gradient, lambda values: values * factor)


def _over_values(gradient, function):
    if gradient is None:
        return None
    if isinstance(gradient, tf.IndexedSlices):
        return tf.IndexedSlices(
            function(gradient.values), gradient.indices, gradient.dense_shape)
    return function(gradient)


def train(train_op: tf.Tensor, logdir: Optional[str], master: str = "", is_chief: bool = True,
          scaffold: Any = None, hooks: Any = None, chief_only_hooks: Any = None,
          save_checkpoint_secs: Optional[int] = 600, save_summaries_steps: Optional[int] = 100,
          config: Any = None, max_wait_secs: int = 7200, run_metadata: Any = None) -> Any:
    """Runs the train op in a MonitoredTrainingSession until a hook stops it; gives the last loss.

    Raises:
      ValueError: something is to be saved, and there is no folder.
    """
    if logdir is None and is_chief and (save_summaries_steps or save_checkpoint_secs):
        raise ValueError("logdir cannot be None when save_summaries_steps or "
                         "save_checkpoint_secs is not None")
    loss = None
    with tf.train.MonitoredTrainingSession(
            master=master, is_chief=is_chief, checkpoint_dir=logdir, scaffold=scaffold,
            hooks=hooks, chief_only_hooks=chief_only_hooks, config=config,
            save_checkpoint_secs=save_checkpoint_secs, max_wait_secs=max_wait_secs,
            save_summaries_steps=save_summaries_steps) as session:
        while not session.should_stop():
            loss = session.run(train_op, run_metadata=run_metadata)
    return loss

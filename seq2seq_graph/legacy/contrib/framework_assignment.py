"""contrib's `assign_from_...`: values for variables that are there."""

from typing import Any, Callable, Dict, Optional, Tuple

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.contrib.framework_variables import (
    get_unique_variable,
    get_variable_full_name,
)


def assign_from_values(
        var_names_to_values: Dict[str, Any]) -> Tuple[tf.Operation, Dict[tf.Tensor, Any]]:
    """Gives an op and a feed that set variables: full name -> array.

    Raises:
      ValueError: there is no such variable.
    """
    return _assignment([
        (get_unique_variable(name), value) for name, value in var_names_to_values.items()])


def assign_from_values_fn(var_names_to_values: Dict[str, Any]) -> Callable[[tf.Session], None]:
    """Gives a function of a session that sets variables: full name -> array."""
    op, feed = assign_from_values(var_names_to_values)
    return lambda session: session.run(op, feed)


def assign_from_checkpoint(
        model_path: str, var_list: Any,
        ignore_missing_vars: bool = False) -> Tuple[tf.Operation, Dict[tf.Tensor, Any]]:
    """Gives an op and a feed that set variables from a checkpoint.

    Args:
      var_list: variables, or name in the checkpoint -> variable or a list of such.
      ignore_missing_vars: whether variables that the checkpoint lacks stay as they are.

    Raises:
      ValueError: the checkpoint lacks a variable, or has it in another shape.
    """
    reader = tf.train.load_checkpoint(model_path)
    if isinstance(var_list, (list, tuple)):
        pairs = [(get_variable_full_name(var), var) for var in var_list]
    else:
        pairs = [(name, var) for name, group in var_list.items()
                 for var in (group if isinstance(group, (list, tuple)) else [group])]
    values = []
    for name, var in pairs:
        if not reader.has_tensor(name):
            if ignore_missing_vars:
                tf.logging.warning("Checkpoint is missing variable [%s]", name)
                continue
            raise ValueError(f"the checkpoint {model_path} has no variable {name}")
        value = reader.get_tensor(name)
        info = getattr(var, "_save_slice_info", None)
        if info:
            value = value[tuple(
                slice(start, start + size) for start, size in zip(info.var_offset, info.var_shape))]
        if var.get_shape().as_list() != list(value.shape):
            raise ValueError(
                f"{name} is {list(value.shape)} in {model_path}, {var.get_shape()} in the graph")
        values.append((var, value))
    return _assignment(values)


def assign_from_checkpoint_fn(
    model_path: str,
    var_list: Any,
    ignore_missing_vars: bool = False,
    reshape_variables: bool = False,
) -> Optional[Callable[[tf.Session], None]]:
    """Gives a function of a session that sets variables from a checkpoint, None if there are none.

    Args:
      var_list, ignore_missing_vars: as in `assign_from_checkpoint`, one variable a name.
      reshape_variables: whether a value of another shape and the same size will do.

    Raises:
      ValueError: `var_list` is empty.
    """
    if not var_list:
        raise ValueError("assign_from_checkpoint_fn needs variables; var_list is empty")
    if ignore_missing_vars:
        reader = tf.train.load_checkpoint(model_path)
        named = var_list if isinstance(var_list, dict) else {var.op.name: var for var in var_list}
        for name in named:
            if not reader.has_tensor(name):
                tf.logging.warning("Variable %s missing in checkpoint %s", name, model_path)
        var_list = {name: var for name, var in named.items() if reader.has_tensor(name)}
    if not var_list:
        tf.logging.warning("No Variables to restore")
        return None
    saver = tf.train.Saver(var_list, reshape=reshape_variables)
    return lambda session: saver.restore(session, model_path)


def _assignment(pairs):
    ops, feed = [], {}
    for var, value in pairs:
        fed = tf.placeholder(
            var.dtype.base_dtype, var.get_shape(), name="placeholder/" + var.op.name)
        ops.append(var.assign(fed))
        feed[fed] = np.reshape(value, var.get_shape().as_list())
    return tf.group(*ops), feed

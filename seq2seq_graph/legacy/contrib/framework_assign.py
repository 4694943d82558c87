"""`tf.contrib.framework`: ops that fill variables from arrays and checkpoints.

Source: `tf.contrib.framework` of TensorFlow 1.15.
"""

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.contrib.framework import get_variable_full_name


def assign_from_values(var_names_to_values):
    """Makes an op that fills variables by name; the values are fed, not in the graph.

    Returns:
      The op, and the feed_dict to run it with.

    Raises:
      ValueError: there is no such variable.
    """
    pairs = []
    for name, value in var_names_to_values.items():
        found = tf.get_collection(tf.GraphKeys.GLOBAL_VARIABLES, name)
        exact = [v for v in found if v.op.name == name] if len(found) > 1 else found
        if not exact:
            raise ValueError(
                f"Variable {name} doesn't uniquely identify a variable" if found
                else f"Variable {name} wasn't found")
        pairs.append((exact[0], value.reshape(exact[0].shape.as_list())))
    return _assign(pairs)


def assign_from_values_fn(var_names_to_values):
    """Gives a function of a session that does it."""
    op, feed = assign_from_values(var_names_to_values)
    return lambda session: session.run(op, feed)


def assign_from_checkpoint(model_path, var_list, ignore_missing_vars=False):
    """Makes an op that fills variables from a checkpoint.

    Args:
      var_list: a list of variables, or {name in the checkpoint: variable or list of them}.
      ignore_missing_vars: leave those out that the checkpoint has not, with a warning.

    Returns:
      The op, and the feed_dict to run it with.

    Raises:
      ValueError: the checkpoint has no such variable, or one of another shape.
    """
    groups = {}
    if isinstance(var_list, dict):
        for name, members in var_list.items():
            groups[name] = members if isinstance(members, (tuple, list)) else [members]
    else:
        for variable in var_list:
            groups.setdefault(get_variable_full_name(variable), []).append(variable)
    reader, pairs = tf.train.NewCheckpointReader(model_path), []
    for name, members in groups.items():
        if reader.has_tensor(name):
            pairs += [(v, _part(v, name, reader.get_tensor(name))) for v in members]
        elif ignore_missing_vars:
            tf.logging.warning("Checkpoint is missing variable [%s]", name)
        else:
            raise ValueError(f"Checkpoint is missing variable [{name}]")
    return _assign(pairs)


def assign_from_checkpoint_fn(model_path, var_list, ignore_missing_vars=False,
                              reshape_variables=False):
    """Gives a function of a session that restores; None if the checkpoint has none of them.

    Raises:
      ValueError: `var_list` is empty.
    """
    if not var_list:
        raise ValueError("var_list cannot be empty")
    if ignore_missing_vars:
        reader = tf.train.NewCheckpointReader(model_path)
        named = var_list if isinstance(var_list, dict) else {v.op.name: v for v in var_list}
        for name in named:
            if not reader.has_tensor(name):
                tf.logging.warning("Variable %s missing in checkpoint %s", name, model_path)
        var_list = {name: v for name, v in named.items() if reader.has_tensor(name)}
    if not var_list:
        tf.logging.warning("No Variables to restore")
        return None
    saver = tf.train.Saver(var_list, reshape=reshape_variables)
    return lambda session: saver.restore(session, model_path)


def _part(variable, name, value):
    info = getattr(variable, "_save_slice_info", None)
    if info:
        places = tuple(slice(at, at + size) for at, size in zip(info.var_offset, info.var_shape))
        return value[places].reshape(info.var_shape)
    if variable.shape.as_list() != list(value.shape):
        raise ValueError(
            f"Total size of new array must be unchanged for {name} lh_shape: [{value.shape}], "
            f"rh_shape: [{variable.shape}]")
    return value


def _assign(pairs):
    feed, ops = {}, []
    for variable, value in pairs:
        placeholder = tf.placeholder(
            variable.dtype.base_dtype, variable.shape, "placeholder/" + variable.op.name)
        ops.append(variable.assign(placeholder))
        feed[placeholder] = value
    return tf.group(*ops), feed

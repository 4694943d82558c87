"""`tf.contrib.framework`: finding variables by name, and filling them from elsewhere.

Source: `tf.contrib.framework` of TensorFlow 1.15.
"""

import re

import tensorflow.compat.v1 as tf

_ALL = tf.GraphKeys.GLOBAL_VARIABLES


def get_variables(scope=None, suffix=None, collection=_ALL):
    """Gives a collection's variables below a scope (name or VariableScope), with a suffix."""
    if isinstance(scope, tf.VariableScope):
        scope = scope.name
    if suffix is not None:
        scope = (scope or "") + ".*" + (suffix if ":" in suffix else suffix + ":")
    return tf.get_collection(collection, scope)


def get_model_variables(scope=None, suffix=None):
    """Gives those that contrib's layers made."""
    return get_variables(scope, suffix, tf.GraphKeys.MODEL_VARIABLES)


def get_local_variables(scope=None, suffix=None):
    """Gives the local ones."""
    return get_variables(scope, suffix, tf.GraphKeys.LOCAL_VARIABLES)


def get_trainable_variables(scope=None, suffix=None):
    """Gives the trained ones."""
    return get_variables(scope, suffix, tf.GraphKeys.TRAINABLE_VARIABLES)


def get_variables_by_suffix(suffix, scope=None):
    """Gives those whose name ends so."""
    return get_variables(scope=scope, suffix=suffix)


def get_variables_by_name(given_name, scope=None):
    """Gives those of that name, whatever scope they stand in."""
    return get_variables(scope=scope, suffix=f"/{given_name}:|^{given_name}:")


def get_unique_variable(var_op_name):
    """Gives the variable of a full name; ValueError if there is none."""
    for variable in get_variables(scope=var_op_name):
        if variable.op.name == var_op_name:
            return variable
    raise ValueError(f"Variable {var_op_name} not found or not unique")


def get_variable_full_name(var):
    """Gives a variable's name in checkpoints, the whole one's where it is a part."""
    part = getattr(var, "_save_slice_info", None)
    return part.full_name if part else var.op.name


def get_variables_to_restore(include=None, exclude=None):
    """Gives the variables below the scopes `include` (all) without those below `exclude`.

    Raises:
      TypeError: one of them is no list or tuple.
    """
    for name, scopes in (("include", include), ("exclude", exclude)):
        if scopes is not None and not isinstance(scopes, (list, tuple)):
            raise TypeError(f"{name} is provided but is not a list or a tuple.")
    wanted = get_variables() if include is None else [
        variable for scope in include for variable in get_variables(scope)]
    left_out = [variable for scope in exclude or () for variable in get_variables(scope)]
    return [v for v in wanted if all(v is not other for other in left_out)]


def filter_variables(var_list, include_patterns=None, exclude_patterns=None, reg_search=True):
    """Gives the variables whose name one of the patterns finds and none of the others does."""
    find = re.search if reg_search else re.match
    included = var_list if include_patterns is None else [
        v for v in var_list if any(find(pattern, v.name) for pattern in include_patterns)]
    return [v for v in included
            if not any(find(pattern, v.name) for pattern in exclude_patterns or ())]


def get_name_scope():
    """Gives the name scope that is open, "" for none."""
    return tf.get_default_graph().get_name_scope()


def get_graph_from_inputs(op_input_list, graph=None):
    """Gives the graph of the first input that has one, else the default one."""
    for value in op_input_list:
        if graph is None and hasattr(value, "graph"):
            graph = value.graph
    return graph or tf.get_default_graph()


def add_model_variable(var):
    """Lists a variable among those of the model, once."""
    if all(var is not other for other in tf.get_collection(tf.GraphKeys.MODEL_VARIABLES)):
        tf.add_to_collection(tf.GraphKeys.MODEL_VARIABLES, var)


def variable(name, shape=None, dtype=None, initializer=None, regularizer=None, trainable=True,
             collections=None, caching_device=None, device=None, partitioner=None,
             custom_getter=None, use_resource=None):
    """Gets or makes a variable, listed among the global ones if no collections are given."""
    listed = list(set(collections if collections is not None else [_ALL]))
    with tf.device(device or ""):
        return tf.get_variable(
            name, shape=shape, dtype=dtype or tf.float32, initializer=initializer,
            regularizer=regularizer, trainable=trainable, collections=listed,
            caching_device=caching_device, partitioner=partitioner, custom_getter=custom_getter,
            use_resource=use_resource)


def model_variable(name, shape=None, dtype=tf.float32, initializer=None, regularizer=None,
                   trainable=True, collections=None, caching_device=None, device=None,
                   partitioner=None, custom_getter=None, use_resource=None):
    """As `variable`, and listed among the model's."""
    listed = list(collections or []) + [_ALL, tf.GraphKeys.MODEL_VARIABLES]
    made = variable(name, shape, dtype, initializer, regularizer, trainable, listed,
                    caching_device, device, partitioner, custom_getter, use_resource)
    return made


def local_variable(initial_value, validate_shape=True, name=None, use_resource=None):
    """Makes a variable that is local and not trained."""
    return tf.Variable(initial_value, trainable=False, validate_shape=validate_shape, name=name,
                       use_resource=use_resource, collections=[tf.GraphKeys.LOCAL_VARIABLES])


def global_variable(initial_value, validate_shape=True, name=None, use_resource=None):
    """Makes a variable that is global and not trained."""
    return tf.Variable(initial_value, trainable=False, validate_shape=validate_shape, name=name,
                       use_resource=use_resource, collections=[_ALL])


def assert_or_get_global_step(graph=None, global_step_tensor=None):
    """Gives the step that is handed in, checked, or the graph's."""
    if global_step_tensor is None:
        return tf.train.get_global_step(graph)
    tf.train.assert_global_step(global_step_tensor)
    return global_step_tensor


def zero_initializer(ref, use_locking=True, name="zero_initializer"):
    """Gives an op that fills a variable with zeros."""
    return tf.assign(ref, tf.zeros(ref.shape, ref.dtype.base_dtype), use_locking=use_locking,
                     name=name)


def assert_scalar_int(tensor, name=None):
    """Gives the tensor if it is one integer; ValueError if it is not."""
    with tf.name_scope(name, "assert_scalar_int", [tensor]):
        tensor = tf.convert_to_tensor(tensor)
        if not tensor.dtype.is_integer or tensor.shape.ndims != 0:
            raise ValueError(f"Expected a scalar integer; got {tensor}")
        return tensor


def smart_constant_value(pred):
    """Gives a predicate's value if it is known before the graph runs, else None."""
    if isinstance(pred, (bool, int)):
        if pred not in (0, 1):
            raise TypeError(f"`pred` must be a Tensor, a bool, or an int of 0 or 1; got {pred!r}")
        return bool(pred)
    value = tf.get_static_value(pred)
    return None if value is None else bool(value)


def smart_cond(pred, fn1=None, fn2=None, name=None):
    """Takes one branch if the predicate is known, else makes a `tf.cond`."""
    known = smart_constant_value(pred)
    if known is None:
        return tf.cond(pred, true_fn=fn1, false_fn=fn2, name=name)
    return fn1() if known else fn2()


def with_shape(expected_shape, tensor):
    """Gives the tensor with a shape set that is known; ValueError if they cannot agree."""
    tensor = tf.convert_to_tensor(tensor)
    tensor.set_shape(tf.get_static_value(tf.convert_to_tensor(expected_shape, tf.int32)))
    return tensor


def with_same_shape(expected_tensor, tensor):
    """Gives the tensor with the other's shape."""
    return with_shape(tf.convert_to_tensor(expected_tensor).shape.as_list(), tensor)

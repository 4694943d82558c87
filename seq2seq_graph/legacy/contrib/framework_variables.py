"""contrib's variables: made with collections of their own, found again by scope and name."""

import functools
import re
from typing import Any, Callable, List, Optional, Sequence, Union

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import (
    Collections,
    DType,
    Initializer,
    Regularizer,
    Scope,
    Shape,
)
from seq2seq_graph.legacy.contrib.arg_scope import add_arg_scope

_SYNCHRONIZATION, _AGGREGATION = tf.VariableSynchronization.AUTO, tf.VariableAggregation.NONE


@add_arg_scope
def variable(
    name: str,
    shape: Shape = None,
    dtype: DType = None,
    initializer: Initializer = None,
    regularizer: Regularizer = None,
    trainable: bool = True,
    collections: Collections = None,
    caching_device: Optional[Union[str, Callable]] = None,
    device: Optional[Union[str, Callable]] = None,
    partitioner: Optional[Callable] = None,
    custom_getter: Optional[Callable] = None,
    use_resource: Optional[bool] = None,
    synchronization: tf.VariableSynchronization = _SYNCHRONIZATION,
    aggregation: tf.VariableAggregation = _AGGREGATION,
) -> tf.Variable:
    """Makes a variable, or takes the one that exists: `tf.get_variable` on a device."""
    collections = [tf.GraphKeys.GLOBAL_VARIABLES] if collections is None else collections
    getter = tf.get_variable
    if custom_getter is not None:
        getter = functools.partial(custom_getter, reuse=tf.get_variable_scope().reuse)
    with tf.device(device or ""):
        return getter(
            name,
            shape=shape,
            dtype=dtype,
            initializer=initializer,
            regularizer=regularizer,
            trainable=trainable,
            collections=list(dict.fromkeys(collections)),
            caching_device=caching_device,
            partitioner=partitioner,
            use_resource=use_resource,
            synchronization=synchronization,
            aggregation=aggregation,
        )


@add_arg_scope
def model_variable(
    name: str,
    shape: Shape = None,
    dtype: DType = tf.float32,
    initializer: Initializer = None,
    regularizer: Regularizer = None,
    trainable: bool = True,
    collections: Collections = None,
    caching_device: Optional[Union[str, Callable]] = None,
    device: Optional[Union[str, Callable]] = None,
    partitioner: Optional[Callable] = None,
    custom_getter: Optional[Callable] = None,
    use_resource: Optional[bool] = None,
    synchronization: tf.VariableSynchronization = _SYNCHRONIZATION,
    aggregation: tf.VariableAggregation = _AGGREGATION,
) -> tf.Variable:
    """Makes a `variable` that is listed in GLOBAL_VARIABLES and MODEL_VARIABLES too."""
    model = [tf.GraphKeys.GLOBAL_VARIABLES, tf.GraphKeys.MODEL_VARIABLES]
    return variable(
        name,
        shape=shape,
        dtype=dtype,
        initializer=initializer,
        regularizer=regularizer,
        trainable=trainable,
        collections=[*(collections or []), *model],
        caching_device=caching_device,
        device=device,
        partitioner=partitioner,
        custom_getter=custom_getter,
        use_resource=use_resource,
        synchronization=synchronization,
        aggregation=aggregation,
    )


def local_variable(initial_value: Any, validate_shape: bool = True, name: Optional[str] = None,
                   use_resource: Optional[bool] = None) -> tf.Variable:
    """Makes an untrained variable of LOCAL_VARIABLES."""
    return _untrained(
        tf.GraphKeys.LOCAL_VARIABLES, initial_value, validate_shape, name, use_resource)


def global_variable(initial_value: Any, validate_shape: bool = True, name: Optional[str] = None,
                    use_resource: Optional[bool] = None) -> tf.Variable:
    """Makes an untrained variable of GLOBAL_VARIABLES."""
    return _untrained(
        tf.GraphKeys.GLOBAL_VARIABLES, initial_value, validate_shape, name, use_resource)


def _untrained(collection, initial_value, validate_shape, name, use_resource):
    return tf.Variable(
        initial_value, trainable=False, collections=[collection], validate_shape=validate_shape,
        name=name, use_resource=use_resource)


def add_model_variable(var: tf.Variable) -> None:
    """Adds a variable to MODEL_VARIABLES unless it is there."""
    if all(var is not other for other in tf.get_collection(tf.GraphKeys.MODEL_VARIABLES)):
        tf.add_to_collection(tf.GraphKeys.MODEL_VARIABLES, var)


def get_variables(scope: Scope = None, suffix: Optional[str] = None,
                  collection: str = tf.GraphKeys.GLOBAL_VARIABLES) -> List[tf.Variable]:
    """Gives the variables whose names begin with `scope`, a regular expression or a scope.

    Args:
      suffix: what the names must hold before their `:0`.
    """
    if isinstance(scope, tf.VariableScope):
        scope = scope.name
    if suffix is not None:
        end = suffix if ":" in suffix else suffix + ":"
        scope = (scope or "") + ".*" + end
    return tf.get_collection(collection, scope)


def get_model_variables(scope: Scope = None, suffix: Optional[str] = None) -> List[tf.Variable]:
    """Gives those of MODEL_VARIABLES: see `get_variables`."""
    return get_variables(scope, suffix, tf.GraphKeys.MODEL_VARIABLES)


def get_local_variables(scope: Scope = None, suffix: Optional[str] = None) -> List[tf.Variable]:
    """Gives those of LOCAL_VARIABLES: see `get_variables`."""
    return get_variables(scope, suffix, tf.GraphKeys.LOCAL_VARIABLES)


def get_trainable_variables(scope: Scope = None, suffix: Optional[str] = None) -> List[tf.Variable]:
    """Gives those of TRAINABLE_VARIABLES: see `get_variables`."""
    return get_variables(scope, suffix, tf.GraphKeys.TRAINABLE_VARIABLES)


def get_variables_to_restore(include: Optional[Sequence[str]] = None,
                             exclude: Optional[Sequence[str]] = None) -> List[tf.Variable]:
    """Gives the variables in the scopes `include`, or all, without those in `exclude`.

    Raises:
      TypeError: one is given and no list.
    """
    for name, scopes in (("include", include), ("exclude", exclude)):
        if scopes is not None and not isinstance(scopes, (list, tuple)):
            raise TypeError(f"get_variables_to_restore({name}={scopes!r}): give a list of scopes")
    included = get_variables() if include is None else [
        found for scope in include for found in get_variables(scope)]
    excluded = {id(found) for scope in exclude or [] for found in get_variables(scope)}
    return [found for found in included if id(found) not in excluded]


def get_variables_by_suffix(suffix: str, scope: Scope = None) -> List[tf.Variable]:
    """Gives the variables whose names end with `suffix`."""
    return get_variables(scope=scope, suffix=suffix)


def get_variables_by_name(given_name: str, scope: Scope = None) -> List[tf.Variable]:
    """Gives the variables of that name in any scope below `scope`."""
    return get_variables(scope=scope, suffix=f"/{given_name}:|^{given_name}:")


def get_unique_variable(var_op_name: str) -> tf.Variable:
    """Gives the variable of that full name.

    Raises:
      ValueError: there is none.
    """
    for found in get_variables(scope=var_op_name):
        if found.op.name == var_op_name:
            return found
    raise ValueError(f"there is no variable {var_op_name}")


def get_variable_full_name(var: tf.Variable) -> str:
    """Gives a variable's name; that of the whole for a part of one."""
    info = getattr(var, "_save_slice_info", None)
    return info.full_name if info else var.op.name


def filter_variables(var_list: Sequence[tf.Variable],
                     include_patterns: Optional[Sequence[str]] = None,
                     exclude_patterns: Optional[Sequence[str]] = None,
                     reg_search: bool = True) -> List[tf.Variable]:
    """Gives the variables whose names match one of the first patterns and none of the second.

    Args:
      reg_search: False wants the match to begin where the name begins.
    """
    match = re.search if reg_search else re.match

    def matches(patterns, var):
        return any(match(pattern, var.name) for pattern in patterns)

    included = [
        var for var in var_list if include_patterns is None or matches(include_patterns, var)]
    return [var for var in included if not matches(exclude_patterns or [], var)]

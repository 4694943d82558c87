"""`tf.contrib.framework`: the step, shapes, branches that are known before the graph runs.

Source: `tf.contrib.framework` of TensorFlow 1.15.
"""

from typing import Any, Callable, Optional, Sequence

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Flag, Nested, Shape


def get_name_scope() -> str:
    """Gives the name scope that is open, "" for none."""
    return tf.get_default_graph().get_name_scope()


def get_graph_from_inputs(op_input_list: Sequence[Any],
                          graph: Optional[tf.Graph] = None) -> tf.Graph:
    """Gives the graph of the first input that has one, else the default one."""
    for value in op_input_list:
        if graph is None and hasattr(value, "graph"):
            graph = value.graph
    return graph or tf.get_default_graph()


def assert_or_get_global_step(graph: Optional[tf.Graph] = None,
                              global_step_tensor: Optional[tf.Variable] = None) -> tf.Variable:
    """Gives the step that is handed in, checked, or the graph's."""
    if global_step_tensor is None:
        return tf.train.get_global_step(graph)
    tf.train.assert_global_step(global_step_tensor)
    return global_step_tensor


def zero_initializer(ref: tf.Variable, use_locking: bool = True,
                     name: str = "zero_initializer") -> tf.Tensor:
    """Gives an op that fills a variable with zeros."""
    return tf.assign(ref, tf.zeros(ref.shape, ref.dtype.base_dtype), use_locking=use_locking,
                     name=name)


def assert_scalar_int(tensor: tf.Tensor, name: Optional[str] = None) -> tf.Tensor:
    """Gives the tensor if it is one integer; ValueError if it is not."""
    with tf.name_scope(name, "assert_scalar_int", [tensor]):
        tensor = tf.convert_to_tensor(tensor)
        if not tensor.dtype.is_integer or tensor.shape.ndims != 0:
            raise ValueError(f"Expected a scalar integer; got {tensor}")
        return tensor


def smart_constant_value(pred: Flag) -> Optional[bool]:
    """Gives a predicate's value if it is known before the graph runs, else None."""
    if isinstance(pred, (bool, int)):
        if pred not in (0, 1):
            raise TypeError(f"`pred` must be a Tensor, a bool, or an int of 0 or 1; got {pred!r}")
        return bool(pred)
    value = tf.get_static_value(pred)
    return None if value is None else bool(value)


def smart_cond(pred: Flag, fn1: Optional[Callable[[], Any]] = None,
               fn2: Optional[Callable[[], Any]] = None, name: Optional[str] = None) -> Nested:
    """Takes one branch if the predicate is known, else makes a `tf.cond`."""
    known = smart_constant_value(pred)
    if known is None:
        return tf.cond(pred, true_fn=fn1, false_fn=fn2, name=name)
    chosen: Any = fn1 if known else fn2
    return chosen()


def with_shape(expected_shape: Shape, tensor: tf.Tensor) -> tf.Tensor:
    """Gives the tensor with a shape set that is known; ValueError if they cannot agree."""
    tensor = tf.convert_to_tensor(tensor)
    tensor.set_shape(tf.get_static_value(tf.convert_to_tensor(expected_shape, tf.int32)))
    return tensor


def with_same_shape(expected_tensor: tf.Tensor, tensor: tf.Tensor) -> tf.Tensor:
    """Gives the tensor with the other's shape."""
    return with_shape(tf.convert_to_tensor(expected_tensor).shape.as_list(), tensor)

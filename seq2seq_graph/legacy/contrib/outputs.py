"""How contrib's layers list their outputs and variables in collections, and find sizes.

Source: `tensorflow.contrib.layers.python.layers.utils` of TensorFlow 1.15.
"""

import collections as containers
from typing import Any, Callable, Dict, Iterable, List, Optional

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import (
    Collections,
    DType,
    Flag,
    Nested,
    VariableCollections,
)


def collect_named_outputs(collections: Collections, alias: str, outputs: tf.Tensor) -> tf.Tensor:
    """Adds `outputs`, under a second name, to collections; gives them."""
    if collections:
        append_tensor_alias(outputs, alias)
        tf.add_to_collections(collections, outputs)
    return outputs


def append_tensor_alias(tensor: tf.Tensor, alias: str) -> tf.Tensor:
    """Gives the tensor a second name."""
    alias = alias[:-1] if alias.endswith("/") else alias
    tensor.aliases = [*getattr(tensor, "aliases", []), alias]
    return tensor


def get_tensor_aliases(tensor: tf.Tensor) -> List[str]:
    """Gives the tensor's other names, or its own."""
    own = tensor.op.name if tensor.name.endswith(":0") else tensor.name
    return getattr(tensor, "aliases", [own])


def gather_tensors_aliases(tensors: Iterable[tf.Tensor]) -> List[str]:
    """Gives the names of all the tensors."""
    return [alias for tensor in tensors for alias in get_tensor_aliases(tensor)]


def convert_collection_to_dict(collection: str,
                               clear_collection: bool = False) -> Dict[str, tf.Tensor]:
    """Gives a collection as name -> tensor, and empties it if asked."""
    found = containers.OrderedDict(
        (alias, tensor) for tensor in tf.get_collection(collection)
        for alias in get_tensor_aliases(tensor))
    if clear_collection:
        tf.get_default_graph().clear_collection(collection)
    return found


def constant_value(value_or_tensor_or_var: Any, dtype: DType = None) -> Any:
    """Gives a value where it is known, None for a variable or an unknown tensor.

    Raises:
      ValueError: None is given, or a tensor of another type.
    """
    value = value_or_tensor_or_var
    if value is None:
        raise ValueError("a value, tensor or variable is needed; got None")
    if isinstance(value, tf.Variable) or tf.is_tensor(value):
        if dtype and value.dtype != dtype:
            raise ValueError(f"type {dtype} is needed; got {value.dtype}")
        return None if isinstance(value, tf.Variable) else tf.get_static_value(value)
    return value


def smart_cond(pred: Flag, fn1: Callable[[], Any], fn2: Callable[[], Any],
               name: Optional[str] = None) -> Nested:
    """Gives what one function makes if `pred` is known, else `tf.cond` of both."""
    known = constant_value(pred)
    if known is None:
        return tf.cond(pred, fn1, fn2, name)
    return static_cond(known, fn1, fn2)


def static_cond(pred: bool, fn1: Callable[[], Any], fn2: Callable[[], Any]) -> Nested:
    """Gives what one function makes.

    Raises:
      TypeError: one is no function.
    """
    if not callable(fn1) or not callable(fn2):
        raise TypeError(f"two functions are needed; got {fn1} and {fn2}")
    return fn1() if pred else fn2()


def get_variable_collections(variables_collections: VariableCollections,
                             name: str) -> Any:
    """Gives the collections of a variable: a list for all, or name -> list."""
    if isinstance(variables_collections, dict):
        return variables_collections.get(name)
    return variables_collections


def last_dimension(shape: tf.TensorShape, min_rank: int = 1) -> int:
    """Gives a TensorShape's last size.

    Raises:
      ValueError: it is not known, or the rank is below `min_rank`.
    """
    if shape.ndims is None or shape.ndims < min_rank:
        raise ValueError(f"rank {min_rank} or more is needed; got shape {shape}")
    size = shape.as_list()[-1]
    if size is None:
        raise ValueError(f"a known last dimension is needed; got shape {shape}")
    return size


def add_variable_to_collections(variable: tf.Variable, collections_set: VariableCollections,
                                collections_name: str) -> None:
    """Adds a variable, or each part of one, to its collections unless it is there."""
    parts = list(variable) if hasattr(variable, "as_tensor") else [variable]
    for collection in get_variable_collections(collections_set, collections_name) or []:
        for part in parts:
            if all(part is not other for other in tf.get_collection(collection)):
                tf.add_to_collection(collection, part)

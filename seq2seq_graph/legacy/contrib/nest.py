"""`tf.contrib.framework.nest`: structures of tuples, lists and dicts, beyond `tf.nest`.

Source: `tf.contrib.framework.nest` of TensorFlow 1.15.
"""

from typing import Any, Callable, Dict, List

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Nested


def is_sequence(seq: Any) -> bool:
    """Tells whether it is a list, tuple, namedtuple or dict."""
    return tf.nest.is_nested(seq)


def flatten_dict_items(dictionary: Dict[Any, Any]) -> Dict[Any, Any]:
    """Gives {member of a key: member of its value} of a dict with nested keys and values."""
    if not isinstance(dictionary, dict):
        raise TypeError("input must be a dictionary")
    flat = {}
    for key, value in dictionary.items():
        keys, values = (tf.nest.flatten([part]) for part in (key, value))
        if len(keys) != len(values):
            raise ValueError(f"Could not flatten dictionary: key {key} and value {value} differ")
        for one, member in zip(keys, values):
            if one in flat:
                raise ValueError(f"Could not flatten dictionary: key {one} is not unique.")
            flat[one] = member
    return flat


def assert_shallow_structure(shallow_tree: Nested, input_tree: Nested,
                             check_types: bool = True) -> None:
    """Raises TypeError or ValueError unless the input has the structure down to the shallow's."""
    if not is_sequence(shallow_tree):
        return
    if not is_sequence(input_tree):
        raise TypeError(f"If shallow structure is a sequence, input must also be; got {input_tree}")
    if check_types and not isinstance(input_tree, type(shallow_tree)):
        raise TypeError(f"The two structures don't have the same sequence type: "
                        f"{type(shallow_tree)} and {type(input_tree)}")
    if len(shallow_tree) != len(input_tree):
        raise ValueError(f"The two structures don't have the same length: {len(shallow_tree)} "
                         f"and {len(input_tree)}")
    for one, other in zip(_members(shallow_tree), _members(input_tree)):
        assert_shallow_structure(one, other, check_types)


def flatten_up_to(shallow_tree: Nested, input_tree: Nested, check_types: bool = True) -> List[Any]:
    """Gives the input's parts at the places of the shallow's leaves."""
    assert_shallow_structure(shallow_tree, input_tree, check_types)
    if not is_sequence(shallow_tree):
        return [input_tree]
    return [part for one, other in zip(_members(shallow_tree), _members(input_tree))
            for part in flatten_up_to(one, other, check_types)]


def map_structure_up_to(shallow_tree: Nested, func: Callable, *inputs: Nested,
                        **kwargs: Any) -> Nested:
    """Maps at the places of the shallow's leaves; the result has its structure."""
    flat = [flatten_up_to(shallow_tree, given, kwargs.get("check_types", True))
            for given in inputs]
    return tf.nest.pack_sequence_as(shallow_tree, [func(*parts) for parts in zip(*flat)])


def _members(tree):
    return [tree[key] for key in sorted(tree)] if isinstance(tree, dict) else list(tree)

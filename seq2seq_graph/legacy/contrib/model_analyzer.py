"""`tf.contrib.slim.model_analyzer`: prints the sizes of a graph's variables or operations.

Source: `tf.contrib.slim.model_analyzer` of TensorFlow 1.15.
"""

from typing import Any, Iterable, Tuple

import tensorflow.compat.v1 as tf

_RULE = "---------"


def tensor_description(var: Any) -> str:
    """Describes a tensor or variable: `(float32_ref 3x4)`."""
    return f"({var.dtype.name} {'x'.join(str(size) for size in var.get_shape())})"


def analyze_ops(graph: tf.Graph, print_info: bool = False) -> int:
    """Gives the number of entries in the outputs of a graph's ops, unknown sizes as 0."""
    if print_info:
        _head("Operations: name -> (type shapes) [size]")
    total = 0
    for op in graph.get_operations():
        sizes = [output.get_shape().num_elements() or 0 for output in op.outputs]
        shapes = [tensor_description(output) for output in op.outputs if output.get_shape()]
        if print_info:
            print(op.name, "\t->", ", ".join(shapes), f"[{sum(sizes)}]")
        total += sum(sizes)
    return total


def analyze_vars(variables: Iterable[Any], print_info: bool = False) -> Tuple[int, int]:
    """Gives the number of entries of variables, and of their bytes."""
    if print_info:
        _head("Variables: name (type shape) [size]")
    entries = size = 0
    for variable in variables:
        number = variable.get_shape().num_elements() or 0
        bytes_ = number * variable.dtype.size
        if print_info:
            print(variable.name, tensor_description(variable), f"[{number}, bytes: {bytes_}]")
        entries, size = entries + number, size + bytes_
    if print_info:
        print(f"Total size of variables: {entries}\nTotal bytes of variables: {size}")
    return entries, size


def _head(text):
    print(f"{_RULE}\n{text}\n{_RULE}")

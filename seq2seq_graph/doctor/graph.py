"""Reads calls as a graph's parts: which op, which arguments, what they are made from."""

import ast
from typing import Iterator, List, NamedTuple, Optional

from seq2seq_graph.doctor.values import Flow

_ROOTS = ("tensorflow.compat.v1.", "tensorflow.", "seq2seq_graph.legacy.")
LOSSES = ("softmax_cross_entropy_with_logits", "softmax_cross_entropy_with_logits_v2",
          "sparse_softmax_cross_entropy_with_logits")


class Rnn(NamedTuple):
    """A call of `dynamic_rnn`."""

    call: ast.Call
    cell: Optional[ast.AST]
    inputs: Optional[ast.AST]
    sequence_length: Optional[ast.AST]
    initial_state: Optional[ast.AST]
    scope: Optional[ast.AST]


def name(node: ast.AST, flow: Flow) -> str:
    """Gives a call's dotted name below TensorFlow, or "" if it is not one of TensorFlow's."""
    path = isinstance(node, ast.Call) and flow.path(node.func)
    for root in _ROOTS:
        if path and path.startswith(root):
            return path[len(root):]
    return ""


def op(node: ast.AST, flow: Flow) -> str:
    """Gives the last part of that name, such as `dynamic_rnn`."""
    return name(node, flow).split(".")[-1]


def calls(flow: Flow, *ops: str) -> List[ast.Call]:
    """Gives the calls of these ops, in the program's order."""
    found = [n for n in flow.parents if isinstance(n, ast.Call) and op(n, flow) in ops]
    return sorted(found, key=lambda n: (n.lineno, n.col_offset))


def argument(call: ast.Call, position: Optional[int], *names: str) -> Optional[ast.AST]:
    """Gives an argument by keyword or position; None where it is not given, or given as None."""
    found = next((k.value for k in call.keywords if k.arg in names), None)
    if found is None and position is not None and position < len(call.args):
        found = call.args[position]
    return None if is_none(found) else found


def source(node: Optional[ast.AST], flow: Flow) -> Optional[ast.AST]:
    """Follows names to the one expression that they stand for; None where it cannot be told."""
    for _ in range(20):
        if node not in flow.values:
            return node
        values = flow.values[node]
        value = next(iter(values))
        if len(values) != 1 or value.node is None or value.index is not None:
            return None
        node = value.node
    return None


def upstream(node: Optional[ast.AST], flow: Flow) -> List[ast.AST]:
    """Gives every node that an expression is made from, names followed."""
    seen, todo = {}, [node]
    while todo:
        node = todo.pop()
        if node is None or node in seen:
            continue
        seen[node] = None
        todo += [value.node for value in flow.values.get(node, ()) if value.node is not None]
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda)):
            todo += ast.iter_child_nodes(node)
    return list(seen)


def ops_of(node: Optional[ast.AST], flow: Flow, *ops: str) -> List[ast.Call]:
    """Gives the calls of these ops that an expression is made from."""
    return [n for n in upstream(node, flow) if op(n, flow) in ops]


def rnns(flow: Flow) -> List[Rnn]:
    """Gives the calls of `dynamic_rnn`."""
    return [Rnn(
        call, argument(call, 0, "cell"), argument(call, 1, "inputs"),
        argument(call, 2, "sequence_length"), argument(call, 3, "initial_state"),
        argument(call, 8, "scope")) for call in calls(flow, "dynamic_rnn")]


def literal(node: Optional[ast.AST]) -> Optional[int]:
    """Gives an integer that is written out, else None."""
    try:
        value = ast.literal_eval(node) if node is not None else None
    except ValueError:
        return None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def dimensions(placeholder: ast.Call) -> Optional[List[ast.AST]]:
    """Gives the expressions of a placeholder's shape; None where it is not written as a list."""
    shape = argument(placeholder, 1, "shape")
    return list(shape.elts) if isinstance(shape, (ast.List, ast.Tuple)) else None


def is_none(node: Optional[ast.AST]) -> bool:
    """Tells a `None` that is written out; Python 3.7's tree has a NameConstant for it."""
    return type(node).__name__ in ("Constant", "NameConstant") and node.value is None


def ancestors(node: ast.AST, flow: Flow) -> Iterator[ast.AST]:
    """Yields what a node stands in, from the inside out."""
    while node in flow.parents:
        node = flow.parents[node]
        yield node


def text(node: ast.AST) -> str:
    """Writes a name or an attribute as the program does, other expressions as `...`."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{text(node.value)}.{node.attr}"
    return str(literal(node)) if literal(node) is not None else "..."

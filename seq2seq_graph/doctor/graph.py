"""Reads calls as a graph's parts: which op, which arguments, what they are made from."""

import ast
from typing import Dict, Iterator, List, NamedTuple, Optional

from seq2seq_graph.doctor.values import Flow

_ROOTS = ("tensorflow.compat.v1.", "tensorflow.", "seq2seq_graph.legacy.tensorflow.",
          "seq2seq_graph.legacy.contrib.", "seq2seq_graph.legacy.")
STEPS = 3_000_000  # of following expressions, in one program; more takes minutes
LOSSES = ("softmax_cross_entropy_with_logits", "softmax_cross_entropy_with_logits_v2",
          "sparse_softmax_cross_entropy_with_logits")


class TooMuch(Exception):
    """A program whose expressions hang together in more ways than can be followed."""


class Rnn(NamedTuple):
    """A call of `dynamic_rnn`."""

    call: ast.Call
    cell: Optional[ast.expr]
    inputs: Optional[ast.expr]
    sequence_length: Optional[ast.expr]
    initial_state: Optional[ast.expr]
    scope: Optional[ast.expr]


def spend(flow: Flow, steps: int) -> None:
    """Counts steps.

    Raises:
      TooMuch: there were more than `STEPS`.
    """
    flow.memo["steps"] = flow.memo.get("steps", 0) + steps
    if flow.memo["steps"] > STEPS:
        raise TooMuch("its expressions hang together in too many ways")


def name(node: Optional[ast.AST], flow: Flow) -> str:
    """Gives a call's dotted name below TensorFlow, or "" if it is not one of TensorFlow's."""
    path = flow.path(node.func) if isinstance(node, ast.Call) else None
    for root in _ROOTS:
        if path and path.startswith(root):
            return path[len(root):]
    return ""


def op(node: Optional[ast.AST], flow: Flow) -> str:
    """Gives the last part of that name, such as `dynamic_rnn`."""
    return name(node, flow).split(".")[-1]


def calls(flow: Flow, *ops: str) -> List[ast.Call]:
    """Gives the calls of these ops, in the program's order; what is never reached apart."""
    by_op = flow.memo.get("calls")
    if by_op is None:
        by_op = flow.memo["calls"] = {}
        for node in flow.parents:
            if isinstance(node, ast.Call) and op(node, flow):
                by_op.setdefault(op(node, flow), []).append(node)
    found = [node for name in set(ops) for node in by_op.get(name, ())]
    return sorted(found, key=lambda n: (n.lineno, n.col_offset))


def argument(call: ast.Call, position: Optional[int], *names: str) -> Optional[ast.expr]:
    """Gives an argument by keyword or position; None where it is not given, or given as None."""
    found = next((k.value for k in call.keywords if k.arg in names), None)
    if found is None and position is not None and position < len(call.args):
        found = call.args[position]
    return None if is_none(found) else found


def source(node: Optional[ast.AST], flow: Flow) -> Optional[ast.AST]:
    """Follows names to the one expression that they stand for; None where it cannot be told."""
    for _ in range(20):
        if node is None or node not in flow.values:
            return node
        values = flow.values[node]
        value = next(iter(values))
        if len(values) != 1 or value.node is None or value.part is not None:
            return None
        node = value.node
    return None


def call_of(node: Optional[ast.AST], flow: Flow, *ops: str) -> Optional[ast.Call]:
    """Follows names to the call of one of these ops; None where they end elsewhere."""
    found = source(node, flow)
    return found if isinstance(found, ast.Call) and op(found, flow) in ops else None


def upstream(node: Optional[ast.AST], flow: Flow) -> Dict[ast.AST, None]:
    """Gives every node that an expression is made from, names followed, in an order.

    Raises:
      TooMuch: all that was asked for of this program went too far.
    """
    if ("upstream", node) in flow.memo:
        return flow.memo["upstream", node]
    seen: Dict[ast.AST, None] = {}
    todo = [node]
    while todo:
        part = todo.pop()
        if part is None or part in seen:
            continue
        seen[part] = None
        todo += made_from(part, flow)
    spend(flow, len(seen))
    flow.memo["upstream", node] = seen
    return seen


def made_from(node: ast.AST, flow: Flow) -> List[ast.AST]:
    """Gives what a node is made from at first hand."""
    parts = [value.node for value in flow.values.get(node, ()) if value.node is not None]
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
        parts += ast.iter_child_nodes(node)
    return parts


def downstream(node: ast.AST, flow: Flow) -> Dict[ast.AST, None]:
    """Gives every node that is made from one."""
    uses = flow.memo.get("uses")
    if uses is None:
        uses = flow.memo["uses"] = {}
        for user in flow.parents:
            for part in made_from(user, flow):
                uses.setdefault(part, []).append(user)
    seen: Dict[ast.AST, None] = {}
    todo = [node]
    while todo:
        part = todo.pop()
        if part not in seen:
            seen[part] = None
            todo += uses.get(part, ())
    spend(flow, len(seen))
    return seen


def ops_of(node: Optional[ast.AST], flow: Flow, *ops: str) -> List[ast.Call]:
    """Gives the calls of these ops that an expression is made from."""
    return [n for n in upstream(node, flow) if isinstance(n, ast.Call) and op(n, flow) in ops]


def rnns(flow: Flow) -> List[Rnn]:
    """Gives the calls of `dynamic_rnn`."""
    return [Rnn(
        call, argument(call, 0, "cell"), argument(call, 1, "inputs"),
        argument(call, 2, "sequence_length"), argument(call, 3, "initial_state"),
        argument(call, 8, "scope")) for call in calls(flow, "dynamic_rnn")]


def literal(node: Optional[ast.AST]) -> Optional[int]:
    """Gives an integer that is written out, else None."""
    sign = 1
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node, sign = node.operand, -1
    value = getattr(node, "n" if type(node).__name__ == "Num" else "value", None) \
        if type(node).__name__ in ("Constant", "Num") else None
    return sign * value if isinstance(value, int) and not isinstance(value, bool) else None


def string(node: Optional[ast.AST]) -> Optional[str]:
    """Gives a text that is written out, else None."""
    value = getattr(node, "s" if type(node).__name__ == "Str" else "value", None) \
        if type(node).__name__ in ("Constant", "Str") else None
    return value if isinstance(value, str) else None


def dimensions(placeholder: ast.Call) -> Optional[List[ast.AST]]:
    """Gives the expressions of a placeholder's shape; None where it is not written as a list."""
    shape = argument(placeholder, 1, "shape")
    return list(shape.elts) if isinstance(shape, (ast.List, ast.Tuple)) else None


def is_none(node: Optional[ast.AST]) -> bool:
    """Tells a `None` that is written out; Python 3.7's tree has a NameConstant for it."""
    return type(node).__name__ in ("Constant", "NameConstant") \
        and getattr(node, "value", ...) is None


def ancestors(node: ast.AST, flow: Flow) -> Iterator[ast.AST]:
    """Yields what a node stands in, from the inside out."""
    while node in flow.parents:
        node = flow.parents[node]
        yield node


def text(node: Optional[ast.AST]) -> str:
    """Writes a name or an attribute as the program does, other expressions as `...`."""
    names: List[str] = []
    while isinstance(node, ast.Attribute) and len(names) < 20:
        names.append(node.attr)
        node = node.value
    number = literal(node)
    begin = node.id if isinstance(node, ast.Name) else "..." if number is None \
        or abs(number) > 10 ** 30 else str(number)
    return ".".join([begin, *reversed(names)])

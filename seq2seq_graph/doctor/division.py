"""Finds `/` between whole numbers in a program of Python 2, which cut the fraction off.

No TensorFlow.
"""

import ast
from typing import Iterator, List

from seq2seq_graph.doctor import graph
from seq2seq_graph.doctor.findings import Finding
from seq2seq_graph.doctor.values import Flow

_COUNTS = ("len", "int", "ord", "long")
_WHOLE = (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod, ast.Div)


def find(flow: Flow, so_far: List[Finding]) -> Iterator[Finding]:
    """Yields the divisions, if what was found so far says that the program is Python 2's."""
    if not any(f.code in ("python2-syntax", "python2-name") for f in so_far) or any(
            isinstance(n, ast.ImportFrom) and n.module == "__future__"
            and any(a.name == "division" for a in n.names) for n in flow.nodes):
        return
    for node in flow.nodes:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) \
                and node not in flow.guarded \
                and _is_whole(node.left, flow) and _is_whole(node.right, flow):
            yield Finding(
                "python2-division", node.right.lineno, "`/` between whole numbers cut the "
                "fraction off in Python 2, and gives it in Python 3.", "write `//`.", by="edit")


def _is_whole(node, flow):
    """Tells an int that is written out, counted, or made of such."""
    todo, seen = [node], 0
    while todo:
        node, seen = graph.source(todo.pop(), flow), seen + 1
        if seen > 100:
            return False
        if isinstance(node, ast.BinOp) and isinstance(node.op, _WHOLE):
            todo += [node.left, node.right]
        elif not (graph.literal(node) is not None or isinstance(node, ast.Call)
                  and getattr(node.func, "id", None) in _COUNTS):
            return False
    return True

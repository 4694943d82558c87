"""Says what decides the names of a cell's variables. No TensorFlow."""

import ast
from typing import Optional, Tuple, Union

from seq2seq_graph.doctor import graph
from seq2seq_graph.doctor.values import Flow

CELLS = ("LSTMCell", "BasicLSTMCell", "GRUCell", "BasicRNNCell", "RNNCell", "LSTMBlockCell",
         "GRUBlockCell", "LayerNormBasicLSTMCell", "NASCell", "UGRNNCell")
_WRAPPERS = ("DropoutWrapper", "ResidualWrapper", "DeviceWrapper")
Kind = Union[str, Tuple]  # an op; or "some" of one kind, or "these", and their kinds


def kind(cell: Optional[ast.AST], flow: Flow, depth: int = 0) -> Optional[Kind]:
    """Says what decides a cell's variable names; None where it cannot be told."""
    cell = graph.source(cell, flow)
    if not isinstance(cell, ast.Call) or depth > 5 or graph.argument(cell, None, "name", "reuse"):
        return None
    op = graph.op(cell, flow)
    if op in CELLS:
        return op
    if op in _WRAPPERS:
        return kind(graph.argument(cell, 0, "cell"), flow, depth + 1)
    if op == "MultiRNNCell":
        cells = graph.source(graph.argument(cell, 0, "cells"), flow)
        if isinstance(cells, ast.ListComp):
            return _all_known("some", [kind(cells.elt, flow, depth + 1)])
        if isinstance(cells, (ast.List, ast.Tuple)):
            return _all_known("these", [kind(c, flow, depth + 1) for c in cells.elts])
        return None
    function = find_function(cell, flow)
    returns = [n for n in ast.walk(function) if isinstance(n, ast.Return)] if function else ()
    return kind(returns[0].value, flow, depth + 1) if len(returns) == 1 else None


def _all_known(word, kinds):
    return None if None in kinds else (word, *kinds)


def find_function(call: ast.Call, flow: Flow) -> Optional[ast.FunctionDef]:
    """Gives the program's own function that a call calls, or None."""
    values = flow.values.get(call.func, ())
    node = next(iter(values)).node if len(values) == 1 else None
    return node if isinstance(node, ast.FunctionDef) and not node.decorator_list else None

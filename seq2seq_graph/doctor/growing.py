"""Finds graph ops made in the loop that runs a Session, so that the graph grows. No TensorFlow."""

import ast
from typing import Iterator

from seq2seq_graph.doctor import graph, symbols
from seq2seq_graph.doctor.findings import Finding
from seq2seq_graph.doctor.scopes import COMPREHENSIONS
from seq2seq_graph.doctor.values import Flow

_LOOPS = (ast.For, ast.AsyncFor, ast.While, *COMPREHENSIONS)
_INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
# Beside the ops of the table: classes and functions whose calls make ops.
_MAKES = {
    "global_variables_initializer", "initialize_all_variables", "local_variables_initializer",
    "variables_initializer", "Variable", "get_variable", "constant", "convert_to_tensor",
    "gradients", "group", "tuple", "train.Saver", "clip_by_global_norm", "summary.scalar",
    "summary.histogram", "summary.image", "summary.text", "summary.merge", "summary.merge_all",
    "global_norm", "train.exponential_decay", "identity", "py_func", "while_loop", "cond",
    "no_op", "zeros", "ones", "fill", "assign", "assign_add", "placeholder",
}
_MAKING_MODULES = ("data.Dataset.", "layers.", "losses.", "metrics.", "random.", "linalg.",
                   "contrib.layers.", "contrib.rnn.static", "contrib.seq2seq.sequence_loss",
                   "contrib.losses.")
_MAKING_METHODS = ("minimize", "apply_gradients", "compute_gradients")
_ITERATORS = ("make_one_shot_iterator", "make_initializable_iterator", "make_iterator")
_STAYS = ("layers.Dense", "layers.Layer", "losses.Reduction", "contrib.layers.xavier_initializer",
          "contrib.layers.l2_regularizer", "contrib.layers.l1_regularizer",
          "contrib.layers.variance_scaling_initializer", "random.set_random_seed")
# What gives a tensor, so that arithmetic with it makes ops.
_NO_TENSORS = {"train.Saver", "group", "no_op", "gradients", "tuple", "clip_by_global_norm",
               "while_loop", "cond", "py_func"}
_NEW_GRAPH = ("Graph", "reset_default_graph")
_ASSIGNS = ("assign", "assign_add", "assign_sub")


def find(flow: Flow) -> Iterator[Finding]:
    """Yields ops made again in each round of a loop that runs a Session, the outermost ones."""
    found = {}
    for loop in (n for n in flow.nodes if isinstance(n, _LOOPS)):
        inside = list(_inside(loop))
        graph.spend(flow, len(inside))
        made_new = any(graph.op(n, flow) in _NEW_GRAPH or getattr(n, "attr", "") == "as_default"
                       for n in inside)
        if made_new or not any(_runs(n, flow) for n in inside):
            continue
        for node in inside:
            made = node not in flow.guarded and _made(node, flow)
            if made and not _made(flow.parents.get(node), flow):
                found[node] = made
            function = _building(node, flow)
            if function is not None:
                found[node] = f"{function.name}(...)"
    for node, made in sorted(found.items(), key=lambda item: (item[0].lineno, item[0].col_offset)):
        yield Finding(
            "growing-graph", node.lineno,
            f"`{made}` makes ops in the loop that runs them: the graph grows with each round, and "
            "the steps become slower.",
            "build before the loop and feed what changes; `tf.get_default_graph().finalize()` "
            "before it shows every such place, as this package's loops do.")


def _inside(loop):
    """Yields the nodes that a loop runs in each round."""
    if isinstance(loop, COMPREHENSIONS):
        todo = [n for n in ast.iter_child_nodes(loop) if not isinstance(n, ast.comprehension)]
        todo += [test for generator in loop.generators for test in generator.ifs]
    else:
        todo = list(loop.body) + ([loop.test] if isinstance(loop, ast.While) else [])
    todo.reverse()
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, _INNER):
            todo += ast.iter_child_nodes(node)


def _method(node):
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr
    return None


def _runs(node, flow):
    """Tells a Session's `run`, and the `eval` of a tensor."""
    method = _method(node)
    if method not in ("run", "eval"):
        return False
    if any(k.arg in ("feed_dict", "session") for k in node.keywords):
        return True
    owner = node.func.value
    if method == "eval":
        return _is_tensor(owner, flow)
    return "sess" in graph.text(owner).lower() \
        or graph.op(graph.source(owner, flow), flow) in ("Session", "InteractiveSession")


def _made(node, flow):
    """Says which op a node makes; None where it makes none."""
    if isinstance(node, ast.Call):
        name = graph.name(node, flow)
        if _method(node) in _MAKING_METHODS and not name:
            return graph.text(node.func)
        if _method(node) in _ITERATORS or _method(node) == "get_next" and _method(
                graph.source(node.func.value, flow)) in _ITERATORS:
            return graph.text(node.func)
        if _method(node) in _ASSIGNS and not name and _is_tensor(node.func.value, flow):
            return graph.text(node.func)
        return f"tf.{name}" if _makes(name) else None
    sides = ()
    if isinstance(node, ast.BinOp):
        sides = (node.left, node.right)
    elif isinstance(node, ast.UnaryOp) and not isinstance(node.op, ast.Not):
        sides = (node.operand,)
    elif isinstance(node, ast.Compare) and not isinstance(
            node.ops[0], (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In, ast.NotIn)):
        sides = (node.left, *node.comparators)
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        sides = (node.value,)
    side = next((s for s in sides if _is_tensor(s, flow)), None)
    if side is None:
        return None
    call = side if isinstance(side, ast.Call) else None
    shown = graph.text(side) if call is None else f"{graph.text(call.func)}(...)"
    return f"{shown}[...]" if isinstance(node, ast.Subscript) else f"{_operator(node)} of {shown}"


def _operator(node):
    op = node.ops[0] if isinstance(node, ast.Compare) else node.op
    return {"Add": "+", "Sub": "-", "Mult": "*", "Div": "/", "FloorDiv": "//", "Mod": "%",
            "Pow": "**", "MatMult": "@", "USub": "-", "Invert": "~", "Gt": ">", "GtE": ">=",
            "Lt": "<", "LtE": "<="}.get(type(op).__name__, "an operator")


def _makes(name):
    if not name or name.startswith(_STAYS):
        return False
    ops = symbols.table().groups["ops"]
    last = name.rpartition(".")[2]
    return name in ops or name in _MAKES or (
        name.startswith(_MAKING_MODULES) and last[:1].islower()
        and not last.endswith("_initializer"))


def _is_tensor(node, flow):
    """Tells whether an expression is surely a graph's tensor: made by one op, or of tensors."""
    for _ in range(50):
        node = graph.source(node, flow)
        if isinstance(node, ast.BinOp):
            if _is_op(graph.source(node.right, flow), flow):
                return True
            node = node.left
        elif isinstance(node, ast.UnaryOp):
            node = node.operand
        else:
            return _is_op(node, flow)
    return False


def _is_op(node, flow):
    name = isinstance(node, ast.Call) and graph.name(node, flow)
    return bool(name) and _makes(name) and name not in _NO_TENSORS \
        and not name.endswith("_initializer") and not name.startswith("summary.")


def _building(node, flow):
    """Gives the program's function that a node calls and that makes ops each time, or None."""
    values = flow.values.get(node.func, ()) if isinstance(node, ast.Call) else ()
    function = next(iter(values)).node if len(values) == 1 else None
    if not isinstance(function, ast.FunctionDef) or function.decorator_list:
        return None
    known = flow.memo.setdefault("building", {})
    if function not in known:
        known[function] = _always_builds(function, flow)
    return function if known[function] else None


def _always_builds(function, flow):
    """Looks at the statements that each call reaches, not at branches, which may build once."""
    builds = False
    for statement in function.body:
        if isinstance(statement, (ast.If, ast.Try, *_INNER, *_LOOPS)):
            continue
        for node in ast.walk(statement):
            if graph.op(node, flow) in _NEW_GRAPH or getattr(node, "attr", "") == "as_default":
                return False
            builds = builds or node not in flow.guarded and bool(_made(node, flow))
    return builds

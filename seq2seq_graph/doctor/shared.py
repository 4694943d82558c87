"""Finds RNNs that make the same variables: two calls, or one that is made again. No TensorFlow.

Where a scope, a cell or the way to a call cannot be told, nothing is said.
"""

import ast
from typing import Dict, Iterator, List, NamedTuple, Tuple

from seq2seq_graph.doctor import cells, graph
from seq2seq_graph.doctor.findings import Finding
from seq2seq_graph.doctor.scopes import COMPREHENSIONS
from seq2seq_graph.doctor.values import Flow

# op -> (positions of its cells, position of its scope, the scope's name where none is given)
RNNS = {
    "dynamic_rnn": (1, 8, "rnn"), "static_rnn": (1, 5, "rnn"),
    "bidirectional_dynamic_rnn": (2, 10, "bidirectional_rnn"),
    "static_bidirectional_rnn": (2, 7, "bidirectional_rnn"),
}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_LOOPS = (ast.For, ast.AsyncFor, ast.While, *COMPREHENSIONS)
_BRANCHES = (ast.If, ast.IfExp, ast.Try, ast.BoolOp)
_WAYS = 200  # through functions, to one call


class Site(NamedTuple):
    """One time that an RNN is made."""

    call: ast.Call  # where the program says so: the RNN, or the outermost function's call
    key: Tuple  # of the scopes around it
    again: bool  # a loop makes it more than once


def find(flow: Flow) -> Iterator[Finding]:
    """Yields the second of two RNNs, in the program's order."""
    if any(getattr(n, "attr", None) in ("reuse_variables", "AUTO_REUSE") for n in flow.parents):
        return
    resets = [call.lineno for call in graph.calls(flow, "reset_default_graph")]
    seen: Dict[Tuple, List] = {}
    for rnn in graph.calls(flow, *RNNS):
        if rnn in flow.guarded:
            continue
        count, position, default = RNNS[graph.op(rnn, flow)]
        its = [graph.argument(rnn, i, name) for i, name in enumerate(
            ("cell",) if count == 1 else ("cell_fw", "cell_bw"))]
        kinds = tuple(cells.kind(cell, flow) for cell in its)
        given = graph.argument(rnn, position, "scope")
        name = default if given is None else graph.string(given)
        if None in kinds or name is None or any(k.arg is None for k in rnn.keywords):
            continue
        sources = [graph.source(cell, flow) for cell in its]
        for site in _sites(rnn, name, sources, flow):
            yield from _clashes(site, rnn, kinds, sources, seen, resets, flow)


def _clashes(site, rnn, kinds, sources, seen, resets, flow):
    what = graph.op(rnn, flow)
    described = _described(kinds)
    if site.again:
        yield Finding(
            "shared-rnn-scope", site.call.lineno,
            f"the loop makes this {what} again in each round, and each time its {described}'s "
            "variables in the same scope: ValueError in the second round, they already exist.",
            "give each round its own, `scope='layer_%d' % i`, or make the cell before the loop to "
            "share it.")
        return
    others = seen.setdefault((site.key, kinds), [])
    for other, other_sources in others[:20]:
        shared = any(a is b for a, b in zip(sources, other_sources)) and other is not site.call \
            and not isinstance(_function(rnn, flow), _FUNCTIONS)
        reset = any(other.lineno <= line <= site.call.lineno for line in resets)
        if other is not site.call and not shared and not reset \
                and not _exclusive(site.call, other, flow):
            calls = what if site.call is rnn else f"{graph.text(site.call.func)}(...)"
            name = site.key[0][1]
            yield Finding(
                "shared-rnn-scope", site.call.lineno,
                f"this {calls} and the one in line {other.lineno} both make their {described}'s "
                f"variables in the scope `{name}`: ValueError, they already exist.",
                "give each its own, `scope='encoder'` and `scope='decoder'`.")
            break
    others.append((site.call, sources))


def _described(kinds):
    one = kinds[0]
    return one if isinstance(one, str) else "MultiRNNCell"


def _sites(rnn, name, sources, flow) -> List[Site]:
    """Gives each way to an RNN, through the functions that make it."""
    found: List[Site] = []
    todo = [(rnn, (("scope", name),), False)]
    callers = _callers(flow)
    for _ in range(_WAYS):
        if not todo:
            return found
        call, key, again = todo.pop(0)
        more, loop, function = _around(call, flow)
        if more is None:
            continue
        key += more
        own = all(_stands_in(s, loop, flow) for s in sources) if call is rnn else True
        again = again or loop is not None and own
        if function is None:
            found.append(Site(call, key, again))
        elif callers.get(function) and all(_stands_in(s, function, flow) for s in sources) \
                and not any(isinstance(part, ast.AST) for part in key):  # `variable_scope(name)`
            todo += [(caller, key, again) for caller in callers[function]]
            if call is rnn:  # two RNNs in one function clash even if it is called once
                found.append(Site(call, (*key, function), again))
        else:
            found.append(Site(call, (*key, function), again))
    return found


def _callers(flow):
    callers = flow.memo.get("callers")
    if callers is None:
        callers = flow.memo["callers"] = {}
        for node in flow.parents:
            if isinstance(node, ast.Call) and node not in flow.guarded:
                function = cells.find_function(node, flow)
                if function is not None:
                    callers.setdefault(function, []).append(node)
        for calls in callers.values():
            calls.sort(key=lambda n: (n.lineno, n.col_offset))
    return callers


def _around(call, flow):
    """Gives the scopes around a call, the loop and the function that it stands in.

    The scopes are None where they cannot be told, the loop where it may run once.
    """
    scopes, loop, branch = (), None, False
    child = call
    for node in graph.ancestors(call, flow):
        if isinstance(node, _FUNCTIONS):
            return (None, None, None) if isinstance(node, ast.Lambda) else (scopes, loop, node)
        if isinstance(node, (ast.With, ast.AsyncWith)) and child in node.body:
            for item in node.items:
                scope = _scope(item.context_expr, flow)
                if scope is None:
                    return None, None, None
                scopes += scope
                branch = branch or bool(scope) and scope[0] is item.context_expr
        elif isinstance(node, _LOOPS):
            inside = isinstance(node, COMPREHENSIONS) or child in node.body
            if loop is None and inside and not branch and _repeats(node, flow):
                loop = node
        branch = branch or isinstance(node, _BRANCHES)
        child = node
    return scopes, loop, None


def _scope(context, flow):
    """Gives what a `with` adds: nothing, a scope's name, or itself; None: it may share."""
    op = graph.op(context, flow)
    if op in ("name_scope", "device", "Session", "InteractiveSession", "control_dependencies"):
        return ()
    if op == "variable_scope":
        if any(k.arg in ("reuse", None) for k in context.keywords) or len(context.args) > 4:
            return None
        name = graph.string(graph.argument(context, 0, "name_or_scope"))
        return (("scope", name),) if name is not None else (context,)
    return (context,)


def _repeats(loop, flow):
    """Tells whether a loop takes a second round that builds in the same graph."""
    if isinstance(loop, COMPREHENSIONS):
        return _more_than_one(loop.generators[0].iter)
    if isinstance(loop, (ast.For, ast.AsyncFor)) and not _more_than_one(loop.iter):
        return False
    if any(isinstance(n, (ast.Return, ast.Break, ast.Raise)) for n in loop.body):
        return False
    return not any(
        graph.op(n, flow) in ("Graph", "reset_default_graph", "as_default")
        or getattr(n, "attr", "") == "as_default" for s in loop.body for n in ast.walk(s))


def _more_than_one(over):
    if isinstance(over, (ast.List, ast.Tuple)):
        return len(over.elts) > 1
    if isinstance(over, ast.Call) and getattr(over.func, "id", "") == "range" and over.args:
        end = graph.literal(over.args[min(1, len(over.args) - 1)])
        begin = graph.literal(over.args[0]) if len(over.args) > 1 else 0
        return end is None or begin is None or end - begin > 1
    return True


def _stands_in(node, outer, flow):
    return outer is not None and node is not None and any(
        other is outer for other in graph.ancestors(node, flow))


def _function(node, flow):
    return next((n for n in graph.ancestors(node, flow) if isinstance(n, _FUNCTIONS)), None)


def _exclusive(one, other, flow):
    """Tells whether two calls stand in different branches of one `if`."""
    others = [other, *graph.ancestors(other, flow)]
    places = {node: i for i, node in enumerate(others)}
    child = one
    for node in graph.ancestors(one, flow):
        if isinstance(node, (ast.If, ast.IfExp)) and node in places and places[node]:
            branch = others[places[node] - 1]
            body = node.body if isinstance(node.body, list) else [node.body]
            return (child in body) != (branch in body)
        child = node
    return False

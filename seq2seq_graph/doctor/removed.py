"""Finds what TensorFlow 2 took away in a program: its symbols, wherever they stand. No TensorFlow.
"""

import ast
from typing import Iterator

from seq2seq_graph.doctor import symbols, verdicts
from seq2seq_graph.doctor.findings import Finding
from seq2seq_graph.doctor.values import Flow


def find(flow: Flow) -> Iterator[Finding]:
    """Yields what TensorFlow 2 no longer has, node by node."""
    assigned = {p for node in flow.nodes if isinstance(node, ast.Attribute)
                and isinstance(node.ctx, ast.Store) for p in flow.paths(node)}
    for node in flow.nodes:
        if node in flow.guarded:
            continue
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from _imports(node)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            yield from _attribute(node, flow, assigned)


def _imports(node):
    for a in node.names:
        if isinstance(node, ast.Import):
            path = a.name
        elif node.level or not node.module:
            continue
        else:
            path = node.module if a.name == "*" else f"{node.module}.{a.name}"
        finding = verdicts.verdict(path, node.lineno, imported=True)
        if finding:
            yield finding


def _attribute(node, flow, assigned):
    if isinstance(flow.parents.get(node), ast.Attribute):
        return  # the whole chain is looked at once
    root = node
    while isinstance(root, ast.Attribute):
        root = root.value
    for base in flow.paths(root):
        # A value such as FLAGS was found where it was taken; a module's names are each looked at.
        name = verdicts.below(base or "")[1]
        if name and name not in symbols.table().groups["modules"] and verdicts.group(base):
            return
    paths = flow.paths(node)
    found = [path and path not in assigned and verdicts.verdict(path, node.lineno)
             for path in sorted(paths, key=str)]
    if all(found):
        yield found[0]

"""Reads the files of `legacy` as text: what they write out, and what they define. No TensorFlow."""

import ast
import functools
import glob
import os
from typing import Any, Dict, FrozenSet, Optional

from seq2seq_graph.doctor import graph

LEGACY = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "legacy")


@functools.lru_cache(maxsize=None)
def literals(name: str) -> Dict[str, Any]:
    """Gives what a file of `legacy` assigns to names as literals."""
    found = {}
    for node in tree(os.path.join(LEGACY, name)).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                found[node.targets[0].id] = ast.literal_eval(node.value)
            except ValueError:
                continue
    return found


@functools.lru_cache(maxsize=None)
def keys(name: str, of: Optional[str] = None) -> FrozenSet[str]:
    """Gives the keys of the dictionaries that a file of `legacy` writes, or of one of them.

    Keys of a dictionary within one are dotted; arguments by name, `lost.update(NINF=...)`, count.
    """
    found = set()
    for node in ast.walk(tree(os.path.join(LEGACY, name))):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict) and isinstance(
                node.targets[0], ast.Name) and of in (None, node.targets[0].id):
            for key, value in zip(node.value.keys, node.value.values):
                inner = value.keys if isinstance(value, ast.Dict) else ()
                found.add(graph.string(key))
                found.update(f"{graph.string(key)}.{graph.string(k)}" for k in inner)
        elif of is None and isinstance(node, ast.Call) and getattr(
                node.func, "attr", "") == "update":
            found.update(k.arg for k in node.keywords if k.arg)
    return frozenset(text for text in found if isinstance(text, str))


@functools.lru_cache(maxsize=None)
def list_defined(pattern: str) -> FrozenSet[str]:
    """Gives the names that the files of a pattern define at their top, what they import apart."""
    names = set()
    for end in (".py", "/*.py"):
        for path in glob.glob(os.path.join(LEGACY, pattern + end)):
            for node in tree(path).body:
                if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                    names.add(node.name)
                elif isinstance(node, ast.Assign):
                    parts = (part for target in node.targets for part in ast.walk(target))
                    names.update(part.id for part in parts if isinstance(part, ast.Name))
    return frozenset(names)


def tree(path: str) -> ast.Module:
    try:
        with open(path, encoding="utf-8") as file:
            return ast.parse(file.read())
    except (OSError, SyntaxError):  # the package without this room
        return ast.Module(body=[], type_ignores=[])

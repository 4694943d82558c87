"""Tells which functions of a program nothing in it can call. No TensorFlow."""

import ast
import collections
from typing import DefaultDict, List, Optional, Set, Tuple, Union

from seq2seq_graph.doctor import graph

_Def = Union[ast.FunctionDef, ast.AsyncFunctionDef]
_DEFS = (ast.FunctionDef, ast.AsyncFunctionDef)
_MAKES = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.ClassDef, *_DEFS, ast.Pass)


def find_uncalled(tree: ast.Module) -> frozenset:
    """Gives the functions whose name nothing that runs ever speaks of.

    A file that only defines, a module for others, has none: they may call what they like. Methods
    of a class with a base, `__methods__` and what is decorated may be called from elsewhere.
    """
    if not _is_program(tree):
        return frozenset()
    functions: List[Tuple[_Def, bool]] = []
    mentions: DefaultDict[Optional[_Def], Set[str]] = collections.defaultdict(set)
    todo: List[Tuple[ast.AST, Optional[_Def], bool]] = [(node, None, False) for node in tree.body]
    while todo:
        node, owner, overrides = todo.pop()
        if isinstance(node, _DEFS):
            functions.append((node, overrides))
            _outside(node, owner, overrides, todo)
            todo += [(child, node, False) for child in node.body]
            continue
        mentions[owner].update(_words(node))
        based = isinstance(node, ast.ClassDef) and any(
            getattr(base, "id", "") != "object" for base in node.bases)
        if isinstance(node, ast.ClassDef):
            overrides = based or bool(node.keywords or node.decorator_list)
        todo += [(child, owner, overrides) for child in ast.iter_child_nodes(node)]
    return frozenset(node for node, _ in functions) - _reached(functions, mentions)


def _outside(node, owner, overrides, todo):
    parts = node.decorator_list + node.args.defaults + [d for d in node.args.kw_defaults if d]
    todo += [(part, owner, overrides) for part in parts]


def _reached(functions, mentions):
    by_name = collections.defaultdict(list)
    reached, words, todo = set(), set(), [None]
    for node, overrides in functions:
        by_name[node.name].append(node)
        if overrides or node.decorator_list or node.name.startswith("__") \
                or node.name == "main":  # `tf.app.run()` calls it
            reached.add(node)
            todo.append(node)
    while todo:
        for word in mentions[todo.pop()] - words:
            words.add(word)
            todo += [node for node in by_name[word] if node not in reached]
            reached.update(by_name[word])
    return reached


def _is_program(tree):
    for node in tree.body:
        written_out = isinstance(node, ast.Expr) and type(node.value).__name__ in (
            "Constant", "Str", "Ellipsis")
        if not isinstance(node, (*_MAKES, ast.Try)) and not written_out:
            return True
    return False


def _words(node):
    """Names, attributes, and strings, by which `getattr` and dictionaries of functions call."""
    for word in (getattr(node, "id", None), getattr(node, "attr", None), graph.string(node)):
        if word:
            yield word

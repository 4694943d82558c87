"""The names that a scope of a program binds, and those that are always there."""

import ast
import builtins
from typing import Any, Iterable, Iterator, Optional, Set, Union

Function = Union[ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda]
Comprehension = Union[ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp]
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
ALWAYS = set(dir(builtins)) | {"__file__", "__name__", "__doc__", "__builtins__", "__path__",
                               "__package__", "__spec__", "__loader__", "__class__",
                               "__annotations__", "__module__", "__qualname__",
                               "__firstlineno__", "WindowsError", "exit", "quit", "copyright",
                               "credits", "license"}
_BINDERS = ("ExceptHandler", "MatchAs", "MatchStar", "TypeVar", "ParamSpec", "TypeVarTuple")


def hides_names(nodes: Iterable[ast.AST]) -> bool:
    """Tells whether names may come from where the text does not show them."""
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and any(a.name == "*" for a in node.names):
            return True
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in ("globals", "locals", "vars", "exec", "eval", "execfile") and isinstance(
                    node.func, ast.Name) or name == "run_path":
                return True
        if isinstance(node, ast.Name) and node.id in ("get_ipython", "__builtins__"):
            return True
        if isinstance(node, ast.Import) and any(
                a.name in ("builtins", "__builtin__", "gettext") for a in node.names):
            return True
    return False


def within(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yields the nodes of a scope, its inner functions and classes as they are and not entered."""
    todo = list(nodes)
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            todo.extend(ast.iter_child_nodes(node))


def bound_names(nodes: Iterable[ast.AST]) -> Set[str]:
    """Names that a scope's statements bind, nested scopes left out."""
    names: Set[Optional[str]] = set()
    node: Any  # Python 3.7's trees have no NamedExpr and no patterns
    todo = [(node, False) for node in nodes]
    while todo:
        node, comprehended = todo.pop()
        kind = type(node).__name__
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
            continue
        if isinstance(node, ast.Lambda):
            continue
        if kind == "NamedExpr":  # binds outside of a comprehension
            names.add(node.target.id)
        elif comprehended:
            pass
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names.update((a.asname or a.name).split(".")[0] for a in node.names)
        elif kind in _BINDERS and node.name:
            names.add(node.name)
        elif kind == "MatchMapping" and node.rest:
            names.add(node.rest)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            names.add(ast_key(node))
        inner = comprehended or isinstance(node, COMPREHENSIONS)
        todo.extend((child, inner) for child in ast.iter_child_nodes(node))
    return {name for name in names if name}


def ast_key(node: ast.AST) -> Optional[str]:
    """The key under which an environment keeps a name or an attribute of `self`; else None."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) \
            and node.value.id == "self":
        return "self." + node.attr
    return None

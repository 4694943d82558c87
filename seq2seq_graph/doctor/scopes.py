"""The names that a scope of a program binds, and those that are always there."""

import ast
import builtins

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
ALWAYS = set(dir(builtins)) | {"__file__", "__name__", "__doc__", "__builtins__", "__path__",
                               "__package__", "__spec__", "__loader__", "__class__",
                               "__annotations__", "__module__", "__qualname__", "WindowsError"}


def hides_names(tree):
    """Tells whether names may come from where the text does not show them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and any(a.name == "*" for a in node.names):
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in (
                "globals", "locals", "vars", "exec", "eval", "execfile"):
            return True
        if isinstance(node, ast.Name) and node.id == "get_ipython":
            return True
    return False


def bound_names(node, inside=True):
    """Names that a scope's statements bind, nested scopes left out."""
    names, todo = set(), list(ast.iter_child_nodes(node)) if inside else [node]
    while todo:
        child = todo.pop()
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(child.name)
            continue
        if isinstance(child, (ast.Lambda, *COMPREHENSIONS)):
            continue
        if isinstance(child, ast.Name) and not isinstance(child.ctx, ast.Load):
            names.add(child.id)
        elif isinstance(child, (ast.Import, ast.ImportFrom)):
            names.update((a.asname or a.name).split(".")[0] for a in child.names)
        elif type(child).__name__ in ("ExceptHandler", "MatchAs", "MatchStar") and child.name:
            names.add(child.name)
        elif isinstance(child, ast.Attribute) and isinstance(child.ctx, ast.Store):
            names.add(ast_key(child))
        todo.extend(ast.iter_child_nodes(child))
    return {name for name in names if name}


def ast_key(node):
    """The key under which an environment keeps a name or an attribute of `self`; else None."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) \
            and node.value.id == "self":
        return "self." + node.attr
    return None

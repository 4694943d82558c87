"""A program's source as it is compiled: the same but for what arrays allowed and do no more.

Four things cannot be given back to NumPy's types and are rewritten where the program says them:
methods that arrays have lost, numbers made of arrays of one entry, `"%d" % array`, and an array of
one entry put into a place for a number. Lines and columns stay.
"""

import ast
import builtins
import re
import types
import warnings
from typing import Callable, Dict, Iterable, Optional, Union

_NAMES = {"method": "__legacy_method__", "scalar": "__legacy_scalar__",
          "format": "__legacy_format__", "put": "__legacy_put__", "slice": "__legacy_slice__"}
_SCALARS = ("int", "float", "round", "complex")

# What is a mistake in Python 3 and was none in Python 2, by the line it stands in.
_PYTHON_2 = (
    (r"^\s*print\s+[^(=\s]|^\s*print\s*$|print\s*>>", "print statement"),
    (r"^\s*exec\s+[^(=\s]", "exec statement"),
    (r"^\s*except\s+[^:]*[^,:\s)]\s*,\s*\w+\s*:", "except E, name"),
    (r"^\s*raise\s+[\w.]+\s*,", "raise E, text"),
    (r"<>", "operator <>"),
    (r"`[^`]+`", "backticks"),
    (r"\bur['\"]", "literal ur''"),
    (r"(?<![\w.])0[0-7]+\b", "octal number"),
    (r"\b\d+[lL]\b", "long number"),
)


def compile_source(text: Union[str, bytes], filename: str, lost_methods: Iterable[str] = (),
                   flags: int = 0) -> types.CodeType:
    """Compiles text or bytes (with a coding line as in any program) for `filename`.

    Args:
      lost_methods: what arrays have lost; without any, nothing is rewritten.

    Raises:
      SyntaxError: as Python does; `python_2` tells whether it is another Python's.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        tree = ast.parse(text, filename)
        if lost_methods:
            tree = ast.fix_missing_locations(_Old(frozenset(lost_methods)).visit(tree))
        return compile(tree, filename, "exec", dont_inherit=True, flags=flags)


def python_2(error: SyntaxError) -> Optional[str]:
    """Says in words what of a SyntaxError is Python 2's; None where nothing is."""
    if not isinstance(error, SyntaxError) or not error.text:
        return None
    for pattern, what in _PYTHON_2:
        if re.search(pattern, error.text):
            return what
    return "print statement" if "call to 'print'" in str(error) else None


def provide(functions: Dict[str, Callable]) -> None:
    """Makes the functions known to compiled programs, by the keys of `_NAMES`."""
    for key, function in dict(functions, slice=slice).items():
        setattr(builtins, _NAMES[key], function)


class _Old(ast.NodeTransformer):
    """Rewrites calls, formats and assignments to entries."""

    def __init__(self, lost):
        self.lost = lost

    def visit_Call(self, node):
        self.generic_visit(node)
        called = node.func
        if isinstance(called, ast.Attribute) and called.attr in self.lost:
            name = ast.copy_location(ast.Constant(called.attr), called)
            return _call("method", node, [name, called.value, *node.args], node.keywords)
        of_math = isinstance(called, ast.Attribute) and (
            isinstance(called.value, ast.Name) and called.value.id == "math")
        named = isinstance(called, ast.Name) and called.id in _SCALARS
        starred = any(isinstance(argument, ast.Starred) for argument in node.args)
        if (named or of_math) and node.args and not node.keywords and not starred:
            return _call("scalar", node, [called, *node.args])
        return node

    def visit_BinOp(self, node):
        self.generic_visit(node)
        text = isinstance(node.left, ast.Constant) and isinstance(node.left.value, str)
        if isinstance(node.op, ast.Mod) and text:
            return _call("format", node, [node.left, node.right])
        return node

    def visit_Assign(self, node):
        self.generic_visit(node)
        target = node.targets[0]
        if len(node.targets) > 1 or not isinstance(target, ast.Subscript):
            return node
        put = _call("put", node, [node.value, target.value, _index(target.slice)])
        return ast.copy_location(ast.Expr(put), node)


def _call(key, node, args, keywords=()):
    function = ast.copy_location(ast.Name(_NAMES[key], ast.Load()), node)
    return ast.copy_location(ast.Call(function, list(args), list(keywords)), node)


def _index(node):
    """Gives an index as an expression: `1:2` stands nowhere but between brackets."""
    kind = type(node).__name__
    if kind == "Index":  # Python 3.8
        return _index(node.value)
    if kind == "ExtSlice":
        return ast.copy_location(
            ast.Tuple([_index(part) for part in node.dims], ast.Load()), node)
    if isinstance(node, ast.Slice):
        none = ast.Constant(None)
        return _call("slice", node, [part or none for part in (node.lower, node.upper, node.step)])
    if isinstance(node, ast.Tuple):
        return ast.copy_location(
            ast.Tuple([_index(part) for part in node.elts], ast.Load()), node)
    return node

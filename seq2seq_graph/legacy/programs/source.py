"""A program's source as it is compiled: the same but for methods that arrays have lost."""

import ast
import builtins
import re
import warnings

_CALL = "__legacy_call_method__"

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


def compile_source(text, filename, lost_methods=(), flags=0):
    """Compiles text or bytes (with a coding line as in any program) for `filename`.

    Raises:
      SyntaxError: as Python does; `python_2` tells whether it is another Python's.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        tree = ast.parse(text, filename)
        if lost_methods:
            tree = _rewrite(tree, frozenset(lost_methods))
        return compile(tree, filename, "exec", dont_inherit=True, flags=flags)


def python_2(error):
    """Says in words what of a SyntaxError is Python 2's; None where nothing is."""
    if not isinstance(error, SyntaxError) or not error.text:
        return None
    for pattern, what in _PYTHON_2:
        if re.search(pattern, error.text):
            return what
    return "print statement" if "call to 'print'" in str(error) else None


def provide_methods(call_method):
    """Makes `call_method(name, owner, ...)` known to compiled programs."""
    setattr(builtins, _CALL, call_method)


def _rewrite(tree, lost):
    class Calls(ast.NodeTransformer):
        def visit_Call(self, node):
            self.generic_visit(node)
            called = node.func
            if not isinstance(called, ast.Attribute) or called.attr not in lost:
                return node
            name = ast.copy_location(ast.Constant(called.attr), called)
            function = ast.copy_location(ast.Name(_CALL, ast.Load()), called)
            changed = ast.Call(function, [name, called.value, *node.args], node.keywords)
            return ast.copy_location(changed, node)

    return ast.fix_missing_locations(Calls().visit(tree))

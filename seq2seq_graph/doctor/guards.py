"""Where a program expects an error or asks for a version: a `try`, a test, `pytest.raises`."""

import ast

_ERRORS = ("AttributeError", "ImportError", "ModuleNotFoundError", "NameError", "Exception",
           "BaseException")


def guards(handler):
    if handler.type is None:
        return True
    return any(isinstance(n, ast.Name) and n.id in _ERRORS for n in ast.walk(handler.type))


def expects_error(context):
    """Tells `pytest.raises(...)`, `self.assertRaises(...)` and `contextlib.suppress(...)`."""
    function = getattr(context, "func", None)
    return getattr(function, "attr", getattr(function, "id", "")) in (
        "raises", "assertRaises", "assertRaisesRegex", "assertRaisesRegexp", "suppress")


def tests_version(test):
    for node in ast.walk(test):
        word = getattr(node, "id", None) or getattr(node, "attr", None) or ""
        if word == "hasattr" or "version" in word.lower() or word.lower() in (
                "tf2", "is_tf2", "py2", "py3"):
            return True
    return False

"""Where a program expects an error or asks for a version: a `try`, a test, `pytest.raises`."""

import ast
import re
from typing import Dict, FrozenSet, List, NamedTuple, Optional, Set, Tuple

_ERRORS = ("AttributeError", "ImportError", "ModuleNotFoundError", "NameError", "Exception",
           "BaseException")
# `PY3`, `USE_TF2`, `is_tf_1`, wherever such a name comes from.
_WORDS = re.compile(r"(?i)version|type_checking|(^|_)(tf|tensorflow|py|python)_?[123]x?(_|$)")
_LEAVES = {"sys.exit", "os._exit", "os.abort"}
_LEAVE_NAMES = ("exit", "quit")


def guards(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    return any(isinstance(n, ast.Name) and n.id in _ERRORS for n in ast.walk(handler.type))


def falls_back(handler: ast.ExceptHandler) -> bool:
    """Tells a handler that does something else where a name is missing, and nothing else."""
    return handler.type is not None and all(
        not isinstance(n, ast.Name) or n.id in _ERRORS[:4] for n in ast.walk(handler.type))


def expects_error(context: ast.AST) -> bool:
    """Tells `pytest.raises(...)`, `self.assertRaises(...)` and `contextlib.suppress(...)`."""
    function = getattr(context, "func", None)
    return getattr(function, "attr", getattr(function, "id", "")) in (
        "raises", "assertRaises", "assertRaisesRegex", "assertRaisesRegexp", "suppress")


class Versions(NamedTuple):
    """What a program's tests of a version may speak of."""

    names: FrozenSet[str] = frozenset()  # that keep the answer to such a test
    modules: FrozenSet[str] = frozenset()  # names of imports: `hasattr(tf, "contrib")` is a test


def tests_version(test: ast.AST, versions: Versions) -> bool:
    """Tells whether an expression asks for a version, or for a name that one may not have."""
    for node in ast.walk(test):
        word = getattr(node, "id", None) or getattr(node, "attr", None) or ""
        if word in versions.names or _WORDS.search(word):
            return True
        if isinstance(node, ast.Call) and node.args and (
                getattr(node.func, "id", "") == "hasattr"
                or getattr(node.func, "id", "") == "getattr" and len(node.args) == 3):
            owner = node.args[0]
            while isinstance(owner, ast.Attribute):
                owner = owner.value
            if getattr(owner, "id", None) in versions.modules:
                return True
    return False


def versions(nodes: List[ast.AST]) -> Versions:
    """Gives the names that keep the answer to a test of a version, and nothing else.

    `TF1 = tf.__version__.startswith("1.")`, a function that returns such a test, a name that a
    `try` of an import sets to one thing or another.
    """
    stores: Dict[str, int] = {}
    answers: List[Tuple[List[str], ast.expr]] = []
    modules: Set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            stores[node.id] = stores.get(node.id, 0) + 1
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            answers.append((_names(targets), node.value))
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            stores[node.name] = stores.get(node.name, 0) + 1
            answers += [([node.name], n.value) for n in ast.walk(node)
                        if isinstance(n, ast.Return) and n.value is not None][:1]
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            modules.update((a.asname or a.name).split(".")[0] for a in node.names)
    counts = _kept_by_tries(nodes)
    found = Versions(frozenset(n for n, count in counts.items() if count == stores.get(n)),
                     frozenset(modules))
    for _ in range(10):  # `major = int(version[0])`, then `old = major < 2`
        more = dict(counts)
        for bound, value in answers:
            if tests_version(value, found):
                for name in bound:
                    more[name] = more.get(name, 0) + 1
        names = {name for name, count in more.items() if count == stores.get(name, count)}
        if names <= found.names:
            break
        found = found._replace(names=found.names | names)
    return found


def _names(targets):
    return [n.id if isinstance(n, ast.Name) else n.attr for t in targets for n in ast.walk(t)
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
            or isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)]


def _kept_by_tries(nodes):
    """Counts the constants that a `try` of an import, and its handlers, give to a name."""
    counts = {}
    for node in nodes:
        if isinstance(node, ast.Try) and any(guards(h) for h in node.handlers):
            blocks = [node.body, node.orelse, *(h.body for h in node.handlers)]
            for statement in (s for block in blocks for s in block):
                if isinstance(statement, ast.Assign) and type(statement.value).__name__ in (
                        "Constant", "NameConstant", "Num", "Str"):
                    for name in _names(statement.targets):
                        counts[name] = counts.get(name, 0) + 1
    return counts


def truth(test: ast.AST) -> Optional[bool]:
    """Gives what a test written out is, `if False:` or `while 1:`; None where it can be either."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = truth(test.operand)
        return None if inner is None else not inner
    kind, value = type(test).__name__, getattr(test, "value", None)
    if kind == "NameConstant" or kind == "Constant" and not isinstance(value, str):
        return bool(value)
    return bool(getattr(test, "n", None)) if kind == "Num" else None


def leaves(call: ast.AST, paths: FrozenSet[Optional[str]]) -> bool:
    """Tells whether a call ends the program."""
    name = getattr(call.func, "id", None) if isinstance(call, ast.Call) else None
    return isinstance(call, ast.Call) and (paths <= _LEAVES or name in _LEAVE_NAMES)

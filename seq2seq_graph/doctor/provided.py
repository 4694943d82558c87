"""What this package's `legacy` gives an old program, read off its files; nothing is imported.

`legacy/tree_table.py` says where each module of the old tree takes its names from, the files that
it names define them, `legacy/missing.py` says what to use in place of the rest, and
`legacy/programs` brings back what others took away. Those files are the one truth; here they are
only read. No TensorFlow.
"""

import ast
import functools
import glob
import os
from typing import FrozenSet, Optional

from seq2seq_graph.doctor import graph, symbols

LEGACY = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "legacy")
EXTRA = "pip install -e '.[legacy]'"


def source(name: str) -> Optional[str]:
    """Says what gives a name of the old tree, such as `contrib.layers.linear`.

    Returns:
      "own", rebuilt by this package; "v1", from tensorflow.compat.v1; "keras" or "estimator", from
      the packages tf_keras and tensorflow-estimator, the extra `legacy`, the latter for the runner
      alone; None, nothing does.
    """
    rows = _rows()
    if name in rows:
        return _of_module(name)
    parts = name.split(".")
    for end in range(len(parts) - 1, 0, -1):
        if ".".join(parts[:end]) in rows:
            return _asked(".".join(parts[:end]), ".".join(parts[end:]), 0)
    return _of_v1(name)


def instead(name: str) -> str:
    """Says what to use for a name of `tf.contrib` that is not there; "" where nothing is known."""
    rows = _literals("missing.py").get("ROWS", {})
    parts = name.split(".")
    for end in range(len(parts), 1, -1):
        row = rows.get(".".join(parts[:end]))
        if row:
            return row[2]
    return ""


def private(name: str) -> bool:
    """Tells whether the runner finds a name that left one of TensorFlow's own files.

    It looks for `python.ops.array_ops.stack` by its last part, where names went and in public
    modules.
    """
    return name.rpartition(".")[2] in _keys("programs/internals.py") or public(name) is not None


def public(name: str) -> Optional[str]:
    """Gives the public name, below tf.compat.v1, of a name of TensorFlow's own files, or None."""
    last = name.rpartition(".")[2]
    spaces = _literals("programs/internals.py").get("_PUBLIC", ("", "nn", "math", "train"))
    named = (f"{space}.{last}".lstrip(".") for space in spaces)
    return next((path for path in named if _of_v1(path)), None)


@functools.lru_cache(maxsize=None)
def brought_back() -> FrozenSet[str]:
    """Gives the names of NumPy's and Python's that the runner brings back: `numpy.Inf`, `imp`."""
    literals, numpy = _literals("programs/numpy_names.py"), _keys("programs/numpy_names.py")
    python = "programs/python_names.py"
    names = {f"numpy.{name}" for name in numpy} | {
        f"numpy.ndarray.{name}" for name in _keys("programs/numpy_names.py", "METHODS")}
    names |= {f"numpy.lib.{name}" for name in literals.get("_IN_LIB", ())}
    abstract = _literals(python).get("_ABSTRACT", ())
    return frozenset(names | {f"collections.{name}" for name in abstract} | _keys(
        python, "GONE_MODULES") | _keys(python, "_NAMES"))


def _of_module(path, seen=()):
    """A module is as good as the best that it holds; one with nothing in it gives nothing."""
    rows, found = _rows(), set()
    for other in rows:
        for text in rows[other] if (other + ".").startswith(path + ".") else ():
            kind, _, where = text.partition(":")[0].partition(" ")
            where = where.strip()
            if kind == "old" and where not in (path, *seen):
                kind = _of_module(where, (path, *seen))
            elif kind == "own" and not any(_defined(pattern) for pattern in where.split()):
                continue
            found.add(kind)
    return next((k for k in ("own", "v1", "keras", "estimator") if k in found), None)


def _asked(path, name, depth):
    """Asks the sources of one row in turn, as the tree does."""
    for text in _rows()[path] if depth < 9 else ():
        head, _, chosen = text.partition(":")
        kind, _, where = head.partition(" ")
        wanted = name
        if chosen:
            pairs = dict((word.split("=") * 2)[:2] for word in chosen.split())
            first, _, rest = name.partition(".")
            if first not in pairs:
                continue
            wanted = f"{pairs[first]}.{rest}".rstrip(".")
        found = _found(kind, where.strip(), wanted, depth)
        if found:
            return found
    return None


def _found(kind, where, name, depth):
    full = f"{where}.{name}".lstrip(".")
    if kind == "own":
        first = name.split(".")[0]  # the rest are a class's attributes
        return "own" if any(first in _defined(pattern) for pattern in where.split()) else None
    if kind == "old":
        return _asked(where, name, depth + 1) if where in _rows() else None
    if kind == "v1":
        return _of_v1(full)
    if kind == "keras":
        public = full.replace("__internal__.legacy.", "") if "__internal__" in full \
            else "keras." + full
        return "keras" if _in_groups(public, "keras2", "kept") else None
    there = kind == "estimator" and _in_groups(f"estimator.{full}", "gone", "moved", "kept")
    return "estimator" if there else None


def _of_v1(name):
    return "v1" if _in_groups(name, "moved", "kept", "new_v1") else None


def _in_groups(name, *chosen):
    """Tells whether a name is in one of the table's groups, or an attribute of a class that is."""
    table = symbols.table()
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        begin = ".".join(parts[:end])
        if any(begin in table.groups[group] for group in chosen):
            return end == len(parts) or begin not in table.groups["modules"]
    return False


@functools.lru_cache(maxsize=None)
def _rows():
    """Gives the table as `tree_table.rows` does: private modules are the public ones again."""
    literals = _literals("tree_table.py")
    every = dict(literals.get("ROWS", {}))
    for folder, names in literals.get("PRIVATE", {}).items():
        parts = folder.split(".")
        public = ("old " + ".".join(parts[:2]),)
        for path in [".".join(parts[:end]) for end in range(3, len(parts) + 1)] + [
                f"{folder}.{name}" for name in names.split()]:
            every.setdefault(path, public)
    for path in list(every):
        parts = path.split(".")
        for end in range(1, len(parts)):
            every.setdefault(".".join(parts[:end]), ())
    return every


@functools.lru_cache(maxsize=None)
def _literals(name):
    """Gives what a file of `legacy` assigns to names as literals."""
    found = {}
    for node in _tree(os.path.join(LEGACY, name)).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                found[node.targets[0].id] = ast.literal_eval(node.value)
            except ValueError:
                continue
    return found


@functools.lru_cache(maxsize=None)
def _keys(name, of=None):
    """Gives the keys of the dictionaries that a file of `legacy` writes, or of one of them.

    Keys of a dictionary within one are dotted; arguments by name, `lost.update(NINF=...)`, count.
    """
    found = set()
    for node in ast.walk(_tree(os.path.join(LEGACY, name))):
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
def _defined(pattern):
    """Gives the names that the files of a pattern define at their top, what they import apart."""
    names = set()
    for end in (".py", "/*.py"):
        for path in glob.glob(os.path.join(LEGACY, pattern + end)):
            for node in _tree(path).body:
                if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                    names.add(node.name)
                elif isinstance(node, ast.Assign):
                    names.update(t.id for t in node.targets if isinstance(t, ast.Name))
    return frozenset(names)


def _tree(path):
    try:
        with open(path, encoding="utf-8") as file:
            return ast.parse(file.read())
    except (OSError, SyntaxError):  # the package without this room
        return ast.Module(body=[], type_ignores=[])

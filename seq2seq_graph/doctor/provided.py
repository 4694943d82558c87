"""What this package's `legacy` gives an old program, read off its files; nothing is imported.

`legacy/tree_table.py` says where each module of the old tree takes its names from, the files that
it names define them, and `legacy/missing.py` says what to use in place of the rest. Those files
are the one truth; here they are only read. No TensorFlow.
"""

import ast
import functools
import glob
import os
from typing import Optional

from seq2seq_graph.doctor import symbols

LEGACY = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "legacy")
EXTRA = "pip install -e '.[legacy]'"


def source(name: str) -> Optional[str]:
    """Says what gives a name of the old tree, such as `contrib.layers.linear`.

    Returns:
      "own", rebuilt by this package; "v1", from tensorflow.compat.v1; "keras" or "estimator", from
      the packages tf_keras and tensorflow-estimator, the extra `legacy`; None, nothing does.
    """
    rows = _rows()
    if name in rows:
        return _of_module(name)
    path, _, last = name.rpartition(".")
    while path not in rows:  # an attribute of a class, a module that compat.v1 has whole
        if not path:
            return _of_v1(name)
        path, _, last = path.rpartition(".")
    return _asked(path, last, 0)


def instead(name: str) -> str:
    """Says what to use for a name of `tf.contrib` that is not there; "" where nothing is known."""
    rows = _literals("missing.py").get("ROWS", {})
    parts = name.split(".")
    for end in range(len(parts), 1, -1):
        row = rows.get(".".join(parts[:end]))
        if row:
            return row[2]
    return ""


def _of_module(path):
    """A module is as good as the best that it holds; one with nothing in it gives nothing."""
    rows = _rows()
    found = {text.split()[0] for text in rows[path]}
    for other in rows:
        if other.startswith(path + "."):
            found |= {text.split()[0] for text in rows[other]}
    for kind in ("own", "v1", "old", "keras", "estimator"):
        if kind in found and (kind != "own" or _any_file(path)):
            return "own" if kind == "old" else kind
    return None


def _any_file(path):
    rows = _rows()
    return any(_defined(pattern) for other in rows if (other + ".").startswith(path + ".")
               for text in rows[other] if text.startswith("own ") for pattern in text.split()[1:])


def _asked(path, name, depth):
    """Asks the sources of one row in turn, as the tree does."""
    for text in _rows()[path] if depth < 9 else ():
        head, _, chosen = text.partition(":")
        kind, _, where = head.partition(" ")
        wanted = name
        if chosen:
            pairs = dict((word.split("=") * 2)[:2] for word in chosen.split())
            if name not in pairs:
                continue
            wanted = pairs[name]
        found = _found(kind, where.strip(), wanted, depth)
        if found:
            return found
    return None


def _found(kind, where, name, depth):
    full = f"{where}.{name}".lstrip(".")
    if kind == "own":
        return "own" if any(name in _defined(pattern) for pattern in where.split()) else None
    if kind == "old":
        return _asked(where, name, depth + 1) if where in _rows() else None
    if kind == "v1":
        return _of_v1(full)
    groups = symbols.table().groups
    if kind == "keras":
        public = full.replace("__internal__.legacy.", "") if "__internal__" in full \
            else "keras." + full
        return "keras" if public in groups["keras2"] or public in groups["kept"] else None
    known = f"estimator.{full}"
    return "estimator" if any(known in groups[g] for g in ("gone", "moved", "kept")) else None


def _of_v1(name):
    groups = symbols.table().groups
    there = any(name in groups[g] for g in ("moved", "kept", "new_v1"))
    return "v1" if there else None


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

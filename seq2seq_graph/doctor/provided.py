"""What this package's `legacy` gives an old program, read off its files; nothing is imported.

`legacy/tree_table.py` says where each module of the old tree takes its names from, the files that
it names define them, `legacy/missing.py` says what to use in place of the rest, and
`legacy/programs` brings back what others took away. Those files are the one truth; here they are
only read. No TensorFlow.
"""

import functools
from typing import FrozenSet, Optional

from seq2seq_graph.doctor import legacy_files as files
from seq2seq_graph.doctor import symbols

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
    rows = files.literals("missing.py").get("ROWS", {})
    parts = name.split(".")
    for end in range(len(parts), 1, -1):
        row = rows.get(".".join(parts[:end]))
        if row:
            return row[2]
    return ""


def private(name: str) -> bool:
    """Tells whether the runner finds a name that left one of TensorFlow's own files.

    It looks for `python.ops.array_ops.stack` by its last part, where names went and in public
    modules. Files of Keras and of tf.estimator it finds in the packages of the extra.
    """
    packages = [*files.literals("programs/old_keras.py").get("_PRIVATE", ()),
                files.literals("programs/world.py").get("ESTIMATOR_FILES", "")]
    if any(f"tensorflow.{name}.".startswith(f"{package}.") for package in packages):
        return True
    last = name.rpartition(".")[2]
    return last in files.keys("programs/internals.py") or public(name) is not None


def public(name: str) -> Optional[str]:
    """Gives the public name, below tf.compat.v1, of a name of TensorFlow's own files, or None."""
    last = name.rpartition(".")[2]
    spaces = files.literals("programs/internals.py").get("_PUBLIC", ("", "nn", "math", "train"))
    named = (f"{space}.{last}".lstrip(".") for space in spaces)
    return next((path for path in named if _of_v1(path)), None)


@functools.lru_cache(maxsize=None)
def brought_back() -> FrozenSet[str]:
    """Gives the names of NumPy's and Python's that the runner brings back: `numpy.Inf`, `imp`."""
    numpy, python = "programs/numpy_names.py", "programs/python_names.py"
    names = {f"numpy.{name}" for name in files.keys(numpy)} | {
        f"numpy.ndarray.{name}" for name in files.keys(numpy, "METHODS")}
    names |= {f"numpy.lib.{name}" for name in files.literals(numpy).get("_IN_LIB", ())}
    abstract = files.literals(python).get("_ABSTRACT", ())
    return frozenset(names | {f"collections.{name}" for name in abstract} | files.keys(
        python, "GONE_MODULES") | files.keys(python, "_NAMES"))


def _of_module(path, seen=()):
    """A module is as good as the best that it holds; one with nothing in it gives nothing."""
    rows, found = _rows(), set()
    for other in rows:
        for text in rows[other] if (other + ".").startswith(path + ".") else ():
            kind, _, where = text.partition(":")[0].partition(" ")
            where = where.strip()
            if kind == "old" and where not in (path, *seen):
                kind = _of_module(where, (path, *seen))
            elif kind == "own" and not any(files.list_defined(own) for own in where.split()):
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
        return "own" if any(first in files.list_defined(own) for own in where.split()) else None
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
    literals = files.literals("tree_table.py")
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

"""Says what became of a dotted path such as `tensorflow.nn.dynamic_rnn`. No TensorFlow.

Which names are gone is asked from `symbols.table()`, what this package gives from `provided`.
"""

from typing import Optional, Tuple

from seq2seq_graph.doctor import provided, symbols
from seq2seq_graph.doctor.findings import Finding

# Where nothing gives a name, what else does its work.
INSTEAD = {
    "keras.backend.get_session": "tf.compat.v1.Session or get_default_session(); "
                                 "tf_keras has it as tf_keras.api._v1.keras.backend.get_session",
    "keras.experimental.export_saved_model": "tf.saved_model.save(model, path)",
    "keras.experimental.load_from_saved_model": "tf.saved_model.load(path)",
    "keras.utils.multi_gpu_model": "tf.distribute.MirroredStrategy",
    "keras.wrappers.scikit_learn": "scikeras",
    "keras.utils.HDF5Matrix": "h5py.File",
    "keras.mixed_precision.experimental": "tf.keras.mixed_precision",
}
BARE, V1 = "tensorflow.", "tensorflow.compat.v1."
# TensorFlow's own files; only which of them are gone is known.
FILES = ("python", "core", "compiler", "tools", "lite", "examples", "include", "tsl")
OWN = "seq2seq_graph.legacy.tensorflow."  # this package's tree
RUN = "`python scripts/legacy.py run`"


def below(path: str) -> Tuple[Optional[bool], str]:
    """Gives whether a path is in compat.v1, and its name below that; None outside TensorFlow."""
    if path.startswith(V1):
        return True, path[len(V1):]
    if path.startswith(BARE) and not path.startswith(("tensorflow.compat", BARE + "_")):
        return False, path[len(BARE):]
    return None, ""


def _known(name: str) -> Tuple[str, str]:
    """Gives the longest beginning of a dotted name that is in the table, and its group."""
    parts, groups = name.split("."), symbols.table().groups
    for end in range(min(len(parts), 12), 0, -1):
        begin = ".".join(parts[:end])
        for group in ("gone", "keras3", "moved", "kept", "new", "new_v1"):
            if begin in groups[group]:
                return begin, group
    return "", ""


def group(path: str) -> str:
    """Gives why a path is missing in TensorFlow 2: gone, keras3, moved, never; or "" if it is not.

    "never": neither TensorFlow has such a name in a module that both know.
    """
    in_v1, name = below(path)
    if in_v1 is None or not name or name.split(".")[0] in FILES:
        return ""
    begin, found = _known(name)
    rest = name[len(begin):].lstrip(".")
    in_module = not begin or begin in symbols.table().groups["modules"]
    if found == "gone":
        return "gone"
    if rest and in_module and not rest.startswith("_"):
        return "never" if begin or "." not in rest else ""
    if found == "keras3":
        return "keras3"
    if (found == "moved" or found == "new_v1") and not in_v1:
        return "moved"
    return ""


def verdict(path: str, line: int, imported: bool = False) -> Optional[Finding]:
    """Says what is wrong with a dotted import path, such as `tensorflow.nn.dynamic_rnn`.

    The fix of what an import line brings back is left to `plan`, which knows the whole file.
    """
    in_v1, name = below(path)
    if path.startswith(OWN):
        return _not_carried(path[len(OWN):], line, imported)
    if in_v1 is None:
        return None
    if name.split(".")[0] in FILES:
        return _file(name, line, imported)
    found = group(path)
    if not found:
        return None
    table = symbols.table()
    shown = f"`tf.compat.v1.{name}`" if in_v1 else f"`tf.{name}`"
    error = "ImportError" if imported else "AttributeError"
    if found == "moved":
        return Finding("moved-symbol", line, f"{shown}: in tf.compat.v1 alone, {error}.",
                       f"write `tf.compat.v1.{name}`.", by="v1", name=shown)
    if found == "never":
        return Finding("removed-symbol", line, f"{shown}: neither in TensorFlow {table.old} nor "
                       f"in {table.new}, {error}.",
                       "look its successor up in the notes of the TensorFlow 1 that dropped it.",
                       name=shown)
    fix, by = _fix(name)
    if found == "keras3":
        return Finding("keras-3", line, f"{shown}: not in TensorFlow 2, and tf.compat.v1 says that "
                       f"it is not available with Keras 3, {error}.", fix, by, shown)
    return Finding("removed-symbol", line, f"{shown}: gone from TensorFlow 2, from tf.compat.v1 "
                   f"too, {error}.", fix, by, shown)


def _not_carried(name, line, imported):
    """A name below this package's tree that it has not."""
    found = _known(name)[1]
    if found not in ("gone", "keras3") or provided.source(name):
        return None
    shown = f"`tf.{name}`"
    error = "ImportError" if imported else "AttributeError"
    return Finding("removed-symbol", line, f"{shown}: this package's `legacy` does not carry it, "
                   f"{error}.", _fix(name)[0], name=shown)


def _fix(name):
    """Gives what to do about a name that is gone, and what does it."""
    same = symbols.table().aliases.get(name, name)
    giver = provided.source(name) or provided.source(same)
    if giver == "own":
        return "this package's `legacy` has it, same variables, same numbers.", "legacy"
    if giver == "v1":
        public = f"tf.{'compat.v1.' * (_known(same)[1] == 'moved')}{same}"
        there = f"; outside of contrib it is `{public}`" if same != name else ""
        return f"this package's `legacy` has it under its old name{there}.", "legacy"
    if giver:
        wheel = "tf_keras" if giver == "keras" else "tensorflow-estimator"
        taker = "`legacy`" if giver == "keras" else RUN
        return (f"the package {wheel} still has it, and {taker} takes it from there (extra "
                f"`legacy`: {provided.EXTRA}).", "legacy" if giver == "keras" else "run")
    for known in (name, same):
        parts = known.split(".")
        for end in range(len(parts), 0, -1):
            if ".".join(parts[:end]) in INSTEAD:
                return f"use {INSTEAD['.'.join(parts[:end])]}.", ""
    if same != name and _known(same)[1] in ("kept", "moved"):
        where = "compat.v1." * (_known(same)[1] == "moved")
        return f"`tf.{where}{same}` is the same object.", ""
    if any(known in symbols.table().groups["keras2"] for known in (name, same)):
        return f"the package tf_keras still has it ({provided.EXTRA}).", ""
    other = provided.instead(name)
    return f"`legacy` does not carry it: use {other}." if other else (
        "write what it did with names that TensorFlow 2 has; `legacy` does not carry it."), ""


def _file(name, line, imported):
    """A path in TensorFlow's own files: the file is gone, or the name left it."""
    groups, parts = symbols.table().groups, name.split(".")
    error = "ImportError" if imported else "AttributeError"
    begins = [".".join(parts[:end]) for end in range(1, len(parts) + 1)]
    shown = f"`tensorflow.{name}`"
    gone = next((begin for begin in begins if begin in groups["private"]), None)
    file = next((begin for begin in begins if begin in groups["gone_files"]), None)
    given = provided.source(gone or name) or provided.private(gone or file or name)
    by = "run" if given else ""
    public = gone and provided.public(gone)
    named = f"its public name is `tf.compat.v1.{public}`" if public else "import its public name"
    fix = f"{named}; {RUN} provides this path too." if given else \
        "import a public name; this package's `legacy` uses public names alone."
    if file:
        if parts[0] == "examples" and not given:
            fix = ("import the public name of it; data sets such as MNIST are in "
                   "`tf.keras.datasets`.")
        return Finding("removed-symbol", line, f"{shown}: a file of TensorFlow "
                       f"{symbols.table().old} that {symbols.table().new} has not, {error}.", fix,
                       by, shown)
    if gone:
        shown = f"`tensorflow.{gone}`"
        return Finding("private-name", line, f"{shown}: no public name, and no longer in that "
                       f"file of TensorFlow {symbols.table().new}, {error}.", fix, by, shown)
    return None

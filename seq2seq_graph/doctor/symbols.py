"""What became of TensorFlow 1.15's names, and of its NumPy's and Python's: `symbols.json`.

The file is made by asking both sides. Names are dotted, and below `tf` where nothing else is said,
such as `nn.dynamic_rnn`. No TensorFlow.
"""

import collections
import functools
import json
import os
from typing import Dict, FrozenSet, List, NamedTuple, Set, Tuple

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "symbols.json")
# Group -> its names, in the file {module: "name name name"}.
GROUPS = {
    "gone": "in 1.15, neither in 2's `tf` nor in its `tf.compat.v1`",
    "moved": "in 1.15, in 2 in `tf.compat.v1` alone",
    "keras3": "as moved, but asking for it raises `is not available with Keras 3`",
    "kept": "in 1.15 and in 2",
    "new": "in 2 alone, in a module that 1.15 has too",
    "new_v1": "in 2's `tf.compat.v1` and not in 1.15, in a module that 1.15 has too",
    "ops": "functions of 1.15, contrib's apart, that make graph ops",
    "modules": "of 1.15's names, those that hold others",
    "not_v1": "in 2's `tf`, not in its `tf.compat.v1`, in a module that 1.15 has too",
    "keras2": "gone or keras3, and in the package tf_keras",
    "private": "in 1.15's own files below `tensorflow`, and no longer in 2's file of that name",
    "numpy": "in the NumPy beside 1.15, not in the one beside 2",
    "python": "in the Python of 1.15, its library's modules among them, not in the one of 2",
    "gone_files": "1.15's importable modules below `tensorflow` that 2 has not, contrib's apart",
}


class Table(NamedTuple):
    """The file as sets of dotted names, group by group."""

    old: str  # the version of TensorFlow 1
    new: str  # of TensorFlow 2
    libraries: Dict[str, List[str]]  # "numpy" and "python": the two versions
    groups: Dict[str, FrozenSet[str]]
    aliases: Dict[str, str]  # a name below contrib -> the same object's name outside of it
    changed: Dict[str, Tuple[List[str], List[str]]]  # kept name -> parameters in 1.15 and in 2


@functools.lru_cache(maxsize=None)
def table() -> Table:
    """Reads the package's file."""
    return as_table(read_json(PATH))


def as_table(raw: dict) -> Table:
    """Makes the sets of what `compare` gives."""
    groups = {key: frozenset(_unfold(raw[key])) for key in GROUPS}
    old, new = raw["versions"]
    return Table(old, new, raw["libraries"], groups, raw["aliases"], raw["changed"])


def read_json(path: str) -> dict:
    """Reads a file of JSON."""
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def compare(old: dict, new: dict) -> dict:
    """Compares two answers, 1.15's and 2's; gives what stands in `symbols.json`.

    An answer is what `inventory` and what `libraries` say, in one dictionary.
    """
    names, bare, v1 = old["names"], new["names"], new["compat_v1"]
    modules = {name for name, (kind, _) in names.items() if kind == "module"}
    groups: Dict[str, Set[str]] = {key: set() for key in GROUPS}
    for name in names:
        if v1.get(name, [""])[0] == "keras3":
            groups["keras3"].add(name)
        elif name in bare:
            groups["kept"].add(name)
        else:
            groups["moved" if name in v1 else "gone"].add(name)
    there = {name for name in names if not name.startswith("contrib.")}
    for key, later in (("new", bare), ("new_v1", v1)):
        groups[key] = {n for n in later if n not in names and _parent(n) in modules | {""}}
    groups["not_v1"] = {n for n in bare if n not in v1 and _parent(n) in modules | {""}}
    groups["ops"] = {name for name in there if names[name][0] == "op"}
    groups["modules"] = modules
    groups["keras2"] = (groups["gone"] | groups["keras3"]) & set(new["keras2"])
    groups.update(_gone_of_others(old, new))
    changed = {name: [names[name][1], bare[name][1]] for name in groups["kept"]
               if _other_parameters(names[name][1], bare[name][1])}
    return {
        "versions": [old["version"], new["version"]],
        "libraries": {key: [old[key + "_version"], new[key + "_version"]]
                      for key in ("numpy", "python")},
        "aliases": old["aliases"], "changed": changed,
        **{key: _fold(value) for key, value in groups.items()},
    }


def _gone_of_others(old, new):
    """Gives what is gone from TensorFlow's own files, from NumPy and from Python's library."""
    files = set(new["submodules"])
    gone = {key: set(old[key]) - set(new[key]) for key in ("private", "numpy", "python")}
    return {
        "private": {n for n in gone["private"] if _parent(n) in files and ".gen_" not in n},
        "numpy": gone["numpy"],
        # A module that is gone says enough of what was in it.
        "python": {n for n in gone["python"] if n.split(".")[0] not in gone["python"]
                   or "." not in n},
        "gone_files": {
            name for name in set(old["submodules"]) - files
            if not name.startswith(("contrib.", "_api.", "include."))},
    }


def _other_parameters(old, new):
    """Tells whether a call that was good by the old names may fail or mean another thing."""
    if old is None or new is None:
        return False
    return bool(set(old) - set(new)) or old[:len(new)] != new[:len(old)]


def _parent(name):
    return name.rpartition(".")[0]


def _fold(names):
    folded = collections.defaultdict(list)
    for name in sorted(names):
        folded[_parent(name)].append(name.rpartition(".")[2])
    return {parent: " ".join(children) for parent, children in folded.items()}


def _unfold(folded):
    for parent, children in folded.items():
        prefix = parent + "." if parent else ""
        for child in children.split():
            yield prefix + child

"""What became of TensorFlow 1.15's names in TensorFlow 2: `symbols.json`, made by asking both.

Names are dotted and below `tf`, such as `nn.dynamic_rnn`. No TensorFlow.
"""

import collections
import functools
import json
import os
from typing import Dict, FrozenSet, List, NamedTuple, Tuple

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
    "gone_files": "1.15's importable modules below `tensorflow` that 2 has not, contrib's apart",
}


class Table(NamedTuple):
    """The file as sets of dotted names, group by group."""

    old: str  # the version of TensorFlow 1
    new: str  # of TensorFlow 2
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
    return Table(*raw["versions"], groups, raw["aliases"], raw["changed"])


def read_json(path: str) -> dict:
    """Reads a file of JSON."""
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def compare(old: dict, new: dict) -> dict:
    """Compares two inventories, 1.15's and 2's; gives what stands in `symbols.json`."""
    names, bare, v1 = old["names"], new["names"], new["compat_v1"]
    modules = {name for name, (kind, _) in names.items() if kind == "module"}
    groups = {key: set() for key in GROUPS}
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
    groups["ops"] = {name for name in there if names[name][0] == "op"}
    groups["modules"] = modules
    groups["gone_files"] = {
        name for name in set(old["submodules"]) - set(new["submodules"])
        if not name.startswith(("contrib.", "_api.", "include."))}
    changed = {name: [names[name][1], bare[name][1]] for name in groups["kept"]
               if _other_parameters(names[name][1], bare[name][1])}
    return {
        "versions": [old["version"], new["version"]], "aliases": old["aliases"],
        "changed": changed, **{key: _fold(value) for key, value in groups.items()},
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

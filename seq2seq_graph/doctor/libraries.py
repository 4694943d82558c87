"""Asks NumPy and Python at hand which names they have. `scripts/list_removed_symbols.py` runs it.

    python seq2seq_graph/doctor/libraries.py OUT.json [THE_OTHERS.json]

It is run by two Pythons, the older one 3.7, and imports nothing of this package.
"""

import importlib
import json
import os
import pkgutil
import sys
import types
import warnings
from typing import Any, Dict, Optional

NUMPY = ("", "char", "fft", "lib", "lib.stride_tricks", "linalg", "ma", "random", "rec",
         "testing", "ndarray")
FUTURE = {"absolute_import", "division", "print_function"}


def libraries(others: Optional[Dict[str, Any]] = None) -> Dict[str, Any]:
    """Gives what NumPy and Python's own library have.

    Args:
      others: the answer of the other Python: each of its names is asked for, since `dir` does not
        list all.

    Returns:
      numpy_version, python_version: str.
      numpy: dotted names below NumPy; `ndarray.tostring` is a method.
      python: dotted names in Python's library, and its modules.
    """
    warnings.simplefilter("ignore")
    import numpy

    others = others or {"numpy": (), "python": ()}
    modules = sorted(_modules())
    return {
        "numpy_version": numpy.__version__,
        "python_version": ".".join(map(str, sys.version_info[:2])),
        "numpy": sorted(set(_below(numpy, NUMPY)) | {
            n for n in others["numpy"] if _has(numpy, n)}),
        "python": sorted(set(modules) | set(_library(modules)) | {
            n for n in others["python"] if "." in n and _has_in_library(n, modules)}),
    }


def _modules():
    names = {n for n in sys.builtin_module_names if not n.startswith("_")}
    folder = os.path.dirname(os.__file__)
    for found in pkgutil.iter_modules([folder, os.path.join(folder, "lib-dynload")]):
        if not found.name.startswith("_") and found.name not in ("test", "this", "antigravity"):
            names.add(found.name)
    return names


def _library(modules):
    for name in modules:
        try:
            module = importlib.import_module(name)
        except BaseException:  # a module may leave by SystemExit
            continue
        listed = set(dir(module))
        if name == "collections":  # Python 3.7 gives them, and does not list them
            listed |= set(importlib.import_module("collections.abc").__all__)
        for key in sorted(n for n in listed if not n.startswith("_")):
            value = getattr(module, key, None)
            home = str(getattr(value, "__module__", ""))
            if home == name or home.startswith(name + ".") or home == "_" + name:
                yield f"{name}.{key}"


def _has_in_library(path, modules):
    name, _, rest = path.partition(".")
    if name not in modules:
        return False
    try:
        return _has(importlib.import_module(name), rest)
    except BaseException:
        return False


def _below(numpy, places):
    for place in places:
        value = numpy
        for name in place.split(".") if place else ():
            value = getattr(value, name, None)
        for key in dir(value):
            foreign = isinstance(getattr(value, key, None), types.ModuleType) and place
            if not key.startswith("_") and key not in FUTURE and not foreign:
                yield f"{place}.{key}" if place else key


def _has(value, path):
    for name in path.split("."):
        try:
            value = getattr(value, name)
        except Exception:
            return False
    return True


def main() -> None:
    others = None
    if len(sys.argv) > 2:
        with open(sys.argv[2], encoding="utf-8") as file:
            others = json.load(file)
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        json.dump(libraries(others), file)


if __name__ == "__main__":
    main()

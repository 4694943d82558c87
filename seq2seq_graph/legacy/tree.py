"""TensorFlow 1's tree of modules, rebuilt: `tree.build("old")` gives an object to call `tf`.

Each module is a real module object that asks its sources (`tree_table.py`) for a name when the
name is first wanted, so that nothing is imported that a program does not use.
"""

import functools
import glob
import importlib
import os
import sys
import types
from typing import Any, Callable, Dict, Optional, Tuple

import tensorflow.compat.v1 as v1

from seq2seq_graph.legacy import missing, tree_table
from seq2seq_graph.legacy.missing import MissingSymbol

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGE = "seq2seq_graph.legacy"
EXTRA = "pip install -e '.[legacy]'"
_NOT_THERE = object()
_VERSIONS = ("__version__", "__git_version__", "__compiler_version__")


class OldModule(types.ModuleType):
    """One module of the old tree. A name is looked up once and then an attribute as any other."""

    def __init__(self, name: str, path: str, find: Callable, names: Callable) -> None:
        super().__init__(name, f"TensorFlow 1's tf.{path}." if path else "TensorFlow 1's tf.")
        self.__path__ = []  # so that modules below it can be imported
        self._old_path = path
        self._find = find
        self._names = names

    def __getattr__(self, name):
        if name == "__all__":
            value = sorted(n for n in dir(self) if n[0] != "_" and hasattr(self, n))
        elif name.startswith("__") and name not in _VERSIONS:
            value = _NOT_THERE
        else:
            value = self._find(name)
        if value is _NOT_THERE:
            path = f"{self._old_path}.{name}".lstrip(".")
            raise MissingSymbol(
                missing.line(path) or f"module {self.__name__!r} has no attribute {name!r}")
        setattr(self, name, value)
        return value

    def __dir__(self):
        return sorted(set(self._names()) | {n for n in vars(self) if n[:1] != "_"})


class Source:
    """One source of a row: `find(name)` gives the object or `_NOT_THERE`; `names()` what it has."""

    def __init__(self, find: Callable, names: Any) -> None:
        self.find, self.names = find, names


def build(root: str, providers: Optional[Dict[str, Callable]] = None) -> Dict[str, OldModule]:
    """Makes the modules of all rows; gives them by dotted path, the root's is "".

    Args:
      root: the name of the root in `__name__`, such as `tensorflow`.
      providers: kind of source -> a function of the module's path that gives a module or None;
        `estimator` is one, which a runner brings. None brings none.
    """
    modules: Dict[str, OldModule] = {}
    table = tree_table.rows()
    for path in sorted(table):
        sources = [_source(text, modules, providers or {}) for text in table[path]]
        modules[path] = OldModule(f"{root}.{path}".rstrip("."), path, *_merged(sources))
    for path, module in modules.items():
        if path:
            parent, _, name = path.rpartition(".")
            setattr(modules[parent], name, module)
    modules["compat"].v1 = modules[""]  # type: ignore[attr-defined]
    return modules


def _merged(sources) -> Tuple[Callable, Callable]:
    def find(name):
        for source in sources:
            value = source.find(name)
            if value is not _NOT_THERE:
                return value
        return _NOT_THERE

    return find, lambda: [name for source in sources for name in source.names()]


def _source(text: str, modules, providers) -> Source:
    head, _, chosen = text.partition(":")
    kind, _, where = head.partition(" ")
    where = where.strip()
    if kind == "own":
        source = _own(where.split())
    elif kind == "old":
        source = Source(lambda name: _ask(modules[where], name), lambda: dir(modules[where]))
    elif kind == "v1":
        source = _of_module(lambda: _walk(v1, where))
    elif kind == "keras":
        source = _of_module(lambda: _walk(keras(), where), needs=f"tf_keras ({keras_needed()})")
    else:
        provide = providers.get(kind, lambda path: None)
        source = _of_module(lambda: provide(where))
    return _only(source, chosen.split()) if chosen else source


def _only(source: Source, chosen) -> Source:
    pairs = dict((word.split("=") * 2)[:2] for word in chosen)
    return Source(
        lambda name: source.find(pairs[name]) if name in pairs else _NOT_THERE, lambda: pairs)


def _of_module(get: Callable, needs: str = "") -> Source:
    """What a module has; `get` gives None where it is not there.

    With `needs` a name that is asked for names what to install, but only where it is a name that
    a program can mean: not where Python or a test of `hasattr` asks for dunders.
    """
    def find(name):
        module = get()
        if module is None and needs:
            raise MissingSymbol(f"{name} needs the package {needs}")
        return _NOT_THERE if module is None else _ask(module, name)

    def names():
        try:
            return [name for name in dir(get()) if name[0] != "_"]
        except (AttributeError, ImportError):  # compat.v1's modules that Keras 3 has not
            return []

    return Source(find, names)


def _ask(module, name):
    try:
        return getattr(module, name)
    except MissingSymbol as error:
        if "needs the package" in str(error):
            raise
        return _NOT_THERE
    except (AttributeError, ImportError):  # of Keras 3: "is not available"
        return _NOT_THERE


def _walk(module, path: str):
    for name in path.split(".") if path else ():
        module = getattr(module, name, None)
    return module


def keras() -> Optional[types.ModuleType]:
    """Gives TensorFlow 1's `tf.keras`: the installed one, or tf_keras where that is Keras 3.

    Returns None where it is Keras 3 (from TensorFlow 2.16 on) and tf_keras is not installed.
    """
    if tuple(int(part) for part in v1.__version__.split(".")[:2]) < (2, 16):
        return v1.keras
    try:
        return importlib.import_module("tf_keras.api._v1.keras")
    except ImportError:
        return None


def keras_needed() -> str:
    """Says how to install tf_keras: of TensorFlow's version, or with the extra.

    On Python 3.9 to 3.11 the extra leaves it out: TensorFlow may be one that has Keras 2 itself
    there, and tf_keras would replace it by a later one.
    """
    if sys.version_info >= (3, 12):
        return EXTRA
    version = ".".join(v1.__version__.split(".")[:2])
    return f"pip install 'tf_keras=={version}.*'"


def _own(patterns) -> Source:
    def files():
        for pattern in patterns:
            for end in (".py", "/*.py"):
                for path in sorted(glob.glob(os.path.join(HERE, pattern + end))):
                    name = os.path.relpath(path, HERE)[:-3].replace(os.sep, ".")
                    if not name.endswith("__init__"):
                        yield f"{PACKAGE}.{name}"

    def find(name):
        for file in files():
            module = importlib.import_module(file)
            if _defines(module, name):
                return vars(module)[name]
        return _NOT_THERE

    def names():
        modules = [importlib.import_module(file) for file in files()]
        return [name for module in modules for name in vars(module) if name[0] != "_"
                and name not in tree_table.HELPERS and _defines(module, name)]

    return Source(find, names)


def _defines(module, name: str) -> bool:
    """Tells whether a name is the module's own: not imported, not a module."""
    value = vars(module).get(name, _NOT_THERE)
    if value is _NOT_THERE or isinstance(value, types.ModuleType):
        return False
    value = value.func if isinstance(value, functools.partial) else value
    return getattr(value, "__module__", module.__name__) == module.__name__

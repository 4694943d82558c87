"""Finds modules for an old program: its own, old TensorFlow's, and those Python has lost."""

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
import types
from typing import Any, Callable, Dict, Iterable, Optional, Sequence, Set, Tuple

from seq2seq_graph.legacy import missing
from seq2seq_graph.legacy.programs import python_names, source
from seq2seq_graph.legacy.programs.notices import say_once


class ProgramLoader(importlib.machinery.SourceFileLoader):
    """Loads a module of the program's own; nothing is cached, since calls may be rewritten."""

    lost_methods: Iterable[str] = frozenset()
    each = staticmethod(lambda namespace: None)

    def exec_module(self, module: types.ModuleType) -> None:
        self.each(vars(module))
        super().exec_module(module)

    def get_code(self, fullname: str) -> types.CodeType:
        path = self.get_filename(fullname)
        return source.compile_source(self.get_data(path), path, self.lost_methods)


class _Existing(importlib.abc.Loader):
    """Gives a module that is there already by another name."""

    def __init__(self, module):
        self.module = module
        self.spec = getattr(module, "__spec__", None)

    def create_module(self, spec):
        return self.module

    def exec_module(self, module):
        module.__spec__ = self.spec


def existing(name: str, module: types.ModuleType) -> Optional[importlib.machinery.ModuleSpec]:
    """Gives a spec by which a module that is there already is imported."""
    return importlib.util.spec_from_loader(name, _Existing(module))


class OldNames(importlib.abc.MetaPathFinder):
    """First of the finders: `tensorflow.*` that is gone or elsewhere, and Python's lost modules.

    Args:
      elsewhere: list of (old prefix, function) pairs; the function gets the rest of the dotted
        name and gives the module, or None.
      late: module -> a function that is called with it once it is loaded.
    """

    def __init__(self, elsewhere: Iterable[Tuple[str, Callable]] = (),
                 late: Optional[Dict[str, Callable]] = None) -> None:
        self.elsewhere = list(elsewhere)
        self.late = dict(late or {})
        self.brought: Set[str] = set()  # packages that Python has lost and that were made here

    def find_spec(
            self, fullname: str, path: Optional[Sequence[str]] = None,
            target: Optional[types.ModuleType] = None) -> Optional[importlib.machinery.ModuleSpec]:
        if fullname in python_names.GONE_MODULES:
            return self._gone(fullname)
        if fullname in self.late:
            return self._with_late(fullname, path)
        if fullname.partition(".")[0] == "tensorflow_core":  # where 1.15 kept its own files
            there = importlib.import_module("tensorflow" + fullname[len("tensorflow_core"):])
            return existing(fullname, there)
        if not fullname.startswith("tensorflow."):
            return None
        for prefix, find in self.elsewhere:
            if fullname == prefix or fullname.startswith(prefix + "."):
                module = find(fullname[len(prefix) + 1:])
                if module is not None:
                    return existing(fullname, module)
        line = missing.line(fullname[len("tensorflow."):])
        if line:
            raise ImportError(line, name=fullname)
        return None

    def _gone(self, fullname):
        top = fullname.partition(".")[0]
        if top not in self.brought and self._is_elsewhere(fullname, top):
            return None
        self.brought.add(top)
        make, fix = python_names.GONE_MODULES[fullname]
        module = types.ModuleType(fullname)
        vars(module).update({k: v for k, v in make().items() if not k.startswith("__")})
        module.__path__ = []
        say_once(f"the module {fullname} is gone and was brought back", f"use {fix}")
        return existing(fullname, module)

    def _is_elsewhere(self, fullname, top):
        """Tells whether Python has it yet, or a package brings it, as setuptools does distutils."""
        path = getattr(sys.modules.get(top), "__path__", None) if top != fullname else None
        others = sys.meta_path[sys.meta_path.index(self) + 1:]
        return any(finder.find_spec(fullname, path) is not None for finder in others)

    def _with_late(self, fullname, path):
        change = self.late.pop(fullname)
        spec = importlib.util.find_spec(fullname) if path is None else None
        for finder in sys.meta_path:
            if spec is None and finder is not self:
                spec = finder.find_spec(fullname, path)
        if spec is None:
            return None
        load = spec.loader.exec_module

        def exec_module(module):
            load(module)
            change(module)

        spec.loader.exec_module = exec_module
        return spec


class OwnModules(importlib.abc.MetaPathFinder):
    """Second: modules of the program's own folder, read with `ProgramLoader`."""

    def __init__(self, lost_methods: Iterable[str], each: Optional[Callable] = None) -> None:
        its: Dict[str, Any] = {"lost_methods": lost_methods}
        if each is not None:
            its["each"] = staticmethod(each)
        self.loader = type("ProgramLoader", (ProgramLoader,), its)
        self.others = tuple(
            os.path.dirname(m.__file__) for m in (os, sys.modules["numpy"]) if m.__file__)

    def find_spec(
            self, fullname: str, path: Optional[Sequence[str]] = None,
            target: Optional[types.ModuleType] = None) -> Optional[importlib.machinery.ModuleSpec]:
        if fullname.partition(".")[0] in ("seq2seq_graph", "tensorflow"):
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is None or type(spec.loader) is not importlib.machinery.SourceFileLoader:
            return None
        origin = spec.origin or ""
        if "site-packages" in origin or origin.startswith(self.others):
            return None
        spec.loader = self.loader(spec.loader.name, spec.loader.path)
        spec.cached = None
        return spec

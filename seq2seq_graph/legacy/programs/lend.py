"""Brings back names that a module has lost, each when it is first asked for."""

import importlib
import types
from typing import Any, Callable, Dict, NamedTuple

from seq2seq_graph.legacy.programs.notices import say_once


class Lost(NamedTuple):
    """A lost name: `make()` gives the object, `fix` is what to write instead."""

    make: Callable[[], Any]
    fix: str


def lend(module: types.ModuleType, lost: Dict[str, Lost]) -> None:
    """Lets a module answer for names it has lost. Names that it has stay as they are."""
    before = vars(module).get("__getattr__")

    def __getattr__(name):
        if name in lost:
            say_once(f"{module.__name__}.{name} is gone and was brought back",
                     f"write {lost[name].fix}")
            value = lost[name].make()
            setattr(module, name, value)
            return value
        if before is not None:
            return before(name)
        raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")

    module.__getattr__ = __getattr__  # type: ignore[method-assign]


def find_lost(path: str, fix: str = "") -> Lost:
    """A lost name that lives on elsewhere, at `package.module:name`."""
    module, _, name = path.partition(":")
    return Lost(lambda: getattr(importlib.import_module(module), name),
                fix or f"{module}.{name}".replace("builtins.", ""))

"""Runs an old program as `python PROGRAM ARGS` would, in a process that is its own."""

import importlib.util
import os
import sys
import types
from typing import Callable, List, Optional

from seq2seq_graph.errors import InputError
from seq2seq_graph.legacy.programs import notebook, numpy_names, source, tracebacks

HERE = os.path.dirname(os.path.abspath(__file__))


def run(program: str, args: List[str], as_module: bool = False,
        begin: Optional[Callable] = None, each: Optional[Callable] = None,
        script: Optional[str] = None) -> None:
    """Runs a file, a notebook or (`as_module`) a module; returns when it has ended.

    What the program raises passes, SystemExit too: the process ends as with Python. The hook for
    uncaught errors is set so that the traceback shows the program's own lines alone.

    Args:
      begin: called with no arguments before the program's first line.
      each: called with the namespace of each of the program's modules before it runs.
      script: `scripts/legacy.py`, by which the processes are run that the program starts.

    Raises:
      InputError: there is no such file or module.
    """
    place = _Module(program) if as_module else _File(program)
    sys.argv[:] = [place.argv0, *args]
    sys.path[0] = place.folder
    tracebacks.install()
    codes = [source.compile_source(text, filename, _lost_methods())
             for text, filename in place.parts()]
    from seq2seq_graph.legacy.programs import world  # brings TensorFlow in

    world.enter(each, script)
    main = _fresh_main(place)
    if begin is not None:
        begin()
    if each is not None:
        each(vars(main))
    for code in codes:
        exec(code, vars(main))


def _lost_methods():
    return numpy_names.lost_methods()


def _fresh_main(place):
    main = types.ModuleType("__main__")
    main.__file__ = place.filename
    main.__builtins__ = __builtins__
    main.__spec__ = place.spec
    main.__package__ = place.spec.parent if place.spec else None
    main.__annotations__ = {}
    sys.modules["__main__"] = main
    return main


class _File:
    """A program or notebook by its path."""

    spec = None

    def __init__(self, program):
        if os.path.isdir(program):
            program = os.path.join(program, "__main__.py")
        if not os.path.isfile(program):
            raise InputError(f"{program}: there is no such program")
        self.argv0 = program
        # As Python does it: links are followed for the folder; from 3.9 on the path is absolute.
        self.folder = os.path.dirname(os.path.realpath(program))
        self.filename = os.path.abspath(program) if sys.version_info >= (3, 9) else program

    def parts(self):
        if self.filename.endswith(".ipynb"):
            return notebook.cells(self.filename)
        with open(self.filename, "rb") as file:
            return [(file.read(), self.filename)]


class _Module:
    """A module by its dotted name, found from the working folder."""

    def __init__(self, name):
        sys.path[0] = self.folder = os.getcwd()
        try:
            spec = importlib.util.find_spec(name)
            if spec is not None and spec.submodule_search_locations is not None:
                spec = importlib.util.find_spec(name + ".__main__")
        except ImportError as error:
            raise InputError(f"-m {name}: {error}") from None
        if spec is None or not spec.origin:
            raise InputError(f"-m {name}: there is no such module in {self.folder}")
        self.spec, self.argv0, self.filename = spec, spec.origin, spec.origin

    def parts(self):
        with open(self.filename, "rb") as file:
            return [(file.read(), self.filename)]

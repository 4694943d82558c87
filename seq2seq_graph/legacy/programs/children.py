"""Processes that a program under `run` starts with Python anew are run as it is.

Whichever way they are started (`subprocess`, `os.system`, `multiprocessing` by spawn), they have
the folder `child` on PYTHONPATH, and its `sitecustomize` calls `begin` before their first line.
"""

import functools
import importlib.abc
import importlib.machinery
import inspect
import os
import subprocess
import sys
import types
from typing import Dict, List, NamedTuple, Optional, Sequence

CHILD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "child")
ROOT = os.path.abspath(os.path.join(CHILD, *[os.pardir] * 4))
# scripts/legacy.py and the Python whose processes are meant, with os.pathsep between.
RUN = "SEQ2SEQ_GRAPH_RUN"
REPLACED = "SEQ2SEQ_GRAPH_REPLACED"  # the id of a process that is `legacy.py run` by now


class Command(NamedTuple):
    """What a Python was told to do: `kind` is "file", "module", "code" or "input"."""

    flags: List[str]  # Python's own
    kind: str
    words: List[str]  # the file, the module or the code, and what follows


def follow(script: str) -> None:
    """Lets the processes that this one starts from here on be run as it is.

    Args:
      script: the path of `scripts/legacy.py`.
    """
    os.environ[RUN] = script + os.pathsep + sys.prefix
    os.environ.update(_with_folder(os.environ))
    begin_process = subprocess.Popen.__init__
    signature = inspect.signature(begin_process)

    @functools.wraps(begin_process)
    def begin_in_world(self, *args, **kwargs):
        given = signature.bind(self, *args, **kwargs)
        if given.arguments.get("env") is not None:
            given.arguments["env"] = _with_folder(given.arguments["env"])
        return begin_process(*given.args, **given.kwargs)

    subprocess.Popen.__init__ = begin_in_world  # type: ignore[method-assign]


def _with_folder(environment) -> Dict:
    changed = dict(environment)
    if any(isinstance(name, bytes) for name in changed):
        return changed
    changed[RUN] = os.environ[RUN]
    folders = [folder for folder in str(changed.get("PYTHONPATH", "")).split(os.pathsep)
               if folder and folder != CHILD]
    changed["PYTHONPATH"] = os.pathsep.join([CHILD, *folders])
    return changed


def begin() -> None:
    """Begins such a process: it becomes `legacy.py run`, or enters the old world when it must.

    A file or module of the program's own is run by `legacy.py run` in the place of this process.
    A process of `multiprocessing` enters before it imports the program; code of `-c`, of standard
    input, or under a module of Python's (`-m unittest`), when it imports TensorFlow. What belongs
    to a package (`-m pip`) stays as it is.
    """
    if os.environ.pop(REPLACED, "") == str(os.getpid()):
        return
    script = os.environ[RUN].partition(os.pathsep)[0]
    command = read_command(_command_line())
    if command is None:
        return
    whose = owner(command, script) if command.kind in ("file", "module") else "python"
    if whose == "program":
        if os.name == "posix":
            os.environ[REPLACED] = str(os.getpid())
            os.execv(sys.executable, [
                sys.executable, *command.flags, script, "run",
                *["-m"] * (command.kind == "module"), *command.words])
    elif command.kind == "code" and "multiprocessing" in command.words[0]:
        _enter_before_the_program()
    elif whose == "python":
        sys.meta_path.insert(0, _Enter())


def _command_line() -> List[str]:
    if hasattr(sys, "orig_argv"):
        return list(sys.orig_argv)
    try:  # Python 3.9
        with open("/proc/self/cmdline", "rb") as file:
            return [os.fsdecode(word) for word in file.read().split(b"\0")[:-1]]
    except OSError:
        return []


def read_command(words: Sequence[str]) -> Optional[Command]:
    """Reads a Python's command line; None of one that runs nothing, such as `python --version`."""
    flags, rest = [], list(words[1:])
    while rest and rest[0].startswith("-") and rest[0] != "-":
        word = rest.pop(0)
        if word.startswith("--"):
            if word != "--check-hash-based-pycs" or not rest:
                return None
            flags += [word, rest.pop(0)]
            continue
        for place, letter in enumerate(word[1:], 1):
            if letter in "cmWX":
                value = [word[place + 1:]] if word[place + 1:] else rest[:1]
                rest = rest if word[place + 1:] else rest[1:]
                if letter in "cm":
                    kind = "code" if letter == "c" else "module"
                    return Command(flags, kind, [*value, *rest]) if value else None
                flags += ["-" + letter, *value]
                break
            flags.append("-" + letter)
    if not rest or rest[0] == "-":
        return Command(flags, "input", rest)
    return Command(flags, "file", rest)


def owner(command: Command, script: str) -> str:
    """Tells whose a file or module is: "program", "python" or "package", where it is not there too.

    Args:
      script: `scripts/legacy.py`, which is a package's.
    """
    path = command.words[0]
    if command.kind == "module":
        spec = importlib.machinery.PathFinder.find_spec(
            path.partition(".")[0], [os.getcwd(), *sys.path])
        if spec is None:
            return "package"
        path = spec.origin or next(iter(spec.submodule_search_locations or [""]))
    elif os.path.isdir(path):
        path = os.path.join(path, "__main__.py")
    path = os.path.abspath(path)
    if not os.path.exists(path) or os.path.realpath(path) == os.path.realpath(script):
        return "package"
    if "site-packages" in path or "dist-packages" in path or (
            os.path.dirname(path) == os.path.dirname(sys.executable)):
        return "package"
    if path.startswith(os.path.dirname(os.__file__) + os.sep):
        return "python"
    if os.path.isfile(path):
        with open(path, "rb") as file:
            if b"\0" in file.read(64):  # compiled, or an archive
                return "package"
    return "program"


def _enter() -> None:
    if ROOT not in sys.path:
        sys.path.append(ROOT)
    from seq2seq_graph.legacy.programs import world

    world.enter(script=os.environ[RUN].partition(os.pathsep)[0])


class _Enter(importlib.abc.MetaPathFinder):
    """Enters the old world when TensorFlow, or the Keras of the time, is first imported."""

    def find_spec(self, fullname, path=None, target=None):
        if fullname not in ("tensorflow", "keras"):
            return None
        sys.meta_path.remove(self)
        _enter()
        from seq2seq_graph.legacy.programs import finder

        if fullname in sys.modules:
            module = sys.modules[fullname]
            spec = finder.existing(fullname, module)
            module.__spec__ = spec  # Python takes the module's own, which would load it anew
            return spec
        specs = (other.find_spec(fullname, path, target) for other in list(sys.meta_path))
        return next((spec for spec in specs if spec is not None), None)


def _enter_before_the_program() -> None:
    """Of `multiprocessing`'s own steps: paths and names first, then the world, then the program."""
    import runpy
    from multiprocessing import spawn

    prepare = spawn.prepare

    def prepare_in_world(data):
        main = {key: data[key] for key in data if key.startswith("init_main_from")}
        prepare({key: data[key] for key in data if key not in main})
        _enter()
        run_path = runpy.run_path
        runpy.run_path = _run_path
        try:
            prepare(main)
        finally:
            runpy.run_path = run_path

    spawn.prepare = prepare_in_world


def _run_path(path, init_globals=None, run_name="__mp_main__"):
    """Does what runpy's does for a file, of which the text is compiled as a program's."""
    from seq2seq_graph.legacy.programs import numpy_names, source

    module = types.ModuleType(run_name)
    module.__file__ = path
    sys.modules[run_name] = module
    with open(path, "rb") as file:
        code = source.compile_source(file.read(), path, numpy_names.lost_methods())
    exec(code, vars(module))
    return vars(module)

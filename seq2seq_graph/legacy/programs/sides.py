"""Runs a program twice, each time in a process and a copy of the working folder of its own."""

import os
import shutil
import subprocess
import sys
import tempfile
from typing import Dict, List, NamedTuple, Optional, Sequence

from seq2seq_graph.errors import InputError

MOST_BYTES = 500_000_000
# The settings of the second run where a program is compared with itself.
OTHER_SETTINGS = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1",
                  "TF_ENABLE_ONEDNN_OPTS": "0"}


class Program(NamedTuple):
    """What is run, and how."""

    script: str  # `scripts/legacy.py`
    program: str  # a file, or a module's name
    args: List[str]
    as_module: bool = False
    here: bool = False  # in the working folder itself; else each run has a copy of it
    shown: bool = False  # what it prints is shown as it comes; else only if it fails


def both(program: Program, python: Optional[str], folder: str) -> List[str]:
    """Records a program with `python` and with this Python; gives both files' paths.

    Args:
      program: what is run.
      python: another Python, with TensorFlow 1.15; None compares this one with itself, under
        `OTHER_SETTINGS`.
      folder: where the files are written.

    Raises:
      InputError: the folder is too large to copy, or there is no such Python.
    """
    found = python and shutil.which(python)
    if python is not None and not found:
        raise InputError(f"--tf115-python {python}: there is no such program")
    first = os.path.join(folder, "first.npz")
    # Not its real path: that of a virtual environment's Python leads out of the environment.
    _one(program, os.path.abspath(found) if found else sys.executable, first, {})
    return [first, again(program, first, folder, {} if found else OTHER_SETTINGS)]


def again(program: Program, reference: str, folder: str,
          settings: Optional[Dict[str, str]] = None) -> str:
    """Records a program with this Python beside a reference; gives the file's path."""
    out = os.path.join(folder, "second.npz")
    _one(program, sys.executable, out, settings or {}, ["--reference", reference])
    return out


def _one(program: Program, python: str, out: str, settings: Dict[str, str],
         flags: Sequence[str] = ()) -> None:
    command = [python, program.script, "record", out, *flags, *["-m"] * program.as_module,
               program.program, "--", *program.args]
    environment = dict(os.environ, PYTHONHASHSEED="0", **settings)
    environment.pop("TF2_BEHAVIOR", None)  # TensorFlow 2 sets it, and 1.15 obeys
    with tempfile.TemporaryDirectory() as copy, tempfile.TemporaryFile() as kept:
        work = os.path.join(copy, "work")
        folder = os.getcwd() if program.here else _copied(os.getcwd(), work)
        print(f"== {python}", file=sys.stderr, flush=True)
        output = sys.stderr if program.shown else kept
        status = subprocess.run(command, cwd=folder, env=environment, check=False,
                                stdout=output, stderr=output).returncode
        noted = os.path.exists(out)
        if status or not noted:
            kept.seek(0)
            sys.stderr.write(kept.read().decode("utf-8", "replace"))
    if status:
        print(f"== it ended with status {status}", file=sys.stderr)
    if not noted:
        raise InputError(f"{python}: the program ended with status {status} and nothing was noted")


def _copied(source: str, target: str) -> str:
    size = 0
    for folder, folders, names in os.walk(source):
        left_out = _no_data(folder, folders)
        folders[:] = [name for name in folders if name not in left_out]
        size += sum(os.path.getsize(p) for p in (os.path.join(folder, n) for n in names)
                    if os.path.exists(p))
        if size > MOST_BYTES:
            raise InputError(
                f"{source}: more than {MOST_BYTES // 10**6} MB, too much to copy for each run; "
                "give --here to run in the folder itself, one after the other")
    shutil.copytree(source, target, symlinks=True, ignore=_no_data)
    return target


def _no_data(folder, names):
    """Names what no program reads: Git's history, virtual environments, compiled files."""
    return {name for name in names if name in (".git", "__pycache__")
            or os.path.exists(os.path.join(folder, name, "pyvenv.cfg"))}

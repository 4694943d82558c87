"""Runs a program twice, each time in a process and a copy of the working folder of its own."""

import os
import shutil
import subprocess
import sys
import tempfile
from typing import Dict, List, Optional

from seq2seq_graph.errors import InputError

MOST_BYTES = 500_000_000
# The settings of the second run where a program is compared with itself.
OTHER_SETTINGS = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1",
                  "TF_ENABLE_ONEDNN_OPTS": "0"}


def both(script: str, program: str, args: List[str], as_module: bool,
         python: Optional[str], here: bool, folder: str) -> List[str]:
    """Records a program with `python` and with this Python; gives both files' paths.

    Args:
      script: `scripts/legacy.py`.
      python: another Python, with TensorFlow 1.15; None compares this one with itself, under
        `OTHER_SETTINGS`.
      here: run in the working folder itself; else each run has a copy of it.
      folder: where the files are written.

    Raises:
      InputError: the folder is too large to copy, or there is no such Python.
    """
    if python is not None and shutil.which(python) is None:
        raise InputError(f"--tf115-python {python}: there is no such program")
    first = os.path.join(folder, "first.npz")
    command = ["-m"] * as_module + [program, *args]
    _one(python or sys.executable, [script, "record", first, *command], {}, here)
    other = {} if python is not None else OTHER_SETTINGS
    return [first, again(script, program, args, as_module, first, here, folder, other)]


def again(script: str, program: str, args: List[str], as_module: bool, reference: str,
          here: bool, folder: str, settings: Optional[Dict[str, str]] = None) -> str:
    """Records a program with this Python beside a reference; gives the file's path."""
    out = os.path.join(folder, "second.npz")
    command = ["-m"] * as_module + [program, *args]
    _one(sys.executable, [script, "record", out, "--reference", reference, *command],
         settings or {}, here)
    return out


def _one(python, command, settings: Dict[str, str], here: bool) -> None:
    environment = dict(os.environ, PYTHONHASHSEED="0", **settings)
    environment.pop("TF2_BEHAVIOR", None)  # TensorFlow 2 sets it, and 1.15 obeys
    with tempfile.TemporaryDirectory() as copy:
        folder = os.getcwd() if here else _copied(os.getcwd(), os.path.join(copy, "work"))
        print(f"== {python}", file=sys.stderr, flush=True)
        status = subprocess.run([python, *command], cwd=folder, env=environment, check=False,
                                stdout=sys.stderr, stderr=sys.stderr).returncode
    if status:
        print(f"== it ended with status {status}", file=sys.stderr)
    if not os.path.exists(command[2]):
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

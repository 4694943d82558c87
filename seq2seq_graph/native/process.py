"""Another Python's process: what it sees, and why it ended.

Programs that are compared run in processes of their own, so that versions do not meet; one of them
is the document's own, on the Python of TensorFlow 1.15. Needs nothing but Python.
"""

import contextlib
import os
import shutil
import signal
import tempfile
from typing import Dict, Iterable, Iterator

NOT_HERE = 3  # exit status: what the program needs is not installed
_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# TensorFlow 2 sets it in its own process; 1.15 would turn half into TensorFlow 2 by it.
_NOT_HANDED_ON = ("TF2_BEHAVIOR",)


@contextlib.contextmanager
def environment(without: Iterable[str] = _NOT_HANDED_ON, **more: str) -> Iterator[Dict[str, str]]:
    """Yields the environment for another Python that is to import this package.

    The package is copied into a folder of its own: where it is installed, the packages beside it
    are for this Python and would break another.

    Args:
      without: names that are not handed on; TF2_BEHAVIOR never is.
      **more: names and values to set.
    """
    with tempfile.TemporaryDirectory() as folder:
        name = os.path.basename(_PACKAGE)
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(_PACKAGE, os.path.join(folder, name), ignore=ignored)
        left_out = (*_NOT_HANDED_ON, *without)
        env = {name: value for name, value in os.environ.items() if name not in left_out}
        path = os.pathsep.join(filter(None, [folder, env.get("PYTHONPATH")]))
        env.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        env.update(PYTHONPATH=path, PYTHONDONTWRITEBYTECODE="1")
        env.update(more)
        yield env


def why_it_ended(status: int, said: str) -> str:
    """Says in a line why a process broke: its signal, or its error, or the last that it said.

    Args:
      status: as `subprocess` has it, negative for a signal.
      said: its standard error.
    """
    lines = [line.rstrip() for line in said.split("\n") if line.strip()]
    starts = [i for i, line in enumerate(lines) if line.startswith("Traceback (most recent call")]
    if status < 0:
        reason = f"killed by {_signal_name(-status)}"
        return reason + (f"; it last said: {lines[-1][:300]}" if lines else "")
    if starts:  # what is not indented behind a traceback is the error
        tail = lines[starts[-1] + 1:]
        error = [i for i, line in enumerate(tail) if not line.startswith(" ")]
        lines = tail[error[0]:] if error else lines
        return " ".join(lines)[:600]
    return f"exit status {status}: {' '.join(lines[-3:])[-600:] or 'it said nothing'}"


def _signal_name(number):
    try:
        name = signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
    meaning = {"SIGSEGV": "a segmentation fault", "SIGKILL": "often where memory ends",
               "SIGILL": "an instruction that this processor lacks"}.get(name)
    return f"signal {name}" + (f" ({meaning})" if meaning else "")

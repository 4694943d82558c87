"""Tracebacks of a program without the runner's own frames."""

import os
import sys
import traceback
import types
from typing import Any, Optional

from seq2seq_graph.legacy.programs import source

HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep
PACKAGE = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
OURS = (HERE, os.path.join(PACKAGE, "legacy", "tree.py"), os.path.join(PACKAGE, "console") + os.sep)
SCRIPT = os.path.join("scripts", "legacy.py")


def install() -> None:
    """Sets the hook for uncaught errors; a program may set another."""
    before = sys.excepthook

    def show(kind, error, _):
        old = source.python_2(error)
        if old:
            print(f"error: {error.filename}:{error.lineno}: this is Python 2 ({old}); turn it into "
                  "Python 3 first: scripts/doctor.py --fix --write "
                  f"{os.path.basename(error.filename)}, and what that leaves with 2to3 of "
                  "Python 3.12 or earlier", file=sys.stderr)
            return
        strip(error)
        if before is sys.__excepthook__:
            # Not the hook itself: Python 3.7's knows no lines but those of files.
            traceback.print_exception(kind, error, error.__traceback__)
        else:
            before(kind, error, error.__traceback__)

    sys.excepthook = show


def strip(error: Optional[BaseException], seen: Any = ()) -> None:
    """Takes the runner's frames out of an error's traceback and of those it came from."""
    if error is None or id(error) in seen:
        return
    error.__traceback__ = _without_ours(error.__traceback__)
    strip(error.__cause__, (*seen, id(error)))
    strip(error.__context__, (*seen, id(error)))


def _without_ours(entry):
    entries = []
    while entry is not None:
        if not _is_ours(entry.tb_frame.f_code.co_filename):
            entries.append(entry)
        entry = entry.tb_next
    following = None
    for entry in reversed(entries):
        following = types.TracebackType(
            following, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return following


def _is_ours(filename) -> bool:
    return filename.startswith(OURS) or filename.endswith(SCRIPT)

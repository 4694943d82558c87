"""What TensorFlow logs, kept off the terminal unless the script fails.

Native code writes to the process's descriptor 2, whatever its level says: 6 to 17 lines a start,
two of them errors. Here 2 is a pipe to a small process, which keeps the lines and shows them if
this one fails: by a traceback, or by a signal after which no Python runs. The script's own lines
are Python's, and go where they always went.
"""

import contextlib
import logging
import os
import subprocess
import sys
import tempfile
import warnings
from typing import Iterator

FINE, FAILED = b"\0fine\n", b"\0failed\n"

# Keeps the first and the last lines until it is told how it ended, or until nobody is left to tell.
KEEPER = r"""
import collections, re, sys
first, last, left_out = [], collections.deque(), 0
noise = re.compile(rb"WARNING: All log messages before absl|I\d{4} |[-\d]+ [:.\d]+: I |"
                   rb"To enable the following instructions")
for line in sys.stdin.buffer:
    if line.endswith(b"\0fine\n"):
        sys.exit()
    failed = line.endswith(b"\0failed\n")
    line = line.replace(b"\0failed\n", b"")
    if line.strip() and not noise.match(line):
        last.append(line)
        if len(first) < 100:
            first.append(last.popleft())
        elif len(last) > 100:
            last.popleft()
            left_out += 1
    if failed:
        break
if first:
    lines = [b"what was logged before:\n", *first]
    lines += [b"... %d lines left out ...\n" % left_out] * bool(left_out)
    sys.stderr.buffer.write(b"".join([*lines, *last]))
"""

_keepers: list = []  # the running one, if any
_before: list = []  # descriptor 2 as it was, while what is written to it is held back


def collect() -> None:
    """Keeps off the terminal what TensorFlow logs and Python warns of, from here on."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "1")
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    reader, writer = os.pipe()
    try:
        _keepers.append(subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", KEEPER], stdin=reader, stdout=subprocess.DEVNULL,
            stderr=sys.stderr.fileno(), start_new_session=True))  # Ctrl-C is not for it
    except OSError:
        pass  # noise, rather than no work
    else:
        os.dup2(writer, 2)
        if not sys.warnoptions:
            warnings.showwarning = _collect_warning
    finally:
        os.close(reader)
        os.close(writer)


@contextlib.contextmanager
def hold_back() -> Iterator[None]:
    """Holds back what native code writes to descriptor 2 meanwhile, and shows it if that fails.

    For what is run in the place of Python: afterwards its streams are as they were, and TensorFlow
    logs errors alone unless the level is set.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.stderr.flush()
    _before.append(os.dup(2))
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), 2)
        try:
            yield
        except BaseException:
            file.seek(0)
            os.write(_before[-1], file.read())
            raise
        finally:
            os.dup2(_before[-1], 2)
            os.close(_before.pop())


def _collect_warning(message, category, filename, lineno, file=None, line=None):
    text = warnings.formatwarning(message, category, filename, lineno, line)
    with contextlib.suppress(OSError):
        os.write(2, text.encode("utf-8", "backslashreplace"))


def discard() -> None:
    """Forgets what was collected: the script has ended as it should, or said why not."""
    if _before:
        os.dup2(_before[-1], 2)
    _finish(FINE)


def show() -> None:
    """Shows what was collected."""
    _finish(FAILED)


def _finish(verdict):
    while _keepers:
        keeper = _keepers.pop()
        sys.stderr.flush()
        with contextlib.suppress(OSError):
            os.write(2, verdict)
        os.dup2(sys.stderr.fileno(), 2)
        with contextlib.suppress(subprocess.TimeoutExpired):
            keeper.wait(10)

"""A run directory held by the one process that trains in it; the hold ends with the process."""

import contextlib
import os
import socket
from typing import Iterator

from seq2seq_graph.errors import InputError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]
    import msvcrt

NAME = "lock"
_FAR = 2**20  # Windows keeps others from reading what is locked: a byte past all that is written


@contextlib.contextmanager
def hold(directory: str) -> Iterator[None]:
    """Holds a run directory; the file `lock` there says who does.

    Raises:
      InputError: another process holds it, which the message names, or the file cannot be made.
    """
    path = os.path.join(directory, NAME)
    try:
        number = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
    except OSError as error:
        raise _unwritable(path, error) from None
    # Without a buffer: what a full disk did not take would be tried again as the file is closed.
    with os.fdopen(number, "r+b", buffering=0) as file:
        if not _taken(file):
            holder = file.read().decode("utf-8", "replace").strip() or "another process"
            raise InputError(
                f"{directory} is being trained by {holder}; wait for its end, or end it"
            )
        try:
            file.truncate(0)
            file.write(f"process {os.getpid()} on {socket.gethostname()}\n".encode())
        except OSError as error:
            raise _unwritable(path, error) from None
        try:
            yield
        finally:
            file.truncate(0)


def _unwritable(path, error):
    return InputError(f"{path}: {error.strerror}; training writes this file")


def _taken(file):
    try:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            file.seek(_FAR)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            file.seek(0)
    except (BlockingIOError, PermissionError):
        file.seek(0)
        return False
    except OSError:  # a file system without locks: as it was before there was one
        pass
    return True

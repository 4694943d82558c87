"""A folder that has a name of its own until it is whole. NumPy only."""

import contextlib
import os
import secrets
import shutil
from typing import Iterator

from seq2seq_graph.plain_files import sync_folder

_ENDING = ".unfinished"


@contextlib.contextmanager
def unfinished(parent: str, name: str) -> Iterator[str]:
    """Makes a folder in `parent`; at the end it gets its name, or it goes where that fails.

    One of that name gives way; who reads it goes on reading. What processes left that were killed
    is removed. Raises OSError.

    Args:
      parent: is made if it is not there.
      name: of the whole folder.
    """
    os.makedirs(parent, exist_ok=True)
    _tidy(parent)
    with _new(os.path.join(parent, name)) as path:
        try:
            yield path
            _rename(path, os.path.join(parent, name))
        except BaseException:
            shutil.rmtree(path, ignore_errors=True)
            with contextlib.suppress(OSError):  # others stand in it
                os.rmdir(parent)
            raise


@contextlib.contextmanager
def _new(final):
    """Makes a folder and holds it until the end of the block, or of the process."""
    while True:
        path = f"{final}.{secrets.token_hex(8)}{_ENDING}"
        os.mkdir(path)
        with _held(path):
            if os.path.exists(path):  # else another process took it for left behind
                yield path
                return


@contextlib.contextmanager
def _held(path, wait=True):
    """Holds a folder; yields whether it does, which Windows and some file systems cannot."""
    number = None
    held = False
    with contextlib.suppress(ImportError, OSError):
        import fcntl

        number = os.open(path, os.O_RDONLY)
        fcntl.flock(number, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        held = True
    try:
        yield held
    finally:
        if number is not None:
            os.close(number)


def _tidy(parent):
    for name in os.listdir(parent):
        path = os.path.join(parent, name)
        if name.endswith(_ENDING):
            with _held(path, wait=False) as held:
                if held:  # by nobody else
                    shutil.rmtree(path, ignore_errors=True)


def _rename(path, final):
    old = f"{final}.{secrets.token_hex(8)}{_ENDING}"
    sync_folder(path)
    with contextlib.suppress(FileNotFoundError):
        os.rename(final, old)
    try:
        os.rename(path, final)
    except OSError:
        if not os.path.isdir(final):
            raise
        shutil.rmtree(path, ignore_errors=True)  # another process was faster, with the same text
    sync_folder(os.path.dirname(final))
    shutil.rmtree(old, ignore_errors=True)

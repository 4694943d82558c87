"""A run's directory as it is made: refused before the work, and gone again where that fails."""

import contextlib
import os
import shutil
from typing import Iterator, Optional

from seq2seq_graph.errors import InputError
from seq2seq_graph.plain_files import check_folder_for, make_folder_for
from seq2seq_graph.runs import checkpoint_files

_EXISTS = "{} exists, and a run is never written over another: name a new directory"


def check(directory: Optional[str]) -> None:
    """Refuses what `made` would refuse; nothing is made.

    Raises:
      InputError: the directory exists, cannot be made, or TensorFlow would read its path as
        another one.
    """
    path = "runs" if directory is None else directory
    checkpoint_files.check_path(path)
    if directory is not None and os.path.lexists(directory):
        raise InputError(_EXISTS.format(directory))
    check_folder_for(os.path.join(path, "001") if directory is None else path)


@contextlib.contextmanager
def made(directory: Optional[str]) -> Iterator[str]:
    """Makes a directory, the first free one of `runs/001`, `runs/002`, ... for None; where what is
    done inside raises, it goes again, so that the same command can be given once more.

    Raises:
      InputError: as `check`; or there is no room.
    """
    checkpoint_files.check_path("runs" if directory is None else directory)
    try:
        path = _next_free("runs") if directory is None else _new(directory)
        try:
            yield path
        except BaseException:
            shutil.rmtree(path, ignore_errors=True)
            raise
    except OSError as error:
        path = error.filename or ("runs" if directory is None else directory) or "''"
        raise InputError(f"{path}: {error.strerror or error}; make room, or name a directory that "
                         "can be written") from None


def _new(directory):
    _make_parent(directory)
    try:
        os.mkdir(directory)
    except FileExistsError:
        raise InputError(_EXISTS.format(directory)) from None
    return directory


def _next_free(parent):
    _make_parent(os.path.join(parent, "001"))
    number = 1
    while True:
        directory = os.path.join(parent, f"{number:03}")
        try:
            os.mkdir(directory)
            return directory
        except FileExistsError:
            number += 1


def _make_parent(directory):
    check_folder_for(directory)
    make_folder_for(directory)

"""JSON and `.npz` files: read with errors that name the file, written whole. NumPy only."""

import contextlib
import json
import os
import secrets
import zipfile
from typing import IO, Any, Dict, Union

import numpy as np

from seq2seq_graph.errors import InputError

Arrays = Dict[str, np.ndarray]

# What an archive may unpack to: as its own size times the first, and always the second. Weights
# that are zeros are packed by a thousand, but then there are few bytes of them.
MOST_TIMES, ALWAYS_ALLOWED = 100, 2**28


def read_json(path: str, mend: str) -> Any:
    """Reads a JSON file.

    Args:
      path: the file.
      mend: what to do where there is none, "give a run's config.json".

    Raises:
      InputError: it cannot be read, or is not JSON.
    """
    try:
        with open(path, encoding="utf-8") as file:
            return parse_json(file.read(), path)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; {mend}") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not JSON: not UTF-8, {error.reason}") from None


def parse_json(text: str, where: str) -> Any:
    """Reads JSON from a text; raises InputError, which begins with `where`, if it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where}: not JSON: {error}") from None


def as_json(value: Any) -> str:
    """Gives indented JSON, NumPy's numbers as plain ones.

    All of it is ASCII, since a file's name may hold bytes that no encoding knows.
    """
    return json.dumps(value, indent=2, default=lambda number: number.item())


def read_npz(path: str, mend: str) -> Arrays:
    """Reads all arrays of an `.npz`; pickled objects are refused, not run.

    Raises:
      InputError: as `read_json`; or it would unpack to more than `require_modest` allows.
    """
    try:
        if zipfile.is_zipfile(path):
            require_modest(path, path)
        with np.load(path, allow_pickle=False) as file:
            return {key: np.asarray(file[key]) for key in file.files}
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}; {mend}") from None
    except InputError:
        raise
    except Exception as error:  # zipfile, zlib and NumPy have ten kinds for a damaged file
        # Of another file NumPy says that it may be a pickle, and how to have its code run.
        why = f": {error}" if zipfile.is_zipfile(path) else "; it is another kind of file"
        raise InputError(f"{path}: not an .npz of plain arrays{why}") from None


def require_modest(file: Union[str, IO[bytes]], where: str) -> None:
    """Refuses a zip file that is small and says that it unpacks to very much.

    Args:
      file: its path, or the file itself, open.
      where: the file, for the error.

    Raises:
      InputError: more than MOST_TIMES its size, and than ALWAYS_ALLOWED bytes.
      OSError, zipfile.BadZipFile: it cannot be read.
    """
    with zipfile.ZipFile(file) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
        packed = archive.fp.seek(0, os.SEEK_END) if archive.fp else 0
    if unpacked > max(MOST_TIMES * packed, ALWAYS_ALLOWED):
        raise InputError(
            f"{where}: {packed:,} bytes that unpack to {unpacked:,}; more than {MOST_TIMES} times "
            "its size is not unpacked: if you trust the file, unpack it and pack it without "
            "compression"
        )


def check_writable(path: str) -> None:
    """Refuses, before the work, a file that could not be written after it.

    Raises:
      InputError: it is a folder, stands in none, or may not be written.
    """
    there = os.path.exists(path)
    try:
        with open(path, "ab"):
            pass
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}; name another file"
                         ) from None
    if not there:
        os.remove(os.path.realpath(path))  # of a link what it leads to


def check_folder_for(path: str) -> None:
    """Refuses, before the work, a path above which a file stands where a folder is needed.

    Folders that are missing are no fault: `make_folder_for` makes them.

    Raises:
      InputError: the nearest thing above it that is there is no folder, or takes no new one.
    """
    parent = os.path.dirname(os.path.abspath(path))
    while not os.path.lexists(parent):
        parent = os.path.dirname(parent)
    if not os.path.isdir(parent):
        raise InputError(f"{path}: {parent} is a file, so nothing can be kept in it; name another "
                         "place")


def make_folder_for(path: str) -> None:
    """Makes the folders above a path that are missing; raises OSError as `os.makedirs`."""
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)


def write_whole(path: str, text: str) -> None:
    """Writes a file so that at every moment there is the old one or the new one, also after a
    power cut.

    A link of that name is replaced, not followed. Raises OSError; then the old one is left.
    """
    temporary = f"{path}.{secrets.token_hex(8)}.tmp"
    number = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with open(number, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.remove(temporary)
        raise
    sync_folder(os.path.dirname(os.path.abspath(path)))


def sync_folder(folder: str) -> None:
    """Has the file's new name outlive a power cut; Windows and some file systems do it alone."""
    with contextlib.suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)

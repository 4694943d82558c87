"""The files in a folder, a wheel or a zip, read by name."""

import contextlib
import functools
import os
import zipfile
import zlib
from typing import Callable, Dict, Iterator, Sequence

from seq2seq_graph.errors import InputError

LARGEST = 2**28  # bytes that a file may unpack to; catalogues have a few MB
Files = Dict[str, Callable[[], bytes]]  # full name -> reads the content


@contextlib.contextmanager
def opened(path: str, endings: Sequence[str]) -> Iterator[Files]:
    """Lists the files whose names end in one of `endings`, in order of their names.

    Args:
      path: a folder with all that is in it, a wheel or another zip, or a single file.
      endings: such as ".mo"; a single file must have one as well.

    Raises:
      InputError: there is no such path, or it is something else; also when a file is read.
    """
    with contextlib.ExitStack() as stack:
        if os.path.isdir(path):
            names = [os.path.join(folder, name) for folder, _, ns in os.walk(path) for name in ns]
            read = _read
        elif os.path.isfile(path) and path.endswith(tuple(endings)):
            names, read = [path], _read
        elif zipfile.is_zipfile(path):
            archive = stack.enter_context(_archive(path))
            # A member's name begins with the archive's, so that an error names both.
            names = [f"{path}/{name}" for name in archive.namelist()]
            read = functools.partial(_read_member, archive, len(path) + 1)
        else:
            raise InputError(f"{path}: {_advice(path, endings)}")
        wanted = sorted(name for name in names if name.endswith(tuple(endings)))
        yield {name: functools.partial(read, name) for name in wanted}


def _advice(path, endings):
    if not os.path.exists(path):
        return "No such file or directory; give a folder, a wheel or a zip"
    if path.endswith(".deb"):
        return "a Debian package; unpack it with dpkg-deb -x and give the folder"
    return f"give a folder, a wheel, a zip, or a file that ends in {' or '.join(endings)}"


def _archive(path):
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise InputError(f"{path}: {error}; fetch it again") from None


def _read(name: str) -> bytes:
    try:
        with open(name, "rb") as file:
            return file.read()
    except OSError as error:
        raise InputError(f"{name}: {error.strerror}; make it readable") from None


def _read_member(archive, prefix_length, name) -> bytes:
    size = archive.getinfo(name[prefix_length:]).file_size
    if size > LARGEST:
        raise InputError(
            f"{name}: {size:,} bytes unpacked, over {LARGEST:,}; unpack the archive yourself and "
            "give the folder, if you trust it"
        )
    try:
        return archive.read(name[prefix_length:])
    # RuntimeError: encrypted; NotImplementedError: an unusual compression.
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise InputError(f"{name}: {error}; give an archive that unzip can unpack") from None

"""The files in a folder, a wheel, another zip or a Debian package, read by name."""

import contextlib
import functools
import io
import lzma
import os
import struct
import zipfile
import zlib
from typing import Callable, Dict, Iterator, Sequence

from seq2seq_graph.data.corpora.deb import LARGEST, read_deb
from seq2seq_graph.errors import InputError

# What zipfile raises of a damaged archive. ValueError: a place before its beginning; RuntimeError,
# NotImplementedError: by its bits it is encrypted, or compressed in an unusual way.
_DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError,
           OverflowError, ValueError, RuntimeError, NotImplementedError)
Files = Dict[str, Callable[[], bytes]]  # full name -> reads the content


@contextlib.contextmanager
def opened(path: str, endings: Sequence[str]) -> Iterator[Files]:
    """Lists the files whose names end in one of `endings`, in order of their names.

    Args:
      path: a folder with all that is in it, a wheel or another zip, a Debian package, or a single
        file.
      endings: such as ".mo"; a single file must have one as well.

    Raises:
      InputError: there is no such path, or it is something else; also when a file is read.
    """
    read: Callable[[str], bytes] = _read
    with contextlib.ExitStack() as stack:
        if os.path.isdir(path):
            names = [os.path.join(folder, name) for folder, _, ns in os.walk(path) for name in ns]
        elif os.path.isfile(path) and path.endswith(tuple(endings)):
            names = [path]
        elif os.path.isfile(path) and path.endswith(".deb"):
            contents = {f"{path}/{name}": file for name, file in read_deb(path, endings).items()}
            names, read = list(contents), contents.__getitem__
        elif zipfile.is_zipfile(path):
            names, read = _members(path, stack.enter_context(_archive(path, path)))
        else:
            raise InputError(f"{path}: {_advice(path, endings)}")
        wanted = sorted(name for name in names if name.endswith(tuple(endings)))
        yield {name: functools.partial(read, name) for name in wanted}


def unzipped(name: str, content: bytes, endings: Sequence[str]) -> Dict[str, bytes]:
    """Returns name -> content of a zip's files whose names end in one of `endings`.

    Raises:
      InputError: it is no zip, or one of them cannot be unpacked.
    """
    with _archive(name, io.BytesIO(content)) as archive:
        names, read = _members(name, archive)
        # The archive's own name is in front of each.
        return {n[len(name) + 1 :]: read(n) for n in sorted(names) if n.endswith(tuple(endings))}


def _advice(path, endings):
    if not os.path.exists(path):
        return "No such file or directory; give a folder, a wheel, a zip or a .deb"
    if path.endswith((".whl", ".zip")):
        return "is no zip, it was cut short or damaged; delete it, and fetch it again"
    return f"give a folder, a wheel, a zip, a .deb, or a file that ends in {' or '.join(endings)}"


def _archive(name, file):
    try:
        return zipfile.ZipFile(file)
    except _DAMAGE as error:
        raise InputError(f"{name}: {error}; fetch it again") from None


def _members(path, archive):
    # A member's name begins with the archive's, so that an error names both.
    names = [f"{path}/{name}" for name in archive.namelist()]
    return names, functools.partial(_read_member, archive, len(path) + 1)


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
    except _DAMAGE as error:
        raise InputError(f"{name}: {error}; give an archive that unzip can unpack") from None

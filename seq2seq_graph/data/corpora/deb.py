"""Debian packages, `.deb`: the files in one, read without unpacking it to the disk.

A package is an `ar` archive with a tar in it (deb(5)), which is compressed by gzip or xz. For zstd,
the compression of Ubuntu's, Python has no reader, and dpkg-deb is asked.
"""

import bz2
import gzip
import io
import lzma
import subprocess
import tarfile
import zlib
from typing import Callable, Dict, Sequence

from seq2seq_graph.errors import InputError

LARGEST = 2**28  # bytes that a wanted file may unpack to
DPKG = ("dpkg-deb",)
_MAGIC, _HEADER = b"!<arch>\n", 60
_OPENERS: Dict[str, Callable] = {
    "": lambda file: file,
    ".gz": gzip.open,
    ".bz2": bz2.open,
    ".xz": lzma.open,
}


def read_deb(path: str, endings: Sequence[str]) -> Dict[str, bytes]:
    """Returns name -> content of the files whose names end in one of `endings`.

    Names are as in the package, `usr/share/doc/tool/copyright`; links are passed over.

    Raises:
      InputError: the file cannot be read, is no Debian package, is damaged, or is compressed in a
        way that Python cannot read.
    """
    try:
        ending, content = _data(path)
        with tarfile.open(fileobj=_OPENERS[ending](io.BytesIO(content)), mode="r|") as archive:
            return dict(_wanted(path, archive, tuple(endings)))
    # ValueError: a number in a header that is none; zlib's is no OSError.
    except (tarfile.TarError, lzma.LZMAError, zlib.error, EOFError, ValueError, OSError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"{path}: {getattr(error, 'strerror', None) or error}; the package is damaged: delete "
            "it, so that it is fetched again"
        ) from None


def _data(path):
    """Returns the ending and the bytes of the package's `data.tar`."""
    with open(path, "rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise InputError(f"{path}: is no Debian package; give a .deb")
        while True:
            header = file.read(_HEADER)
            if len(header) < _HEADER or header[-2:] != b"`\n":
                raise ValueError("cut short")
            name, size = header[:16].decode("ascii", "replace").strip(" /"), int(header[48:58])
            if size < 0:
                raise ValueError("cut short")
            if not name.startswith("data.tar"):
                file.seek(size + size % 2, io.SEEK_CUR)
                continue
            ending = name[len("data.tar") :]
            if ending not in _OPENERS:
                return "", _unpacked_by_dpkg(path, name)
            content = file.read(size)
            if len(content) < size:
                raise ValueError("cut short")
            return ending, content


def _unpacked_by_dpkg(path, name) -> bytes:
    try:
        done = subprocess.run([*DPKG, "--fsys-tarfile", path], capture_output=True, check=False)
    except OSError:
        raise InputError(
            f"{path}: {name} is compressed in a way that Python cannot read, and dpkg-deb is not "
            "here; unpack the package elsewhere and give the folder"
        ) from None
    if done.returncode:
        raise ValueError(done.stderr.decode("utf-8", "replace").strip())
    return done.stdout


def _wanted(path, archive, endings):
    for member in archive:
        name = member.name[2:] if member.name.startswith("./") else member.name
        if member.isfile() and name.endswith(endings):
            if member.size > LARGEST:
                raise InputError(
                    f"{path}: {name} has {member.size:,} bytes, over {LARGEST:,}; unpack the "
                    "package with dpkg-deb -x and give the folder, if you trust it"
                )
            yield name, archive.extractfile(member).read()

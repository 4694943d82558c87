"""The indexes of package descriptions that apt keeps, plain or compressed."""

import bz2
import glob
import gzip
import lzma
import os
import subprocess
import tempfile
from typing import Callable, Dict, Iterator, List, NamedTuple, Sequence

from seq2seq_graph.data import text
from seq2seq_graph.errors import InputError

APT_HELPER = "/usr/lib/apt/apt-helper"
LARGEST = 2**30  # bytes that an index may unpack to; Debian's has some 30 MB
_OPENERS: Dict[str, Callable] = {"": open, ".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}


class Description(NamedTuple):
    """What an index says of a package."""

    package: str
    md5: str  # of the English description
    synopsis: str
    paragraph: str  # the first one of the long description


def find_indexes(paths: Sequence[str], language: str) -> List[str]:
    """Lists the index files of a language, plain or compressed, in order of their names.

    Raises:
      InputError: there is none.
    """
    found = []
    for path in paths:
        if os.path.isdir(path):
            pattern = os.path.join(glob.escape(path), f"*Translation-{glob.escape(language)}")
            found += sorted(glob.glob(pattern) + glob.glob(pattern + ".*"))
        elif not os.path.exists(path):
            raise InputError(f"{path}: No such file or directory; give apt's lists or an index")
        elif os.path.basename(path).split("Translation-")[-1].split(".")[0] == language:
            found.append(path)
    if not found:
        raise InputError(
            f"{', '.join(paths)}: no index Translation-{language}; add it to Acquire::Languages in "
            "/etc/apt/apt.conf.d (Docker's images say none in docker-no-languages: delete that "
            "file) and run apt-get update"
        )
    return found


def origin(paths: Sequence[str], *languages: str) -> str:
    """Names the index files of languages."""
    names = (os.path.basename(p) for language in languages for p in find_indexes(paths, language))
    return "apt's description indexes " + ", ".join(names)


def descriptions(paths: Sequence[str], language: str) -> Iterator[Description]:
    """Yields the described packages of a language.

    Raises:
      InputError: there is no index of the language, or one cannot be read.
    """
    for path in find_indexes(paths, language):
        yield from _read(path, language)


def _read(path: str, language: str) -> Iterator[Description]:
    """Yields the described packages of an index, paragraphs of `Field: value` lines."""
    fields, name = {}, None
    for number, line in enumerate([*_lines(path), ""], 1):
        if line[:1] in (" ", "\t"):
            if name is None:
                raise InputError(f"{path}:{number}: {line!r} continues no field; fetch it again")
            fields[name].append(line.strip())
        elif line:
            name, colon, value = line.partition(":")
            if not colon:
                raise InputError(f"{path}:{number}: {line!r} is no `Field: value`; fetch it again")
            fields[name] = [value.strip()]
        else:
            synopsis, *lines = fields.get(f"Description-{language}", [""])
            if synopsis:
                end = lines.index(".") if "." in lines else len(lines)
                yield Description(
                    fields.get("Package", [""])[0],
                    fields.get("Description-md5", [""])[0],
                    text.normalize(synopsis),
                    text.normalize(" ".join(lines[:end])),
                )
            fields, name = {}, None


def _lines(path: str) -> List[str]:
    ending = os.path.splitext(path.split("Translation-")[-1])[1]
    try:
        if ending in _OPENERS:
            with _OPENERS[ending](path, "rb") as file:
                content = _bounded(file)
        else:
            content = _decompressed_by_apt(path)
        return content.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        line = 1 + content[: error.start].count(b"\n")
        raise InputError(f"{path}:{line}: not UTF-8 ({error.reason}); fetch it again") from None
    except (OSError, EOFError, lzma.LZMAError) as error:
        raise InputError(f"{path}: {error}; fetch it again") from None


def _bounded(file) -> bytes:
    blocks, size = [], 0
    for block in iter(lambda: file.read(2**20), b""):
        blocks.append(block)
        size += len(block)
        if size > LARGEST:
            raise OSError(f"over {LARGEST:,} bytes unpacked")
    return b"".join(blocks)


def _decompressed_by_apt(path: str) -> bytes:
    """Has apt itself read what it has compressed (.lz4, .zst): Python has no means of its own."""
    if not os.path.exists(APT_HELPER):
        raise InputError(f"{path}: {APT_HELPER} is not there to read it; decompress the file first")
    with tempfile.TemporaryFile() as errors, subprocess.Popen(
        [APT_HELPER, "cat-file", path], stdout=subprocess.PIPE, stderr=errors
    ) as process:
        try:
            content = _bounded(process.stdout)
        except OSError:
            process.kill()
            raise
        status = process.wait()
        errors.seek(0)
        message = errors.read().decode("utf-8", "replace").strip().split("\n")[-1]
    if status:
        raise InputError(f"{path}: {message or 'apt-helper cannot read it'}; fetch it again")
    return content

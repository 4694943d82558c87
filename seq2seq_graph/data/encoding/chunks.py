"""Files of a text cut into pieces of whole lines, which can be read in any order. NumPy only."""

import os
import stat
import zlib
from typing import Iterator, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from seq2seq_graph.data.pairs import Pair, Span, read_pairs
from seq2seq_graph.data.side_by_side import LINES, read_side_by_side
from seq2seq_graph.errors import InputError

AT_ONCE = 2**20  # bytes of a piece's first file, but for its last line
_LINE_END = ord("\n")


class Chunk(NamedTuple):
    """A piece of a file of pairs, or as many lines of two files side by side."""

    part: Optional[str]  # what it belongs to; None: its pairs are dealt out by source
    paths: Tuple[str, ...]  # one or two
    spans: Tuple[Span, ...]

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(span.end - span.start for span in self.spans)

    def pairs(self, source_tokens: str, target_tokens: str) -> Iterator[Pair]:
        """Reads it, as `read_pairs` or `read_side_by_side`."""
        if len(self.paths) == 1:
            return read_pairs(self.paths[0], source_tokens, target_tokens, self.spans[0])
        (source, target), spans = self.paths, (self.spans[0], self.spans[1])
        return read_side_by_side(source, target, source_tokens, target_tokens, spans)


class TextFile(NamedTuple):
    """What tells a file's content from any other."""

    size: int  # bytes
    mtime: int  # when it was written, in nanoseconds
    ctime: int  # when it was last written, named or given other rights, likewise
    checksum: int  # of its content


class _Marks(NamedTuple):
    """Where some lines of a file begin."""

    numbers: List[int]  # of lines, from 1
    places: List[int]  # in bytes
    lines: int  # of the file
    file: TextFile


def plan(part: Optional[str], paths: Sequence[str]) -> Tuple[List[Chunk], List[TextFile]]:
    """Reads a file of pairs, or two files side by side, and cuts them into pieces in order.

    Where one of two files has more lines, they are in the last piece, whose reader refuses them.

    Raises:
      InputError: a file cannot be read.
    """
    kind = "pairs: source TAB target" if len(paths) == 1 else LINES
    marks: List[_Marks] = []
    for path in paths:
        try:
            if os.path.exists(path) and not stat.S_ISREG(os.stat(path).st_mode):
                raise InputError(f"{path}: is no file but a {_kind(path)}, which cannot be read "
                                 "twice; write it into a file first")
            marks.append(_scan(path, marks[0].numbers if marks else None))
        except OSError as error:
            raise InputError(f"{path}: {error.strerror}; give a file of {kind}") from None
    common = min(mark.lines for mark in marks)
    numbers = [number for number in marks[0].numbers if number == 1 or number <= common]
    spans = []
    for mark in marks:
        places = [*mark.places[: len(numbers)], mark.file.size]
        spans.append([Span(*span) for span in zip(places, places[1:], numbers)])
    chunks = [Chunk(part, tuple(paths), beside) for beside in zip(*spans)]
    return chunks, [mark.file for mark in marks]


def _kind(path):
    return "folder" if os.path.isdir(path) else "pipe or a device"


def checksum(path: str) -> int:
    """Sums up a file's content, as in `TextFile`; raises OSError."""
    return _scan(path, []).file.checksum


def _scan(path, wanted):
    """Marks each line behind a block's first end of line, or the lines `wanted`."""
    numbers, places = [1], [0]
    ended = base = summed = 0  # lines ended and bytes read before a block
    content = b""
    with open(path, "rb") as file:
        status = os.fstat(file.fileno())
        for content in iter(lambda: file.read(AT_ONCE), b""):
            summed = zlib.crc32(content, summed)
            ends = np.flatnonzero(np.frombuffer(content, np.uint8) == _LINE_END)
            if wanted is None:
                found = [ended + 2] if len(ends) else []
            else:
                place = len(numbers)
                found = [number for number in wanted[place : place + len(ends)]
                         if number <= ended + len(ends) + 1]
            numbers += found
            places += [base + int(ends[number - ended - 2]) + 1 for number in found]
            ended += len(ends)
            base += len(content)
    last_line = int(bool(content) and not content.endswith(b"\n"))
    file = TextFile(base, status.st_mtime_ns, status.st_ctime_ns, summed)
    return _Marks(numbers, places, ended + last_line, file)

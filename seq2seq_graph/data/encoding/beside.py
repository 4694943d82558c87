"""The encoded folder of a text: found beside it, or made there. NumPy only.

    pairs.tsv          pairs.tsv.encoded/NAME/      for each way to encode it one
    corpus/            corpus/encoded/NAME/         a prepared folder's
    ~/.cache/seq2seq_graph/...                      where the text's own folder cannot be written
"""

import atexit
import contextlib
import errno
import hashlib
import json
import os
import shutil
import tempfile
import time
from typing import Any, Callable, Dict, Iterable, List, NamedTuple, Optional, Sequence, Tuple

from seq2seq_graph.data.coding import Coding, Side
from seq2seq_graph.data.encoding import chunks, folder, workers
from seq2seq_graph.data.encoding.columns import Place
from seq2seq_graph.data.encoding.encode import Encoded, Rules, Text, encode
from seq2seq_graph.data.encoding.unfinished import unfinished
from seq2seq_graph.data.pairs import Pair
from seq2seq_graph.errors import InputError

Files = List[Tuple[Optional[str], Tuple[str, ...]]]
_RECENT = 2 * 10**9  # nanoseconds within which a file may change and its time of writing not
Tell = Callable[[str, int, int], None]  # what is done, how much of it is, and how much there is


def say_nothing(what: str, done: int, total: int) -> None:
    """Is the `Tell` of who does not want to know."""


class Request(NamedTuple):
    """A text, and how it is encoded."""

    origin: str  # a file or folder, beside which the encoded one stands
    files: Files  # part, or None where pairs are dealt out, and one file of pairs or two of sides
    tokens: Tuple[str, str]  # of source and target
    rules: Rules
    settings: Dict[str, Any]  # what else decides the ids, such as sub-words to learn
    learn: Callable[[Iterable[Pair]], Coding]
    cut_after_learning: bool  # as for `encode`


def find(request: Request) -> Optional[Encoded]:
    """Opens the encoded folder of a text; None where there is none, or the text has changed.

    Raises:
      InputError: it is damaged or of a newer format.
    """
    for parent in _parents(request):
        path = os.path.join(parent, _name(request))
        description = folder.describe(path)
        if description is not None and _is_of(path, description, request.files):
            with contextlib.suppress(FileNotFoundError):  # deleted just now
                return folder.read(path, description)
    return None


def make(
    request: Request, fingerprint: Callable[[Encoded], int] = lambda encoded: 0,
    tell: Tell = say_nothing,
) -> Encoded:
    """Encodes a text into a folder, and opens it.

    Args:
      request: the text.
      fingerprint: of what was encoded, to be kept.
      tell: is told what is done, and how much of how much.

    Raises:
      InputError: as the text's reader and `encode`; or there is no room.
    """
    pieces: List[chunks.Chunk] = []
    files: List[chunks.TextFile] = []
    for part, paths in request.files:
        some, of_these = chunks.plan(part, paths)
        pieces += some
        files += of_these
    parent = next(filter(_may_be_written, _parents(request)), None)
    if parent is None:
        parent = tempfile.mkdtemp(prefix="seq2seq_graph.")
        atexit.register(shutil.rmtree, parent, ignore_errors=True)
    try:
        with unfinished(parent, _name(request)) as path:
            scratch = os.path.join(path, "scratch")
            os.mkdir(scratch)
            try:
                encoded = encode(
                    _text(pieces, request.tokens, tell), request.rules, request.learn,
                    request.cut_after_learning, Place(path), Place(scratch), request.origin,
                    lambda line: tell(line, 0, 0))
            except (InputError, IndexError, ValueError):
                _check_unchanged(request.files, files)  # that may be why
                raise
            encoded = encoded._replace(fingerprint=fingerprint(encoded))
            shutil.rmtree(scratch, ignore_errors=True)
            _check_unchanged(request.files, files)
            text = [{**file._asdict(), "mtime": _settled(file.mtime),
                     "ctime": _settled(file.ctime)} for file in files]
            folder.finish(path, encoded, text, request.rules._asdict())
    except FileNotFoundError:
        raise InputError(f"{parent}: what was being written there was deleted; try again") from None
    except OSError as error:
        raise InputError(
            f"{error.filename or parent}: {error.strerror or error}; the encoded text is written "
            "there: make room, or put the text where there is some") from None
    return encoded


def _name(request):
    """Names the folder by all that decides what is in it, but for the text."""
    said = json.dumps([
        [[part, [_from(request.origin, path) for path in paths]] for part, paths in request.files],
        request.tokens, request.rules, request.settings], sort_keys=True)
    return hashlib.sha256(said.encode("utf-8")).hexdigest()[:16]


def _from(origin, path):
    """Returns the way to a text's other file; it stays where both are moved together."""
    try:
        return os.path.relpath(path, origin)
    except ValueError:  # on another drive
        return path


def _parents(request):
    """Returns the folders in which an encoded one may stand, the best first."""
    in_folder = os.path.isdir(request.origin)
    yield os.path.join(request.origin, "encoded") if in_folder else request.origin + ".encoded"
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    of_text = hashlib.sha256(os.fsencode(os.path.abspath(request.origin))).hexdigest()[:16]
    yield os.path.join(home, "seq2seq_graph", "encoded", of_text)


def _may_be_written(parent):
    """Tells whether folders can be made there; makes it, if it is not there."""
    try:
        os.makedirs(parent, exist_ok=True)
        os.rmdir(tempfile.mkdtemp(dir=parent, suffix=".unfinished"))
    except OSError as error:  # a full disk is for the user to know
        # Or another process tidied up the folder first.
        return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.ENOENT)
    return True


def _is_of(path, description, files):
    """Tells whether the text is still as it was; looks into its files only where it must."""
    paths = [path for _, some in files for path in some]
    if len(paths) != len(description.text):
        return False
    now = []
    for one, said in zip(paths, description.text):
        try:
            status = os.stat(one)
        except OSError:
            return False
        if status.st_size != said["size"]:
            return False
        times = {"mtime": status.st_mtime_ns, "ctime": status.st_ctime_ns}
        if any(said.get(name) != time for name, time in times.items()) and (
                chunks.checksum(one) != said["checksum"]):
            return False
        now.append({**said, **{name: _settled(time) for name, time in times.items()}})
    if now != description.text:
        folder.note_text(path, now)
    return True


def _settled(mtime):
    """Returns a time of writing, or None where the file could change and that would not."""
    return mtime if abs(time.time_ns() - mtime) > _RECENT else None


def _text(pieces, tokens, tell):
    total = sum(piece.size for piece in pieces)

    def cut(coding, hashed, numbered):
        # Only sub-words cut, and a vocabulary may be large.
        task = workers.Task(*tokens, Coding(*(Side(side.subwords) for side in coding)),
                            hashed, numbered)
        done = 0
        for piece, made in zip(pieces, workers.cut_all(task, pieces)):
            done += piece.size
            tell("cut into tokens", done, total)
            yield made

    def pairs():
        done = 0
        for piece in pieces:
            yield from piece.pairs("subwords", "subwords")
            done += piece.size
            tell("read for sub-words", done, total)

    return Text([piece.part for piece in pieces], cut, pairs)


def _check_unchanged(files: Files, as_read: Sequence[chunks.TextFile]) -> None:
    paths = [path for _, some in files for path in some]
    for path, file in zip(paths, as_read):
        status = os.stat(path)
        if (status.st_size, status.st_mtime_ns, status.st_ctime_ns) != (
                file.size, file.mtime, file.ctime):
            raise InputError(f"{path}: it was changed while it was read; try again")

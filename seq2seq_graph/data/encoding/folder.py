"""An encoded text in a folder beside its text, written whole, found again while the text stays.

    encoded.json            format and version, the text's files, the rules, counts, checksums
    ids, offsets, sources   little-endian int32, int64, int32: see `encode.Encoded`
    source_vocabulary.txt   one token a line; target_vocabulary.txt
    source_subwords.model   SentencePiece's, where sub-words were learned; target_subwords.model

NumPy only.
"""

import contextlib
import os
import zlib
from typing import Any, Dict, List, NamedTuple, Optional

from seq2seq_graph import __version__
from seq2seq_graph.data.coding import Coding, Side
from seq2seq_graph.data.encoding.columns import Stored
from seq2seq_graph.data.encoding.encode import Encoded
from seq2seq_graph.data.encoding.selection import LeftOut
from seq2seq_graph.data.pairs import PARTS
from seq2seq_graph.data.subwords import Model
from seq2seq_graph.errors import InputError
from seq2seq_graph.plain_files import as_json, read_json, write_whole
from seq2seq_graph.vocabulary import Vocabulary

FORMAT = 1
_DESCRIPTION = "encoded.json"
_COLUMNS = {"ids": "<i4", "offsets": "<i8", "sources": "<i4"}
_SIDES = ("source", "target")
_AT_ONCE = 2**22
_MEND = "delete its folder, and it is made again"


class Description(NamedTuple):
    """What `encoded.json` says."""

    text: List[Dict[str, Any]]  # size, mtime and checksum of each file of the text
    pairs: Dict[str, int]
    left_out: Dict[str, List[int]]
    given: List[bool]  # which sides' vocabularies were given or learned, not counted
    fingerprint: int
    checksums: Dict[str, List[int]]  # file -> its size and the checksum of its content


def describe(folder: str) -> Optional[Description]:
    """Reads what a folder says of itself; None where there is none.

    Raises:
      InputError: it is damaged, or of a newer format.
    """
    path = os.path.join(folder, _DESCRIPTION)
    if not os.path.exists(path):
        return None
    try:
        said = read_json(path, _MEND)
    except InputError as error:
        raise InputError(f"{error}; {_MEND}") from None
    if not isinstance(said, dict) or type(said.get("format")) is not int:
        raise InputError(f"{path}: not an encoded text's description; {_MEND}")
    if said["format"] > FORMAT:
        raise InputError(
            f"{path}: written by version {said.get('version')} in format {said['format']}; this is "
            f"version {__version__}, which reads formats up to {FORMAT}: use that version, or "
            f"{_MEND}")
    try:
        description = Description(**{name: said[name] for name in Description._fields})
        if all({"size", "mtime", "checksum"} <= set(file) for file in description.text):
            return description
    except KeyError as error:
        raise InputError(f"{path}: {error} is missing; {_MEND}") from None
    except TypeError:
        pass
    raise InputError(f"{path}: text is not what is written there; {_MEND}")


def read(folder: str, description: Description) -> Encoded:
    """Opens an encoded text; each file is read through once, to tell whether it is whole.

    Raises:
      InputError: a file is damaged or cannot be read.
      FileNotFoundError: one was deleted.
    """
    try:
        return _read(folder, description)
    except InputError:
        raise
    except FileNotFoundError:
        raise
    except OSError as error:
        raise InputError(f"{error.filename or folder}: {error.strerror}; {_MEND}") from None
    except (AttributeError, KeyError, TypeError, ValueError):
        path = os.path.join(folder, _DESCRIPTION)
        raise InputError(f"{path}: not what is written there; {_MEND}") from None


def _read(folder, description):
    for name, (size, checksum) in description.checksums.items():
        path = os.path.join(folder, name)
        if _sum_up(path) != (size, checksum):
            raise InputError(f"{path}: not the {size:,} bytes that were written; {_MEND}")
    ids, offsets, sources = (
        Stored.of_file(os.path.join(folder, name), dtype) for name, dtype in _COLUMNS.items())
    vocabularies = source_vocabulary, target_vocabulary = tuple(
        Vocabulary.load(os.path.join(folder, f"{side}_vocabulary.txt")) for side in _SIDES)
    models = [_model(os.path.join(folder, f"{side}_subwords.model")) for side in _SIDES]
    if models[0] == models[1]:  # joint
        models[1] = models[0]
    coding = Coding(*(
        Side(model, vocabulary if given else None)
        for model, vocabulary, given in zip(models, vocabularies, description.given)))
    left_out = {part: LeftOut(*counts) for part, counts in description.left_out.items()}
    pairs = sum(description.pairs[part] for part in PARTS)
    if (len(sources), len(offsets)) != (pairs, 2 * pairs + 1):
        raise InputError(f"{os.path.join(folder, _DESCRIPTION)}: {pairs:,} pairs, but there are "
                         f"{len(sources):,}; {_MEND}")
    return Encoded(
        ids, offsets, sources, description.pairs, left_out, source_vocabulary, target_vocabulary,
        coding, description.fingerprint)


def _model(path) -> Optional[Model]:
    if not os.path.exists(path):
        return None
    with open(path, "rb") as file:
        return Model(file.read(), path)


def _sum_up(path):
    """Returns size and checksum of a file; of none (0, 0)."""
    size = checksum = 0
    with contextlib.suppress(FileNotFoundError), open(path, "rb") as file:
        for content in iter(lambda: file.read(_AT_ONCE), b""):
            size, checksum = size + len(content), zlib.crc32(content, checksum)
    return size, checksum


def finish(path: str, encoded: Encoded, text: List[Dict[str, Any]], rules: Any) -> None:
    """Writes beside the columns what makes a folder whole; raises OSError.

    Args:
      path: of the folder.
      encoded: its columns are written there.
      text: as in `Description`.
      rules: what it was encoded by, for a reader.
    """
    for side, vocabulary, coding in zip(
        _SIDES, (encoded.source_vocabulary, encoded.target_vocabulary), encoded.coding,
    ):
        vocabulary.save(os.path.join(path, f"{side}_vocabulary.txt"))
        if coding.subwords is not None:
            with open(os.path.join(path, f"{side}_subwords.model"), "wb") as file:
                file.write(coding.subwords.serialized)
    description = Description(
        text, encoded.pairs, {part: list(lost) for part, lost in encoded.left_out.items()},
        [side.vocabulary is not None for side in encoded.coding], encoded.fingerprint or 0,
        {name: list(_sum_up(os.path.join(path, name))) for name in sorted(os.listdir(path))})
    said = {"format": FORMAT, "version": __version__, **description._asdict(), "rules": rules}
    write_whole(os.path.join(path, _DESCRIPTION), as_json(said) + "\n")


def note_text(folder: str, text: List[Dict[str, Any]]) -> None:
    """Notes in a folder what the files of its text are like now, if it may be written."""
    path = os.path.join(folder, _DESCRIPTION)
    with contextlib.suppress(OSError, InputError):
        write_whole(path, as_json({**read_json(path, _MEND), "text": text}) + "\n")

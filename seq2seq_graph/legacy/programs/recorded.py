"""What a program computed, as a file of plain arrays: each Session.run and the variables.

Keys of the .npz: `about` (JSON: format, versions, program), `names` (text of each entry), `index`
(int64 [entries, 6]: run, kind, name, offset, length, size), `floats` (float32, or float64 where
that loses something) and `integers` (int64), in which an entry's numbers lie at its offset. A run
of -1 stands for the end. Numbers of more than `WHOLE` entries are sampled at even distances;
`size` says how many there were.
"""

import json
import os
import zipfile
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

import numpy as np

from seq2seq_graph.errors import InputError

FORMAT = 1
WHOLE = 64
SAMPLED = 24
KINDS = ("fetch", "feed", "initial", "final")
END = -1


class Entry(NamedTuple):
    """The numbers of one fetch, feed or variable: float64 or int64 [length]."""

    run: int
    kind: str
    name: str
    values: np.ndarray
    size: int


class Recorded(NamedTuple):
    """A whole record."""

    about: Dict
    entries: List[Entry]

    def of(self, kind: str) -> Dict[Tuple[int, int], Entry]:
        """Gives the entries of a kind by (run, place among the run's entries of that kind)."""
        found: Dict[Tuple[int, int], Entry] = {}
        places: Dict[int, int] = {}
        for entry in self.entries:
            if entry.kind == kind:
                place = places[entry.run] = places.get(entry.run, -1) + 1
                found[entry.run, place] = entry
        return found


def entry(run: int, kind: str, name: str, value: Any) -> Optional[Entry]:
    """Makes an entry of an array; None of what has no numbers, such as text."""
    value = np.asarray(value)
    if value.dtype.kind == "f" or value.dtype.name == "bfloat16":
        numbers = value.astype(np.float64).ravel()
    elif value.dtype.kind in "iub":
        numbers = value.astype(np.int64).ravel()
    else:
        return None
    size = numbers.size
    if size > WHOLE and kind in ("fetch", "feed"):
        numbers = numbers[np.linspace(0, size - 1, SAMPLED).astype(np.int64)]
    return Entry(run, kind, name, numbers, size)


def write(path: str, record: Recorded) -> None:
    """Writes the file."""
    names = sorted({e.name for e in record.entries})
    places = {name: i for i, name in enumerate(names)}
    chunks: Dict[str, List[np.ndarray]] = {"f": [], "i": []}
    ends, index = {"f": 0, "i": 0}, []
    for e in record.entries:
        kind = e.values.dtype.kind
        index.append([e.run, KINDS.index(e.kind) + (100 if kind == "i" else 0), places[e.name],
                      ends[kind], e.values.size, e.size])
        chunks[kind].append(e.values)
        ends[kind] += e.values.size
    with open(path, "wb") as file:
        np.savez_compressed(
            file, about=np.array(json.dumps(dict(record.about, format=FORMAT))),
            names=np.array(names or [""]), index=np.array(index, np.int64).reshape(-1, 6),
            floats=_shortened(np.concatenate(chunks["f"] or [np.zeros(0)])),
            integers=np.concatenate(chunks["i"] or [np.zeros(0, np.int64)]))


def _shortened(numbers):
    short = numbers.astype(np.float32)
    return short if np.array_equal(np.nan_to_num(short), np.nan_to_num(numbers)) else numbers


def read(path: str) -> Recorded:
    """Reads it.

    Raises:
      InputError: there is no such file, or it is none of `write`'s, or of a later format.
    """
    if not os.path.exists(path):
        raise InputError(f"{path}: there is no such file; scripts/legacy.py record {path} PROGRAM "
                         "makes it")
    if not zipfile.is_zipfile(path):  # of which NumPy says that it may be a pickle
        raise InputError(f"{path}: no record of a program's run; it is another kind of file")
    try:
        with np.load(path, allow_pickle=False) as file:
            raw = {key: file[key] for key in ("about", "names", "index", "floats", "integers")}
        about = json.loads(str(raw["about"]))
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise InputError(f"{path}: no record of a program's run: {error}") from None
    if about.get("format") != FORMAT:
        raise InputError(
            f"{path}: format {about.get('format')!r}; this version reads {FORMAT}: record again")
    entries = []
    for run, kind, name, offset, length, size in raw["index"].tolist():
        numbers = raw["integers" if kind >= 100 else "floats"][offset:offset + length]
        numbers = numbers.astype(np.int64 if kind >= 100 else np.float64)
        entries.append(Entry(run, KINDS[kind % 100], str(raw["names"][name]), numbers, size))
    return Recorded(about, entries)

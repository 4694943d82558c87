"""Provisional ids, piece by piece, and what is written of them in the end. NumPy only."""

from typing import Iterator, List, Optional, Tuple

import numpy as np

from seq2seq_graph.data.encoding.claims import Ranges
from seq2seq_graph.data.encoding.columns import Place, Stored
from seq2seq_graph.data.encoding.cutting import Cut, Numbers
from seq2seq_graph.data.pairs import PARTS
from seq2seq_graph.vocabulary import SPECIAL_TOKENS, Vocabulary


class Pieces:
    """The pieces of a text as ids that are numbered as the tokens come.

    Attributes:
      numbers: of each side, token -> provisional id.
    """

    def __init__(self, scratch: Place) -> None:
        self.numbers = Numbers(), Numbers()
        self._rows: List[int] = []  # of each piece
        self._parts: List[Optional[str]] = []
        self._lengths_written = scratch.column("lengths", "<i4")
        self._ids_written = scratch.column("ids", "<i4")
        self._lengths: Optional[Stored] = None
        self._ids: Optional[Stored] = None

    def add(self, part: Optional[str], cut: Cut, with_ids: bool) -> None:
        """Adds a piece, and its ids, if they are known already."""
        self._rows.append(cut.rows)
        self._parts.append(part)
        if with_ids:
            self.add_ids(cut)

    def add_ids(self, cut: Cut) -> None:
        """Adds the ids of the next piece."""
        special = range(len(SPECIAL_TOKENS))
        maps = [
            np.array([*special, *map(numbers.__getitem__, tokens)], np.int32)
            for numbers, tokens in zip(self.numbers, cut.tokens)
        ]
        self._lengths_written.append(cut.lengths)
        self._ids_written.append(_translated(cut.lengths, cut.ids, maps))

    def ranges(self) -> Ranges:
        """Returns each part's rows; of pairs that are dealt out one range of all."""
        ranges: Ranges = []
        row = 0
        for part, rows in zip(self._parts, self._rows):
            number = PARTS.index(part or PARTS[0])
            if ranges and ranges[-1][0] == number:
                ranges[-1] = (number, ranges[-1][1], row + rows)
            else:
                ranges.append((number, row, row + rows))
            row += rows
        return ranges

    def lengths(self) -> Stored:
        """Returns int32 [2 * rows], of source and target; ends the adding."""
        if self._lengths is None:
            self._lengths = self._lengths_written.finish()
        return self._lengths

    def read(self) -> Iterator[Tuple[slice, np.ndarray, np.ndarray]]:
        """Yields of each piece its rows, their lengths, int32 [2 * n], and their ids."""
        if self._ids is None:
            self._ids = self._ids_written.finish()
        row = place = 0
        for rows in self._rows:
            lengths = self.lengths().part(2 * row, 2 * (row + rows))
            end = place + int(lengths.sum(dtype=np.int64))
            yield slice(row, row + rows), lengths, self._ids.part(place, end)
            row, place = row + rows, end


def sides(lengths: np.ndarray, ids: np.ndarray, wanted: np.ndarray) -> List[np.ndarray]:
    """Returns the sources' and the targets' ids of the rows `wanted`, bool [n]."""
    chosen = np.repeat(np.repeat(wanted, 2), lengths)
    of_target = _of_target(lengths)
    return [ids[chosen & ~of_target], ids[chosen & of_target]]


def _of_target(lengths):
    return np.repeat(np.arange(len(lengths)) % 2 == 1, lengths)


def _translated(lengths, ids, maps):
    of_target = _of_target(lengths)
    translated = np.empty(len(ids), np.int32)
    for places, numbers in zip((~of_target, of_target), maps):
        translated[places] = numbers[ids[places]]
    return translated


def write(
    pieces: Pieces, part_of: np.ndarray, kept: np.ndarray,
    vocabularies: Tuple[Vocabulary, Vocabulary], place: Place,
) -> Tuple[Stored, Stored]:
    """Writes the ids of what is kept, the parts one behind the other, and where each begins.

    Args:
      pieces: all n rows.
      part_of, kept: of each row, [n].
      vocabularies: of source and target.
      place: where to write.

    Returns:
      ids and offsets, as of `encode.Encoded`.
    """
    special = range(len(SPECIAL_TOKENS))
    maps = [np.array([*special, *vocabulary.encode(numbers)], np.int32)
            for vocabulary, numbers in zip(vocabularies, pieces.numbers)]
    ids_written, offsets = place.column("ids", "<i4"), place.column("offsets", "<i8")
    offsets.append(np.zeros(1, np.int64))
    for part in range(len(PARTS)):
        for rows, lengths, ids in pieces.read():
            wanted = np.repeat((part_of[rows] == part) & kept[rows], 2)
            if not wanted.any():
                continue
            own = lengths[wanted]
            offsets.append(ids_written.count + np.cumsum(own, dtype=np.int64))
            ids_written.append(_translated(own, ids[np.repeat(wanted, lengths)], maps))
    return ids_written.finish(durable=True), offsets.finish(durable=True)

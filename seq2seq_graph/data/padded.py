"""A matrix of ids that is made, row by row, where it is asked for. NumPy only."""

from typing import Any, NamedTuple, Optional, Tuple

import numpy as np

from seq2seq_graph.data.encoding.columns import Stored
from seq2seq_graph.vocabulary import PAD

_ROWS_AT_ONCE = 2**14  # of ids; all at once would take as much memory again as the ids


class Sequences(NamedTuple):
    """Where the sequences of some rows stand."""

    ids: Stored  # int32, one sequence behind the other
    offsets: Stored  # int64, where each begins, and the last one ends
    first: int  # the first row's sequence is that of offsets[first]
    step: int  # from one row's sequence to the next one's


class Padded(np.lib.mixins.NDArrayOperatorsMixin):
    """N sequences as int32 [N, T], PAD behind them, read only; memory holds what is asked for.

    A part of it, or what NumPy makes of it, is an array.

    Args:
      sequences: where they are.
      count: N, or of more the numbers of those wanted, int [N].
      length: T.
    """

    dtype = np.dtype(np.int32)
    ndim = 2

    def __init__(self, sequences: Sequences, count: int, length: int,
                 rows: Optional[np.ndarray] = None) -> None:
        self._sequences, self._rows = sequences, rows
        self.shape = (count if rows is None else len(rows), length)

    def __len__(self) -> int:
        return self.shape[0]

    def only(self, rows: np.ndarray) -> "Padded":
        """Returns that of some rows, int [n]."""
        rows = rows if self._rows is None else self._rows[rows]
        return Padded(self._sequences, len(rows), self.shape[1], rows)

    def _bounds(self, rows) -> Tuple[np.ndarray, np.ndarray]:
        rows = rows if self._rows is None else self._rows[rows]
        places = self._sequences.first + self._sequences.step * rows
        offsets = self._sequences.offsets
        starts = offsets.take(places, len(rows))
        return starts, offsets.take(places + 1, len(rows)) - starts

    def lengths(self, rows: np.ndarray) -> np.ndarray:
        """Returns the lengths, int32 [n], of the rows int [n]."""
        return self._bounds(rows)[1].astype(np.int32)

    def __getitem__(self, key: Any) -> Any:
        rows, *columns = key if isinstance(key, tuple) else (key,)
        if not all(isinstance(one, (slice, int)) for one in columns):
            return np.asarray(self)[key]
        if isinstance(rows, slice):
            rows = np.arange(*rows.indices(len(self)))
        rows = np.asarray(rows)
        rows = np.flatnonzero(rows) if rows.dtype == bool else rows.astype(np.int64)
        if rows.size and not -len(self) <= rows.min() <= rows.max() < len(self):
            raise IndexError(f"rows {rows.min()} to {rows.max()} of {len(self)}")
        rows = np.where(rows < 0, rows + len(self), rows)
        if not rows.ndim:
            return self._matrix(rows[None])[(0, *columns)]
        column = columns[0] if columns else slice(None)
        stop = column.stop if isinstance(column, slice) and column.step is None else None
        width = stop if stop is not None and 0 <= stop <= self.shape[1] else self.shape[1]
        return self._matrix(rows, width)[(slice(None), *columns)]

    def _matrix(self, rows, width=None):
        """Returns int32 [n, width] of rows int [n]; what is longer is cut."""
        width = self.shape[1] if width is None else width
        starts, lengths = self._bounds(rows)
        places = np.arange(width)
        real = places < lengths[:, None]
        matrix = np.full(real.shape, PAD, np.int32)
        # Row by row, as the mask counts them: where each real number stands.
        matrix[real] = self._sequences.ids.take((starts[:, None] + places)[real], len(rows))
        return matrix

    def __array__(self, dtype: Any = None, copy: Optional[bool] = None) -> np.ndarray:
        del copy  # what is made is always new
        matrix = np.empty(self.shape, np.int32)
        for start in range(0, len(self), _ROWS_AT_ONCE):
            stop = min(len(self), start + _ROWS_AT_ONCE)
            matrix[start:stop] = self._matrix(np.arange(start, stop))
        return matrix if dtype is None else matrix.astype(dtype)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **how: Any) -> Any:
        arrays = (np.asarray(one) if isinstance(one, Padded) else one for one in inputs)
        return getattr(ufunc, method)(*arrays, **how)

    def __getattr__(self, name: str) -> Any:
        """Gives what arrays have besides: `tolist`, `size`, `sum`."""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(np.asarray(self), name)


def lengths_of(ids: Any, rows: np.ndarray) -> np.ndarray:
    """Counts the tokens of rows, int32 [n], up to the last that is no PAD.

    Args:
      ids: int [N, T], an array or a `Padded`.
      rows: int [n].
    """
    if isinstance(ids, Padded):
        return ids.lengths(rows)
    places = np.arange(1, ids.shape[1] + 1, dtype=np.int32)
    lengths = np.empty(len(rows), np.int32)
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        real = ids[rows[start : start + _ROWS_AT_ONCE]] != PAD
        lengths[start : start + _ROWS_AT_ONCE] = (places * real).max(axis=1)
    return lengths

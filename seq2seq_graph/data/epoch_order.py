"""The rows of each batch of an epoch, without the batches before it. NumPy only.

Up to `TrainingConfig.shuffle_block` pairs are shuffled as one block. Of more, runs of neighbours
are dealt to blocks by chance, and each block is shuffled for itself, so that memory, and what is
read of a disk for a block, does not grow with the text.
"""

from typing import Any, Iterator, List, Optional, Sequence

import numpy as np

from seq2seq_graph.config import TrainingConfig
from seq2seq_graph.data.padded import lengths_of

SHUFFLE_BLOCK = 2**20  # pairs, of a run that is begun now
_NEIGHBOURS = 2**12  # pairs that come into a block together, as they stand in the text
# Pairs are sorted by length within this many batches, so that epochs still differ.
_SORTED_TOGETHER = 100


def epoch_rows(
    count: int, config: TrainingConfig, epoch: int, first: int = 0,
    by_length: Optional[Sequence[Any]] = None,
) -> Iterator[np.ndarray]:
    """Yields the rows of an epoch's batches, int64 [B].

    Args:
      count: of all rows, N.
      config: batch size, seed, and how many pairs are shuffled together.
      epoch: from 0.
      first: the number of the batch to begin with.
      by_length: encoder_inputs and decoder_targets, int [N, T], where those of like lengths are to
        be put together; None leaves them as chance has them.
    """
    window = config.batch_size * _SORTED_TOGETHER
    together = config.shuffle_block or count
    whole = count <= together  # one block; its order is that of all versions
    size = count if whole else max(1, together // window) * window
    number, skipped = divmod(first * config.batch_size, size) if size else (0, 0)
    for start in range(number * size, count, size or 1):
        rows = np.arange(count) if whole else _dealt(
            count, config.seed, epoch, start, start + size)
        random = np.random.RandomState([config.seed, epoch] + [start // size] * (not whole))
        rows = rows[random.permutation(len(rows))]
        groups = _groups(rows, config.batch_size, by_length)
        numbers = np.arange(len(groups)) if by_length is None else random.permutation(len(groups))
        for i in numbers[skipped // config.batch_size :]:
            yield groups[i]
        skipped = 0


def _dealt(count, seed, epoch, start, stop):
    """Returns rows `start` to the one before `stop` of all, runs of neighbours in any order."""
    begins = np.arange(0, count, _NEIGHBOURS)
    begins = begins[np.random.RandomState([seed, epoch]).permutation(len(begins))]
    ends = np.minimum(begins + _NEIGHBOURS, count)
    places = np.concatenate([[0], np.cumsum(ends - begins)])  # of each run, among all
    stop = min(stop, count)
    runs = range(np.searchsorted(places, start, "right") - 1, np.searchsorted(places, stop, "left"))
    return np.concatenate([
        np.arange(begins[i] + max(0, start - places[i]), ends[i] - max(0, places[i + 1] - stop))
        for i in runs
    ])


def _groups(rows, batch_size, by_length) -> List[np.ndarray]:
    """Cuts rows into batches; `by_length`: sorted by the lengths of target, then source."""
    if by_length is not None:
        source, target = (lengths_of(ids, rows) for ids in by_length)
        window = batch_size * _SORTED_TOGETHER
        orders = [
            start + np.lexsort([source[start : start + window], target[start : start + window]])
            for start in range(0, len(rows), window)
        ]
        rows = rows[np.concatenate(orders)] if orders else rows
    return [rows[i : i + batch_size] for i in range(0, len(rows), batch_size)]

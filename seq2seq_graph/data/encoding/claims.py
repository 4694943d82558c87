"""Which pairs of a text repeat, and which part each belongs to, told by their hashes. NumPy only.

What `pairs.split_by_source` and `pairs.drop_repeats` do with texts in memory.
"""

from typing import Iterator, List, NamedTuple, Sequence, Tuple

import numpy as np

from seq2seq_graph.data.encoding.columns import Place, Stored
from seq2seq_graph.data.pairs import CLAIMS, DEALING, PARTS

_ROWS_AT_ONCE = 2**20
_TOGETHER = 2**22  # rows whose hashes are sorted at once: some 200 MiB
OWN, REPEATED, SHARED = range(3)

# A part's number is its place in PARTS.
Ranges = List[Tuple[int, int, int]]  # a part's number, its first row and the one behind its last


class Claims(NamedTuple):
    """What was found of n rows, each a pair."""

    first: np.ndarray  # int64 [n], the first row with the same source: it stands for the source
    part: np.ndarray  # uint8 [n], the part's number
    state: np.ndarray  # uint8 [n]: OWN, REPEATED (the same pair was there before) or SHARED (its
    # source belongs to another part)


def find(
    hashes: Stored, ranges: Ranges, dealt: bool, keep_repeats: bool, scratch: Place
) -> Claims:
    """Finds them a share of all sources at a time, so that memory has a bound.

    Args:
      hashes: uint64 [2 * n], of source and pair.
      ranges: each part's rows, as the files say; with `dealt` they do not count.
      dealt: deal the pairs out by source (`pairs.DEALING`).
      keep_repeats: all are OWN.
      scratch: where the answer is kept.
    """
    count = len(hashes) // 2
    names = ("first", "<i8"), ("part", "u1"), ("state", "u1")
    claims = Claims(*(scratch.zeros(name, dtype, count) for name, dtype in names))
    for number, start, stop in ranges:
        claims.part[start:stop] = number
    shares = max(1, -(-count // _TOGETHER))
    for share in range(shares):
        rows, both = _share(hashes, ranges, dealt, share, shares)
        _claim(claims, rows, both, dealt, keep_repeats)
    if dealt:
        _deal(claims)
    return claims


def blocks(start: int, stop: int) -> Iterator[slice]:
    """Yields slices that cover the rows from `start` to the one before `stop`."""
    for i in range(start, stop, _ROWS_AT_ONCE):
        yield slice(i, min(stop, i + _ROWS_AT_ONCE))


def _share(hashes, ranges, dealt, share, shares):
    """Returns rows int64 [m] and their hashes [m, 2]; those of a part that claims first first."""
    order = ranges if dealt else sorted(ranges, key=lambda one: CLAIMS.index(PARTS[one[0]]))
    found_rows, found = [np.zeros(0, np.int64)], [np.zeros([0, 2], np.uint64)]
    for _, start, stop in order:
        for block in blocks(start, stop):
            both = hashes.part(2 * block.start, 2 * block.stop).reshape(-1, 2)
            chosen = np.flatnonzero(both[:, 0] % np.uint64(shares) == share)
            found_rows.append(chosen + block.start)
            found.append(both[chosen])
    return np.concatenate(found_rows), np.concatenate(found)


def _claim(claims, rows, both, dealt, keep_repeats):
    first, group_of = _groups(both[:, 0])
    claims.first[rows] = rows[first][group_of]
    if keep_repeats:
        return
    own = np.ones(len(rows), bool)
    if not dealt:
        own = claims.part[rows] == claims.part[rows[first]][group_of]
        claims.state[rows[~own]] = SHARED
    own_rows = rows[own]
    first, _ = _groups(both[own, 1])
    repeated = np.ones(len(own_rows), bool)
    repeated[first] = False
    claims.state[own_rows[repeated]] = REPEATED


def _groups(numbers):
    """Returns where each different number stands first, [groups], and each one's group, [m]."""
    order = np.argsort(numbers, kind="mergesort")  # the stable one
    begins = np.ones(len(order), bool)
    begins[1:] = numbers[order[1:]] != numbers[order[:-1]]
    group_of = np.empty(len(order), np.int64)
    group_of[order] = np.cumsum(begins) - 1
    return order[begins], group_of


def _deal(claims: Claims) -> None:
    """Gives the i-th source, in order of appearance, and all its pairs to a part."""
    table = np.array([PARTS.index(part) for part in DEALING], np.uint8)
    met = 0
    for block in blocks(0, len(claims.first)):
        first = claims.first[block]
        rows = np.arange(block.start, block.stop)
        new = first == rows
        claims.part[rows[new]] = table[(met + np.arange(new.sum())) % len(table)]
        met += int(new.sum())
        claims.part[block] = claims.part[first]


def count_states(claims: Claims, part: int) -> Sequence[int]:
    """Counts a part's rows of each state."""
    counts = np.zeros(3, np.int64)
    for block in blocks(0, len(claims.part)):
        states = claims.state[block][claims.part[block] == part]
        counts += np.bincount(states, minlength=3)
    return counts.tolist()

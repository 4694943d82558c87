"""Which pairs of each part are kept, and the number of each one's source. NumPy only."""

from typing import Dict, NamedTuple, Tuple, Union

import numpy as np

from seq2seq_graph.data.encoding.claims import OWN, Claims, blocks, count_states
from seq2seq_graph.data.encoding.columns import Column, Place, Stored
from seq2seq_graph.data.pairs import PARTS, Repeats


class LeftOut(NamedTuple):
    """What a part lost."""

    pairs: int  # that were too long
    sources: int  # of which no pair is left
    repeated: int  # as in `pairs.Repeats`
    shared: int


class Selection(NamedTuple):
    """What is kept of n rows."""

    kept: np.ndarray  # bool [n]
    pairs: Dict[str, int]  # part -> pairs kept
    left_out: Dict[str, LeftOut]  # of each part


_NOT_MET, _MET = -2, -1


def select(
    claims: Claims, lengths: Stored, most: Tuple[int, int], scratch: Place, sources: Column
) -> Selection:
    """Keeps the pairs that are a part's own and not too long.

    Args:
      claims: of n rows.
      lengths: int32 [2 * n], of source and target.
      most: that either may have.
      scratch: where the answer is kept.
      sources: gets of each pair kept, the parts in their order, its source's number, from 0 in
        order of appearance in its part.
    """
    count = len(claims.part)
    kept = scratch.zeros("kept", "?", count)
    numbers = scratch.zeros("numbers", "<i4", count)  # of the source that a row stands for
    pairs, left_out = {}, {}
    for part, name in enumerate(PARTS):
        for block in blocks(0, count):
            numbers[block] = _NOT_MET
        met = own = found = number = 0
        for block in blocks(0, count):
            chosen = np.flatnonzero(
                (claims.part[block] == part) & (claims.state[block] == OWN)) + block.start
            both = lengths.part(2 * block.start, 2 * block.stop).reshape(-1, 2)
            fits = (both[chosen - block.start] <= most).all(axis=1)
            own += len(chosen)
            found += int(fits.sum())
            kept[chosen[fits]] = True
            met += _meet(numbers, claims.first[chosen])
            number = _number(numbers, claims.first[chosen[fits]], number)
            sources.append(numbers[claims.first[chosen[fits]]])
        _, repeated, shared = count_states(claims, part)
        pairs[name] = found
        left_out[name] = LeftOut(own - found, met - number, repeated, shared)
    return Selection(kept, pairs, left_out)


def _meet(numbers, sources):
    """Notes sources; counts those that were not met before."""
    new = np.unique(sources[numbers[sources] == _NOT_MET])
    numbers[new] = _MET
    return len(new)


def _number(numbers, sources, number):
    """Numbers sources in order of appearance, from `number` on; returns the next number."""
    new, places = np.unique(sources[numbers[sources] == _MET], return_index=True)
    numbers[new[np.argsort(places)]] = number + np.arange(len(new))
    return number + len(new)


def and_repeats(dropped: Union[Repeats, LeftOut]) -> str:
    """Says at the end of a line which pairs of a part were dropped as repeats; "" if none were.

    Args:
      dropped: `Repeats` of the part, or its `LeftOut`.
    """
    repeated, shared = dropped.repeated, dropped.shared
    return (
        f"; left out as repeated {repeated:,}" * bool(repeated)
        + f"; left out as of a source that another part has {shared:,}" * bool(shared)
    )

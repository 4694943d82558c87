"""What each corpus of texts is, and how its raw texts become clean pairs."""

import collections
from typing import Dict, Iterable, List, NamedTuple, Optional, Set, Tuple

from seq2seq_graph.data import text

TextPair = Tuple[str, str]
Parts = Dict[str, List[TextPair]]  # some of train, valid, test
REPEATED = "the pair was there before"


class Corpus(NamedTuple):
    """Pairs of texts and what is to be said about them."""

    title: str
    origin: str  # where the text came from, one line or several
    licence: str  # as the source states it
    pairs: List[TextPair]  # normalized, neither side empty, no pair twice
    left_out: Dict[str, int]  # reason -> number of pairs
    dealt: Optional["Dealt"] = None  # its own parts; None: `folder.split` deals them out


class Dealt(NamedTuple):
    """The parts of a corpus that are not dealt out source by source."""

    parts: Parts
    how: str  # told in the README of the folder


def collect(
    raw_pairs: Iterable[TextPair], unique_sides: bool = False
) -> Tuple[List[TextPair], Dict[str, int]]:
    """Normalizes pairs and leaves out those that teach nothing.

    Args:
      raw_pairs: source and target as they are in the corpus.
      unique_sides: whether a source or a target that was there before leaves its pair out too.

    Returns:
      The pairs in the order of their first appearance, and reason -> how many were left out.
    """
    pairs: Dict[TextPair, None] = {}
    left_out: Dict[str, int] = collections.Counter()
    seen: Tuple[Set[str], Set[str]] = (set(), set())
    for raw_pair in raw_pairs:
        source, target = pair = text.normalize(raw_pair[0]), text.normalize(raw_pair[1])
        if not source or not target:
            left_out["one side is empty"] += 1
        elif source == target:
            left_out["the same on both sides"] += 1
        elif not all(any(character.isalpha() for character in side) for side in pair):
            left_out["a side without a letter"] += 1
        elif pair in pairs:
            left_out[REPEATED] += 1
        elif unique_sides and (source in seen[0] or target in seen[1]):
            left_out["the source or the target was there before"] += 1
        else:
            pairs[pair] = None
            seen[0].add(source)
            seen[1].add(target)
    return list(pairs), dict(left_out)

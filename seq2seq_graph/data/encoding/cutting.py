"""A piece of a text to numbers: its pairs' hashes and lengths, and ids of its own. NumPy only."""

import hashlib
from typing import Dict, Iterable, List, NamedTuple, Sequence, Tuple

import numpy as np

from seq2seq_graph.data.coding import Coding
from seq2seq_graph.data.pairs import Pair
from seq2seq_graph.vocabulary import END, SPECIAL_TOKENS

_HASH = 8  # bytes; of 10 million sources two have the same by a chance of 3 in a million


class Cut(NamedTuple):
    """n pairs of a text; what was not asked for is empty."""

    rows: int  # n
    hashes: np.ndarray  # uint64 [n, 2], of the source and of the pair
    lengths: np.ndarray  # int32 [2 * n], of source, target, source, ..., END counted
    ids: np.ndarray  # int32, one sequence behind the other; `tokens` tells what they are
    tokens: Tuple[List[str], List[str]]  # of sources and targets: those of ids 4, 5, ...


class Numbers(Dict[str, int]):
    """token -> its id, from 4 in order of appearance; a token that is asked for gets one."""

    def __missing__(self, token: str) -> int:
        number = self[token] = len(SPECIAL_TOKENS) + len(self)
        return number


def cut(pairs: Iterable[Pair], coding: Coding, hashed: bool, numbered: bool) -> Cut:
    """Makes numbers of pairs.

    Args:
      pairs: as they were read; a side of sub-words has one token, the line.
      coding: cuts these, for the ids. The hashes are of what was read.
      hashed, numbered: which numbers to make.
    """
    pairs = list(pairs)
    hashes = b"".join(map(_hashes, pairs)) if hashed else b""
    sources, targets = Numbers(), Numbers()
    lengths: List[int] = []
    ids: List[int] = []
    for source, target in coding.cut(pairs) if numbered else ():
        ids.extend(map(sources.__getitem__, source))
        ids.extend(map(targets.__getitem__, target))
        ids.append(END)
        lengths += len(source), len(target) + 1
    return Cut(
        len(pairs), np.frombuffer(hashes, "<u8").reshape(-1, 2), np.array(lengths, np.int32),
        np.array(ids, np.int32), (list(sources), list(targets)),
    )


def _hashes(pair):
    source, target = map(_bytes, pair)
    hashing = hashlib.blake2b(source, digest_size=_HASH)
    of_source = hashing.digest()
    hashing.update(target)
    return of_source + hashing.digest()


def _bytes(tokens: Sequence[str]) -> bytes:
    """Writes tokens, in which there is no line break, so that others are written otherwise."""
    return "{}\n{}\n".format(len(tokens), "\n".join(tokens)).encode("utf-8", "surrogatepass")

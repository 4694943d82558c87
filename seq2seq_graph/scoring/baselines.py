"""What needs no network: the figures that a trained model has to beat. NumPy only.

For pronunciation, each letter is spelled out as its most frequent phonemes (`LetterTable`). For
texts, the target of the training source that is most alike is given back (`NearestSource`).

Shapes: N pairs, T letters and M phonemes of the longest, G letters' and P phonemes' kinds.
"""

import array
import collections
from typing import Dict, FrozenSet, Iterable, Iterator, NamedTuple, Sequence, Tuple

import numpy as np

from seq2seq_graph.data.datasets import to_matrix
from seq2seq_graph.data.pairs import Pair
from seq2seq_graph.errors import InputError
from seq2seq_graph.scoring.text_metrics import edit_distances
from seq2seq_graph.vocabulary import PAD, Vocabulary

Tokens = Tuple[str, ...]
_LONGEST_GROUP = 2  # x is K S, and no letter of English stands for more
_CHUNK = 4096  # pairs aligned at once
_NEAREST = 20  # sources of the same overlap that are compared by edit distance


class LetterTable(NamedTuple):
    """What each letter is most often spoken as, () for a silent one."""

    phonemes: Dict[str, Tokens]

    def predict(self, source: Sequence[str]) -> Tokens:
        """Strings together what the letters stand for; an unknown letter is silent."""
        return tuple(phoneme for letter in source for phoneme in self.phonemes.get(letter, ()))


def letter_table(pairs: Iterable[Pair], iterations: int = 10) -> LetterTable:
    """Aligns letters with phonemes and counts what each letter stands for.

    A letter stands for none, one or two phonemes, in order, whatever the letters beside it. The
    probabilities are estimated by expectation maximization over all such alignments, all equally
    likely at first (Dempster, Laird and Rubin 1977). A pair with more than two phonemes for each
    letter, as of "w", has none and is passed over.

    Args:
      pairs: of letters and phonemes.
      iterations: of expectation and maximization.

    Raises:
      InputError: no pair can be aligned.
    """
    pairs = sorted(pairs, key=lambda pair: (len(pair[0]), len(pair[1])))
    vocabularies = [Vocabulary.of(pair[side] for pair in pairs) for side in (0, 1)]
    ids = [[v.encode(pair[side]) for pair in pairs] for side, v in enumerate(vocabularies)]
    chunks = []
    for start in range(0, len(pairs), _CHUNK):
        sides = [side[start : start + _CHUNK] for side in ids]
        chunks.append([to_matrix(side, max(map(len, side))) for side in sides])
    letters, phonemes = map(len, vocabularies)
    shapes = [(letters,) + (phonemes,) * size for size in range(_LONGEST_GROUP + 1)]
    # Each size of a group is as likely as the others at first.
    tables = [np.full(shape, 1 / np.prod(shape[1:])) for shape in shapes]
    for _ in range(iterations):
        counts = [np.zeros(shape) for shape in shapes]
        for chunk in chunks:
            _expect(tables, counts, *chunk)
        if not counts[1].any():
            raise InputError("no pair can be aligned; give letters and at most twice the phonemes")
        totals = sum(count.reshape(letters, -1).sum(axis=1) for count in counts)
        totals = np.maximum(totals, np.finfo(float).tiny)
        tables = [(count.T / totals).T for count in counts]
    return LetterTable(dict(_most_frequent(counts, *vocabularies)))


def _expect(tables, counts, letters, phonemes):
    """Adds to `counts` how often each letter of int [N, T] stands for each group of int [N, M]."""
    count, length = phonemes.shape
    rows, ends = np.arange(count), (phonemes != PAD).sum(axis=1)  # [N]
    # steps[t][size]: [N, M + 1 - size], that letter t is the `size` phonemes from each place on.
    groups = [
        tuple(phonemes[:, i : length + 1 - size + i] for i in range(size))
        for size in range(_LONGEST_GROUP + 1)
    ]
    steps = [
        [_step(table, letter, group) for table, group in zip(tables, groups)]
        for letter in letters.T
    ]
    forward = [np.zeros([count, length + 1])]
    forward[0][:, 0] = 1
    for step in steps:
        after = np.zeros_like(forward[0])
        for size, probability in enumerate(step):
            after[:, size:] += forward[-1][:, : length + 1 - size] * probability
        forward.append(after)
    likelihood = forward[-1][rows, ends]  # [N]
    backward = np.zeros_like(forward[0])
    backward[rows, ends] = np.divide(1, likelihood, out=np.zeros(count), where=likelihood > 0)
    for t in reversed(range(len(steps))):
        before = np.zeros_like(backward)
        for size, probability in enumerate(steps[t]):
            share = probability * backward[:, size:]
            before[:, : length + 1 - size] += share
            share = forward[t][:, : length + 1 - size] * share
            _add(counts[size], letters[:, t], groups[size], share)
        backward = before


def _step(table, letter, group):
    """Returns float [N, M + 1 - size], or [N, 1] for no phoneme; padding stands for nothing."""
    probability = table[(letter[:, None], *group)]
    return np.where((letter == PAD)[:, None], float(not group), probability)


def _add(counts, letter, group, share):
    real = letter != PAD
    index = np.broadcast_arrays(letter[real, None], *(side[real] for side in group), share[real])
    flat = np.ravel_multi_index(index[:-1], counts.shape).ravel()
    added = np.bincount(flat, index[-1].ravel(), counts.size)
    counts += added.reshape(counts.shape)


def _most_frequent(counts, letters, phonemes) -> Iterator[Tuple[str, Tokens]]:
    for letter in letters.tokens:
        (row,) = letters.encode([letter])
        best = max(range(len(counts)), key=lambda size: counts[size][row].max())
        group = np.unravel_index(counts[best][row].argmax(), counts[best][row].shape)
        yield letter, tuple(phonemes.decode(group))


class NearestSource:
    """Training sources by the runs of tokens in them.

    The nearest has the largest overlap, twice the number of runs in common by the number of runs
    of both (Dice 1945), each counted once a side, without regard to case. Among equals it is the
    one of least edit distance, then the first. If no run is in common, the most frequent target
    is returned.

    Args:
      pairs: at least one.
      run: tokens in a run, 1 for overlap of words, 3 for overlap of three letters at a time.
    """

    def __init__(self, pairs: Iterable[Pair], run: int = 1) -> None:
        self.pairs, self.run = list(pairs), run
        # Run -> the numbers of the sources that have it, 4 bytes each.
        places: Dict[Tokens, array.array] = collections.defaultdict(lambda: array.array("i"))
        sizes = array.array("i")
        for i, (source, _) in enumerate(self.pairs):
            runs = _runs(source, run)
            sizes.append(len(runs))
            for tokens in runs:
                places[tokens].append(i)
        self._places = {tokens: np.array(found) for tokens, found in places.items()}
        self._sizes = np.array(sizes)
        targets = collections.Counter(tuple(target) for _, target in self.pairs)
        self._usual = targets.most_common(1)[0][0]  # of equals the first

    def predict(self, source: Sequence[str]) -> Tokens:
        """Returns the target of the nearest training source."""
        runs = _runs(source, self.run)
        found = [self._places[tokens] for tokens in runs if tokens in self._places]
        if not found:
            return self._usual
        common = np.bincount(np.concatenate(found), minlength=len(self.pairs))  # [N]
        overlap = 2 * common / (self._sizes + len(runs))
        nearest = np.flatnonzero(overlap == overlap.max())[:_NEAREST]
        others = [self.pairs[i][0] for i in nearest]
        best = nearest[edit_distances([source] * len(others), others).argmin()]
        return tuple(self.pairs[best][1])


def _runs(source: Sequence[str], run: int) -> FrozenSet[Tokens]:
    """Returns the runs of tokens, those at the ends too, where longer than one."""
    edge = ("",) * (run > 1)
    tokens = (*edge, *(token.casefold() for token in source), *edge)
    return frozenset(tokens[i : i + run] for i in range(max(1, len(tokens) + 1 - run)))

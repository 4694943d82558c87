"""Scores of written token sequences against one or several references each. NumPy only."""

from typing import Hashable, Sequence

import numpy as np

Tokens = Sequence[Hashable]
_AT_ONCE = 1024  # pairs of like lengths that are compared together, at most
_CELLS_AT_ONCE = 2**20  # of a row of their tables: 8 MiB, a few of which live at once


def exact_match(hypotheses: Sequence[Tokens], references: Sequence[Sequence[Tokens]]) -> float:
    """Returns the share of sources of which a reference is written whole.

    One minus it is what the field calls word error rate where a source is a word to be pronounced.

    Args:
      hypotheses: N token sequences.
      references: for each the list of those that are right, at least one.
    """
    right = [
        tuple(hypothesis) in {tuple(reference) for reference in listed}
        for hypothesis, listed in zip(hypotheses, references)
    ]
    return float(np.mean(right))


def token_error_rate(hypotheses: Sequence[Tokens], references: Sequence[Sequence[Tokens]]) -> float:
    """Divides the edits that make references of the hypotheses by the references' tokens.

    Of several references the nearest counts, of equally near ones the first. It may exceed 1.

    Args:
      hypotheses, references: as for `exact_match`.
    """
    counts = [len(listed) for listed in references]
    flat = [reference for listed in references for reference in listed]
    repeated = [hypothesis for hypothesis, n in zip(hypotheses, counts) for _ in range(n)]
    distances = np.split(edit_distances(repeated, flat), np.cumsum(counts)[:-1])
    edits = tokens = 0
    for listed, listed_distances in zip(references, distances):
        nearest = int(listed_distances.argmin())
        edits += int(listed_distances[nearest])
        tokens += len(listed[nearest])
    return edits / max(1, tokens)


def edit_distances(ones: Sequence[Tokens], others: Sequence[Tokens]) -> np.ndarray:
    """Counts, int64 [N], the insertions, deletions and substitutions that each pair is apart.

    Source: Levenshtein 1966; the table is filled row by row for many pairs at once, the chain of
    insertions along a row by a running minimum.
    """
    numbers: dict = {}
    ones, others = (
        [[numbers.setdefault(token, len(numbers)) for token in sequence] for sequence in side]
        for side in (ones, others)
    )
    # The longest first, so that the first of a batch tells how many there is room for.
    order = sorted(range(len(ones)), key=lambda i: (-len(others[i]), len(ones[i])))
    distances = np.zeros(len(ones), np.int64)
    while order:
        longest = len(others[order[0]]) + 1
        count = max(1, min(_AT_ONCE, _CELLS_AT_ONCE // longest))
        rows, order = order[:count], order[count:]
        distances[rows] = _distances([ones[i] for i in rows], [others[i] for i in rows])
    return distances


def _distances(ones, others):
    lengths = [np.array([len(sequence) for sequence in side]) for side in (ones, others)]
    ones, others = (_matrix(side, padding) for side, padding in ((ones, -1), (others, -2)))
    columns = np.arange(others.shape[1] + 1)
    table = np.tile(columns, [len(ones), 1])  # [N, T + 1], of the empty beginning
    for i in range(ones.shape[1]):
        below = np.full_like(table, i + 1)
        below[:, 1:] = np.minimum(
            table[:, :-1] + (ones[:, i : i + 1] != others), table[:, 1:] + 1
        )
        below = np.minimum.accumulate(below - columns, axis=1) + columns
        table = np.where((i < lengths[0])[:, None], below, table)
    return table[np.arange(len(table)), lengths[1]]


def _matrix(sequences, padding):
    matrix = np.full([len(sequences), max(map(len, sequences))], padding)
    for row, sequence in zip(matrix, sequences):
        row[: len(sequence)] = sequence
    return matrix

"""Scores by the length of the source: a mean hides that long texts are harder. NumPy only."""

from typing import Any, Iterator, List, NamedTuple, Optional, Sequence

import numpy as np

from seq2seq_graph.scoring.free_running import FreeRunning, score

BOUNDS = 2, 5, 10, 20  # pieces in the longest sources of each group but the last


class Group(NamedTuple):
    """Sources of like length, and the scores of what was written for them."""

    name: str  # "3 to 5"
    sources: int
    scores: FreeRunning


def score_by_length(
    lengths: Sequence[int],
    hypotheses: Sequence[Sequence[str]],
    references: Sequence[Sequence[Sequence[str]]],
    *options: Any,
) -> List[Group]:
    """Scores each group of like lengths by itself; a group without a source is left out.

    Args:
      lengths: of N sources, in pieces.
      hypotheses, references, *options: as for `free_running.score`.
    """
    member = np.searchsorted(BOUNDS, lengths)
    groups = []
    for i in np.unique(member):
        rows = np.flatnonzero(member == i).tolist()
        groups.append(Group(_name(i), len(rows), score(
            [hypotheses[row] for row in rows], [references[row] for row in rows], *options)))
    return groups


def lines(groups: Optional[List[Group]]) -> Iterator[str]:
    """Yields a table, a line a group; chrF++ and BLEU only where sacrebleu is there."""
    if not groups:
        return
    texts = groups[0].scores.texts
    names = ["sources", "exact match", "token errors"]
    if texts is not None:
        names += ["chrF++", f"BLEU ({texts.tokenizer})"]
    yield f"{'pieces of source':18}" + "".join(f"{name:>16}" for name in names)
    for group in groups:
        scores = group.scores
        cells = [f"{group.sources:,}", f"{scores.exact_match:.2%}",
                 f"{scores.token_error_rate:.2%}"]
        if scores.texts is not None:
            cells += [f"{scores.texts.chrf_words:.2f}", f"{scores.texts.bleu:.2f}"]
        yield f"{group.name:18}" + "".join(f"{cell:>16}" for cell in cells)


def _name(i):
    if i == len(BOUNDS):
        return f"over {BOUNDS[-1]}"
    least = BOUNDS[i - 1] + 1 if i else 1
    return f"{least} to {BOUNDS[i]}"

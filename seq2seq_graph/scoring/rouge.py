"""ROUGE-L of texts, by the package `rouge-score` (extra `rouge`). NumPy only.

The package's own words are a to z and 0 to 9, so that a Korean text has none. Here words are those
of `data.text`, in any script, without regard to case; of English text they are the same.

Source: Lin 2004.
"""

from typing import Any, List, Sequence

import numpy as np

from seq2seq_graph.data import text
from seq2seq_graph.errors import InputError


def rouge_l(hypotheses: Sequence[str], references: Sequence[Sequence[str]]) -> float:
    """Returns the mean F1, from 0 to 100, of the longest common subsequence of words.

    Args:
      hypotheses: N texts.
      references: for each those that are right, at least one; the best counts.

    Raises:
      InputError: rouge-score is not installed.
    """
    scorer = require().RougeScorer(["rougeL"], tokenizer=_Words())
    return 100 * float(np.mean([
        max(scorer.score(reference, hypothesis)["rougeL"].fmeasure for reference in listed)
        for hypothesis, listed in zip(hypotheses, references)
    ]))


def require() -> Any:
    """Returns the package's scorers; raises InputError where it is not installed."""
    try:
        from rouge_score import rouge_scorer
    except ImportError:
        raise InputError(
            "the package rouge-score is not installed: pip install -e '.[rouge]'"
        ) from None
    return rouge_scorer


class _Words:
    """What rouge-score asks for to cut a text."""

    def tokenize(self, string: str) -> List[str]:
        pieces = text.tokenize(string.casefold())
        return [piece for piece in pieces if any(c.isalnum() for c in piece)]

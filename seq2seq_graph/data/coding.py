"""How each side's texts become tokens and ids, where the words of the text do not tell it alone.

A run keeps it: what was learned from its training part, or given by the user, is not made again.
NumPy only.
"""

from typing import Iterable, List, NamedTuple, Optional, Tuple

from seq2seq_graph.data import subwords
from seq2seq_graph.data.pairs import Pair, Parts
from seq2seq_graph.data.subwords import Model
from seq2seq_graph.data.text_config import TextConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.vocabulary import Vocabulary

_SIDES = ("source", "target")


class Side(NamedTuple):
    """One side's; by default its tokens are cut as they are read, and its vocabulary counted."""

    subwords: Optional[Model] = None
    vocabulary: Optional[Vocabulary] = None


class Coding(NamedTuple):
    """Both sides'; of joint sub-words both have the same model."""

    source: Side = Side()
    target: Side = Side()

    def cut(self, pairs: Iterable[Pair]) -> List[Pair]:
        """Cuts the sides that have sub-words, whose only token is the line as it was read."""
        source_model, target_model = self.source.subwords, self.target.subwords
        return [
            (source if source_model is None else source_model.cut(source[0]),
             target if target_model is None else target_model.cut(target[0]))
            for source, target in pairs
        ]

    def cut_parts(self, parts: Parts) -> Parts:
        """Cuts every part, as `cut`."""
        return {part: self.cut(pairs) for part, pairs in parts.items()}


def learn(text: TextConfig, train: List[Pair]) -> Coding:
    """Learns sub-words from the training part, and reads the vocabularies that the user gives.

    Args:
      text: says for which sides, how many and of which kind.
      train: its pairs, in which a side of sub-words has one token, the line.

    Raises:
      InputError: as `subwords.learn` and `Vocabulary.given`.
    """
    given = text.source_vocabulary, text.target_vocabulary
    vocabularies = [None if path is None else Vocabulary.given(path) for path in given]
    wanted = [getattr(text, f"{name}_tokens") == "subwords" for name in _SIDES]
    lines = [[pair[i][0] for pair in train] if wanted[i] else [] for i in (0, 1)]
    if text.joint_subwords:
        models = 2 * [_learned(text, lines[0] + lines[1], "both sides")]
    else:
        models = [_learned(text, lines[i], _SIDES[i]) if wanted[i] else None for i in (0, 1)]
    return Coding(*map(_side, models, vocabularies))


def _learned(text, lines, name):
    try:
        return subwords.learn(lines, text.subword_vocabulary, text.subword_kind)
    except InputError as error:
        raise InputError(f"{name}: {error}") from None


def _side(model, vocabulary):
    return Side(None, vocabulary) if model is None else Side(model, Vocabulary(model.tokens))


def checksum(coding: Coding) -> Optional[int]:
    """Tells the sub-words of a run from any other; None without any."""
    models: Tuple[Optional[Model], ...] = tuple(side.subwords for side in coding)
    if not any(models):
        return None
    return subwords.checksum(model for model in models if model is not None)

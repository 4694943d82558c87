"""How each side's texts become tokens and ids, where the words of the text do not tell it alone.

A run keeps it: what was learned from its training part, or given by the user, is not made again.
NumPy only.
"""

from typing import Iterable, List, NamedTuple, Optional, Tuple

from seq2seq_graph.data import subwords
from seq2seq_graph.data.pairs import Pair
from seq2seq_graph.data.subwords import Model
from seq2seq_graph.data.text_config import TextConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.vocabulary import Vocabulary
from seq2seq_graph.vocabulary import checksum as checksum_of

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


def learn(text: TextConfig, train: Iterable[Pair]) -> Coding:
    """Learns sub-words from the training part, or reads the vocabularies that the user gives.

    Args:
      text: says for which sides, how many and of which kind, and names the files that are given.
      train: its pairs, in which a side of sub-words has one token, the line; only what `is_learned`
        needs them.

    Raises:
      InputError: as `subwords.learn`, `Model.given` and `Vocabulary.given`; or joint sub-words are
        given that are not the same.
    """
    paths = text.source_vocabulary, text.target_vocabulary
    wanted = [getattr(text, f"{name}_tokens") == "subwords" for name in _SIDES]
    vocabularies = [None if path is None or of_subwords else Vocabulary.given(path)
                    for path, of_subwords in zip(paths, wanted)]
    pairs = list(train) if is_learned(text) else []
    lines = [[pair[i][0] for pair in pairs] if wanted[i] else [] for i in (0, 1)]
    if text.joint_subwords:
        models = _joint(text, paths, lines)
    else:
        models = [_model(text, paths[i], lines[i], _SIDES[i]) if wanted[i] else None
                  for i in (0, 1)]
    return Coding(*map(_side, models, vocabularies))


def is_learned(text: TextConfig) -> bool:
    """Tells whether sub-words are learned from the text: of a side, and not given."""
    given = [text.source_vocabulary is not None, text.target_vocabulary is not None]
    if text.joint_subwords:
        return not any(given)
    return any(getattr(text, f"{name}_tokens") == "subwords" and not one
               for name, one in zip(_SIDES, given))


def given_checksums(text: TextConfig, known: Optional[Coding]) -> List[Optional[int]]:
    """Tells what the user gave for source and target from anything else; None where nothing.

    Args:
      text: names the files.
      known: what a run has kept of them; without it they are read.

    Raises:
      InputError: as `Model.given` and `Vocabulary.given`.
    """
    checksums: List[Optional[int]] = []
    for name, side in zip(_SIDES, known or (Side(), Side())):
        path = getattr(text, f"{name}_vocabulary")
        if path is None:
            checksums.append(None)
        elif getattr(text, f"{name}_tokens") == "subwords":
            checksums.append(subwords.checksum([side.subwords or Model.given(path)]))
        else:
            vocabulary = side.vocabulary or Vocabulary.given(path)
            checksums.append(checksum_of(vocabulary))
    return checksums


def _joint(text, paths, lines):
    given = [path for path in paths if path is not None]
    models = [_model(text, path, lines[0] + lines[1], "both sides") for path in given or [None]]
    if models[0] != models[-1]:
        raise InputError(f"{given[0]} and {given[1]} are two sub-word models, but --joint-subwords "
                         "is one for both sides; give one of them, or leave --joint-subwords out")
    return [models[0], models[0]]


def _model(text, path, lines, name):
    if path is not None:
        return Model.given(path)
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

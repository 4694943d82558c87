"""Sub-words: words and parts of words that SentencePiece learns from a text. NumPy only.

A model has N pieces: PAD, START, END and UNKNOWN of `vocabulary`, the 256 bytes, then what was
learned. A character that is no piece is written as its UTF-8 bytes, so nothing is UNKNOWN. The
text is taken as it stands, without normalization, and `join` gives back any line to the letter:

    Save all files?     Save  ▁all  ▁file  s  ?        (a space is the ▁ of the piece behind it)

The package `sentencepiece`, from the extra `subwords`, learns and cuts; joining does without it.
"""

import re
import zlib
from typing import Any, Iterable, List, Optional, Tuple

from seq2seq_graph.data import subword_learner
from seq2seq_graph.errors import InputError
from seq2seq_graph.vocabulary import END, PAD, SPECIAL_TOKENS, START, UNKNOWN

SPACE = "\u2581"  # SentencePiece's; in a text it would come back as a space, so it is escaped
_ESCAPE = "\ue581"  # of the private use area
ESCAPED = {_ESCAPE + "s": SPACE, _ESCAPE + "e": _ESCAPE}
_RESERVED = "\u2585"  # SentencePiece learns nothing of a line that has it
_UNESCAPE = re.compile(f"{_ESCAPE}[se]")
_BYTE = re.compile("<0x([0-9A-F]{2})>")
# Sums are made in the order of the threads, so their number is a part of what is learned.
_THREADS = 2
_COVERAGE = 0.9995  # SentencePiece's own
_LONGEST_LINE = 2**24  # bytes; a longer one is not learned from
_ATTEMPTS = 20  # at naming a number of pieces that the text has


class Model:
    """What cuts texts into sub-words.

    Args:
      serialized: a model file's content.
      where: the file, for the errors.
    """

    def __init__(self, serialized: bytes, where: str = "the sub-word model") -> None:
        self.serialized, self._where = serialized, where
        self._processor: Any = None
        self._pieces: Tuple[str, ...] = ()

    @classmethod
    def given(cls, path: str) -> "Model":
        """Reads a user's file, such as another run's `subwords.model`.

        Raises:
          InputError: it cannot be read, or is not what this package learned.
        """
        try:
            with open(path, "rb") as file:
                model = cls(file.read(), path)
        except OSError as error:
            raise InputError(
                f"{path}: {error.strerror}; give the subwords.model of a run") from None
        model._load()
        return model

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Model) and self.serialized == other.serialized

    def __hash__(self) -> int:
        return hash(self.serialized)

    def __getstate__(self):
        return {"serialized": self.serialized, "_where": self._where}

    def __setstate__(self, state):
        self.__init__(state["serialized"], state["_where"])

    @property
    def tokens(self) -> Tuple[str, ...]:
        """The pieces behind the special ones, in the order of their ids."""
        self._load()
        return self._pieces[len(SPECIAL_TOKENS) :]

    def cut(self, line: str) -> Tuple[str, ...]:
        """Cuts a line of text; equal pieces are one and the same string.

        Raises:
          InputError: sentencepiece is not installed, or the model is damaged.
        """
        ids, pieces = self.ids(line), self._pieces
        return tuple(pieces[id_] for id_ in ids)

    def ids(self, line: str) -> List[int]:
        """Cuts a line of text as `cut`; returns the sub-words' ids, which are the vocabulary's."""
        self._load()
        return self._processor.encode(_escaped(line))

    def _load(self):
        if self._processor is not None:
            return
        try:
            processor = _sentencepiece().SentencePieceProcessor(model_proto=self.serialized)
        except RuntimeError as error:
            raise InputError(f"{self._where}: no SentencePiece model: {error}") from None
        self._pieces = tuple(processor.id_to_piece(id_) for id_ in range(len(processor)))
        if self._pieces[: len(SPECIAL_TOKENS)] != SPECIAL_TOKENS:
            raise InputError(f"{self._where}: not learned by this package: it does not begin with "
                             f"{' '.join(SPECIAL_TOKENS)}")
        self._processor = processor


def learn(lines: Iterable[str], size: int, kind: str = "unigram") -> Model:
    """Learns sub-words from lines of text; the same lines give the same model to the bit.

    (With the same version of sentencepiece.) The rarest characters, a two thousandth of the
    text in all, are left to the bytes.

    Args:
      lines: of the training part.
      size: pieces, the special ones and the bytes among them.
      kind: "unigram" (Kudo 2018) or "bpe" (Sennrich et al. 2016).

    Raises:
      InputError: sentencepiece is not installed, or the text has not so many pieces, or more
        letters.
    """
    texts = [_escaped(line).replace(_RESERVED, " ") for line in lines]
    _sentencepiece()
    try:
        return _learned(texts, size, kind)
    except RuntimeError as error:
        raise InputError(_advice(texts, size, kind, str(error))) from None


def _learned(texts, size, kind):
    pad, start, end, unknown = SPECIAL_TOKENS
    return Model(subword_learner.learn(texts, {
        "model_type": kind, "vocab_size": size,
        "byte_fallback": True, "character_coverage": _COVERAGE,
        "normalization_rule_name": "identity", "remove_extra_whitespaces": False,
        "max_sentence_length": _LONGEST_LINE, "num_threads": _THREADS, "minloglevel": 3,
        "pad_id": PAD, "bos_id": START, "eos_id": END, "unk_id": UNKNOWN,
        "pad_piece": pad, "bos_piece": start, "eos_piece": end, "unk_piece": unknown,
    }))


def _advice(texts, size, kind, error):
    """Says what to give instead, as far as SentencePiece tells."""
    few = re.search(r"smaller than required_chars\. \d+ vs (\d+)", error)
    if few:
        return (f"subword_vocabulary is {size}, but the letters of the text alone, the special "
                f"tokens and the bytes are {few.group(1)}; give more")
    if error.startswith("its process ended"):
        return f"no sub-words were learned: {error}, perhaps for want of memory; give fewer pairs"
    most = _largest(texts, kind, _most_of(error))
    if most:
        return (f"subword_vocabulary is {size}, but the text has sub-words for {most} at most; "
                f"give at most {most}")
    return f"no sub-words can be learned from this text: {error.strip()}; give more text"


def _most_of(error) -> Optional[int]:
    found = re.search(r"too high.*<= (\d+)", error)
    return int(found.group(1)) if found else None


def _largest(texts, kind, most):
    """Returns a number of pieces that can be learned: what SentencePiece names may fail again."""
    for _ in range(_ATTEMPTS):
        if most is None:
            return None
        try:
            _learned(texts, most, kind)
            return most
        except RuntimeError as error:
            named = _most_of(str(error))
            most = None if named is None else min(named, most - 1)
    return None


def _escaped(line):
    if SPACE in line or _ESCAPE in line:
        return line.replace(_ESCAPE, _ESCAPE + "e").replace(SPACE, _ESCAPE + "s")
    return line


def join(tokens: Iterable[str]) -> str:
    """Makes text of sub-words; any will do, such as a model predicts.

    Bytes that are no UTF-8 become U+FFFD.
    """
    text = b"".join(map(written, tokens)).decode("utf-8", "replace")
    text = text[1:] if text.startswith(" ") else text  # the first piece has one, as any word
    return _UNESCAPE.sub(lambda match: ESCAPED[match.group()], text)


def written(token: str) -> bytes:
    """Returns the bytes that a sub-word stands for, its space among them."""
    byte = _BYTE.fullmatch(token)
    return bytes([int(byte.group(1), 16)]) if byte else token.replace(SPACE, " ").encode("utf-8")


def checksum(models: Iterable[Model], value: int = 0) -> int:
    """Returns a number that tells models from any others; `value` is that of what stands before."""
    for model in models:
        value = zlib.crc32(model.serialized, value)
    return value


def version() -> str:
    """Returns sentencepiece's; another one may cut a line otherwise, with the same model."""
    return str(_sentencepiece().__version__)


def _sentencepiece():
    try:
        import sentencepiece
    except ImportError:
        raise InputError(
            "the package sentencepiece is not installed: pip install -e '.[subwords]'"
        ) from None
    return sentencepiece

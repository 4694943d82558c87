"""Tokens and their ids. No TensorFlow."""

import collections
import zlib
from typing import Iterable, List, Sequence, Tuple

from seq2seq_graph.errors import InputError

PAD, START, END, UNKNOWN = range(4)
SPECIAL_TOKENS = ("<PAD>", "<START>", "<END>", "<UNKNOWN>")


class Vocabulary:
    """The ids of one side's tokens: PAD 0, START 1, END 2, UNKNOWN 3, then `tokens` in order.

    The four special ids have no token that text could contain: a word that is written `<END>`
    gets an id of its own.

    Raises:
      InputError: there is no token, one stands twice, or one has a line break in it.
    """

    def __init__(self, tokens: Iterable[str]) -> None:
        self.tokens = tuple(tokens)
        self._ids = {token: len(SPECIAL_TOKENS) + i for i, token in enumerate(self.tokens)}
        if not self.tokens:
            raise InputError("a vocabulary needs at least one token; the text has none")
        if len(self._ids) < len(self.tokens):
            twice = collections.Counter(self.tokens).most_common(1)[0][0]
            raise InputError(f"token {twice!r} stands twice in a vocabulary")
        if any("\n" in token for token in self.tokens):
            raise InputError("a token has a line break in it; a vocabulary file has one a line")

    @classmethod
    def of(cls, sequences: Iterable[Sequence[str]], min_count: int = 1) -> "Vocabulary":
        """Collects the tokens that stand at least `min_count` times in token sequences, sorted.

        Raises:
          InputError: there is none.
        """
        counts = collections.Counter(token for sequence in sequences for token in sequence)
        return cls.counted(counts.items(), min_count)

    @classmethod
    def counted(cls, counts: Iterable[Tuple[str, int]], min_count: int = 1) -> "Vocabulary":
        """Takes the tokens that were counted at least `min_count` times, and once, sorted.

        Raises:
          InputError: there is none.
        """
        tokens, most = [], 0
        for token, count in counts:
            most = max(most, count)
            if count >= max(1, min_count):
                tokens.append(token)
        if most and not tokens:
            raise InputError(
                f"min_count is {min_count}, but the most frequent token stands only "
                f"{most} times; lower it"
            )
        return cls(sorted(tokens))

    @classmethod
    def given(cls, path: str) -> "Vocabulary":
        """Reads a user's file: one token a line, UTF-8, in the order of their ids.

        What `save` wrote will do as well: there the four special tokens stand first.

        Raises:
          InputError: it cannot be read, has no token, or a line is empty, stands twice, is a
            special token or is not UTF-8. The message names the line.
        """
        try:
            with open(path, encoding="utf-8-sig", newline="\n") as file:
                lines = [line.rstrip("\n") for line in file]
        except OSError as error:
            raise InputError(f"{path}: {error.strerror}; give a file of one token a line") from None
        except UnicodeDecodeError as error:
            raise InputError(f"{path}: not UTF-8: {error.reason}; save it as UTF-8") from None
        if all(line.endswith("\r") for line in lines):
            lines = [line[:-1] for line in lines]
        count = len(SPECIAL_TOKENS)
        first = count if tuple(lines[:count]) == SPECIAL_TOKENS else 0
        _check_given(path, lines, first)
        return cls(lines[first:])

    def __len__(self) -> int:
        return len(SPECIAL_TOKENS) + len(self.tokens)

    def encode(self, tokens: Iterable[str]) -> List[int]:
        """Returns each token's id, UNKNOWN for a token that is not in the vocabulary."""
        return [self._ids.get(token, UNKNOWN) for token in tokens]

    def decode(self, ids: Iterable[int]) -> List[str]:
        """Returns the tokens of `ids` up to the first END, without padding.

        START, UNKNOWN and ids past this vocabulary (the graph's `vocab_size` may be the other
        side's) are shown by name, `<START>`, `<UNKNOWN>`, `<57>`.
        """
        tokens = []
        for id_ in ids:
            if id_ == END:
                break
            if id_ != PAD:
                tokens.append(self._token(int(id_)))
        return tokens

    def _token(self, id_: int) -> str:
        if id_ < len(SPECIAL_TOKENS):
            return SPECIAL_TOKENS[id_]
        index = id_ - len(SPECIAL_TOKENS)
        return self.tokens[index] if index < len(self.tokens) else f"<{id_}>"

    def save(self, path: str) -> None:
        """Writes one token a line, UTF-8; a token's line number, counted from 0, is its id."""
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.writelines(token + "\n" for token in SPECIAL_TOKENS + self.tokens)

    @classmethod
    def load(cls, path: str) -> "Vocabulary":
        """Reads what `save` wrote.

        Raises:
          InputError: the file does not begin with the four special tokens, has no more, is cut off
            in a line, or is not UTF-8.
        """
        try:
            with open(path, encoding="utf-8", newline="\n") as file:
                *lines, rest = file.read().split("\n")
        except UnicodeDecodeError as error:
            raise InputError(f"{path}: not UTF-8: {error.reason}") from None
        if rest:
            raise InputError(
                f"{path}:{len(lines) + 1}: the line {rest!r} has no end, so the file was cut off"
            )
        count = len(SPECIAL_TOKENS)
        if tuple(lines[:count]) != SPECIAL_TOKENS:
            raise InputError(f"{path}:1: a vocabulary begins with {' '.join(SPECIAL_TOKENS)}")
        try:
            return cls(lines[count:])
        except InputError as error:
            raise InputError(f"{path}: {error}") from None


def checksum(*vocabularies: Vocabulary) -> int:
    """Returns a number that tells vocabularies, in their order, from any others."""
    text = "\n\n".join("\n".join(vocabulary.tokens) for vocabulary in vocabularies)
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))


def _check_given(path, lines, first):
    seen: dict = {}
    for number, token in enumerate(lines[first:], first + 1):
        if not token:
            raise InputError(f"{path}:{number}: the line is empty; each line is one token")
        if token in SPECIAL_TOKENS and not first:  # a run may have it as a word
            raise InputError(
                f"{path}:{number}: {token} is reserved; take it out: the special tokens are added, "
                f"or stand all first, {' '.join(SPECIAL_TOKENS)}"
            )
        if seen.setdefault(token, number) != number:
            raise InputError(f"{path}:{number}: {token!r} stands twice, in line {seen[token]} "
                             "before; take one out")
    if not seen:
        raise InputError(f"{path}: there is no token in it; give one a line")

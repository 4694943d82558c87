"""Where a run's text comes from, and how it is cut into tokens: what `config` is for the model."""

import dataclasses
from typing import Optional

from seq2seq_graph.config import LARGEST_VOCABULARY
from seq2seq_graph.errors import InputError
from seq2seq_graph.fields import any_field, check, choice, integer, option, path
from seq2seq_graph.vocabulary import SPECIAL_TOKENS

TEXTS = ("cmudict", "pairs", "folder", "files")
TOKENS = ("characters", "pieces", "subwords", "words")
SUBWORDS = ("unigram", "bpe")
# The special tokens, the bytes and one letter.
_FEWEST_SUBWORDS = len(SPECIAL_TOKENS) + 256 + 1


@dataclasses.dataclass(frozen=True)
class TextConfig:
    """Where a run's text comes from, and how it is cut into tokens: see `runs.origins`.

    Raises:
      InputError: a value is out of its field's range.
    """

    kind: str = choice(TEXTS[0], None, TEXTS)
    origin: str = any_field(  # an absolute path
        TEXTS[0], None, str, lambda value: isinstance(value, str), f"a path, or {TEXTS[0]}"
    )
    source_tokens: str = choice(
        "characters", "what a token of a source is", TOKENS,
        usual="characters with --pairs, pieces with --data and two files",
    )
    target_tokens: str = choice(
        "words", "what a token of a target is", TOKENS,
        usual="words with --pairs, pieces with --data and two files",
    )
    min_count: int = integer(
        1, "times that a token must stand in the training part; a rarer one is read as unknown, "
        "never written",
    )
    limit: Optional[int] = integer(
        None, "sources used of each part at most", optional=True, usual="all"
    )
    fingerprint: Optional[int] = integer(  # of the ids that are trained on and validated with
        None, None, 0, 2**32 - 1, optional=True
    )
    beside: Optional[str] = path()  # the origin as seen from the run's directory
    subword_vocabulary: int = integer(
        4000, "sub-words a side, the 4 special ones and 256 bytes among them", _FEWEST_SUBWORDS,
        LARGEST_VOCABULARY,
    )
    subword_kind: str = choice(SUBWORDS[0], "how sub-words are learned", SUBWORDS)
    joint_subwords: bool = option("the same sub-words, with the same ids, for both sides")
    source_vocabulary: Optional[str] = path(
        "file of a source's tokens, one a line; or a run's subwords.model")
    target_vocabulary: Optional[str] = path("file of a target's tokens, in the same form")
    # Of kind "files" the others; the origin is the training sources'.
    target_file: Optional[str] = path()
    valid_source_file: Optional[str] = path()
    valid_target_file: Optional[str] = path()
    test_source_file: Optional[str] = path()
    test_target_file: Optional[str] = path()
    keep_repeats: bool = option(None)  # as version 0.1.0 trained on folders, whatever repeats
    subwords: Optional[int] = integer(None, None, 0, 2**32 - 1, optional=True)  # their checksum
    vocabularies: Optional[int] = integer(  # the checksum of both
        None, None, 0, 2**32 - 1, optional=True
    )

    def __post_init__(self):
        check(self)
        if self.kind == "files" and self.target_file is None:
            raise InputError("kind is files, but target_file is missing; name the targets' file")
        if self.joint_subwords and not self.source_tokens == self.target_tokens == "subwords":
            raise InputError("joint_subwords is true, but source_tokens or target_tokens is not "
                             "subwords; give both")

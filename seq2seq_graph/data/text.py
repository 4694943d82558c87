"""Text to tokens and back, and the form under which near-duplicates are equal. No TensorFlow.

A piece is a word, a punctuation mark, or a numbered placeholder such as {1}. Where the text has no
space, the mark or the placeholder carries a joiner on that side, so that words stay one and the
same token wherever they stand, and the pieces can be joined again:

    Save "notes.txt", {1}?     Save  "￭  notes  ￭.￭  txt  ￭"  ￭,  {1}  ￭?
"""

import functools
import itertools
import re
import unicodedata
from typing import Iterable, Iterator, List, Tuple

JOINER = "\uffed"  # HALFWIDTH BLACK SQUARE; in a text it counts as a letter
_PLACEHOLDER = re.compile(r"(\{[0-9]+\})")
_MARKED = re.compile(f"({JOINER}?)({_PLACEHOLDER.pattern}|.)({JOINER}?)", re.DOTALL)
_QUOTES = ('""', "“”", "„“", "‘’", "«»", "「」", "『』", "``")
_QUOTED = re.compile(
    # An apostrophe is a quotation mark only where it has no letter on its outer side.
    r"(?<!\w)'[^']+'(?!\w)|" + "|".join(f"{o}[^{o}{c}]+{c}" for o, c in map(tuple, _QUOTES))
)
# Control characters and lone surrogates, which no line of UTF-8 text can hold, and U+FEFF.
_UNPRINTABLE = re.compile("[\0-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff]")


def normalize(text: str) -> str:
    """Composes characters (NFC), makes each run of white space one space, and strips it.

    Control characters, lone surrogates and byte order marks are dropped. The result fits in a
    field of a tab-separated file, and normalizing it again changes nothing.
    """
    text = unicodedata.normalize("NFC", _UNPRINTABLE.sub("", text))
    return " ".join(text.split())


def stripped_line(line: str, is_first: bool) -> str:
    """Takes LF or CR LF off a line's end, and off a file's first line the byte order mark."""
    line = line[:-1] if line.endswith("\n") else line
    line = line[:-1] if line.endswith("\r") else line
    return line[1:] if is_first and line.startswith("\ufeff") else line


def only_line(text: str) -> str:
    """Reads a text as the only line of a file; what cannot be UTF-8 becomes U+FFFD."""
    return stripped_line(text.encode("utf-8", "surrogatepass").decode("utf-8", "replace"), True)


# All that some reader takes for the end of a line (`str.splitlines`) or of a field.
_ENDS = re.compile("[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]")


def one_line(text: str) -> str:
    """Makes a space of each character that some reader takes for the end of a line or field."""
    return _ENDS.sub(" ", text)


def tokenize(text: str) -> Tuple[str, ...]:
    """Cuts a text into pieces; `join` of them is `normalize(text)`, whatever the text."""
    return tuple(token for chunk in normalize(text).split() for token in _marked(_pieces(chunk)))


def join(tokens: Iterable[str]) -> str:
    """Makes text of pieces; any tokens will do, such as a model predicts."""
    text, glued = [], True
    for token in tokens:
        left, core, right = unmarked(token)
        text.append(core if glued or left else " " + core)
        glued = bool(right)
    return "".join(text)


@functools.lru_cache(maxsize=None)
def _in_word(character: str) -> bool:
    # Combining marks (M) are the vowels of many scripts; format characters (Cf) shape their words.
    category = unicodedata.category(character)
    return category[0] in "LNM" or category == "Cf" or character == JOINER


def _pieces(chunk: str) -> List[str]:
    """Cuts a run without white space into words, single marks, and placeholders."""
    pieces: List[str] = []
    for i, part in enumerate(_PLACEHOLDER.split(chunk)):
        if i % 2:
            pieces.append(part)
            continue
        for is_word, characters in itertools.groupby(part, _in_word):
            run = "".join(characters)
            pieces.extend([run] if is_word else run)
    return pieces


def _marked(pieces: List[str]) -> Iterator[str]:
    words = [_in_word(piece[0]) for piece in pieces]
    for i, (piece, is_word) in enumerate(zip(pieces, words)):
        if is_word:
            yield piece
        else:
            # Between two marks the second one's joiner is enough.
            left = JOINER if i > 0 else ""
            right = JOINER if i + 1 < len(pieces) and words[i + 1] else ""
            yield left + piece + right


def unmarked(token: str) -> Tuple[str, str, str]:
    """Returns a piece without its joiners, between the one before it and the one behind, or ""."""
    match = _MARKED.fullmatch(token)
    if not match or _in_word(match.group(2)[0]):
        return "", token, ""
    return match.group(1), match.group(2), match.group(4)


def fold(text: str) -> str:
    """Returns what near-duplicates have in common: digits, case, quoted parts and marks folded.

    'Open "a.txt" 12 times...' and 'open "b" 3 times' are both 'open 0 times', 'Edit:' is 'edit'.
    """
    folded = re.sub(r"\d+", "0", _QUOTED.sub(" ", text)).casefold()
    words = "".join(character if _in_word(character) else " " for character in folded)
    return " ".join(words.split())

"""Text files to pairs of token sequences, and the three parts they are dealt out to. NumPy only.

A corpus is an iterable of (source tokens, target tokens). One source may stand in it with
several targets: each is a pair to train on, and any of them is right in evaluation.
"""

import os
from typing import (
    Callable,
    Dict,
    Hashable,
    Iterable,
    Iterator,
    List,
    NamedTuple,
    Optional,
    Sequence,
    Set,
    Tuple,
)

from seq2seq_graph.data import subwords, text
from seq2seq_graph.errors import InputError

Pair = Tuple[Sequence[str], Sequence[str]]
PARTS = ("train", "valid", "test")
Parts = Dict[str, List[Pair]]
# Of each 20 sources the first is for validation, the next two for test.
DEALING = ("valid", "test", "test") + 17 * ("train",)
Cut = Callable[[str], Tuple[str, ...]]
TOKENIZERS: Dict[str, Cut] = {
    "characters": tuple,
    "pieces": text.tokenize,
    "words": lambda line: tuple(line.split()),
}
JOINERS = {
    "characters": "".join, "pieces": text.join, "subwords": subwords.join, "words": " ".join
}
# Sub-words are learned from what is read: until then the line is the one token.
_READERS: Dict[str, Cut] = {**TOKENIZERS, "subwords": lambda line: (line,) if line.strip() else ()}
DEFAULT_TOKENS = {"source_tokens": "characters", "target_tokens": "words"}


class Repeats(NamedTuple):
    """Pairs that were dropped from a part."""

    repeated: int  # the same pair stood there before
    shared: int  # their source belongs to another part


class Span(NamedTuple):
    """A run of whole lines of a file."""

    start: int  # the first line's place in bytes
    end: int  # that of the line behind the last
    first: int  # the first line's number, from 1


def read_pairs(
    path: str,
    source_tokens: str = DEFAULT_TOKENS["source_tokens"],
    target_tokens: str = DEFAULT_TOKENS["target_tokens"],
    span: Optional[Span] = None,
) -> Iterator[Pair]:
    """Yields the pairs of a file of `source<TAB>target` lines, UTF-8.

    Equal tokens are one and the same string, so that a pair that is kept takes 8 bytes a token.

    Args:
      path: the file; lines end in LF or CR LF, a byte order mark is passed over.
      source_tokens, target_tokens: "characters", "words" that white space separates, or "pieces":
        words and punctuation marks, of which `text.join` makes the text again, or "subwords": the
        line is one token, which `coding.Coding.cut` cuts later.
      span: the lines to read; None reads all.

    Raises:
      InputError: the file cannot be read or has no line, or a line is not UTF-8, has not exactly
        two fields, or has a side without a token. The message names the line.
    """
    lines = numbered_lines(path, span=span)
    rows = (_row(path, number, line) for number, line in lines)
    return cut_rows(rows, source_tokens, target_tokens)


def numbered_lines(
    path: str, kind: str = "pairs: source TAB target", span: Optional[Span] = None
) -> Iterator[Tuple[int, str]]:
    """Yields the lines of a file, UTF-8, and their numbers from 1; at least one.

    Args:
      path: the file; lines end in LF or CR LF, a byte order mark is passed over.
      kind: what stands in a line, for the errors.
      span: the lines to read; None reads all.

    Raises:
      InputError: the file cannot be read or has no line, or a line is not UTF-8.
    """
    number = 0
    try:
        with open(path, "rb") as file:
            rest = None
            if span:  # else it may be a pipe
                file.seek(span.start)
                rest = span.end - span.start
            for number, line in enumerate(file, span.first if span else 1):
                yield number, _line(path, number, line)
                if rest is not None:
                    rest -= len(line)
                    if rest <= 0:
                        break
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; give a file of {kind}") from None
    if not number:
        raise InputError(f"{path}: the file is empty; it needs lines of {kind}")


class Row(NamedTuple):
    """A pair of texts as it stands in a file."""

    source: str
    target: str
    places: Tuple[str, str]  # of each, the file and its line, for the errors


def cut_rows(rows: Iterable[Row], source_tokens: str, target_tokens: str) -> Iterator[Pair]:
    """Yields pairs of texts as pairs of tokens, whatever files they were read from.

    Raises:
      InputError: a side has no token.
    """
    tokenizers = _READERS[source_tokens], _READERS[target_tokens]
    once: Dict[str, str] = {}
    for row in rows:
        pair = [tokenize(side) for tokenize, side in zip(tokenizers, (row.source, row.target))]
        for name, place, tokens in zip(("source", "target"), row.places, pair):
            if not tokens:
                raise InputError(f"{place}: the {name} is empty; it needs at least one token")
        source, target = (tuple(map(once.setdefault, side, side)) for side in pair)
        yield source, target


def read_parts(
    folder: str, source_tokens: str = "pieces", target_tokens: str = "pieces",
    parts: Iterable[str] = PARTS,
) -> Parts:
    """Reads `train.tsv`, `valid.tsv` and `test.tsv`, which `scripts/prepare.py` writes.

    Args:
      folder: where they are.
      source_tokens, target_tokens: as for `read_pairs`.
      parts: those to read; the files of the others are not opened.

    Raises:
      InputError: as `read_pairs`, for each of the files.
    """
    if not os.path.isdir(folder):
        raise InputError(f"{folder}: no such folder; scripts/prepare.py makes it")
    return {
        part: list(read_pairs(os.path.join(folder, part + ".tsv"), source_tokens, target_tokens))
        for part in parts
    }


def _line(path, number, line):
    try:
        decoded = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}:{number}: byte {line[error.start]:#04x} at column {error.start + 1} is not "
            "UTF-8; save the file as UTF-8"
        ) from None
    return text.stripped_line(decoded, number == 1)


def _row(path, number, line):
    fields = line.split("\t")
    if len(fields) != 2:
        count = f"{len(fields)} field{'s' * (len(fields) != 1)}" if line else "an empty line"
        raise InputError(f"{path}:{number}: {count} where 2 fields are needed (source TAB target)")
    return Row(*fields, (f"{path}:{number}",) * 2)


def split_by_source(
    pairs: Iterable[Pair],
    group: Callable[[Tuple[str, ...]], Hashable] = lambda source: source,
    parts: Iterable[str] = PARTS,
) -> Parts:
    """Deals pairs out by their source, so that no source stands in two parts.

    The i-th distinct source, in the order of first appearance, goes with all its targets to
    "valid" if i % 20 is 0, to "test" if it is 1 or 2, and to "train" otherwise.

    Args:
      pairs: the corpus.
      group: what sources have in common that are to stay in one part, and count as one source;
        for near-duplicates `text.fold` of the source's text.
      parts: those that are wanted; the pairs of the others are not kept.
    """
    dealt: Parts = {part: [] for part in parts}
    place_of: Dict[Hashable, int] = {}
    for pair in pairs:
        source, target = map(tuple, pair)
        part = DEALING[place_of.setdefault(group(source), len(place_of) % len(DEALING))]
        if part in dealt:
            dealt[part].append((source, target))
    return dealt


# A source that stands in several parts belongs to the first of them here.
CLAIMS = ("test", "valid", "train")


def parts_before(part: str) -> Tuple[str, ...]:
    """Names the parts that must be known to tell which pairs of `part` are its own; it is last."""
    return CLAIMS[: CLAIMS.index(part) + 1]


def drop_repeats(parts: Parts) -> Tuple[Parts, Dict[str, Repeats]]:
    """Keeps each pair once, and each source in one part.

    A source that stands in several parts stays in test, or else in valid, so that nothing is
    scored that was trained on.

    Args:
      parts: part -> its pairs of tuples; some parts may be missing.

    Returns:
      The parts, and part -> what was dropped from it.
    """
    kept: Parts = {}
    dropped: Dict[str, Repeats] = {}
    taken: Set[Sequence[str]] = set()
    for part in sorted(parts, key=CLAIMS.index):
        own = [pair for pair in parts[part] if pair[0] not in taken]
        kept[part] = list(dict.fromkeys(own))
        dropped[part] = Repeats(len(own) - len(kept[part]), len(parts[part]) - len(own))
        if part != CLAIMS[-1]:
            taken.update(source for source, _ in kept[part])
    return {part: kept[part] for part in parts}, dropped


def listed_targets(pairs: Iterable[Pair]) -> Dict[Tuple[str, ...], List[Tuple[str, ...]]]:
    """Returns source -> its listed targets, in order of appearance."""
    targets: Dict[Tuple[str, ...], List[Tuple[str, ...]]] = {}
    for source, target in pairs:
        targets.setdefault(tuple(source), []).append(tuple(target))
    return targets

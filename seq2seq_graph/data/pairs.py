"""Text files to pairs of token sequences, and the three parts they are dealt out to. NumPy only.

A corpus is an iterable of (source tokens, target tokens). One source may stand in it with
several targets: each is a pair to train on, and any of them is right in evaluation.
"""

import os
from typing import Callable, Dict, Hashable, Iterable, List, Sequence, Tuple

from seq2seq_graph.data import text
from seq2seq_graph.errors import InputError

Pair = Tuple[Sequence[str], Sequence[str]]
PARTS = ("train", "valid", "test")
TOKENIZERS = {
    "characters": tuple,
    "pieces": text.tokenize,
    "words": lambda line: tuple(line.split()),
}
JOINERS = {"characters": "".join, "pieces": text.join, "words": " ".join}
DEFAULT_TOKENS = {"source_tokens": "characters", "target_tokens": "words"}


def read_pairs(
    path: str,
    source_tokens: str = DEFAULT_TOKENS["source_tokens"],
    target_tokens: str = DEFAULT_TOKENS["target_tokens"],
) -> List[Pair]:
    """Reads `source<TAB>target` lines of UTF-8 text.

    Args:
      path: the file; lines end in LF or CR LF, a byte order mark is passed over.
      source_tokens, target_tokens: "characters", "words" that white space separates, or "pieces":
        words and punctuation marks, of which `text.join` makes the text again.

    Raises:
      InputError: the file cannot be read or has no line, or a line is not UTF-8, has not exactly
        two fields, or has a side without a token. The message names the line.
    """
    tokenizers = TOKENIZERS[source_tokens], TOKENIZERS[target_tokens]
    try:
        with open(path, "rb") as file:
            lines = [_line(path, number, line) for number, line in enumerate(file, 1)]
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; give a file of pairs") from None
    if not lines:
        raise InputError(f"{path}: the file is empty; it needs lines of source TAB target")
    return [_pair(path, number, line, tokenizers) for number, line in enumerate(lines, 1)]


def read_parts(
    folder: str, source_tokens="pieces", target_tokens="pieces"
) -> Dict[str, List[Pair]]:
    """Reads `train.tsv`, `valid.tsv` and `test.tsv`, which `scripts/prepare.py` writes.

    Returns:
      part -> its pairs, as `split_by_source` gives them and `prepare_parts` takes them.

    Raises:
      InputError: as `read_pairs`, for each of the three files.
    """
    return {
        part: read_pairs(os.path.join(folder, part + ".tsv"), source_tokens, target_tokens)
        for part in PARTS
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


def _pair(path, number, line, tokenizers):
    fields = line.split("\t")
    if len(fields) != 2:
        count = f"{len(fields)} field{'s' * (len(fields) != 1)}" if line else "an empty line"
        raise InputError(f"{path}:{number}: {count} where 2 fields are needed (source TAB target)")
    pair = tuple(tokenize(field) for tokenize, field in zip(tokenizers, fields))
    for name, tokens in zip(("source", "target"), pair):
        if not tokens:
            raise InputError(f"{path}:{number}: the {name} is empty; it needs at least one token")
    return pair


def split_by_source(
    pairs: Iterable[Pair], group: Callable[[Tuple[str, ...]], Hashable] = lambda source: source
) -> Dict[str, List[Pair]]:
    """Deals pairs out by their source, so that no source stands in two parts.

    The i-th distinct source, in the order of first appearance, goes with all its targets to
    "valid" if i % 20 is 0, to "test" if it is 1 or 2, and to "train" otherwise. A pair that
    stands twice is kept once.

    Args:
      pairs: the corpus.
      group: what sources have in common that are to stay in one part, and count as one source;
        for near-duplicates `text.fold` of the source's text.
    """
    parts = {part: [] for part in PARTS}
    index_of = {}
    for source, target in dict.fromkeys((tuple(s), tuple(t)) for s, t in pairs):
        place = index_of.setdefault(group(source), len(index_of)) % 20
        parts["valid" if place == 0 else "test" if place <= 2 else "train"].append((source, target))
    return parts


def listed_targets(pairs: Iterable[Pair]) -> Dict[Tuple[str, ...], List[Tuple[str, ...]]]:
    """Gives source -> its listed targets, in order of appearance."""
    targets = {}
    for source, target in pairs:
        targets.setdefault(tuple(source), []).append(tuple(target))
    return targets

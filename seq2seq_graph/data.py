"""From pairs of token sequences to batches of ids. NumPy only.

A corpus is an iterable of (source tokens, target tokens). One source may stand in it with
several targets: each is a pair to train on, and any of them is right in evaluation.

    source          c a t                    encoder_inputs   c a t 0 0 0 0 0 0 0
    target          K AE T                   decoder_targets  K AE T END 0 0 0 0 0 0 0 0
    the graph makes                          decoder_inputs   START K AE T END 0 0 0 0 0 0 0
"""

import os
from typing import Callable, Dict, Hashable, Iterable, Iterator, List, NamedTuple, Sequence, Tuple

import numpy as np

from seq2seq_graph import text
from seq2seq_graph.config import TrainingConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.vocabulary import END, PAD, Vocabulary

Pair = Tuple[Sequence[str], Sequence[str]]
PARTS = ("train", "valid", "test")
TOKENIZERS = {
    "characters": tuple,
    "pieces": text.tokenize,
    "words": lambda line: tuple(line.split()),
}
JOINERS = {"characters": "".join, "pieces": text.join, "words": " ".join}
DEFAULT_TOKENS = {"source_tokens": "characters", "target_tokens": "words"}


class Examples(NamedTuple):
    """N pairs as ids."""

    encoder_inputs: np.ndarray  # int32 [N, T_in], PAD after the source
    decoder_targets: np.ndarray  # int32 [N, T_out], END after the target, then PAD
    source_index: np.ndarray  # int32 [N], the source's number, from 0 in order of appearance


class LeftOut(NamedTuple):
    """What was too long."""

    pairs: int
    sources: int  # of which no pair is left


class Dataset(NamedTuple):
    """A corpus made ready: three parts that share no source."""

    train: Examples
    valid: Examples
    test: Examples
    source_vocabulary: Vocabulary
    target_vocabulary: Vocabulary
    left_out: dict  # part -> LeftOut

    @property
    def vocab_size(self) -> int:
        """The document's one `vocab_size`: the size of the larger vocabulary."""
        return max(len(self.source_vocabulary), len(self.target_vocabulary))


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


def prepare(
    pairs: Iterable[Pair], max_input_length: int, max_output_length: int, min_count: int = 1
) -> Dataset:
    """Splits a corpus, leaves out what is too long, and turns tokens into ids.

    Args:
      pairs: the corpus.
      max_input_length: tokens that a source may have.
      max_output_length: tokens that a target may have, END counted.
      min_count: times that a token must stand on its side of the training part to be in the
        vocabulary. From 2 on UNKNOWN stands in training too; `decoding` never writes it.

    Returns:
      The three parts, and the vocabularies of the training part's kept pairs.

    Raises:
      InputError: no pair is left for training, or none for validation, or no token is frequent
        enough.
    """
    return prepare_parts(split_by_source(pairs), max_input_length, max_output_length, min_count)


def prepare_parts(
    all_parts: Dict[str, List[Pair]],
    max_input_length: int,
    max_output_length: int,
    min_count: int = 1,
) -> Dataset:
    """Does the same with a corpus that is split already, part -> its pairs."""
    parts, left_out = {}, {}
    for part, all_pairs in all_parts.items():
        parts[part] = [
            (source, target)
            for source, target in all_pairs
            if len(source) <= max_input_length and len(target) < max_output_length
        ]
        left_out[part] = LeftOut(
            len(all_pairs) - len(parts[part]), _count_sources(all_pairs, parts[part])
        )
    for part in ("train", "valid"):
        if not parts[part]:
            raise InputError(
                f"no pair is left for the {part} part ({left_out[part].pairs} left out as longer "
                f"than {max_input_length} source or {max_output_length - 1} target tokens): give "
                "more distinct sources (every 20th is for validation, the next two for test) or "
                "larger lengths"
            )
    source_vocabulary = Vocabulary.of((source for source, _ in parts["train"]), min_count)
    target_vocabulary = Vocabulary.of((target for _, target in parts["train"]), min_count)
    lengths = (max_input_length, max_output_length)
    return Dataset(
        *(_examples(parts[part], source_vocabulary, target_vocabulary, *lengths) for part in PARTS),
        source_vocabulary,
        target_vocabulary,
        left_out,
    )


def _count_sources(all_pairs, kept):
    return len({source for source, _ in all_pairs} - {source for source, _ in kept})


def _examples(pairs, source_vocabulary, target_vocabulary, max_input_length, max_output_length):
    index_of = {}
    return Examples(
        to_matrix([source_vocabulary.encode(source) for source, _ in pairs], max_input_length),
        to_matrix(
            [target_vocabulary.encode(target) + [END] for _, target in pairs], max_output_length
        ),
        np.array([index_of.setdefault(source, len(index_of)) for source, _ in pairs], np.int32),
    )


def to_matrix(sequences: Sequence[Sequence[int]], length: int) -> np.ndarray:
    """Writes N id sequences of at most `length` into int32 [N, length], PAD behind them."""
    matrix = np.full([len(sequences), length], PAD, np.int32)
    for row, ids in zip(matrix, sequences):
        row[: len(ids)] = ids
    return matrix


def describe(dataset: Dataset) -> str:
    """Says, a line a part, how many sources and pairs were kept and left out."""
    return "\n".join(
        f"{part:5}  kept {len(np.unique(examples.source_index)):7,} sources, "
        f"{len(examples.source_index):7,} pairs; left out as too long "
        f"{dataset.left_out[part].sources:6,} sources, {dataset.left_out[part].pairs:6,} pairs"
        for part, examples in zip(PARTS, dataset)
    )


def limit(dataset: Dataset, count: int) -> Dataset:
    """Keeps the first `count` sources of each part, with all their pairs.

    Raises:
      InputError: `count` is below 1.
    """
    if count < 1:
        raise InputError(f"limit is {count}; it must be at least 1")
    parts = (
        Examples(*(array[examples.source_index < count] for array in examples))
        for examples in dataset[: len(PARTS)]
    )
    return dataset._replace(**dict(zip(PARTS, parts)))


def step_count(examples: Examples, batch_size: int) -> int:
    """Counts the batches of `batches`."""
    return -(-len(examples.encoder_inputs) // batch_size)


def batches(
    examples: Examples, batch_size: int, order=None
) -> Iterator[Tuple[np.ndarray, np.ndarray]]:
    """Yields encoder_inputs [B, T_in] and decoder_targets [B, T_out]; the last B may be smaller.

    Args:
      examples: N pairs.
      batch_size: B.
      order: the rows to take, int [N]; None is as they stand.
    """
    order = np.arange(len(examples.encoder_inputs)) if order is None else order
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        yield examples.encoder_inputs[rows], examples.decoder_targets[rows]


def epoch_batches(
    examples: Examples, config: TrainingConfig, epoch: int, cut: bool = False
) -> Iterator[Tuple[np.ndarray, np.ndarray]]:
    """Yields the batches of an epoch in its own order.

    The order depends on the seed and the epoch's number alone, the same on every NumPy.

    Args:
      examples: N pairs.
      config: batch size and seed.
      epoch: from 0.
      cut: put pairs of like lengths together and cut each batch to its longest source and
        target, so that the cost of a step follows its real tokens.
    """
    random = np.random.RandomState([config.seed, epoch])
    order = random.permutation(len(examples.encoder_inputs))
    if not cut:
        return batches(examples, config.batch_size, order)
    return _cut_batches(examples, config.batch_size, order, random)


# Pairs are sorted by length within this many batches, so that epochs still differ.
_SORTED_TOGETHER = 100


def _cut_batches(examples, batch_size, order, random):
    lengths = [_longest(array, axis=1) for array in examples[:2]]
    window = batch_size * _SORTED_TOGETHER
    groups = []
    for start in range(0, len(order), window):
        rows = order[start : start + window]
        rows = rows[np.lexsort([lengths[0][rows], lengths[1][rows]])]
        groups += [rows[i : i + batch_size] for i in range(0, len(rows), batch_size)]
    for i in random.permutation(len(groups)):
        sources, targets = (array[groups[i]] for array in examples[:2])
        yield sources[:, : _longest(sources)], targets[:, : _longest(targets)]


def _longest(ids, axis=None):
    """Gives the length of the longest row of int [N, T], or of each row, int [N]."""
    return (np.arange(1, ids.shape[1] + 1) * (ids != PAD)).max(axis=axis)

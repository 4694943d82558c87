"""Pairs of token sequences to matrices of ids. NumPy only.

    source          c a t                    encoder_inputs   c a t 0 0 0 0 0 0 0
    target          K AE T                   decoder_targets  K AE T END 0 0 0 0 0 0 0 0
    the graph makes                          decoder_inputs   START K AE T END 0 0 0 0 0 0 0
"""

import zlib
from typing import (
    Any,
    Callable,
    Dict,
    Iterable,
    Iterator,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
)

import numpy as np

from seq2seq_graph.data import subwords
from seq2seq_graph.data.coding import Coding
from seq2seq_graph.data.encoding.cutting import cut
from seq2seq_graph.data.encoding.encode import Encoded, Rules, Text, encode
from seq2seq_graph.data.encoding.selection import LeftOut, and_repeats
from seq2seq_graph.data.padded import Padded, Sequences
from seq2seq_graph.data.pairs import PARTS, Pair, Parts
from seq2seq_graph.errors import InputError
from seq2seq_graph.vocabulary import END, PAD, UNKNOWN, Vocabulary


class Examples(NamedTuple):
    """N pairs as ids: arrays, or what reads as one (`Padded`)."""

    encoder_inputs: Any  # int32 [N, T_in], PAD after the source
    decoder_targets: Any  # int32 [N, T_out], END after the target, then PAD
    source_index: np.ndarray  # int32 [N], the source's number, from 0 in order of appearance


class Dataset(NamedTuple):
    """A corpus as ids: three parts that share no source."""

    train: Examples
    valid: Examples
    test: Examples
    source_vocabulary: Vocabulary
    target_vocabulary: Vocabulary
    left_out: Dict[str, LeftOut]  # of each part
    coding: Coding = Coding()  # what the vocabularies and tokens are by
    kept_fingerprint: Optional[int] = None  # what `fingerprint` returns, where it is known

    @property
    def vocab_size(self) -> int:
        """The document's one `vocab_size`: the size of the larger vocabulary."""
        return max(len(self.source_vocabulary), len(self.target_vocabulary))


_AT_ONCE = 2**14  # pairs of a text in memory


def build_dataset(
    all_parts: Parts,
    max_input_length: int,
    max_output_length: int,
    min_count: int = 1,
    learn: Optional[Callable[[Iterable[Pair]], Coding]] = None,
    keep_repeats: bool = False,
) -> Dataset:
    """Leaves out what repeats and what is too long, and turns tokens into ids.

    Args:
      all_parts: part -> its pairs, from `split_by_source` or `read_parts`.
      max_input_length: tokens that a source may have.
      max_output_length: tokens that a target may have, END counted.
      min_count: times that a token must stand on its side of the training part to be in the
        vocabulary. From 2 on UNKNOWN stands in training too; the model never writes it.
      learn: makes of the training part, without what repeats, the sides' `Coding`; a side to which
        it gives no vocabulary has that of the tokens counted.
      keep_repeats: leave in what repeats.

    Returns:
      The three parts, and the vocabularies of the training part's kept pairs.

    Raises:
      InputError: no pair is left for training, or none for validation, or no token is frequent
        enough.
    """
    pieces = [
        (part, pairs[start : start + _AT_ONCE])
        for part, pairs in all_parts.items() for start in range(0, len(pairs), _AT_ONCE)
    ]
    rules = Rules(max_input_length, max_output_length, min_count, keep_repeats)
    encoded = encode(
        text_in_memory(pieces), rules, learn or (lambda train: Coding()),
        cut_after_learning=learn is not None)
    return of_encoded(encoded, max_input_length, max_output_length)


def text_in_memory(pieces: Sequence[Tuple[Optional[str], Iterable[Pair]]]) -> Text:
    """Makes what `encode` reads of pieces of pairs: each one's part, or None, and its pairs."""
    return Text(
        [part for part, _ in pieces],
        lambda *how: (cut(pairs, *how) for _, pairs in pieces),
        lambda: (pair for _, pairs in pieces for pair in pairs),
    )


def of_encoded(encoded: Encoded, max_input_length: int, max_output_length: int) -> Dataset:
    """Makes matrices of a text's ids that were encoded by these lengths."""
    parts, first = [], 0
    for part in PARTS:
        count = encoded.pairs[part]
        encoder_inputs, decoder_targets = (
            Padded(Sequences(encoded.ids, encoded.offsets, 2 * first + side, 2), count, length)
            for side, length in enumerate((max_input_length, max_output_length)))
        sources = encoded.sources.part(first, first + count)
        parts.append(Examples(encoder_inputs, decoder_targets, sources))
        first += count
    train, valid, test = parts
    return Dataset(
        train, valid, test, encoded.source_vocabulary, encoded.target_vocabulary,
        encoded.left_out, encoded.coding, encoded.fingerprint)


def encode_pairs(
    pairs: Sequence[Pair],
    source_vocabulary: Vocabulary,
    target_vocabulary: Vocabulary,
    max_input_length: int,
    max_output_length: int,
) -> Examples:
    """Turns N pairs that fit the lengths into ids."""
    encoder_inputs = np.full([len(pairs), max_input_length], PAD, np.int32)
    decoder_targets = np.full([len(pairs), max_output_length], PAD, np.int32)
    source_index = np.empty(len(pairs), np.int32)
    index_of: Dict[Sequence[str], int] = {}
    for i, (source, target) in enumerate(pairs):
        encoder_inputs[i, : len(source)] = source_vocabulary.encode(source)
        decoder_targets[i, : len(target)] = target_vocabulary.encode(target)
        decoder_targets[i, len(target)] = END
        source_index[i] = index_of.setdefault(source, len(index_of))
    return Examples(encoder_inputs, decoder_targets, source_index)


def to_matrix(sequences: Sequence[Sequence[int]], length: int) -> np.ndarray:
    """Writes N id sequences of at most `length` into int32 [N, length], PAD behind them."""
    matrix = np.full([len(sequences), length], PAD, np.int32)
    for row, ids in zip(matrix, sequences):
        row[: len(ids)] = ids
    return matrix


def counts_text(dataset: Dataset) -> str:
    """Says, a line a part, how many sources and pairs were kept and left out."""
    return "\n".join(
        f"{part:5}  kept {_source_count(examples):7,} sources, "
        f"{len(examples.source_index):7,} pairs; left out as too long "
        f"{dataset.left_out[part].sources:6,} sources, {dataset.left_out[part].pairs:6,} pairs"
        + and_repeats(dataset.left_out[part])
        for part, examples in zip(PARTS, (dataset.train, dataset.valid, dataset.test))
    )


def _source_count(examples):
    return int(examples.source_index.max()) + 1 if len(examples.source_index) else 0


MANY_UNKNOWN = 0.1  # share of a side's validation tokens
_ROWS_AT_ONCE = 2**12


def unknown_hints(dataset: Dataset) -> Iterator[str]:
    """Says of each side where many of the validation tokens are UNKNOWN, and which flag helps."""
    examples = dataset.valid.encoder_inputs, dataset.valid.decoder_targets
    for side, matrix in zip(("source", "target"), examples):
        unknown = real = 0
        for start in range(0, len(matrix), _ROWS_AT_ONCE):
            ids = matrix[start : start + _ROWS_AT_ONCE]
            unknown += int((ids == UNKNOWN).sum())
            real += int(((ids != PAD) & (ids != END)).sum())
        share = unknown / max(1, real)
        if share > MANY_UNKNOWN:
            yield (f"{share:.0%} of the {side} tokens of validation are not in the vocabulary, so "
                   f"the model cannot tell them apart: --{side}-tokens subwords (or characters) "
                   "cuts them into parts that are")


_NUMBERS_AT_ONCE = 2**20


def fingerprint(dataset: Dataset) -> int:
    """Sums up the pairs trained on and validated with; another text gives another number."""
    if dataset.kept_fingerprint is not None:
        return dataset.kept_fingerprint
    value = 0
    for examples in (dataset.train, dataset.valid):
        for array in examples:
            rows = max(1, _NUMBERS_AT_ONCE // (array.shape[1] if array.ndim > 1 else 1))
            for start in range(0, len(array), rows):
                ids = array[start : start + rows].astype("<i4")
                value = zlib.crc32(ids.tobytes(), value)
    for vocabulary in (dataset.source_vocabulary, dataset.target_vocabulary):
        value = zlib.crc32("\n".join(vocabulary.tokens).encode("utf-8", "surrogatepass"), value)
    models = [side.subwords for side in dataset.coding if side.subwords is not None]
    return subwords.checksum(models, value)


def keep_sources(dataset: Dataset, count: int) -> Dataset:
    """Keeps the first `count` sources of each part, with all their pairs.

    Raises:
      InputError: `count` is below 1.
    """
    if count < 1:
        raise InputError(f"limit is {count}; it must be at least 1")
    train, valid, test = (
        Examples(*_only(examples, np.flatnonzero(examples.source_index < count)))
        for examples in (dataset.train, dataset.valid, dataset.test)
    )
    return dataset._replace(train=train, valid=valid, test=test, kept_fingerprint=None)


def _only(examples, rows):
    return (one.only(rows) if isinstance(one, Padded) else one[rows] for one in examples)

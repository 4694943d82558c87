"""Pairs of token sequences to matrices of ids. NumPy only.

    source          c a t                    encoder_inputs   c a t 0 0 0 0 0 0 0
    target          K AE T                   decoder_targets  K AE T END 0 0 0 0 0 0 0 0
    the graph makes                          decoder_inputs   START K AE T END 0 0 0 0 0 0 0
"""

from typing import Dict, Iterable, List, NamedTuple, Sequence

import numpy as np

from seq2seq_graph.data.pairs import PARTS, Pair, split_by_source
from seq2seq_graph.errors import InputError
from seq2seq_graph.vocabulary import END, PAD, Vocabulary


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

"""Pairs of token sequences to matrices of ids. NumPy only.

    source          c a t                    encoder_inputs   c a t 0 0 0 0 0 0 0
    target          K AE T                   decoder_targets  K AE T END 0 0 0 0 0 0 0 0
    the graph makes                          decoder_inputs   START K AE T END 0 0 0 0 0 0 0
"""

from typing import Callable, Dict, Iterator, List, NamedTuple, Sequence, Union

import numpy as np

from seq2seq_graph.data.coding import Coding
from seq2seq_graph.data.pairs import PARTS, Pair, Parts, Repeats, drop_repeats
from seq2seq_graph.errors import InputError
from seq2seq_graph.vocabulary import END, PAD, UNKNOWN, Vocabulary


class Examples(NamedTuple):
    """N pairs as ids."""

    encoder_inputs: np.ndarray  # int32 [N, T_in], PAD after the source
    decoder_targets: np.ndarray  # int32 [N, T_out], END after the target, then PAD
    source_index: np.ndarray  # int32 [N], the source's number, from 0 in order of appearance


class LeftOut(NamedTuple):
    """What a part lost."""

    pairs: int  # that were too long
    sources: int  # of which no pair is left
    repeated: int  # as in `pairs.Repeats`
    shared: int


class Dataset(NamedTuple):
    """A corpus as ids: three parts that share no source."""

    train: Examples
    valid: Examples
    test: Examples
    source_vocabulary: Vocabulary
    target_vocabulary: Vocabulary
    left_out: Dict[str, LeftOut]  # of each part
    coding: Coding = Coding()  # what the vocabularies and tokens are by

    @property
    def vocab_size(self) -> int:
        """The document's one `vocab_size`: the size of the larger vocabulary."""
        return max(len(self.source_vocabulary), len(self.target_vocabulary))


def build_dataset(
    all_parts: Parts,
    max_input_length: int,
    max_output_length: int,
    min_count: int = 1,
    learn: Callable[[List[Pair]], Coding] = lambda train: Coding(),
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
    if keep_repeats:
        parts, repeats = all_parts, dict.fromkeys(all_parts, Repeats(0, 0))
    else:
        parts, repeats = drop_repeats(all_parts)
    coding = learn(parts["train"])
    parts = coding.cut_parts(parts)
    left_out = {}
    for part, pairs in parts.items():
        parts[part] = [
            (source, target)
            for source, target in pairs
            if len(source) <= max_input_length and len(target) < max_output_length
        ]
        left_out[part] = LeftOut(
            len(pairs) - len(parts[part]), _sources_lost(pairs, parts[part]), *repeats[part]
        )
    for part in ("train", "valid"):
        if not parts[part]:
            raise InputError(
                f"no pair is left for the {part} part ({left_out[part].pairs} left out as longer "
                f"than {max_input_length} source or {max_output_length - 1} target tokens"
                f"{and_repeats(left_out[part])}): give more distinct sources (every 20th is for "
                "validation, the next two for test) or larger lengths"
            )
    source_vocabulary, target_vocabulary = (
        side.vocabulary or Vocabulary.of((pair[i] for pair in parts["train"]), min_count)
        for i, side in enumerate(coding)
    )
    lengths = (max_input_length, max_output_length)
    train, valid, test = (
        encode_pairs(parts[part], source_vocabulary, target_vocabulary, *lengths) for part in PARTS
    )
    return Dataset(train, valid, test, source_vocabulary, target_vocabulary, left_out, coding)


def _sources_lost(pairs, kept):
    return len({source for source, _ in pairs} - {source for source, _ in kept})


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
        f"{part:5}  kept {len(np.unique(examples.source_index)):7,} sources, "
        f"{len(examples.source_index):7,} pairs; left out as too long "
        f"{dataset.left_out[part].sources:6,} sources, {dataset.left_out[part].pairs:6,} pairs"
        + and_repeats(dataset.left_out[part])
        for part, examples in zip(PARTS, (dataset.train, dataset.valid, dataset.test))
    )


MANY_UNKNOWN = 0.1  # share of a side's validation tokens


def unknown_hints(dataset: Dataset) -> Iterator[str]:
    """Says of each side where many of the validation tokens are UNKNOWN, and which flag helps."""
    examples = dataset.valid.encoder_inputs, dataset.valid.decoder_targets
    for side, ids in zip(("source", "target"), examples):
        share = (ids == UNKNOWN).sum() / max(1, ((ids != PAD) & (ids != END)).sum())
        if share > MANY_UNKNOWN:
            yield (f"{share:.0%} of the {side} tokens of validation are not in the vocabulary, so "
                   f"the model cannot tell them apart: --{side}-tokens subwords (or characters) "
                   "cuts them into parts that are")


def and_repeats(dropped: Union[Repeats, LeftOut]) -> str:
    """Says at the end of a line which pairs of a part were dropped as repeats; "" if none were.

    Args:
      dropped: `Repeats` of the part, or its `LeftOut`.
    """
    repeated, shared = dropped.repeated, dropped.shared
    return (
        f"; left out as repeated {repeated:,}" * bool(repeated)
        + f"; left out as of a source that another part has {shared:,}" * bool(shared)
    )


def keep_sources(dataset: Dataset, count: int) -> Dataset:
    """Keeps the first `count` sources of each part, with all their pairs.

    Raises:
      InputError: `count` is below 1.
    """
    if count < 1:
        raise InputError(f"limit is {count}; it must be at least 1")
    train, valid, test = (
        Examples(*(array[examples.source_index < count] for array in examples))
        for examples in (dataset.train, dataset.valid, dataset.test)
    )
    return dataset._replace(train=train, valid=valid, test=test)

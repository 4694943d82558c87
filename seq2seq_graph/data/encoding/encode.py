"""Texts to ids, whatever their size: the rules of `data`, in passes over columns. NumPy only.

    pass 1     every pair's hashes, and, where no sub-words are to be learned, its provisional ids
    claims     which pairs repeat, and which part each is in: by the hashes
    learn      sub-words, from lines of the training part; then pass 2, the provisional ids
    selection  what is short enough
    vocabulary of the training part's kept pairs, counted by provisional ids
    writing    ids and offsets of what is kept, the parts one behind the other

Memory holds a piece of the text, a share of the hashes, and every different token.
"""

import contextlib
from typing import Callable, Dict, Iterable, Iterator, List, NamedTuple, Optional, Tuple

import numpy as np

from seq2seq_graph.data.coding import Coding
from seq2seq_graph.data.encoding import claims, selection, writing
from seq2seq_graph.data.encoding.columns import Place, Stored
from seq2seq_graph.data.encoding.cutting import Cut
from seq2seq_graph.data.encoding.selection import LeftOut, and_repeats
from seq2seq_graph.data.pairs import PARTS, Pair
from seq2seq_graph.errors import InputError
from seq2seq_graph.vocabulary import SPECIAL_TOKENS, Vocabulary


class Text(NamedTuple):
    """What is encoded: pieces of pairs, in order."""

    parts: List[Optional[str]]  # of each piece; None: dealt out by source, as all others then
    cut: Callable[[Coding, bool, bool], Iterator[Cut]]  # of each piece, as `cutting.cut`
    pairs: Callable[[], Iterable[Pair]]  # all, as they were read


class Rules(NamedTuple):
    """What is kept, and what gets an id; as for `datasets.build_dataset`."""

    max_input_length: int
    max_output_length: int
    min_count: int = 1
    keep_repeats: bool = False


class Encoded(NamedTuple):
    """A text as ids: the pairs of the train part, then those of valid and test."""

    ids: Stored  # int32, a pair's source and target, END behind it, one behind the other
    offsets: Stored  # int64 [2 * pairs + 1], where each begins
    sources: Stored  # int32 [pairs], the source's number, from 0 in order of appearance in its part
    pairs: Dict[str, int]  # of each part
    left_out: Dict[str, LeftOut]
    source_vocabulary: Vocabulary
    target_vocabulary: Vocabulary
    coding: Coding
    fingerprint: Optional[int] = None


_SAMPLE = 500000  # pairs that sub-words are learned from at most


def encode(
    text: Text,
    rules: Rules,
    learn: Callable[[Iterable[Pair]], Coding],
    cut_after_learning: bool = False,
    place: Place = Place(),  # noqa: B008 - a tuple
    scratch: Place = Place(),  # noqa: B008
    where: str = "",
    say: Callable[[str], None] = lambda line: None,
) -> Encoded:
    """Encodes a text.

    Args:
      text: its pieces.
      rules: what is kept.
      learn: makes of the training part, without what repeats, the sides' `Coding`; of more than
        `_SAMPLE` pairs it gets evenly spread ones.
      cut_after_learning: the coding cuts the text; so it is read once more.
      place, scratch: where the columns are written, and what is only needed meanwhile.
      where: what errors of the text as a whole begin with.
      say: is told of what is learned from a part of the text only.

    Raises:
      InputError: as the text's reader and `learn`; no pair is left for training, or none for
        validation, or no token is frequent enough.
      OSError: a column cannot be written.
    """
    coding = Coding() if cut_after_learning else learn(())
    with_ids = not cut_after_learning
    pieces = writing.Pieces(scratch)
    hashes = scratch.column("hashes", "<u8")
    for part, cut in zip(text.parts, text.cut(coding, True, with_ids)):
        hashes.append(cut.hashes.reshape(-1))
        pieces.add(part, cut, with_ids)
    found = claims.find(
        hashes.finish(), pieces.ranges(), None in text.parts, rules.keep_repeats, scratch)
    with _named(where):
        if cut_after_learning:
            coding = learn(_sample(text, found, say))
    if cut_after_learning:
        for cut in text.cut(coding, False, True):
            pieces.add_ids(cut)
    sources = place.column("sources", "<i4")
    chosen = selection.select(
        found, pieces.lengths(), (rules.max_input_length, rules.max_output_length), scratch,
        sources)
    with _named(where):
        _check_parts(chosen, rules)
        vocabularies = _vocabularies(pieces, found, chosen, coding, rules.min_count)
    ids, offsets = writing.write(pieces, found.part, chosen.kept, vocabularies, place)
    return Encoded(
        ids, offsets, sources.finish(durable=True), chosen.pairs, chosen.left_out, *vocabularies,
        coding)


@contextlib.contextmanager
def _named(where):
    try:
        yield
    except InputError as error:
        raise InputError(f"{where}: {error}" if where else str(error)) from None


def _sample(text, found, say) -> Iterator[Pair]:
    """Yields the training part's own pairs, or evenly spread ones where they are many."""
    train = PARTS.index("train")
    own, _, _ = claims.count_states(found, train)
    every = max(1, -(-own // _SAMPLE))
    if every > 1:
        say(f"sub-words are learned from each {every}th of {own:,} training pairs")
    number = 0
    for row, pair in enumerate(text.pairs()):
        if found.part[row] == train and found.state[row] == claims.OWN:
            if number % every == 0:
                yield pair
            number += 1


def _check_parts(chosen, rules):
    for part in ("train", "valid"):
        if not chosen.pairs[part]:
            left_out = chosen.left_out[part]
            raise InputError(
                f"no pair is left for the {part} part ({left_out.pairs} left out as longer "
                f"than {rules.max_input_length} source or {rules.max_output_length - 1} target "
                f"tokens{and_repeats(left_out)}): give more distinct sources (every 20th is for "
                "validation, the next two for test) or larger lengths"
            )


def _vocabularies(pieces, found, chosen, coding, min_count) -> Tuple[Vocabulary, Vocabulary]:
    """Returns the sides' own vocabularies, or those of the training part's tokens, counted."""
    given = [side.vocabulary for side in coding]
    counts = [np.zeros(len(SPECIAL_TOKENS) + len(numbers), np.int64) for numbers in pieces.numbers]
    if None in given:
        train = PARTS.index("train")
        for rows, lengths, ids in pieces.read():
            wanted = (found.part[rows] == train) & chosen.kept[rows]
            for side, sequences in enumerate(writing.sides(lengths, ids, wanted)):
                counts[side] += np.bincount(sequences, minlength=len(counts[side]))
    source, target = (
        vocabulary or Vocabulary.counted(
            zip(numbers, count[len(SPECIAL_TOKENS):].tolist()), min_count)
        for vocabulary, numbers, count in zip(given, pieces.numbers, counts)
    )
    return source, target


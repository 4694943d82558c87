"""Where a run's text comes from, as its `TextConfig` says it, and the way back to it. NumPy only.

`kind` is "cmudict", "pairs" (a file), "folder" (of `scripts/prepare.py`) or "files" (two side by
side, or two a part); `origin` is "cmudict" or the absolute path, of "files" that of the training
sources. `fingerprint` tells the text from any other, so a text that was moved is known again at its
new place.
"""

import functools
import os
import zlib
from typing import Any, Iterable, Optional

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.data import coding, subwords
from seq2seq_graph.data.corpora import cmudict
from seq2seq_graph.data.datasets import Dataset, build_dataset, keep_sources
from seq2seq_graph.data.pairs import (
    DEFAULT_TOKENS,
    PARTS,
    Parts,
    read_pairs,
    read_parts,
    split_by_source,
)
from seq2seq_graph.data.side_by_side import read_side_by_side
from seq2seq_graph.data.text_config import TextConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.runs import places
from seq2seq_graph.runs.places import FILES, Files

_USUAL_TOKENS = {
    "cmudict": cmudict.TOKENS,
    "pairs": DEFAULT_TOKENS,
    "folder": {"source_tokens": "pieces", "target_tokens": "pieces"},
    "files": {"source_tokens": "pieces", "target_tokens": "pieces"},
}


def text_config(
    pairs: Optional[str] = None, folder: Optional[str] = None, files: Optional[Files] = None,
    **given: Any,
) -> TextConfig:
    """Makes a run's TextConfig of what a user names.

    Args:
      pairs: a file of pairs, or None.
      folder: a prepared corpus, or None.
      files: files side by side, or None; without any of the three the text is cmudict.
      **given: fields of TextConfig; tokens that are not given are the usual ones of the kind.

    Raises:
      InputError: two origins, tokens for cmudict, whose tokens are its own, or a value out of
        range.
    """
    kind, paths = places.name_kind(pairs, folder, files)
    if kind == "cmudict" and set(given) & set(DEFAULT_TOKENS):
        raise InputError(
            "--source-tokens and --target-tokens go with --pairs, --data or --source-file")
    given = {**_USUAL_TOKENS[kind], **given}
    _check_subwords(given)
    for side in DEFAULT_TOKENS:
        vocabulary = side.replace("tokens", "vocabulary")
        if given.get(vocabulary) is not None:
            given[vocabulary] = os.path.abspath(given[vocabulary])
    return TextConfig(kind=kind, **paths, **given)


def _check_subwords(given):
    of_subwords = [side for side in DEFAULT_TOKENS if given[side] == "subwords"]
    named = [side for side in DEFAULT_TOKENS
             if given.get(side.replace("tokens", "vocabulary")) is not None]
    none_learned = set(of_subwords) <= set(named) or given.get("joint_subwords") and named
    for name in ("subword_vocabulary", "subword_kind", "joint_subwords"):
        flag = "--" + name.replace("_", "-")
        if given.get(name) and not of_subwords:
            raise InputError(f"{flag} goes with --source-tokens subwords or "
                             "--target-tokens subwords")
        if given.get(name) and none_learned and name != "joint_subwords":
            raise InputError(f"{flag} says how sub-words are learned, but a file of them is "
                             "given; leave one of the two out")
    if {*of_subwords, *named} == {*DEFAULT_TOKENS} and given.get("min_count", 1) > 1:
        raise InputError(f"--min-count {given['min_count']} counts tokens, but neither side's "
                         "vocabulary is made by counting; leave --min-count out")


def read(text: TextConfig, parts: Iterable[str] = PARTS) -> Parts:
    """Reads the text of a run, split into its parts, or into some; `limit` is not applied.

    Raises:
      InputError: it is not there any more, or cannot be read.
    """
    tokens = {side: getattr(text, side) for side in DEFAULT_TOKENS}
    if text.kind == "cmudict":
        return split_by_source(cmudict.pairs(), parts=parts)
    if text.kind == "pairs":
        return split_by_source(read_pairs(text.origin, **tokens), parts=parts)
    if text.kind == "files":
        return _of_files(text, tokens, parts)
    return read_parts(text.origin, **tokens, parts=parts)


def _of_files(text, tokens, parts):
    """Deals one pair of files out; of more, each is its part."""
    paths = [text.origin, *(getattr(text, name) for name in FILES[1:])]
    of_part = dict(zip(PARTS, zip(paths[::2], paths[1::2])))
    if of_part["valid"][0] is None:
        return split_by_source(read_side_by_side(*of_part["train"], **tokens), parts=parts)
    return {
        part: [] if of_part[part][0] is None else list(read_side_by_side(*of_part[part], **tokens))
        for part in parts
    }


def dataset(
    text: TextConfig, config: ModelConfig, known: Optional[coding.Coding] = None
) -> Dataset:
    """Makes the Dataset of a run: its text read, split, encoded and limited.

    Args:
      text, config: the run's.
      known: what the run learned when it was begun; None learns it from the training part.

    Raises:
      InputError: as `read` and `build_dataset` do; the message names the file or folder.
    """
    parts = read(text)
    try:
        lengths = config.max_input_length, config.max_output_length
        learn = functools.partial(coding.learn, text) if known is None else lambda train: known
        whole = build_dataset(parts, *lengths, text.min_count, learn, text.keep_repeats)
    except InputError as error:
        raise InputError(f"{text.origin}: {error}") from None
    return whole if text.limit is None else keep_sources(whole, text.limit)


def check_fingerprint(text: TextConfig, dataset: Dataset, directory: str) -> None:
    """Raises InputError where a Dataset is not the one that a run was begun with."""
    if fingerprint(dataset) != text.fingerprint:
        raise InputError(
            f"{text.origin} has changed since {directory} was begun, or is another text; "
            "bring back the text as it was, or train anew"
        )


def fingerprint(dataset: Dataset) -> int:
    """Sums up the pairs trained on and validated with; another text gives another number."""
    value = 0
    for examples in (dataset.train, dataset.valid):
        for array in examples:
            value = zlib.crc32(array.astype("<i4").tobytes(), value)
    for vocabulary in (dataset.source_vocabulary, dataset.target_vocabulary):
        value = zlib.crc32("\n".join(vocabulary.tokens).encode("utf-8", "surrogatepass"), value)
    models = [side.subwords for side in dataset.coding if side.subwords is not None]
    return subwords.checksum(models, value)

"""Where a run's text comes from, as its `TextConfig` says it, and the way back to it. NumPy only.

`kind` is "cmudict", "pairs" (a file) or "folder" (of `scripts/prepare.py`); `origin` is "cmudict"
or the absolute path. `fingerprint` tells the text from any other, so a text that was moved is known
again at its new place.
"""

import dataclasses
import functools
import os
import zlib
from typing import Any, Iterable, Optional

from seq2seq_graph.config import ModelConfig, TextConfig
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
from seq2seq_graph.errors import InputError

_USUAL_TOKENS = {
    "cmudict": cmudict.TOKENS,
    "pairs": DEFAULT_TOKENS,
    "folder": {"source_tokens": "pieces", "target_tokens": "pieces"},
}


def text_config(pairs: Optional[str] = None, folder: Optional[str] = None,
                **given: Any) -> TextConfig:
    """Makes a run's TextConfig of what a user names.

    Args:
      pairs: a file of pairs, or None.
      folder: a prepared corpus, or None; with neither the text is cmudict.
      **given: fields of TextConfig; tokens that are not given are the usual ones of the kind.

    Raises:
      InputError: two origins, tokens for cmudict, whose tokens are its own, or a value out of
        range.
    """
    kind, origin = _named(pairs, folder)
    if kind == "cmudict" and set(given) & set(DEFAULT_TOKENS):
        raise InputError("--source-tokens and --target-tokens go with --pairs or --data")
    given = {**_USUAL_TOKENS[kind], **given}
    _check_subwords(given)
    return TextConfig(kind=kind, origin=origin, **given)


def _check_subwords(given):
    sides = [given[side] == "subwords" for side in DEFAULT_TOKENS]
    for name in ("subword_vocabulary", "subword_kind", "joint_subwords"):
        if given.get(name) and not any(sides):
            raise InputError(f"--{name.replace('_', '-')} goes with --source-tokens subwords or "
                             "--target-tokens subwords")
    if all(sides) and given.get("min_count", 1) > 1:
        raise InputError(f"--min-count {given['min_count']} counts tokens, but of sub-words there "
                         "are as many as --subword-vocabulary says; leave --min-count out")


def _named(pairs, folder):
    if pairs is not None and folder is not None:
        raise InputError("--pairs and --data both name a text; give one of them")
    if pairs is not None:
        return "pairs", os.path.abspath(pairs)
    if folder is not None:
        return "folder", os.path.abspath(folder)
    return "cmudict", "cmudict"


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
    return read_parts(text.origin, **tokens, parts=parts)


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
        whole = build_dataset(parts, *lengths, text.min_count, learn)
    except InputError as error:
        raise InputError(f"{text.origin}: {error}") from None
    return whole if text.limit is None else keep_sources(whole, text.limit)


def moved(
    text: TextConfig, directory: str, pairs: Optional[str] = None, folder: Optional[str] = None
) -> TextConfig:
    """Returns the TextConfig with the place where its text is now.

    That is the place that is named; else the one where it was; else the same place as seen from
    the run's directory, with which it may have been moved. Whether it is the same text,
    `check_fingerprint` tells.

    Raises:
      InputError: both are named, or one of another kind.
    """
    if pairs is None and folder is None:
        other = os.path.abspath(os.path.join(directory, text.beside or ""))
        gone = text.kind != "cmudict" and not os.path.exists(text.origin)
        if gone and text.beside and os.path.exists(other):
            return dataclasses.replace(text, origin=other)
        return text
    kind, origin = _named(pairs, folder)
    if kind != text.kind:
        of_kind = {"pairs": "a file, --pairs", "folder": "a folder, --data", "cmudict": "cmudict"}
        raise InputError(f"{origin}: the run was trained on {of_kind[text.kind]}; name that text")
    return dataclasses.replace(text, origin=origin)


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

"""Where a run's text came from, as its `config.json` says it, and the way back to it. NumPy only.

    "text": {
      "kind": "cmudict", "pairs" (a file) or "folder" (of `scripts/prepare.py`),
      "origin": "cmudict", or the absolute path,
      "source_tokens", "target_tokens": what a token of each side is,
      "min_count": times that a token must stand in the training part to have an id of its own,
      "limit": sources used of each part, or null,
      "fingerprint": of the ids that are trained on and validated with
    }
"""

import os
import zlib
from typing import Dict, Iterable, Optional

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.data.corpora import cmudict
from seq2seq_graph.data.datasets import Dataset, build_dataset, keep_sources
from seq2seq_graph.data.pairs import (
    DEFAULT_TOKENS,
    PARTS,
    TOKENIZERS,
    Parts,
    read_pairs,
    read_parts,
    split_by_source,
)
from seq2seq_graph.errors import InputError


def _is_count(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _is_tokens(value):
    return isinstance(value, str) and value in TOKENIZERS


# Key of a run's `text` -> whether a value fits, and what fits in words.
_TOKENS = _is_tokens, "one of " + ", ".join(sorted(TOKENIZERS))
_KEYS = {
    "kind": (("cmudict", "pairs", "folder").__contains__, "cmudict, pairs or folder"),
    "origin": (lambda value: isinstance(value, str), "a path, or cmudict"),
    "source_tokens": _TOKENS,
    "target_tokens": _TOKENS,
    "min_count": (_is_count, "an integer of at least 1; 1 where the run had no --min-count"),
    "limit": (lambda value: value is None or _is_count(value), "null or an integer of at least 1"),
}
_FOLDER_TOKENS = {"source_tokens": "pieces", "target_tokens": "pieces"}


def describe(
    pairs: Optional[str], folder: Optional[str], tokens: Dict[str, Optional[str]],
    limit: Optional[int] = None, min_count: int = 1,
) -> dict:
    """Makes a run's `text` from what a user names.

    Args:
      pairs: a file of pairs, or None.
      folder: a prepared corpus, or None; with neither the text is cmudict.
      tokens: of "source_tokens" and "target_tokens", None for the usual.
      limit: sources of each part at most.
      min_count: as for `build_dataset`.

    Raises:
      InputError: two origins, tokens for cmudict, whose tokens are its own, or a number below 1.
    """
    if pairs is not None and folder is not None:
        raise InputError("--pairs and --data both name a text; give one of them")
    if pairs is None and folder is None and any(tokens.values()):
        raise InputError("--source-tokens and --target-tokens go with --pairs or --data")
    for name, number in ("limit", limit), ("min_count", min_count):
        if number is not None and number < 1:
            raise InputError(f"{name} is {number}; it must be at least 1")
    if pairs is not None:
        text, usual = {"kind": "pairs", "origin": os.path.abspath(pairs)}, DEFAULT_TOKENS
    elif folder is not None:
        text, usual = {"kind": "folder", "origin": os.path.abspath(folder)}, _FOLDER_TOKENS
    else:
        text, usual = {"kind": "cmudict", "origin": "cmudict"}, cmudict.TOKENS
    chosen = {side: tokens.get(side) or usual[side] for side in usual}
    return {**text, **chosen, "min_count": min_count, "limit": limit}


def checked(text: dict, where: str) -> dict:
    """Gives a run's `text` as it is, if it can be used.

    Args:
      text: what JSON gave.
      where: the file, and the section in it, for the errors.

    Raises:
      InputError: a key is missing, or its value is of another kind.
    """
    if not isinstance(text, dict):
        raise InputError(f"{where} is {text!r}; it must be an object of keys")
    for key, (fits, words) in _KEYS.items():
        if key not in text:
            raise InputError(f"{where}: key {key!r} is missing; give it the run's value, {words}")
        if not fits(text[key]):
            raise InputError(f"{where}: {key} is {text[key]!r}; it must be {words}")
    return text


def read(text: dict, parts: Iterable[str] = PARTS) -> Parts:
    """Reads the text of a run, split into its parts, or into some; `limit` is not applied.

    Raises:
      InputError: it is not there any more, or cannot be read.
    """
    missing = [name for name in ("kind", "min_count", "limit") if name not in text]
    if missing:
        raise InputError(f"the run's config.json: text has no {missing[0]}; bring back the run's")
    tokens = {side: text[side] for side in DEFAULT_TOKENS}
    if text["kind"] not in ("cmudict", "pairs", "folder"):
        raise InputError(f"the run's config.json: text's kind is {text['kind']!r}; it must be "
                         "cmudict, pairs or folder")
    if text["kind"] == "cmudict":
        return split_by_source(cmudict.pairs(), parts=parts)
    if text["kind"] == "pairs":
        return split_by_source(read_pairs(text["origin"], **tokens), parts=parts)
    return read_parts(text["origin"], **tokens, parts=parts)


def prepare(text: dict, config: ModelConfig) -> Dataset:
    """Makes the text of a run ready: read, split, encoded and limited.

    Raises:
      InputError: as `read` and `build_dataset` do; the message names the file or folder.
    """
    parts = read(text)
    try:
        lengths = config.max_input_length, config.max_output_length
        dataset = build_dataset(parts, *lengths, text["min_count"])
    except InputError as error:
        raise InputError(f"{text['origin']}: {error}") from None
    return dataset if text["limit"] is None else keep_sources(dataset, text["limit"])


def fingerprint(dataset: Dataset) -> int:
    """Sums up the pairs trained on and validated with; another text gives another number."""
    value = 0
    for examples in (dataset.train, dataset.valid):
        for array in examples:
            value = zlib.crc32(array.astype("<i4").tobytes(), value)
    for vocabulary in (dataset.source_vocabulary, dataset.target_vocabulary):
        value = zlib.crc32("\n".join(vocabulary.tokens).encode("utf-8", "surrogatepass"), value)
    return value

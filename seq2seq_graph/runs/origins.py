"""Where a run's text comes from, as its `TextConfig` says it, and the way back to it. NumPy only.

`kind` is "cmudict", "pairs" (a file), "folder" (of `scripts/prepare.py`) or "files" (two side by
side, or two a part); `origin` is "cmudict" or the absolute path, of "files" that of the training
sources. `fingerprint` tells the text from any other, so a text that was moved is known again at its
new place.
"""

import functools
import os
from typing import Any, Iterable, Optional

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.data import coding, subwords
from seq2seq_graph.data.corpora import cmudict
from seq2seq_graph.data.datasets import (
    Dataset,
    fingerprint,
    keep_sources,
    of_encoded,
    text_in_memory,
)
from seq2seq_graph.data.encoding import beside
from seq2seq_graph.data.encoding.encode import Rules, encode
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
    of_part = _of_part(text)
    if of_part["valid"][0] is None:
        return split_by_source(read_side_by_side(*of_part["train"], **tokens), parts=parts)
    return {
        part: [] if of_part[part][0] is None else list(read_side_by_side(*of_part[part], **tokens))
        for part in parts
    }


def _of_part(text):
    """Returns part -> the files of its sources and targets, or twice None."""
    paths = [text.origin, *(getattr(text, name) for name in FILES[1:])]
    return dict(zip(PARTS, zip(paths[::2], paths[1::2])))


def dataset(
    text: TextConfig, config: ModelConfig, known: Optional[coding.Coding] = None,
    tell: beside.Tell = beside.say_nothing,
) -> Dataset:
    """Makes the Dataset of a run: its text split, encoded and limited.

    A text of files is encoded once, into a folder beside it (`data.encoding.beside`).

    Args:
      text, config: the run's.
      known: what the run learned when it was begun; None learns it from the training part.
      tell: is told what is done, and how much of how much, where that takes time.

    Raises:
      InputError: as `read` and `build_dataset` do; the message names the file or folder.
    """
    lengths = config.max_input_length, config.max_output_length
    rules = Rules(*lengths, text.min_count, text.keep_repeats)
    if text.kind == "cmudict":
        in_memory = text_in_memory([(None, cmudict.pairs())])
        encoded = encode(in_memory, rules, _learn(text, known), where=text.origin)
    else:
        encoded = _of_folder(text, rules, known, tell)
    whole = of_encoded(encoded, *lengths)
    return whole if text.limit is None else keep_sources(whole, text.limit)


def _learn(text, known):
    return functools.partial(coding.learn, text) if known is None else lambda train: known


def _of_folder(text, rules, known, tell):
    """Opens or makes the encoded folder; of sub-words that are known, one of these."""
    has_subwords = "subwords" in (text.source_tokens, text.target_tokens)
    learned = {name: getattr(text, name) for name in _OF_SUBWORDS} if has_subwords else {}
    settings = {**learned, "given": coding.given_checksums(text, known)}
    request = beside.Request(
        text.origin, _files(text), (text.source_tokens, text.target_tokens), rules, settings,
        _learn(text, known), known is None and coding.is_learned(text))
    found = beside.find(request)
    if known is not None and has_subwords:
        checksum = coding.checksum(known)
        if found is None or coding.checksum(found.coding) != checksum:
            request = request._replace(settings={**settings, "subwords": checksum})
            found = beside.find(request)
    if found is not None:
        return found
    return beside.make(
        request, lambda encoded: fingerprint(
            of_encoded(encoded, rules.max_input_length, rules.max_output_length)), tell)


_OF_SUBWORDS = ("subword_vocabulary", "subword_kind", "joint_subwords")


def _files(text) -> beside.Files:
    """Names the files of a text, each of its part, or of none where one is dealt out."""
    if text.kind == "pairs":
        return [(None, (text.origin,))]
    if text.kind == "folder":
        if not os.path.isdir(text.origin):
            raise InputError(f"{text.origin}: no such folder; scripts/prepare.py makes it")
        return [(part, (os.path.join(text.origin, part + ".tsv"),)) for part in PARTS]
    sides = _of_part(text)
    if sides["valid"][0] is None:
        return [(None, sides["train"])]
    return [(part, both) for part, both in sides.items() if both[0] is not None]


def check_fingerprint(text: TextConfig, dataset: Dataset, directory: str) -> None:
    """Raises InputError where a Dataset is not the one that a run was begun with."""
    if fingerprint(dataset) != text.fingerprint:
        version = ""
        if "subwords" in (text.source_tokens, text.target_tokens):
            version = (f", or another sentencepiece than {subwords.version()} cut it then "
                       "(evaluate.py --pairs scores any file as it is)")
        raise InputError(
            f"{text.origin} has changed since {directory} was begun, or is another text{version}; "
            "bring back the text as it was, or train anew"
        )

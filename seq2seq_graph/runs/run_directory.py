"""What a training run leaves: its configuration, its vocabularies, its checkpoints.

    config.json             every number it was trained with, and where its text came from
    source_vocabulary.txt   one token a line
    target_vocabulary.txt
    subwords.model          SentencePiece's, where the sides' sub-words are joint; else
                            source_subwords.model, target_subwords.model
    model.ckpt-STEP.*       TensorFlow's checkpoints, the best and the last; `checkpoint` names the
                            last, STEP.json says how far the run was
    metrics.csv             a line an epoch
    events.out.tfevents.*   the same and the graph, for TensorBoard
"""

import dataclasses
import os
import re
from typing import Callable, Iterable, NamedTuple, Optional, Sequence, Tuple

from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.data import coding, subwords
from seq2seq_graph.data.coding import Coding, Side
from seq2seq_graph.data.pairs import JOINERS, TOKENIZERS
from seq2seq_graph.data.text_config import TextConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.plain_files import as_json, read_json, write_whole
from seq2seq_graph.runs import formats, new_directory
from seq2seq_graph.vocabulary import Vocabulary, checksum

_CONFIG = "config.json"
_SECTIONS = ("model", "training", "text")
_REQUIRED = {  # a section's fields without which it cannot be told what the run was
    "model": ("vocab_size",),
    "text": ("kind", "origin", "source_tokens", "target_tokens", "min_count"),
}
_VOCABULARIES = ("source_vocabulary.txt", "target_vocabulary.txt")


class Run(NamedTuple):
    """All that is needed to build a run's graph and to feed it."""

    model: ModelConfig
    training: TrainingConfig
    text: TextConfig
    source_vocabulary: Vocabulary
    target_vocabulary: Vocabulary
    coding: Coding = Coding()

    def cutter(self, side: str) -> Callable[[str], Sequence[str]]:
        """Returns what cuts a line of "source" or "target" into the run's tokens."""
        model: Optional[subwords.Model] = getattr(self.coding, side).subwords
        return TOKENIZERS[getattr(self.text, side + "_tokens")] if model is None else model.cut

    def joiner(self, side: str) -> Callable[[Iterable[str]], str]:
        """Returns what makes text of "source" or "target" tokens."""
        return JOINERS[getattr(self.text, side + "_tokens")]


def create(directory: Optional[str], run: Run) -> str:
    """Makes a new directory and writes `run` into it; gives its path.

    Args:
      directory: its path; None takes the first of `runs/001`, `runs/002`, ... that is free.
      run: what to write.

    Raises:
      InputError: the directory exists, cannot be made, or TensorFlow would read its path as
        another one.
    """
    with new_directory.made(directory) as directory:
        vocabularies = run.source_vocabulary, run.target_vocabulary
        for name, vocabulary in zip(_VOCABULARIES, vocabularies):
            vocabulary.save(os.path.join(directory, name))
        for name, side in zip(model_names(run.text), run.coding):
            if side.subwords is not None:
                _write(os.path.join(directory, name), side.subwords.serialized)
        write_config(directory, run)  # last: where it is, the rest is
    return directory


def write_config(directory: str, run: Run) -> None:
    """Writes `config.json` of a run, over an older one.

    Raises:
      InputError: it cannot be written.
    """
    text = dataclasses.replace(run.text, beside=_beside(run.text, directory))
    run = run._replace(text=text)
    sections = {name: formats.as_section(getattr(run, name)) for name in _SECTIONS}
    sections = {**formats.stamp(), **sections}
    path = os.path.join(directory, _CONFIG)
    try:
        write_whole(path, as_json(sections) + "\n")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None


def _beside(text, directory):
    """Returns the way from the run's directory to its text: they may be moved together."""
    if text.kind == "cmudict":
        return None
    try:
        return os.path.relpath(text.origin, directory)
    except ValueError:  # on another drive
        return None


def load(directory: str) -> Run:
    """Reads what `create` wrote.

    Raises:
      InputError: a file is missing or is not what `create` writes; of `config.json` the message
        names the section and the field.
    """
    path = os.path.join(directory, _CONFIG)
    if not os.path.exists(path):
        raise InputError(_no_run(directory))
    sections = read_json(path, "give a run's directory")
    sections = formats.upgrade(sections if isinstance(sections, dict) else {}, path)
    for name in _SECTIONS:
        if name not in sections:
            raise InputError(f"{path}: not a run's configuration: {name!r} is missing")
    try:
        vocabularies = [Vocabulary.load(os.path.join(directory, name)) for name in _VOCABULARIES]
    except OSError as error:
        raise InputError(f"{error.filename}: {error.strerror}; give a run's directory") from None
    run = Run(*_configurations(sections, path), *vocabularies)
    run = run._replace(coding=_coding(run, directory))
    if run.text.vocabularies not in (None, checksum(*vocabularies)):
        paths = " or ".join(os.path.join(directory, name) for name in _VOCABULARIES)
        raise InputError(f"{paths}: not the tokens that the run was begun with; bring back the "
                         "run's own")
    for name, vocabulary in zip(_VOCABULARIES, vocabularies):
        if len(vocabulary) > (run.model.vocab_size or 0):
            raise InputError(
                f"{os.path.join(directory, name)}: {len(vocabulary)} tokens, but vocab_size is "
                f"{run.model.vocab_size} in {_CONFIG}: bring back the run's own vocabulary"
            )
    return run


def _no_run(directory):
    """Says what a path is that is no run's directory, and which runs are near it."""
    folder = os.path.dirname(directory)
    if os.path.exists(directory + ".index") or re.search(r"\.ckpt-\d+", directory):
        return f"{directory}: that is a checkpoint; give its run's directory, {folder or '.'}"
    if os.path.isfile(directory):
        return f"{directory}: that is a file; give a run's directory"
    there = os.path.isdir(directory)
    parent = directory if there else folder or "."
    names = sorted(os.listdir(parent)) if os.path.isdir(parent) else []
    runs = [os.path.join(parent, name) for name in names
            if os.path.exists(os.path.join(parent, name, _CONFIG))]
    what = f"no run: it has no {_CONFIG}" if there else "no such run"
    if not runs:
        return f"{directory}: {what}; give a directory that scripts/train.py left"
    shown = [os.path.normpath(run) for run in runs[-5:]]
    return f"{directory}: {what}; there {'is' if len(runs) == 1 else 'are'} " + (
        ("..., " if len(runs) > 5 else "") + ", ".join(shown))


def model_names(text: TextConfig) -> Tuple[str, str]:
    """Names the sides' files of sub-words in a run directory; joint ones have one."""
    if text.joint_subwords:
        return 2 * ("subwords.model",)
    return "source_subwords.model", "target_subwords.model"


def _write(path, content):
    with open(path, "wb") as file:
        file.write(content)


def _coding(run, directory):
    """Reads what `Run.coding` was; whether it is the same, a checksum tells."""
    tokens = run.text.source_tokens, run.text.target_tokens
    names = [name if kind == "subwords" else None
             for name, kind in zip(model_names(run.text), tokens)]
    models = {name: _model(os.path.join(directory, name)) for name in names if name}
    given = run.text.source_vocabulary, run.text.target_vocabulary
    found = Coding(*(
        Side(models.get(name), vocabulary if name or path else None)
        for name, path, vocabulary in zip(
            names, given, (run.source_vocabulary, run.target_vocabulary))
    ))
    if coding.checksum(found) != run.text.subwords:
        paths = " or ".join(os.path.join(directory, name) for name in models)
        raise InputError(f"{paths}: damaged, or of another run; bring back the run's own")
    return found


def _model(path):
    try:
        with open(path, "rb") as file:
            return subwords.Model(file.read(), path)
    except OSError as error:
        raise InputError(
            f"{path}: {error.strerror}; bring back the run's own: without it no text can be cut"
        ) from None


def _configurations(sections, path):
    for name, config_class in zip(_SECTIONS, (ModelConfig, TrainingConfig, TextConfig)):
        required = _REQUIRED.get(name, ())
        yield formats.from_section(config_class, sections[name], f"{path}: {name}", required)

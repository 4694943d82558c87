"""A run that is to be trained: begun from a text and two configurations, or gone on with."""

import contextlib
import dataclasses
import os
from typing import Any, Iterator, NamedTuple, Optional

from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.data import coding, epoch_order
from seq2seq_graph.data.datasets import Dataset
from seq2seq_graph.data.encoding import beside
from seq2seq_graph.data.text_config import TextConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.runs import (
    checkpoint_writer,
    inheritance,
    lock,
    new_directory,
    origins,
    places,
    recovery,
    run_directory,
)
from seq2seq_graph.runs.run_directory import Run
from seq2seq_graph.vocabulary import checksum


class Opened(NamedTuple):
    """What `training.loop.train` asks for, and the vocabularies of it."""

    directory: str
    run: Run
    dataset: Dataset


@contextlib.contextmanager
def begin(
    text: TextConfig, model: ModelConfig, training: TrainingConfig, directory: Optional[str] = None,
    tell: beside.Tell = beside.say_nothing,
) -> Iterator[Opened]:
    """Reads a text and makes a new run directory, held until the end.

    Args:
      text: from `origins.text_config`.
      model: its `vocab_size` is None, or enough for the text's vocabularies.
      training: see `config`.
      directory: its path; None takes the first of `runs/001`, `runs/002`, ... that is free.
      tell: as for `origins.dataset`.

    Raises:
      InputError: the text cannot be read or nothing is left of it, the directory exists or cannot
        be made, or the configurations contradict each other or the text.
    """
    _check_patience(training)
    new_directory.check(directory)  # before a large text is read
    if training.init_from is not None:
        prefix = inheritance.prefix_of(training.init_from)
        inheritance.require_same_sizes(prefix, model)
        training = dataclasses.replace(training, init_from=prefix)
    dataset = origins.dataset(text, model, tell=tell)
    if len(dataset.train.source_index) > epoch_order.SHUFFLE_BLOCK:
        training = dataclasses.replace(training, shuffle_block=epoch_order.SHUFFLE_BLOCK)
    if model.vocab_size is None:
        model = dataclasses.replace(model, vocab_size=dataset.vocab_size)
    elif model.vocab_size < dataset.vocab_size:
        raise InputError(
            f"vocab_size is {model.vocab_size}, but the text's larger vocabulary has "
            f"{dataset.vocab_size} tokens; leave it out"
        )
    vocabularies = dataset.source_vocabulary, dataset.target_vocabulary
    text = dataclasses.replace(
        text, fingerprint=origins.fingerprint(dataset), subwords=coding.checksum(dataset.coding),
        vocabularies=checksum(*vocabularies))
    run = Run(model, training, text, *vocabularies, dataset.coding)
    directory = run_directory.create(directory, run)
    with lock.hold(directory):
        yield Opened(directory, run, dataset)


@contextlib.contextmanager
def reopen(
    directory: str,
    pairs: Optional[str] = None,
    folder: Optional[str] = None,
    from_step: Optional[int] = None,
    files: Optional[places.Files] = None,
    tell: beside.Tell = beside.say_nothing,
    **changes: Any,
) -> Iterator[Opened]:
    """Opens a run to go on with it, held until the end; what changes is written into it.

    Args:
      directory: the run's.
      pairs, folder, files: where its text is now, if that was moved.
      from_step: go on from this older checkpoint; those past it are deleted. None: the last.
      tell: as for `origins.dataset`.
      **changes: fields of TrainingConfig that may change when a run goes on.

    Raises:
      InputError: it is no run, another process trains in it, or its text is another one now.
    """
    run_directory.load(directory)  # before a lock is left in what is no run
    with lock.hold(directory):
        before = run_directory.load(directory)
        text = places.find_moved(before.text, directory, pairs, folder, files)
        dataset = origins.dataset(text, before.model, before.coding, tell)
        origins.check_fingerprint(text, dataset, directory)
        training = dataclasses.replace(before.training, **changes)
        if changes:
            _check_patience(training)
        if from_step is not None:
            recovery.go_back(directory, from_step)
        if "best_by" in changes:
            checkpoint_writer.set_best_by(directory, training.best_by)
        run = before._replace(training=training, text=text)
        if run != before:
            run_directory.write_config(directory, run)
        yield Opened(directory, run, dataset)


def found(directory: str, run: Run, place: Optional[str] = None) -> Run:
    """Returns a run whose text is read from where it is now.

    Args:
      directory, run: what `run_directory.load` read, and what it returned.
      place: the file or folder, if it was moved without the run's directory; of files side by side
        the training sources', the others standing to it as before.

    Raises:
      InputError: it is another text than the one that the run was begun with, or cannot be read.
    """
    if place is not None and run.text.kind == "files":
        text = places.at(run.text, os.path.abspath(place))
    else:
        of_folder = run.text.kind == "folder"
        text = places.find_moved(
            run.text, directory, None if of_folder else place, place if of_folder else None)
    if text.fingerprint is not None:  # of runs that are made by hand it is
        origins.check_fingerprint(text, origins.dataset(text, run.model, run.coding), directory)
    return run._replace(text=text)


def _check_patience(training):
    if training.patience and training.best_by == "epoch":
        raise InputError(
            f"patience is {training.patience}, but by best_by epoch the last epoch is always the "
            "best, so it never ends; give patience 0, or another best_by"
        )

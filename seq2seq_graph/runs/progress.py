"""How far a run is: the file beside each checkpoint, and `metrics.csv`. No TensorFlow.

`model.ckpt-STEP.json` is written, whole, before the checkpoint of that step and holds all that the
checkpoint does not: a run that goes on from the two is where it would have been. What is kept for
people, `metrics.csv`, is made from it.
"""

import csv
import io
import json
import os
from typing import List, NamedTuple, Optional, Sequence

from seq2seq_graph.config import BEST_BY
from seq2seq_graph.errors import InputError
from seq2seq_graph.plain_files import read_json, write_whole
from seq2seq_graph.runs import formats

METRICS = "metrics.csv"


class Metrics(NamedTuple):
    """An epoch's figures, a line of `metrics.csv`."""

    epoch: int  # from 1
    step: int  # steps taken since the start
    seconds: float  # of training, validation and saving since the start, pauses left out
    training_loss: float  # mean of the epoch's step losses
    validation_loss: float
    token_accuracy: float  # the last two teacher-forced, on validation
    source_accuracy: float


class Progress(NamedTuple):
    """What a run knows beside its weights after `step` steps."""

    step: int
    seconds: float
    loss_sum: float  # of the steps of the epoch under way; 0 at an epoch's end
    rows: List[Metrics]  # the epochs that are complete
    best_by: str = BEST_BY[0]  # as `TrainingConfig.best_by`


START = Progress(0, 0.0, 0.0, [])


def best_row(rows: Sequence[Metrics], best_by: str = BEST_BY[0]) -> Optional[Metrics]:
    """Gives the best epoch, the first of equals; None without rows.

    That is the one of the lowest validation loss or, by another of `BEST_BY`, of the highest.
    """
    sign = 1 if best_by == "validation_loss" else -1
    return min(rows, key=lambda row: sign * getattr(row, best_by), default=None)


def out_of_patience(rows: List[Metrics], patience: int, best_by: str = BEST_BY[0]) -> bool:
    """Tells whether the best epoch is `patience` epochs ago; never where that is 0."""
    best = best_row(rows, best_by)
    return best is not None and bool(patience) and rows[-1].epoch - best.epoch >= patience


def save(path: str, progress: Progress) -> None:
    """Writes `progress` as JSON; floats come back to the bit. Raises OSError."""
    sections = {**formats.stamp(), **progress._asdict()}
    sections["rows"] = [row._asdict() for row in progress.rows]
    write_whole(path, json.dumps(sections, indent=1) + "\n")


def load(path: str) -> Progress:
    """Reads what `save` wrote.

    Raises:
      InputError: the file is missing or holds something else.
    """
    sections = read_json(path, "the checkpoint is not whole without it")
    try:
        sections = formats.upgrade(sections, path)
        rows = [_of_numbers(Metrics(**row)) for row in sections.pop("rows")]
        state = Progress(rows=rows, **sections)
        _of_numbers(state[:3])
        if state.best_by not in BEST_BY:
            raise ValueError(f"best_by is {state.best_by!r}")
        return state
    except InputError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path}: not a checkpoint's progress: {error!r}; go on from an older "
                         "checkpoint, train.py --resume RUN --from-step N") from None


def _of_numbers(values):
    for value in values:
        if type(value) not in (int, float):
            raise TypeError(f"{value!r} is no number")
    return values


def write_metrics(directory: str, rows: List[Metrics]) -> None:
    """Writes `metrics.csv`, a line an epoch under a line of names.

    Raises:
      InputError: it cannot be written.
    """
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([Metrics._fields, *rows])
    path = os.path.join(directory, METRICS)
    try:
        write_whole(path, text.getvalue())
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from None

"""What a person is told of a run that has ended or was broken off: what is saved, how to go on."""

import shlex
from typing import Optional

from seq2seq_graph.runs import checkpoint


def saved(directory: str) -> str:
    """Says which checkpoint is the last and which is to be used.

    Raises:
      InputError: the checkpoints or what stands beside them cannot be read.
    """
    last = checkpoint.last(directory)
    if last is None:
        return "last checkpoint: none; the best, which is used: none"
    best = checkpoint.find_best(directory)
    line = f"last checkpoint: {last}; the best, which is used: {best.prefix}"
    if best.missed is None:
        return line
    return f"{line}\nepoch {best.missed.epoch} was better, but its checkpoint is gone"


def after_divergence(directory: str) -> str:
    """Says what to do about numbers that are no longer finite.

    Raises:
      InputError: as `saved`.
    """
    how = "with a lower --learning-rate, or --clip-norm"
    if checkpoint.last(directory) is None:
        return f"{saved(directory)}\nTrain anew {how}"
    return (f"{saved(directory)}\nGo on from the last {how}, and --resume "
            f"{shlex.quote(directory)}; or train anew")


def after_signal(directory: Optional[str]) -> str:
    """Says where a training stands that a signal has ended; None had no directory yet.

    Raises:
      InputError: as `saved`.
    """
    last = directory and checkpoint.last(directory)
    line = f"interrupted; last checkpoint: {last or 'none yet'}"
    if not directory:
        return line
    return f"{line}\nto go on: python scripts/train.py --resume {shlex.quote(directory)}"

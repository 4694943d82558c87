"""The way on from a run whose last checkpoint is damaged: the last before it that is in order."""

import contextlib
import os

import tensorflow.compat.v1 as tf

from seq2seq_graph.errors import InputError
from seq2seq_graph.runs import checkpoint, checkpoint_files, progress


def progress_of(directory: str) -> progress.Progress:
    """Returns what `checkpoint.progress_of` does; its error also names where to go on from."""
    with _older_named(directory):
        return checkpoint.progress_of(directory)


def restore_last(sess: tf.Session, saver: tf.train.Saver, directory: str) -> progress.Progress:
    """Sets every variable from a run's last checkpoint; returns its progress.

    Raises:
      InputError: as `checkpoint.restore`; the message also names where to go on from.
    """
    with _older_named(directory):
        checkpoint.restore(sess, saver, checkpoint.last(directory) or directory)
        return checkpoint.progress_of(directory)


def go_back(directory: str, step: int) -> None:
    """Makes an older checkpoint of a run its last one: the run's own past it are deleted.

    Raises:
      InputError: there is none of that step, or it cannot be read.
    """
    prefix = os.path.join(directory, f"{checkpoint.NAME}-{step}")
    there = checkpoint.whole(directory)
    if prefix not in there:
        steps = ", ".join(str(checkpoint.step_of(other)) for other in there) or "none"
        raise InputError(f"{directory}: no checkpoint of step {step}; there are {steps}")
    _read_all(prefix)
    own = checkpoint_files.own(directory)
    checkpoint_files.delete(directory, [other for other in own if other <= step])


@contextlib.contextmanager
def _older_named(directory):
    """Adds to what is wrong with the last checkpoint from where the run can go on."""
    try:
        yield
    except InputError as error:
        *before, _ = checkpoint.whole(directory)
        sound = next(filter(_is_sound, reversed(before)), None)
        way = "no older checkpoint is in order: train anew" if sound is None else (
            f"{sound} is in order: to go on there, --resume {directory} --from-step "
            f"{checkpoint.step_of(sound)}"
        )
        raise InputError(f"{error}; {way}") from None


def _is_sound(prefix):
    try:
        _read_all(prefix)
    except InputError:
        return False
    return True


def _read_all(prefix):
    checkpoint.progress_at(prefix)
    checkpoint.read_arrays(prefix)

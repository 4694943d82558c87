"""Checkpoints written, noted and cleared away. Beside each stands its `progress.Progress`."""

import contextlib
import os

import tensorflow.compat.v1 as tf

from seq2seq_graph.errors import InputError
from seq2seq_graph.runs import checkpoint, checkpoint_files, progress


def make_saver() -> tf.train.Saver:
    """Makes the Saver of all variables of the default graph; it never deletes, `tidy` does."""
    return tf.train.Saver(max_to_keep=0, save_relative_paths=True)


def save(sess: tf.Session, saver: tf.train.Saver, directory: str, state: progress.Progress) -> str:
    """Writes the checkpoint of `state.step` and its progress; returns the checkpoint's prefix.

    Args:
      sess: whose variables to write.
      saver: from `make_saver`.
      directory: the run's.
      state: what is to be known at a resume.

    Raises:
      InputError: the disk is full or the directory cannot be written. What was whole before is
        whole still.
    """
    prefix = os.path.join(directory, f"{checkpoint_files.NAME}-{state.step}")
    with _unsaved_removed(directory, prefix, state.step):
        progress.save(prefix + checkpoint_files.PROGRESS, state)
        with sess.graph.as_default():  # a Saver acts eagerly outside a graph
            # Without the graph (.meta): it is written once, for TensorBoard.
            saver.save(sess, prefix, write_meta_graph=False)
    return prefix


@contextlib.contextmanager
def _unsaved_removed(directory, prefix, step):
    there = prefix in checkpoint.whole(directory)
    try:
        yield
    except (OSError, tf.errors.OpError, ValueError) as error:
        if not there:
            drop(directory, step)
        if isinstance(error, checkpoint.GONE):
            raise
        raise InputError(
            f"{prefix}: cannot be saved: {checkpoint.reason_of(error)}; the last whole checkpoint "
            f"is {checkpoint.last(directory) or 'none'}"
        ) from None


def note(directory: str, state: progress.Progress) -> None:
    """Writes the progress of a checkpoint that is saved already anew. Errors: as `save`."""
    prefix = os.path.join(directory, f"{checkpoint_files.NAME}-{state.step}")
    with _unsaved_removed(directory, prefix, state.step):
        progress.save(prefix + checkpoint_files.PROGRESS, state)


def drop(directory: str, step: int) -> None:
    """Deletes the checkpoint of one step."""
    checkpoint_files.delete(
        directory, [other for other in checkpoint_files.own(directory) if other != step])


def tidy(directory: str, state: progress.Progress, keep: int) -> None:
    """Deletes the run's own checkpoints but the last `keep` and the best that is there."""
    row = checkpoint.best_there(directory, state)
    kept = {checkpoint.step_of(prefix) for prefix in checkpoint.whole(directory)[-keep:]}
    kept |= {row.step} if row else set()
    checkpoint_files.delete(directory, kept)


def set_best_by(directory: str, best_by: str) -> None:
    """Writes into the last checkpoint's progress what the best epoch is to be best in."""
    if checkpoint.last(directory) is not None:
        note(directory, checkpoint.progress_of(directory)._replace(best_by=best_by))

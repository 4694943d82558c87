"""TensorFlow 1 checkpoints: one format for TensorFlow 1.15 and 2, checked before it is read.

Beside each that training leaves stands `model.ckpt-STEP.json`, its `progress.Progress`.
"""

import contextlib
import glob
import os
import re
from typing import List, NamedTuple, Optional

import tensorflow.compat.v1 as tf

from seq2seq_graph.errors import InputError
from seq2seq_graph.options import averaging
from seq2seq_graph.plain_files import Arrays
from seq2seq_graph.runs import checkpoint_files, progress

NAME = checkpoint_files.NAME
# What a Session raises where another process of it is gone: nothing is wrong with any file.
GONE = (tf.errors.UnavailableError, tf.errors.AbortedError, tf.errors.DeadlineExceededError,
        tf.errors.CancelledError)


class Best(NamedTuple):
    """Which checkpoint of a run is to be used."""

    prefix: str
    row: Optional[progress.Metrics]  # its epoch's; None where nothing is known about it
    missed: Optional[progress.Metrics]  # of a better epoch, whose checkpoint is gone


def step_of(prefix: str) -> int:
    """Returns the step that a checkpoint's name ends in: 100 for `model.ckpt-100`.

    Raises:
      InputError: the name ends in no number.
    """
    match = re.search(r"-(\d+)$", prefix)
    if not match:
        raise InputError(f"{prefix}: the name must end in its step, such as {NAME}-100")
    return int(match.group(1))


def whole(directory: str) -> List[str]:
    """Returns the prefixes of a run's checkpoints, the last one last.

    TensorFlow writes the data, then the index, each under another name first: a checkpoint that
    has both is whole, whenever its writer was killed. Where the run's own are there, only they
    count.
    """
    pattern = os.path.join(glob.escape(directory), NAME + "-*" + checkpoint_files.INDEX)
    prefixes = [path[: -len(checkpoint_files.INDEX)] for path in glob.glob(pattern)]
    prefixes = [
        p for p in prefixes
        if re.search(r"-\d+$", p) and os.path.isfile(p + checkpoint_files.DATA)
    ]
    own = [p for p in prefixes if os.path.exists(p + checkpoint_files.PROGRESS)]
    return sorted(own or prefixes, key=step_of)


def last(directory: str) -> Optional[str]:
    """Returns the prefix of the last whole checkpoint; None if there is none."""
    prefixes = whole(directory)
    return prefixes[-1] if prefixes else None


def progress_of(directory: str) -> progress.Progress:
    """Returns the progress of the last whole checkpoint; `progress.START` if there is none.

    Raises:
      InputError: it cannot be read, or is of another step.
    """
    prefix = last(directory)
    return progress.START if prefix is None else progress_at(prefix)


def progress_at(prefix: str) -> progress.Progress:
    """Returns the progress of one checkpoint. Errors: as `progress_of`."""
    path = prefix + checkpoint_files.PROGRESS
    state = progress.load(path)
    if state.step != step_of(prefix):
        raise InputError(f"{path}: it is of step {state.step}; bring back the checkpoint's own")
    return state


def best(directory: str) -> str:
    """Returns the prefix of the checkpoint of a run that is to be used: see `find_best`."""
    return find_best(directory).prefix


def find_best(directory: str) -> Best:
    """Finds the checkpoint of a run that is to be used.

    That is the one of the best epoch (`progress.best_row`) among those that are there; the last
    one where no epoch is complete, or where nothing is known about the epochs.

    Raises:
      InputError: there is none.
    """
    prefix = last(directory)
    if prefix is None:
        raise InputError(f"{directory}: no checkpoint there; train first")
    if not os.path.exists(prefix + checkpoint_files.PROGRESS):
        return Best(prefix, None, None)
    state = progress_of(directory)
    row = best_there(directory, state)
    if row is None:
        return Best(prefix, None, None)
    overall = progress.best_row(state.rows, state.best_by)
    missed = None if overall == row else overall
    return Best(os.path.join(directory, f"{NAME}-{row.step}"), row, missed)


def best_there(directory: str, state: progress.Progress) -> Optional[progress.Metrics]:
    """Returns the best epoch of those whose checkpoint is there; None without one."""
    steps = {step_of(prefix) for prefix in whole(directory)}
    return progress.best_row([row for row in state.rows if row.step in steps], state.best_by)


def reason_of(error: BaseException) -> str:
    """Returns the one line of an error that says why; TensorFlow 2 puts its trace around it."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    why = [line for line, after in zip(lines, lines[1:]) if after.startswith("[[{{node")]
    return getattr(error, "strerror", None) or (why + lines + [repr(error)])[0]


def restore(sess: tf.Session, saver: tf.train.Saver, prefix: str) -> None:
    """Sets every variable of the session's graph from a checkpoint, Adam's slots included.

    Nothing is set unless everything can be.

    Args:
      sess: its graph has the variables.
      saver: of all the graph's variables; made before the graph is finalized.
      prefix: the checkpoint's path up to and without `.index`.

    Raises:
      InputError: there is no such checkpoint, it cannot be read, it lacks a variable, or a
        variable has another shape there.
    """
    with _read(prefix) as reader:
        variables = sess.graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES)
        _check_shapes(prefix, {variable.op.name: variable for variable in variables}, reader)
        with sess.graph.as_default():  # a Saver acts eagerly outside a graph
            saver.restore(sess, prefix)


def restore_for_use(sess: tf.Session, prefix: str) -> None:
    """Sets every variable of the session's graph to what is to be used of a checkpoint.

    That is a weight's moving average where the checkpoint keeps one, else the weight. Makes ops:
    the graph is finalized afterwards. Errors are those of `restore`.
    """
    with _read(prefix) as reader:
        names = {}
        for variable in sess.graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES):
            name = variable.op.name
            names[name + averaging.SUFFIX * reader.has_tensor(name + averaging.SUFFIX)] = variable
        _check_shapes(prefix, names, reader)
        with sess.graph.as_default():
            tf.train.Saver(names).restore(sess, prefix)


def read_arrays(prefix: str) -> Arrays:
    """Reads every array of a checkpoint, whatever its name.

    Raises:
      InputError: there is no such checkpoint, or it cannot be read.
    """
    with _read(prefix) as reader:
        return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}


@contextlib.contextmanager
def _read(prefix):
    checkpoint_files.check_path(prefix)
    if not os.path.exists(prefix + ".index"):
        raise InputError(
            f"{prefix}: no checkpoint ({prefix}.index is missing); give the path without .index. "
            "A training that goes on may have deleted it: then try again"
        )
    try:
        yield tf.train.load_checkpoint(prefix)
    except (*GONE, InputError):
        raise
    # Of cut data an IndexError; a Saver's ValueError, where training has deleted it just now.
    except (tf.errors.OpError, RuntimeError, IndexError, ValueError) as error:
        raise InputError(
            f"{prefix}: the checkpoint cannot be read: {reason_of(error)}"
        ) from None


def _check_shapes(prefix, variables, reader):
    shapes = reader.get_variable_to_shape_map()
    for name, variable in variables.items():
        if name not in shapes:
            raise InputError(f"{prefix}: variable {name} is missing in the checkpoint")
        if variable.shape.as_list() != list(shapes[name]):
            raise InputError(
                f"{prefix}: variable {name} is {list(shapes[name])} in the checkpoint and "
                f"{variable.shape.as_list()} in this graph; give the sizes it was trained with"
            )

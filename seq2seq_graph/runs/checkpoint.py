"""TensorFlow 1 checkpoints: one format for TensorFlow 1.15 and 2, checked before it is read.

Beside each that training leaves stands `model.ckpt-STEP.json`, its `progress.Progress`.
"""

import contextlib
import glob
import os
import re
from typing import List, Optional

import tensorflow.compat.v1 as tf

from seq2seq_graph.options import averaging
from seq2seq_graph.runs import progress
from seq2seq_graph.errors import InputError
from seq2seq_graph.plain_files import Arrays

NAME = "model.ckpt"
_DATA = ".data-00000-of-00001"


def step_of(prefix: str) -> int:
    """Gives the step that a checkpoint's name ends in: 100 for `model.ckpt-100`.

    Raises:
      InputError: the name ends in no number.
    """
    match = re.search(r"-(\d+)$", prefix)
    if not match:
        raise InputError(f"{prefix}: the name must end in its step, such as {NAME}-100")
    return int(match.group(1))


def make_saver() -> tf.train.Saver:
    """Makes the Saver of all variables of the default graph; it never deletes, `save` does."""
    return tf.train.Saver(max_to_keep=0, save_relative_paths=True)


def whole(directory: str) -> List[str]:
    """Gives the prefixes of a run's checkpoints, the last one last.

    TensorFlow writes the data, then the index, each under another name first: a checkpoint that
    has both is whole, whenever its writer was killed.
    """
    pattern = os.path.join(glob.escape(directory), NAME + "-*.index")
    prefixes = [path[: -len(".index")] for path in glob.glob(pattern)]
    prefixes = [p for p in prefixes if re.search(r"-\d+$", p) and os.path.exists(p + _DATA)]
    return sorted(prefixes, key=step_of)


def last(directory: str) -> Optional[str]:
    """Gives the prefix of the last whole checkpoint; None if there is none."""
    prefixes = whole(directory)
    return prefixes[-1] if prefixes else None


def progress_of(directory: str) -> progress.Progress:
    """Gives the progress of the last whole checkpoint; `progress.START` if there is none."""
    prefix = last(directory)
    if prefix is None:
        return progress.START
    state = progress.load(prefix + ".json")
    if state.step != step_of(prefix):
        raise InputError(f"{prefix}.json: it is of step {state.step}; bring back the checkpoint's "
                         "own, or delete this checkpoint to go on from the one before")
    return state


def best(directory: str) -> str:
    """Gives the prefix of the checkpoint of a run that is to be used.

    That is the one of the best epoch (`progress.best_row`); the last one where no epoch is
    complete, or where nothing is known about the epochs.

    Raises:
      InputError: there is none.
    """
    prefix = last(directory)
    if prefix is None:
        raise InputError(f"{directory}: no checkpoint there; train first")
    if not os.path.exists(prefix + ".json"):
        return prefix
    state = progress_of(directory)
    row = progress.best_row(state.rows, state.best_by)
    best_prefix = prefix if row is None else os.path.join(directory, f"{NAME}-{row.step}")
    return best_prefix if os.path.exists(best_prefix + ".index") else prefix


def save(
    sess: tf.Session, saver: tf.train.Saver, directory: str, state: progress.Progress, keep: int
) -> str:
    """Writes the checkpoint of `state.step` and its progress, then deletes what is past keeping.

    Args:
      sess: whose variables to write.
      saver: from `make_saver`.
      directory: the run's.
      state: what is to be known at a resume.
      keep: how many of the last checkpoints stay, beside the best.

    Returns:
      The checkpoint's prefix.

    Raises:
      InputError: the disk is full or the directory cannot be written. What was whole before is
        whole still.
    """
    prefix = os.path.join(directory, f"{NAME}-{state.step}")
    try:
        progress.save(prefix + ".json", state)
        with sess.graph.as_default():  # a Saver acts eagerly outside a graph
            # Without the graph (.meta): it is written once, for TensorBoard.
            saver.save(sess, prefix, write_meta_graph=False)
    except (OSError, tf.errors.OpError, ValueError) as error:
        _remove(prefix)
        raise InputError(
            f"{prefix}: cannot be saved: {_reason(error)}; the last whole checkpoint is "
            f"{last(directory) or 'none'}"
        ) from None
    _tidy(directory, state, keep)
    return prefix


def _reason(error):
    """Gives the one line of an error that says why; TensorFlow 2 puts its trace around it."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    why = [line for line, after in zip(lines, lines[1:]) if after.startswith("[[{{node")]
    return getattr(error, "strerror", None) or (why + lines + [repr(error)])[0]


def _tidy(directory, state, keep):
    """Keeps the last `keep` checkpoints and the best, and of nothing else any remains."""
    row = progress.best_row(state.rows, state.best_by)
    kept = {step_of(prefix) for prefix in whole(directory)[-keep:]} | ({row.step} if row else set())
    for path in _files(directory):
        if _step_of_file(path) not in kept or re.search(r"\.(tempstate\d*|tmp)$", path):
            os.remove(path)


def _remove(prefix):
    with contextlib.suppress(OSError):
        for path in _files(os.path.dirname(prefix)):
            if _step_of_file(path) == step_of(prefix):
                os.remove(path)


def _files(directory):
    """Lists the files of all checkpoints, the indexes first: without one the rest counts for
    nothing."""
    paths = glob.glob(os.path.join(glob.escape(directory), NAME + "-*"))
    paths = [path for path in paths if _step_of_file(path) is not None]
    return sorted(paths, key=lambda path: not path.endswith(".index"))


def _step_of_file(path):
    match = re.match(re.escape(NAME) + r"-(\d+)\.", os.path.basename(path))
    return int(match.group(1)) if match else None


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
    if not os.path.exists(prefix + ".index"):
        raise InputError(
            f"{prefix}: no checkpoint ({prefix}.index is missing); give the path without .index"
        )
    try:
        yield tf.train.load_checkpoint(prefix)
    except (tf.errors.OpError, RuntimeError) as error:
        raise InputError(
            f"{prefix}: the checkpoint cannot be read: {_reason(error)}"
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

"""TensorFlow 1 checkpoints: one format for TensorFlow 1.15 and 2, checked before it is read."""

import os
import re

import tensorflow.compat.v1 as tf

from seq2seq_graph.errors import InputError

NAME = "model.ckpt"


def step_of(prefix: str) -> int:
    """Gives the step that a checkpoint's name ends in: 100 for `model.ckpt-100`.

    Raises:
      InputError: the name ends in no number.
    """
    match = re.search(r"-(\d+)$", prefix)
    if not match:
        raise InputError(f"{prefix}: the name must end in its step, such as {NAME}-100")
    return int(match.group(1))


def best(directory: str) -> str:
    """Gives the prefix of the checkpoint of a run that is to be used: now the last one.

    Raises:
      InputError: there is none.
    """
    prefix = tf.train.latest_checkpoint(directory)
    if prefix is None:
        raise InputError(f"{directory}: no checkpoint there; train first")
    return prefix


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
    if not os.path.exists(prefix + ".index"):
        raise InputError(
            f"{prefix}: no checkpoint ({prefix}.index is missing); give the path without .index"
        )
    variables = sess.graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES)
    try:
        _check_shapes(prefix, variables, tf.train.load_checkpoint(prefix))
        with sess.graph.as_default():  # a Saver acts eagerly outside a graph
            saver.restore(sess, prefix)
    except (tf.errors.OpError, RuntimeError) as error:
        reason = str(error).strip().split("\n")[0]
        raise InputError(f"{prefix}: the checkpoint cannot be read: {reason}") from None


def _check_shapes(prefix, variables, reader):
    shapes = reader.get_variable_to_shape_map()
    for variable in variables:
        name = variable.op.name
        if name not in shapes:
            raise InputError(f"{prefix}: variable {name} is missing in the checkpoint")
        if variable.shape.as_list() != list(shapes[name]):
            raise InputError(
                f"{prefix}: variable {name} is {list(shapes[name])} in the checkpoint and "
                f"{variable.shape.as_list()} in this graph; give the sizes it was trained with"
            )

"""A TensorFlow checkpoint with its configuration beside it, both ways.

TensorFlow 1.15's Saver and today's read what is written here; what is read may be any checkpoint,
an object checkpoint of TensorFlow 2 too, whose arrays have names of another kind.
"""

import os
from typing import Optional, Tuple

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.errors import InputError
from seq2seq_graph.plain_files import Arrays, as_json, read_json
from seq2seq_graph.runs import checkpoint, checkpoint_files
from seq2seq_graph.weights.state import State

BESIDE = ".config.json"
PARTS = (".index", ".data-00000-of-00001", BESIDE)


def kept(state: State) -> State:
    """Returns what has a place: all but arrays of types that TensorFlow does not know."""
    return state._replace(arrays={
        name: array for name, array in state.arrays.items() if _tensorflow_knows(array.dtype)
    })


def save(state: State, sections: dict, prefix: str) -> None:
    """Writes a State that is `kept`; any name of an array will do.

    Raises:
      InputError: TensorFlow would read the path as another one.
    """
    checkpoint_files.check_path(prefix)
    names = list(state.arrays)
    with tf.Graph().as_default(), tf.Session() as sess:
        # A Saver saves variables, whose names may neither hold a space nor differ in case alone.
        values = [tf.placeholder(array.dtype, array.shape) for array in state.arrays.values()]
        write = tf.raw_ops.SaveV2(
            prefix=prefix, tensor_names=names, shape_and_slices=[""] * len(names), tensors=values)
        sess.graph.finalize()
        sess.run(write, dict(zip(values, state.arrays.values())))
    with open(prefix + BESIDE, "w", encoding="utf-8") as file:
        file.write(as_json(sections) + "\n")


def load(path: str) -> Tuple[Arrays, Optional[dict]]:
    """Reads a checkpoint's arrays, and the configuration beside it or None.

    Args:
      path: its prefix, or a run's directory, which stands for its best one.

    Raises:
      InputError: there is none, or it cannot be read.
    """
    prefix = checkpoint.best(path) if os.path.isdir(path) else path
    if not os.path.exists(prefix + ".index"):
        raise InputError(f"{prefix}: no checkpoint ({prefix}.index is missing)")
    arrays = {name: _as_array(value) for name, value in checkpoint.read_arrays(prefix).items()}
    beside = prefix + BESIDE, os.path.join(os.path.dirname(prefix), "config.json")
    there = [name for name in beside if os.path.exists(name)]
    return arrays, read_json(there[0], "give a run's config.json") if there else None


def _as_array(value):
    """A string comes as bytes, which NumPy would cut at a zero."""
    return np.array(value, object) if isinstance(value, bytes) else np.asarray(value)


def _tensorflow_knows(dtype):
    if dtype.kind == "O":
        return True  # strings, as a checkpoint has them
    try:
        return dtype.kind not in "USMm" and bool(tf.as_dtype(dtype))
    except TypeError:
        return False

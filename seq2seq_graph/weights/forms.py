"""Weights in and out, both ways: TensorFlow checkpoint, `.npz`, Keras 3 model, PyTorch module.

    PREFIX or DIR   TensorFlow's checkpoint, 1.15's or 2's; a directory stands for its best one.
                    The configuration lies beside it, in PREFIX.config.json or in a run's
                    config.json
    FILE.npz        every array under its variable's name, and `config`, JSON
    FILE.keras      a whole Keras 3 model, compiled: `keras.models.load_model` needs nothing more
    FILE.pt         `state_dict`, the optimizer's, and `config`: see `pytorch_file`

Between checkpoint, `.npz` and `.pt` every float32 comes back to the bit. Keras has one bias a gate,
so the forget bias 1.0 is added to f there, which rounds; a `.keras` file keeps the f of before
beside it, and uses it as long as it is what Keras' own became of. What Keras trained further loses
at most 6e-8 of an f between -2 and 1, half the spacing of float32 numbers up to 2.
"""

import contextlib
import os
from typing import Dict, NamedTuple, Optional

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.options import averaging
from seq2seq_graph.plain_files import Arrays, as_json, parse_json, read_json, read_npz
from seq2seq_graph.runs import checkpoint, formats
from seq2seq_graph.runs.formats import from_section
from seq2seq_graph.variables import NAMES, POWERS, SLOTS, has_slots, shapes, sizes_of
from seq2seq_graph.weights import keras_file, pytorch_file
from seq2seq_graph.weights.legacy_names import renamed

_CONFIG = "config"
_ENDINGS = (".npz", ".keras", ".pt")
_BESIDE = ".config.json"


class State(NamedTuple):
    """A model that may be trained on: all of it but its vocabularies."""

    arrays: Arrays  # by the names of TensorFlow 1's variables, slots among them
    model: ModelConfig
    training: TrainingConfig


def kind_of(path: str) -> str:
    """Gives `.npz`, `.keras` or `.pt`, or "checkpoint" for every other name."""
    ending = os.path.splitext(path)[1]
    return ending if ending in _ENDINGS else "checkpoint"


def read(path: str, names: Optional[Dict[str, str]] = None, config: Optional[str] = None) -> State:
    """Reads a model.

    Args:
      path: see above.
      names: for a checkpoint or an `.npz` of other names: this package's name -> the file's.
      config: a run's config.json to go by; None takes the one that lies with the weights, or
        else the sizes that the weights have and the defaults.

    Raises:
      InputError: there is no such file, it is no such model, what it needs is not installed, or
        it contradicts its configuration.
    """
    kind = kind_of(path)
    with _damage_named(path):
        if kind == ".keras":
            arrays, sections = keras_file.load(path)
        elif kind == ".pt":
            arrays, sections = pytorch_file.load(path)
        else:
            arrays, sections = read_arrays(path)
    if config is not None:
        sections = _read_config(config)
    if names:
        arrays = renamed(arrays, names, path)
    return _state(arrays, sections, path, config or path)


@contextlib.contextmanager
def _damage_named(path):
    """Turns what zipfile, JSON, Keras and PyTorch, each with its own, say of a damaged file."""
    try:
        yield
    except (InputError, MemoryError):
        raise
    except Exception as error:
        lines = str(error).strip().split("\n")
        reason = f"{type(error).__name__}: {lines[0]}"
        raise InputError(f"{path}: the file is damaged, or no such model: {reason}") from None


def used(state: State) -> State:
    """Gives the model that is used rather than trained on.

    That is the moving averages of the weights and nothing else, where a run has kept them
    (`averaging`); a model without them as it is.
    """
    averages = {name: state.arrays.get(name + averaging.SUFFIX) for name in NAMES}
    if any(average is None for average in averages.values()):
        return state
    return state._replace(arrays=averages)


def write(state: State, path: str) -> str:
    """Writes a model to a new file, or a checkpoint to new files; gives the path.

    Keras' and PyTorch's twins have no place for two sets of weights: they get what is `used`.

    Raises:
      InputError: the file exists, cannot be written, or what it needs is not installed.
    """
    kind = kind_of(path)
    if not os.path.basename(path):
        raise InputError(f"{path!r} names no file to write; give one")
    for there in (path, path + ".index", path + ".data-00000-of-00001", path + _BESIDE):
        if os.path.exists(there):
            raise InputError(f"{there} exists and is never written over; name a new file")
    if not os.path.isdir(os.path.dirname(os.path.abspath(path))):
        raise InputError(f"{path}: no such folder; make it first")
    sections = {
        **formats.stamp(),
        "model": formats.as_section(state.model),
        "training": formats.as_section(state.training),
    }
    try:
        if kind == ".keras":
            keras_file.save(used(state), sections, path)
        elif kind == ".pt":
            pytorch_file.save(used(state), sections, path)
        elif kind == ".npz":
            np.savez(path, **{_CONFIG: as_json(sections)}, **state.arrays)
        else:
            _write_checkpoint(state.arrays, path)
            with open(path + _BESIDE, "w", encoding="utf-8") as file:
                file.write(as_json(sections) + "\n")
    except (OSError, RuntimeError, tf.errors.OpError) as error:
        for part in (path, path + ".index", path + ".data-00000-of-00001", path + _BESIDE):
            if os.path.isfile(part):  # none was there before
                os.remove(part)
        reason = getattr(error, "strerror", None) or str(error).strip().split("\n")[0]
        raise InputError(f"{path}: cannot be written: {reason}") from None
    return path


def left_behind(state: State, path: str) -> list:
    """Names the arrays that a file of the path's kind has no place for, such as `global_step`."""
    if kind_of(path) in (".npz", "checkpoint"):
        return []
    if used(state) is not state:
        averages = {name + averaging.SUFFIX for name in NAMES}
        return sorted(set(state.arrays) - averages)
    ends = ("",) + SLOTS if has_slots(state.arrays) else ("",)
    known = {weight + end for weight in NAMES for end in ends}
    return sorted(set(state.arrays) - known - set(POWERS if len(ends) > 1 else ()))


def read_arrays(path: str):
    """Reads every array of a checkpoint or an `.npz`, and the configuration's sections or None."""
    if kind_of(path) == ".npz":
        return _read_npz(path)
    prefix = checkpoint.best(path) if os.path.isdir(path) else path
    if not os.path.exists(prefix + ".index"):
        raise InputError(
            f"{prefix}: no checkpoint ({prefix}.index is missing), and no file that ends in "
            f"{', '.join(_ENDINGS)}"
        )
    arrays = checkpoint.read_arrays(prefix)
    beside = prefix + _BESIDE, os.path.join(os.path.dirname(prefix), "config.json")
    there = [name for name in beside if os.path.exists(name)]
    return arrays, _read_config(there[0]) if there else None


def _read_npz(path):
    arrays = read_npz(path, "give a model")
    config = arrays.pop(_CONFIG, None)
    return arrays, None if config is None else parse_json(str(config), f"{path}: {_CONFIG}")


def _read_config(path):
    return read_json(path, "give a run's config.json")


def _state(arrays, sections, path, config):
    missing = [name for name in NAMES if name not in arrays]
    if missing:
        raise InputError(
            f"{path}: {missing[0]} is missing; there are {', '.join(sorted(arrays)) or 'no arrays'}"
        )
    for name in NAMES:
        rank = 1 if name.endswith(("bias", "biases")) else 2
        if arrays[name].ndim != rank or not arrays[name].size or arrays[name].dtype.kind != "f":
            raise InputError(
                f"{path}: {name} is {arrays[name].dtype} of shape {list(arrays[name].shape)}; it "
                f"must hold floating-point numbers and have {rank} axes"
            )
    sections = {} if sections is None else sections
    sections = formats.opened(sections, config) if isinstance(sections, dict) else sections
    for name in ("model", "training"):
        if not isinstance(sections, dict) or not isinstance(sections.get(name, {}), dict):
            raise InputError(f"{config}: not a run's configuration: {name} is no object of fields")
    sizes = dict(sizes_of(arrays), **sections.get("model", {}))
    model = from_section(ModelConfig, sizes, f"{config}: model")
    training = from_section(TrainingConfig, sections.get("training", {}), f"{config}: training")
    expected = shapes(model)
    for name, shape in expected.items():
        for slot in ("",) + SLOTS:
            array = arrays.get(name + slot, arrays[name])
            if list(array.shape) != shape:
                raise InputError(
                    f"{path}: {name + slot} has shape {list(array.shape)}, the sizes ask for "
                    f"{shape}"
                )
    return State(arrays, model, training)


def _write_checkpoint(arrays, prefix):
    with tf.Graph().as_default(), tf.Session() as sess:
        feed, assignments = {}, []
        for name, number in arrays.items():
            array = np.asarray(number)
            value = tf.placeholder(array.dtype, array.shape)
            variable = tf.get_variable(name, array.shape, array.dtype, use_resource=False)
            assignments.append(tf.assign(variable, value))
            feed[value] = array
        saver = tf.train.Saver(max_to_keep=None)
        sess.graph.finalize()
        sess.run(assignments, feed)
        saver.save(sess, prefix, write_meta_graph=False, write_state=False)

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
import difflib
import os
import re
from typing import Callable, Dict, List, NamedTuple, Optional

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.errors import InputError
from seq2seq_graph.plain_files import Arrays, check_folder_for, make_folder_for, read_json
from seq2seq_graph.weights import checkpoint_file, keras_file, legacy_names, npz_file, pytorch_file
from seq2seq_graph.weights.state import State, checked, sections_of


class Form(NamedTuple):
    """A kind of file. To add one, write a module like `npz_file` and put it into FORMS."""

    load: Callable  # path -> arrays, configuration's sections or None[, notes]
    save: Callable  # a State that is `kept`, sections, path
    kept: Callable  # State -> the part of it that has a place
    parts: tuple = ("",)  # what is written, behind the path
    any_name: bool = False  # arrays may have other names than this package's


FORMS = {
    ".npz": Form(npz_file.load, npz_file.save, npz_file.kept, any_name=True),
    ".keras": Form(keras_file.load, keras_file.save, keras_file.kept),
    ".pt": Form(pytorch_file.load, pytorch_file.save, pytorch_file.kept),
    "": Form(checkpoint_file.load, checkpoint_file.save, checkpoint_file.kept,
             checkpoint_file.PARTS, any_name=True),
}
OFFERED = ".npz, .keras, .pt, or a checkpoint's prefix, such as model or model.ckpt-100"


def form_of(path: str) -> Form:
    """Returns the form that a path's ending tells.

    Raises:
      InputError: the ending is none of these and no checkpoint's, such as `.onnx` or `.kears`.
    """
    ending = os.path.splitext(path)[1]
    if ending in FORMS:
        return FORMS[ending]
    if re.fullmatch(r"\.(index|meta|data-\d+-of-\d+)", ending) and os.path.exists(path):
        raise InputError(f"{path} is a part of a checkpoint; name it without {ending}")
    prefix = re.fullmatch(r"\.ckpt|.*-\d+|\.\d+", ending) or os.path.exists(path + ".index")
    if prefix or os.path.isdir(path):
        return FORMS[""]
    near = difflib.get_close_matches(ending.lower(), [e for e in FORMS if e], 1, 0.7)
    meant = f"; did you mean {near[0]}?" if near else ""
    raise InputError(f"{path}: {ending} is no form that is offered: {OFFERED}{meant}")


def read(path: str, names: Optional[Dict[str, str]] = None, config: Optional[str] = None) -> State:
    """Reads a model.

    Args:
      path: see above.
      names: for a checkpoint or an `.npz` of other names: this package's name -> the file's.
      config: a run's config.json to go by; None takes the one that lies with the weights, or
        else the sizes that the weights have and the defaults.

    Returns:
      The model; its `notes` say what was left in the file, and what was not found there.

    Raises:
      InputError: there is no such file, it is no such model, what it needs is not installed, or
        it contradicts its configuration.
    """
    arrays, sections, notes = _loaded(path)
    if config is not None:
        sections = read_json(config, "give a run's config.json")
    if names:
        found = legacy_names.renamed(arrays, names, path)
        taken = {id(array) for array in found.values()}
        left = sorted(name for name, array in arrays.items() if id(array) not in taken)
        if left:
            notes = [*notes, f"{path}: left there, not being in the mapping: {', '.join(left)}"]
        arrays = found
    return checked(arrays, sections, path, config or path, notes)


def read_arrays(path: str) -> Optional[Arrays]:
    """Reads every array of a checkpoint or an `.npz`; None of a form without other names.

    Raises:
      InputError: as `read`.
    """
    return _loaded(path)[0] if form_of(path).any_name else None


def _loaded(path):
    form = form_of(path)
    if form is FORMS[""] and not os.path.isdir(path) and not os.path.exists(path + ".index"):
        raise InputError(
            f"{path}: no checkpoint ({path}.index is missing), and no file of another form: "
            f"{OFFERED}")
    with _damage_named(path):
        arrays, sections, *notes = form.load(path)
    return arrays, sections, notes[0] if notes else []


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


def write(state: State, path: str) -> str:
    """Writes a model to a new file, or a checkpoint to new files; returns the path.

    Keras' and PyTorch's twins have no place for two sets of weights: they get what is `used`.

    Raises:
      InputError: the file exists, cannot be written, or what it needs is not installed.
    """
    parts = require_new(path)
    form = form_of(path)
    try:
        make_folder_for(path)
        form.save(form.kept(state), sections_of(state), path)
    except (OSError, RuntimeError, tf.errors.OpError) as error:
        for part in parts:
            if os.path.isfile(part):  # none was there before
                os.remove(part)
        reason = getattr(error, "strerror", None) or str(error).strip().split("\n")[0]
        raise InputError(f"{path}: cannot be written: {reason}") from None
    return path


def require_new(path: str) -> List[str]:
    """Returns the files that `write` would write.

    Raises:
      InputError: one of them is there, a file stands where their folder would, or no such form.
    """
    if not os.path.basename(path):
        raise InputError(f"{path!r} names no file to write; give one")
    if os.path.isdir(path):
        raise InputError(f"{path} exists and is never written over; name a new file")
    parts = [path + part for part in form_of(path).parts]
    for there in (path, *parts):
        if os.path.exists(there):
            raise InputError(f"{there} exists and is never written over; name a new file")
    check_folder_for(path)
    return parts


def left_behind(state: State, path: str) -> List[str]:
    """Names the arrays that a file of the path's form has no place for, such as `global_step`."""
    kept = {id(array) for array in form_of(path).kept(state).arrays.values()}
    return sorted(name for name, array in state.arrays.items() if id(array) not in kept)


def changed(state: State, path: str) -> List[str]:
    """Reads a file again that `write` has written, and says what is another number there.

    Returns:
      A line an array that was rounded or is not there; none: all came back to the bit.
    """
    back, lines = _loaded(path)[0], []
    for name, array in form_of(path).kept(state).arrays.items():
        if name not in back:
            lines.append(f"{name} is not in {path}")
        elif array.dtype.kind in "fc" and array.dtype != back[name].dtype:
            difference = np.abs(array - back[name]).max() if array.size else 0.0
            lines.append(f"{name} is {back[name].dtype} there, {array.dtype} before: rounded by "
                         f"{difference:.1g} at most")
        elif not np.array_equal(array, back[name]) and not _both_nan(array, back[name]):
            lines.append(f"{name} has other values in {path}")
    return lines


def _both_nan(array, other):
    return array.dtype.kind == "f" and np.array_equal(np.isnan(array), np.isnan(other)) and (
        np.array_equal(np.nan_to_num(array), np.nan_to_num(other)))

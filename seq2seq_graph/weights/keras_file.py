"""A `.keras` file, both ways: a whole Keras 3 model, compiled, with Adam's memory.

Any Keras 3 loads it, `keras.models.load_model(path)`, without this package. Keras' own members
cannot hold the forget biases before 1.0 was added nor every option; those lie beside them in the
file, which is a zip, and are gone once Keras saves the model anew.
"""

import dataclasses
import io
import os
import re
import zipfile
from typing import Any, Dict, Optional, Sequence, Tuple

import numpy as np

from seq2seq_graph import variables
from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.plain_files import Arrays, as_json, parse_json, require_modest
from seq2seq_graph.weights import gates
from seq2seq_graph.weights.keras_options import told
from seq2seq_graph.weights.keras_twin import (
    NAME,
    build,
    compile_as,
    get_weights,
    require_keras,
    set_weights,
    structure_of,
)
from seq2seq_graph.weights.state import State, trained

_FORGETS = "lstm_cell/bias"  # the end of the names of the biases that hold f's
_BESIDE = "seq2seq_graph.npz"
# What Adam does here, in Keras' names.
_ADAM = {"beta_1": variables.BETAS[0], "beta_2": variables.BETAS[1], "epsilon": variables.EPSILON,
         "amsgrad": 0, "weight_decay": 0, "clipnorm": 0, "clipvalue": 0}
_LENGTHS = ("max_input_length", "max_output_length")
kept = trained  # a model has no place for two sets of weights, nor for other arrays


def save(state: State, sections: dict, path: str) -> None:
    """Writes a State that is `kept` as a Keras model, compiled, and beside it what rounds."""
    model = build(state.model)
    compile_as(model, state.model, state.training)
    set_weights(model, state.arrays)
    model.save(path)
    weights = variables.names(state.model)
    biases: Dict[str, Any] = {
        name: state.arrays[name] for name in weights if name.endswith(_FORGETS)}
    slots = variables.has_slots(state.arrays, weights)
    buffer = io.BytesIO()
    np.savez(buffer, config=as_json(sections), slots=slots, **biases)
    with zipfile.ZipFile(path, "a") as file:
        file.writestr(_BESIDE, buffer.getvalue())


def load(path: str) -> Tuple[Arrays, Optional[dict], Sequence[str]]:
    """Reads a model that `save`, or Keras from there on, wrote.

    Returns:
      Its arrays; its configuration; what of it has no place here or is not in it, as notes.

    Raises:
      InputError: there is no such file, it is no such model, or Keras is not there or too old.
    """
    keras = require_keras(reading=True)
    if not os.path.exists(path):
        raise InputError(f"{path}: no such file")
    try:
        require_modest(path, path)
        model = keras.models.load_model(path, safe_mode=True)
        beside = _beside(path)
    except InputError:
        raise
    except (ValueError, OSError, TypeError, zipfile.BadZipFile) as error:
        reason = str(error).strip().split("\n")[0]
        raise InputError(f"{path}: not a Keras 3 model: {reason}") from None
    try:
        arrays = get_weights(model)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    notes = _strangers(model, path)
    if beside is not None:
        sections = parse_json(str(beside["config"]), f"{path}: {_BESIDE}")
        return _exact(arrays, beside), sections, notes
    structure = dict(structure_of(model)._asdict(),
                     input_feeding=variables.sizes_of(arrays).get("input_feeding", False))
    sections = {"model": {**structure, **_options_of(model)}, "training": _training_of(model)}
    unknown = [
        field.name
        for section, fields in zip(sections.values(), (ModelConfig, TrainingConfig))
        for field in dataclasses.fields(fields)
        if field.name not in section and field.name not in variables.sizes_of(arrays)
    ]
    notes.append(f"{path} was saved by Keras, which keeps no {', '.join(unknown)}: the defaults "
                 "are taken; --config gives a run's config.json")
    return arrays, sections, notes


def _beside(path):
    """Reads what `save` put beside Keras' members: name -> array, or None."""
    with zipfile.ZipFile(path) as file:
        if _BESIDE not in file.namelist():
            return None
        content = io.BytesIO(file.read(_BESIDE))
    require_modest(content, f"{path}: {_BESIDE}")
    content.seek(0)
    with np.load(content, allow_pickle=False) as arrays:
        return dict(arrays)


def _strangers(model, path):
    notes = []
    others = [layer.name for layer in model.layers
              if layer.weights and layer.name not in gates.layers_of(structure_of(model))]
    if others:
        notes.append(f"{path}: left there, having no place: the layers {', '.join(others)}")
    optimizer = getattr(model, "optimizer", None)
    if optimizer is None:
        return notes
    settings = optimizer.get_config()
    rate = settings["learning_rate"]
    if isinstance(rate, dict) and not _halves(rate):
        notes.append(f"{path}: left there, being no half-life: its learning rate's "
                     f"{rate['class_name']}; the rate that it has come to is taken, "
                     f"{float(optimizer.learning_rate):.6g}")
    if type(optimizer).__name__ != "Adam":
        notes.append(f"{path}: left there, having no place: the memory of its optimizer, "
                     f"{type(optimizer).__name__}")
        return notes
    others = [f"{name}={settings[name]}" for name, own in _ADAM.items()
              if not np.isclose(settings[name] or 0, own, atol=0)]
    if others:
        notes.append(f"{path}: left there, Adam having other settings here: {', '.join(others)}")
    return notes


def _exact(arrays, beside):
    """Takes the biases as they were before Keras' rounding, where they are still the same."""
    if not beside["slots"]:
        names = variables.names(variables.structure_of(arrays))
        arrays = {name: arrays[name] for name in names}
    for name in (name for name in beside if name.endswith(_FORGETS)):
        added = gates.forget_bias(beside[name].size // 4)
        if np.array_equal((beside[name] + added) - added, arrays[name]):
            arrays[name] = beside[name]
    return arrays


def _options_of(model):
    """Reads from the model's own layers what ModelConfig cannot know from shapes."""
    operations = model.operations
    kinds = [type(operation).__name__ for operation in operations]
    start = model.get_config()["layers"][kinds.index("FullLike")]["inbound_nodes"][0]
    rates = [layer.rate for layer in model.layers if type(layer).__name__ == "Dropout"]
    options = {
        "start_token": _second_argument(start),
        "stop_at_length": bool(model.get_layer("encoder_embedding").mask_zero),
        "reverse_source": "TakeAlongAxis" in kinds,
        **told([layer.name for layer in model.layers]),
        "cut_batches": model.inputs[0].shape[1] is None,
        "mask_padding": getattr(getattr(model, "loss", None), "ignore_class", None) is not None,
        "dropout": rates[0] if rates else 0.0,
    }
    return dict(options, **_lengths_of(model))


def _lengths_of(model):
    """Reads the lengths from the model's inputs; where they take any length, from its name."""
    told = re.fullmatch(NAME.replace("{}", r"(\d+)"), model.name)
    lengths = dict(zip(_LENGTHS, map(int, told.groups()))) if told else {}
    fixed = zip(_LENGTHS, (tensor.shape[1] for tensor in model.inputs))
    lengths.update((name, length) for name, length in fixed if length is not None)
    return lengths


def _second_argument(node):
    return node["args"][1] if len(node["args"]) > 1 else node["kwargs"]["fill_value"]


def _training_of(model):
    optimizer = getattr(model, "optimizer", None)
    if optimizer is None:
        return {}
    settings = optimizer.get_config()
    rate, half_life = settings["learning_rate"], 0
    if isinstance(rate, dict) and _halves(rate):
        schedule = rate["config"]
        rate, half_life = schedule["initial_learning_rate"], schedule["decay_steps"]
    elif isinstance(rate, dict):
        rate = optimizer.learning_rate
    return {
        "learning_rate": float(rate), "half_life": int(half_life),
        "clip_norm": float(settings.get("global_clipnorm") or 0.0),
    }


def _halves(schedule):
    """Tells whether a schedule of Keras' is `half_life`."""
    config = schedule["config"]
    return config.get("decay_rate") == 0.5 and not config.get("staircase") and (
        schedule["class_name"] == "ExponentialDecay")

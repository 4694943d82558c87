"""A `.keras` file, both ways: a whole Keras 3 model, compiled, with Adam's memory.

Any Keras 3 loads it, `keras.models.load_model(path)`, without this package. Keras' own members
cannot hold the forget biases before 1.0 was added nor every option; those lie beside them in the
file, which is a zip, and are gone once Keras saves the model anew.
"""

import io
import os
import zipfile

import numpy as np

from seq2seq_graph import variables
from seq2seq_graph.errors import InputError
from seq2seq_graph.plain_files import as_json, parse_json
from seq2seq_graph.weights import gates
from seq2seq_graph.weights.keras_twin import (
    build,
    compile_as,
    get_weights,
    require_keras,
    set_weights,
)

_BESIDE = "seq2seq_graph.npz"


def save(state, sections: dict, path: str) -> None:
    """Writes an `interchange.State` as a Keras model, compiled, and beside it what rounds."""
    model = build(state.model)
    compile_as(model, state.model, state.training)
    set_weights(model, state.arrays)
    model.save(path)
    biases = {side.bias: state.arrays[side.bias] for side in variables.SIDES.values()}
    slots = variables.has_slots(state.arrays)
    buffer = io.BytesIO()
    np.savez(buffer, config=as_json(sections), slots=slots, **biases)
    with zipfile.ZipFile(path, "a") as file:
        file.writestr(_BESIDE, buffer.getvalue())


def load(path: str):
    """Reads a model that `save`, or Keras from there on, wrote: its arrays, and its configuration.

    Raises:
      InputError: there is no such file, or it is no such model.
    """
    keras = require_keras()
    if not os.path.exists(path):
        raise InputError(f"{path}: no such file")
    try:
        model = keras.models.load_model(path)
        with zipfile.ZipFile(path) as file:
            names = file.namelist()
            beside = io.BytesIO(file.read(_BESIDE)) if _BESIDE in names else None
    except (ValueError, OSError, TypeError, zipfile.BadZipFile) as error:
        reason = str(error).strip().split("\n")[0]
        raise InputError(f"{path}: not a Keras 3 model: {reason}") from None
    try:
        arrays = get_weights(model)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    if beside is None:
        return arrays, {"model": _options_of(model), "training": _training_of(model)}
    kept = np.load(beside, allow_pickle=False)
    return _exact(arrays, kept), parse_json(str(kept["config"]), f"{path}: {_BESIDE}")


def _exact(arrays, kept):
    """Takes the biases as they were before Keras' rounding, where they are still the same."""
    if not kept["slots"]:
        arrays = {name: arrays[name] for name in variables.NAMES}
    for _, _, name in variables.SIDES.values():
        added = gates.forget_bias(kept[name].size // 4)
        if np.array_equal((kept[name] + added) - added, arrays[name]):
            arrays[name] = kept[name]
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
        "cut_batches": model.inputs[0].shape[1] is None,
        "mask_padding": getattr(getattr(model, "loss", None), "ignore_class", None) is not None,
        "dropout": rates[0] if rates else 0.0,
    }
    lengths = zip(("max_input_length", "max_output_length"), model.inputs)
    known = {name: tensor.shape[1] for name, tensor in lengths if tensor.shape[1] is not None}
    return dict(options, **known)


def _second_argument(node):
    return node["args"][1] if len(node["args"]) > 1 else node["kwargs"]["fill_value"]


def _training_of(model):
    optimizer = getattr(model, "optimizer", None)
    if optimizer is None:
        return {}
    rate = optimizer.get_config()["learning_rate"]
    if isinstance(rate, dict):  # a schedule
        rate = rate["config"]["initial_learning_rate"]
    return {"learning_rate": float(rate)}

"""A `.pt` file, both ways: the weights of `pytorch_twin`'s module and Adam's memory.

It holds {"model": state_dict, "optimizer": state_dict of Adam or None, "config": JSON}, so
`torch.load(path, weights_only=True)["model"]` goes into the module that `pytorch_twin.build` makes.
"""

import zipfile
from typing import Any, Dict, Optional, Sequence, Tuple

import numpy as np

from seq2seq_graph import variables
from seq2seq_graph.config import ModelConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.plain_files import Arrays, as_json, parse_json, require_modest
from seq2seq_graph.weights.pytorch_import import require_torch
from seq2seq_graph.weights.pytorch_twin import adam, build, get_weights, set_weights
from seq2seq_graph.weights.state import State, trained
from seq2seq_graph.weights.state_dicts import arrays_of, strangers

_OURS = ("model", "optimizer", "config")
# What Adam does here, in PyTorch's names.
_ADAM = {"betas": variables.BETAS, "weight_decay": 0, "amsgrad": False, "maximize": False}
kept = trained  # a module has no place for two sets of weights, nor for other arrays


def save(state: State, sections: dict, path: str) -> None:
    """Writes a State that is `kept`."""
    torch = require_torch()
    module = build(state.model)
    optimizer = adam(module, state.training.learning_rate)
    set_weights(module, state.arrays, optimizer)
    has_slots = variables.has_slots(state.arrays, variables.names(state.model))
    slots = optimizer.state_dict() if has_slots else None
    torch.save(
        {"model": module.state_dict(), "optimizer": slots, "config": as_json(sections)}, path)


def load(path: str) -> Tuple[Arrays, Optional[dict], Sequence[str]]:
    """Reads what `save` wrote, or a bare state_dict.

    Returns:
      Its arrays; its configuration or None; what of it has no place here, as a list of notes.

    Raises:
      InputError: there is no such file, it is no such file, or PyTorch is not there or too old.
    """
    torch = require_torch(reading=True)
    try:
        if zipfile.is_zipfile(path):
            require_modest(path, path)
        held = torch.load(path, map_location="cpu", weights_only=True)
    except InputError:
        raise
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
    except Exception as error:  # pickle, zipfile and torch have their own for other files
        reason = str(error).strip().split("\n")[0]
        raise InputError(f"{path}: not a file of torch.save: {reason}") from None
    if not isinstance(held, dict):
        raise InputError(f"{path}: holds a {type(held).__name__}; a state_dict is needed")
    whole: Dict[str, Any] = held if "model" in held else {"model": held}
    try:
        arrays = arrays_of(whole["model"])
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    sections = parse_json(whole["config"], f"{path}: config") if "config" in whole else None
    other = [str(name) for name in whole if name not in _OURS] + strangers(whole["model"])
    notes = [f"{path}: left there, having no place: {', '.join(other)}"] if other else []
    if whole.get("optimizer") is not None:
        slots, said = _memory(whole["optimizer"], arrays, sections)
        arrays = dict(slots, **arrays)
        notes += [f"{path}: left there, {line}" for line in said]
    return arrays, sections, notes


def _memory(held, arrays, sections):
    """Reads Adam's memory; gives it, none of another optimizer, and what of it has no place."""
    sizes: Dict[str, Any] = variables.sizes_of(arrays)
    module = build(ModelConfig(start_token=0, **sizes))
    optimizer = adam(module, 0.001)
    try:
        held["param_groups"][0]["betas"]  # SGD, without momentum, has no memory to be missed
        optimizer.load_state_dict(held)
        slots = get_weights(module, optimizer)
    except (KeyError, ValueError, TypeError, AttributeError, RuntimeError):
        return {}, ["having no place: the memory of its optimizer, which is not an Adam of all "
                    "that is trained here"]
    training = sections.get("training") if isinstance(sections, dict) else None
    rate = training.get("learning_rate") if isinstance(training, dict) else None
    own = _ADAM if rate is None else dict(_ADAM, lr=rate)
    group = optimizer.param_groups[0]
    others = [f"{name}={group[name]}" for name, value in own.items()
              if not np.array_equal(group.get(name, value), value)]
    return slots, [f"Adam having other settings here: {', '.join(others)}"] if others else []

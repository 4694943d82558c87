"""A `.pt` file, both ways: the weights of `pytorch_twin`'s module and Adam's memory.

It holds {"model": state_dict, "optimizer": state_dict of Adam or None, "config": JSON}, so
`torch.load(path, weights_only=True)["model"]` goes into the module that `pytorch_twin.build` makes.
"""

from seq2seq_graph import variables
from seq2seq_graph.config import ModelConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.plain_files import as_json, parse_json
from seq2seq_graph.weights.pytorch_twin import (
    adam,
    arrays_of_state_dict,
    build,
    get_weights,
    require_torch,
    set_weights,
)


def save(state, sections: dict, path: str) -> None:
    """Writes an `interchange.State`."""
    torch = require_torch()
    module = build(state.model)
    optimizer = adam(module, state.training.learning_rate)
    set_weights(module, state.arrays, optimizer)
    slots = optimizer.state_dict() if variables.has_slots(state.arrays) else None
    kept = {"model": module.state_dict(), "optimizer": slots, "config": as_json(sections)}
    torch.save(kept, path)


def load(path: str):
    """Reads what `save` wrote, or a bare state_dict: its arrays, and its configuration or None.

    Raises:
      InputError: there is no such file, or it is no such file.
    """
    torch = require_torch()
    try:
        kept = torch.load(path, weights_only=True)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
    except Exception as error:  # pickle, zipfile and torch have their own for other files
        reason = str(error).strip().split("\n")[0]
        raise InputError(f"{path}: not a file of torch.save: {reason}") from None
    if not isinstance(kept, dict):
        raise InputError(f"{path}: holds a {type(kept).__name__}; a state_dict is needed")
    try:
        if "model" not in kept:
            return arrays_of_state_dict(kept), None
        arrays = arrays_of_state_dict(kept["model"])
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    sections = parse_json(kept["config"], f"{path}: config") if "config" in kept else None
    if kept.get("optimizer") is not None:
        module = build(_sizes(arrays))
        optimizer = adam(module, 0.001)
        optimizer.load_state_dict(kept["optimizer"])
        arrays = dict(get_weights(module, optimizer), **arrays)
    return arrays, sections


def _sizes(arrays):
    return ModelConfig(start_token=0, **variables.sizes_of(arrays))

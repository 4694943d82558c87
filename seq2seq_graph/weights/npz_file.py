"""An `.npz`, both ways: every array under its variable's name, and `config`, JSON."""

import zipfile
from typing import Optional, Tuple

import numpy as np

from seq2seq_graph.plain_files import Arrays, as_json, parse_json, read_npz
from seq2seq_graph.weights.state import State

_CONFIG = "config"


def kept(state: State) -> State:
    """Returns what has a place: arrays of NumPy's own numbers, none of them called `config`.

    NumPy writes strings of any length, and the small floats of other libraries, as Python objects
    or as bytes without a meaning.
    """
    arrays = {
        name: array for name, array in state.arrays.items()
        if name != _CONFIG and array.dtype.isbuiltin == 1 and array.dtype.kind in "biufc"
    }
    return state._replace(arrays=arrays)


def save(state: State, sections: dict, path: str) -> None:
    """Writes a State that is `kept`; any name of an array will do."""
    members = {_CONFIG: np.array(as_json(sections)), **state.arrays}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED, allowZip64=True) as file:
        for name, array in members.items():
            with file.open(name + ".npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asarray(array), allow_pickle=False)


def load(path: str) -> Tuple[Arrays, Optional[dict]]:
    """Reads the arrays, and the configuration's sections or None.

    Raises:
      InputError: it is no `.npz` of plain arrays.
    """
    arrays = read_npz(path, "give a model")
    config = arrays.pop(_CONFIG, None)
    if config is not None and config.dtype.kind != "U":  # another program's array of this name
        return dict(arrays, config=config), None
    return arrays, None if config is None else parse_json(str(config), f"{path}: {_CONFIG}")

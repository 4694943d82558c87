"""The parameters of `pytorch_twin`'s module by PyTorch's names, and by TensorFlow 1's.

A layer of `gates.layers_of` is a submodule or, where it is a plain array, a parameter. No PyTorch
is imported.
"""

from typing import Any, Mapping

import numpy as np

from seq2seq_graph.errors import InputError
from seq2seq_graph.plain_files import Arrays
from seq2seq_graph.weights import gates

LSTM = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0")
FIXED = "bias_hh_l0"  # an LSTM's second bias, which is the forget bias and not trained


def arrays_of(state_dict: Mapping[str, Any]) -> Arrays:
    """Reads a state_dict of the twin's names, whose second biases may have been trained.

    Raises:
      InputError: a name is missing.
    """
    try:
        structure = _structure(state_dict)
        names = [name for some in _parameters(structure).values() for name in some]
        values = {name: numpy_of(state_dict[name]) for name in names}
        for cell in gates.cells(structure):
            second = numpy_of(state_dict[f"{cell}.{FIXED}"])
            # Exact where the second bias is this module's own; else rounded, once.
            values[f"{cell}.bias_ih_l0"] += second - forget_bias(len(second) // 4)
    except KeyError as error:
        raise InputError(
            f"parameter {error} of seq2seq_graph.weights.pytorch_twin is missing; there are "
            f"{', '.join(map(str, state_dict))}"
        ) from None
    return gates.from_layers(by_layer(values))


def strangers(state_dict: Mapping[str, Any]) -> list:
    """Names the parameters of a state_dict that are none of the twin's, and second biases that
    were trained: those are added to the first, which rounds."""
    structure = _structure(state_dict)
    own = {name for names in _parameters(structure).values() for name in names}
    cells = gates.cells(structure)
    own |= {f"{cell}.{FIXED}" for cell in cells}
    trained = []
    for cell in cells:
        second = numpy_of(state_dict[f"{cell}.{FIXED}"])
        if not np.array_equal(second, forget_bias(len(second) // 4)):
            trained.append(f"{cell}.{FIXED} as a bias of its own: it is added to the first")
    return [str(name) for name in state_dict if name not in own] + trained


def _structure(state_dict):
    return gates.structure_of(str(name).split(".")[0] for name in state_dict)


def _parameters(structure):
    """Returns layer -> the names of its parameters, in the order of `gates.to_layers`."""
    cells, found = gates.cells(structure), {}
    for layer, names in gates.layers_of(structure).items():
        own = LSTM if layer in cells else ("weight", "bias")[:len(names)]
        found[layer] = [layer] if layer in gates.PLAIN else [f"{layer}.{name}" for name in own]
    return found


def by_parameter(layers: gates.Layers) -> Arrays:
    """Returns name -> array: PyTorch multiplies by the transposed kernels."""
    return {
        name: np.array(_turned(layer, value), order="C")
        for layer, names in _parameters(gates.structure_of(layers)).items()
        for name, value in zip(names, layers[layer])
    }


def by_layer(values: Mapping[str, np.ndarray]) -> gates.Layers:
    """Returns what `by_parameter` was made of."""
    structure = _structure(values)
    return {layer: [_turned(layer, values[name]) for name in names]
            for layer, names in _parameters(structure).items()}


def _turned(layer, value):
    return value if "embedding" in layer else value.T


def forget_bias(units: int) -> np.ndarray:
    """Returns float32 [4 H], 1.0 for f and 0 elsewhere, gates in PyTorch's order."""
    return gates.swap_gates(gates.forget_bias(units))


def numpy_of(tensor: Any) -> np.ndarray:
    """Copies a tensor of any device."""
    tensor = tensor.detach().cpu()
    if tensor.is_floating_point() and tensor.element_size() < 4:
        tensor = tensor.float()  # exact; NumPy has not all of the small ones
    return tensor.numpy().copy()

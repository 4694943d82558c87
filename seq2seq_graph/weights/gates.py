"""The variables laid out anew: TensorFlow 1's kernels, and those of Keras and PyTorch.

TensorFlow 1's LSTMCell has one kernel [E + H, 4 H] for input and state, gates in the order
i, j, f, o, and adds the forget bias 1.0 to f when it is used. Keras and PyTorch have a kernel for
the input and one for the state, gates in the order i, f, c (or g), o, and add nothing: their c and
g are j. Adam's slots lie as their variables do. NumPy only.
"""

from typing import Dict, List

import numpy as np

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.plain_files import Arrays
from seq2seq_graph.variables import BIASES, DECODER, ENCODER, FORGET_BIAS, WEIGHTS

# Layer of the twins -> TensorFlow 1's names of its variables.
LAYERS = {
    "encoder_embedding": (ENCODER.embeddings,),
    "encoder": (ENCODER.kernel, ENCODER.bias),
    "decoder_embedding": (DECODER.embeddings,),
    "decoder": (DECODER.kernel, DECODER.bias),
    "projection": (WEIGHTS, BIASES),
}
CELLS = ("encoder", "decoder")

Layers = Dict[str, List[np.ndarray]]

# Options that have no place in a counterpart that has the document's layers alone.
_WITHOUT_PLACE = ("attention", "bidirectional", "encoder_layers", "decoder_layers",
                  "tied_embeddings", "variational_dropout")


def require_documents_layers(config: ModelConfig, counterpart: str) -> None:
    """Raises InputError where an option asks for layers that a counterpart does not have.

    Args:
      config: of the model.
      counterpart: its framework's name, for the error.
    """
    for name in _WITHOUT_PLACE:
        value = getattr(config, name)
        if value != getattr(ModelConfig, name):
            raise InputError(
                f"{name} is {value}, and the model in {counterpart} has no place for it; an .npz "
                "or a checkpoint has"
            )


def swap_gates(array: np.ndarray) -> np.ndarray:
    """Turns the order i, j, f, o of the last axis, [..., 4 H], into i, f, j, o, or back."""
    first, second, third, fourth = np.split(array, 4, axis=-1)
    return np.concatenate([first, third, second, fourth], -1)


def to_layers(arrays: Arrays, slot: str = "") -> Layers:
    """Splits the variables, or their slots, by layer, to the bit.

    An embedding becomes [V, E]; an LSTM [E, 4 H], [H, 4 H] and [4 H], the forget bias not added;
    the projection [H, V] and [V].
    """
    layers = {layer: [arrays[name + slot] for name in names] for layer, names in LAYERS.items()}
    for cell in CELLS:
        kernel, bias = map(swap_gates, layers[cell])
        units = len(bias) // 4
        layers[cell] = [kernel[:-units], kernel[-units:], bias]
    return layers


def from_layers(layers: Layers, slot: str = "") -> Arrays:
    """Joins what `to_layers` split."""
    arrays: Arrays = {}
    for layer, names in LAYERS.items():
        values = layers[layer]
        if layer in CELLS:
            kernel, recurrent_kernel, bias = map(swap_gates, values)
            values = [np.concatenate([kernel, recurrent_kernel]), bias]
        arrays.update((name + slot, value) for name, value in zip(names, values))
    return arrays


def forget_bias(units: int) -> np.ndarray:
    """Returns float32 [4 H], 1.0 for f and 0 elsewhere, gates in TensorFlow's order i, j, f, o."""
    zeros, ones = np.zeros(units, np.float32), np.full(units, FORGET_BIAS, np.float32)
    return np.concatenate([zeros, zeros, ones, zeros])

"""The variables laid out anew: TensorFlow 1's kernels, and those of Keras and PyTorch.

TensorFlow 1's LSTMCell has one kernel [E + H, 4 H] for input and state, gates in the order
i, j, f, o, and adds the forget bias 1.0 to f when it is used. Keras and PyTorch have a kernel for
the input and one for the state, gates in the order i, f, c (or g), o, and add nothing: their c and
g are j. Adam's slots lie as their variables do. NumPy only.
"""

from typing import Any, Dict, Iterable, List, Sequence, Tuple

import numpy as np

from seq2seq_graph import variables
from seq2seq_graph.config import ModelConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.plain_files import Arrays
from seq2seq_graph.variables import Structure

Layers = Dict[str, List[np.ndarray]]

# Layers of one variable that is neither a matrix to multiply by nor one to look up in.
PLAIN = ("attention_g", "attention_v", "projection_bias")


def encoder_cells(structure: Any) -> List[List[str]]:
    """Returns the twins' names of the encoder's LSTMs: for each direction its layers."""
    sides = ["encoder_fw", "encoder_bw"] if structure.bidirectional else ["encoder"]
    return [_numbered(side, structure.encoder_layers) for side in sides]


def decoder_cells(structure: Any) -> List[str]:
    """Returns the twins' names of the decoder's LSTMs, the lowest first."""
    return _numbered("decoder", structure.decoder_layers)


def bridges(structure: Any) -> List[Tuple[str, str]]:
    """Returns for each decoder layer the twins' names of its bridges of c and of h."""
    names = _numbered("bridge", len(variables.bridges(structure)))
    return [(name + "_c", name + "_h") for name in names]


def _numbered(name, count):
    return [f"{name}_{number}" if number else name for number in range(count)]


def from_the_top(states: Sequence[Any], layers: int) -> List[Any]:
    """Gives each of so many decoder layers one of the encoder's states, the top one the last.

    The graph's is `options.bidirectional.from_the_top`; this one needs no TensorFlow.
    """
    above = len(states) - layers
    return [states[max(0, number + above)] for number in range(layers)]


def cells(structure: Any) -> List[str]:
    """Returns the twins' names of all LSTMs."""
    return [*sum(encoder_cells(structure), []), *decoder_cells(structure)]


def layers_of(structure: Any) -> Dict[str, Tuple[str, ...]]:
    """Returns layer of the twins -> TensorFlow 1's names of its variables.

    Args:
      structure: a ModelConfig or a Structure.
    """
    found: Dict[str, Tuple[str, ...]] = {"encoder_embedding": (variables.ENCODER.embeddings,)}
    for names, scopes in zip(encoder_cells(structure), variables.encoder_cells(structure)):
        found.update(zip(names, map(_kernel_and_bias, scopes)))
    for pair, scope in zip(bridges(structure), variables.bridges(structure)):
        found.update((name, _kernel_and_bias(f"{scope}/{part}")) for name, part in zip(pair, "ch"))
    found["decoder_embedding"] = (variables.DECODER.embeddings,)
    if structure.attention != "none":
        found["memory_layer"] = (variables.MEMORY_LAYER,)
    found.update(zip(decoder_cells(structure),
                     map(_kernel_and_bias, variables.decoder_cells(structure))))
    if structure.attention == "luong":
        found["attention_g"] = (variables.LUONG + "attention_g",)
    if structure.attention == "bahdanau":
        scope = variables.BAHDANAU
        found["query_layer"] = (scope + "query_layer/kernel", scope + "attention_b")
        found["attention_v"] = (scope + "attention_v",)
        found["attention_g"] = (scope + "attention_g",)
    if structure.attention != "none":
        found["attention_layer"] = (variables.ATTENTION_LAYER,)
    if structure.tied_embeddings:
        found["projection_bias"] = (variables.BIASES,)
    else:
        found["projection"] = (variables.WEIGHTS, variables.BIASES)
    return found


def _kernel_and_bias(scope):
    return scope + "/kernel", scope + "/bias"


def structure_of(layers: Iterable[str]) -> Structure:
    """Reads from the names of a twin's layers which options made them."""
    there = set(layers)

    def count(name):
        numbers = range(1, len(there) + 1)
        return next((n for n in numbers if f"{name}_{n}" not in there), 1)

    bidirectional = "encoder_fw" in there
    kind = "bahdanau" if "query_layer" in there else "luong"
    return Structure(
        kind if "attention_g" in there else "none", bidirectional,
        count("encoder_fw" if bidirectional else "encoder"), count("decoder"),
        "projection_bias" in there,
    )


def require_place(config: ModelConfig, counterpart: str) -> None:
    """Raises InputError where an option asks for what a counterpart does not have.

    Args:
      config: of the model.
      counterpart: its framework's name, for the error.
    """
    for name in ("variational_dropout", "memory_dropout", "stack_bidirectional"):
        if getattr(config, name):
            raise InputError(
                f"{name} is {getattr(config, name)}, and the model in {counterpart} has no place "
                "for it; an .npz or a checkpoint has"
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
    structure = variables.structure_of(arrays)
    layers = {layer: [arrays[name + slot] for name in names]
              for layer, names in layers_of(structure).items()}
    for cell in cells(structure):
        kernel, bias = map(swap_gates, layers[cell])
        units = len(bias) // 4
        layers[cell] = [kernel[:-units], kernel[-units:], bias]
    return layers


def from_layers(layers: Layers, slot: str = "") -> Arrays:
    """Joins what `to_layers` split."""
    arrays: Arrays = {}
    structure = structure_of(layers)
    lstms = cells(structure)
    for layer, names in layers_of(structure).items():
        values: Sequence[np.ndarray] = layers[layer]
        if layer in lstms:
            kernel, recurrent_kernel, bias = map(swap_gates, values)
            values = [np.concatenate([kernel, recurrent_kernel]), bias]
        arrays.update((name + slot, value) for name, value in zip(names, values))
    return arrays


def forget_bias(units: int) -> np.ndarray:
    """Returns float32 [4 H], 1.0 for f and 0 elsewhere, gates in TensorFlow's order i, j, f, o."""
    zeros, ones = np.zeros(units, np.float32), np.full(units, variables.FORGET_BIAS, np.float32)
    return np.concatenate([zeros, zeros, ones, zeros])

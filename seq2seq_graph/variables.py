"""How the model's weights lie in memory: TensorFlow 1's kernels, and those of Keras and PyTorch.

TensorFlow 1's LSTMCell has one kernel [E + H, 4 H] for input and state, gates in the order
i, j, f, o, and adds the forget bias 1.0 to f when it is used. Keras and PyTorch have a kernel for
the input and one for the state, gates in the order i, f, c (or g), o, and add nothing: their c and
g are j. Adam's slots lie as their weights do. Needs NumPy only.
"""

from typing import Dict, List, Tuple

import numpy as np

from seq2seq_graph.plain_files import Arrays

FORGET_BIAS = 1.0
BETAS = (0.9, 0.999)
EPSILON = 1e-8
SLOTS = ("/Adam", "/Adam_1")  # Adam's moments m and v, behind a weight's name
POWERS = ("beta1_power", "beta2_power")

# Layer of the twins -> TensorFlow 1's names of its weights.
LAYERS = {
    "encoder_embedding": ("EmbedSequence/embeddings",),
    "encoder": ("encoder/lstm_cell/kernel", "encoder/lstm_cell/bias"),
    "decoder_embedding": ("EmbedSequence_1/embeddings",),
    "decoder": ("decoder/lstm_cell/kernel", "decoder/lstm_cell/bias"),
    "projection": ("fully_connected/weights", "fully_connected/biases"),
}
WEIGHTS = tuple(name for names in LAYERS.values() for name in names)
CELLS = ("encoder", "decoder")

Layers = Dict[str, List[np.ndarray]]


def swap_gates(array: np.ndarray) -> np.ndarray:
    """Turns the order i, j, f, o of the last axis, [..., 4 H], into i, f, j, o, or back."""
    first, second, third, fourth = np.split(array, 4, axis=-1)
    return np.concatenate([first, third, second, fourth], -1)


def to_layers(arrays: Arrays, slot: str = "") -> Layers:
    """Splits the weights, or their slots, by layer, to the bit.

    An embedding gives [V, E]; an LSTM [E, 4 H], [H, 4 H] and [4 H], the forget bias not added;
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
    arrays = {}
    for layer, names in LAYERS.items():
        values = layers[layer]
        if layer in CELLS:
            kernel, recurrent_kernel, bias = map(swap_gates, values)
            values = [np.concatenate([kernel, recurrent_kernel]), bias]
        arrays.update((name + slot, value) for name, value in zip(names, values))
    return arrays


def forget_bias(units: int) -> np.ndarray:
    """Gives float32 [4 H], 1.0 for f and 0 elsewhere, gates in the order i, f, j, o."""
    zeros, ones = np.zeros(units, np.float32), np.full(units, FORGET_BIAS, np.float32)
    return np.concatenate([zeros, zeros, ones, zeros])


def has_slots(arrays: Arrays) -> bool:
    """Whether both moments of each weight and the powers of Adam's betas are there."""
    slots = [weight + slot for weight in WEIGHTS for slot in SLOTS]
    return all(name in arrays for name in [*slots, *POWERS])


def beta_powers(steps: int) -> Tuple[np.ndarray, np.ndarray]:
    """Gives what `beta1_power` and `beta2_power` hold after so many steps, float32 [], to the bit.

    TensorFlow multiplies by beta once a step in float32, from beta itself, and takes what is
    below the smallest normal number for 0.
    """
    return tuple(_powers(beta, steps + 1)[-1].reshape(()) for beta in BETAS)


def adam_steps(arrays: Arrays) -> int:
    """Counts the steps that Adam has taken, from `beta2_power`; all further ones count as 87,355,
    where the power is 0.

    Raises:
      ValueError: it is no power of 0.999.
    """
    power = np.float32(arrays["beta2_power"])
    powers = _powers(BETAS[1], _LONGEST)
    steps = int(np.abs(powers - power).argmin())
    if not np.isclose(powers[steps], power, rtol=3e-4, atol=0):
        raise ValueError(f"beta2_power is {power}, no power of {BETAS[1]}")
    return steps


_LONGEST = 100000


def _powers(beta, count):
    powers = np.multiply.accumulate(np.full(count, beta, np.float32))
    return np.where(powers < np.finfo(np.float32).tiny, np.float32(0), powers)

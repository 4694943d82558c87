"""The model's variables, the one truth about them: names, shapes, sides, what Adam keeps.

    EmbedSequence/embeddings     [V, E]          encoder
    encoder/lstm_cell/kernel     [E + H, 4 H]    encoder; input and state, gates i, j, f, o
    encoder/lstm_cell/bias       [4 H]           encoder; 1.0 is added to f when it is used
    EmbedSequence_1/embeddings   [V, E]          decoder
    decoder/lstm_cell/kernel     [E + H, 4 H]    decoder
    decoder/lstm_cell/bias       [4 H]           decoder
    fully_connected/weights      [H, V]
    fully_connected/biases       [V]

The names are the ones that TensorFlow 1.15 gives. E may differ from side to side. NumPy only.
"""

from typing import Dict, List, NamedTuple, Optional, Tuple

import numpy as np

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.plain_files import Arrays


class Side(NamedTuple):
    """The names of one side's variables."""

    embeddings: str
    kernel: str
    bias: str


ENCODER = Side(
    "EmbedSequence/embeddings", "encoder/lstm_cell/kernel", "encoder/lstm_cell/bias")
DECODER = Side(
    "EmbedSequence_1/embeddings", "decoder/lstm_cell/kernel", "decoder/lstm_cell/bias")
SIDES = {"encoder": ENCODER, "decoder": DECODER}
WEIGHTS = "fully_connected/weights"
BIASES = "fully_connected/biases"
NAMES = (*ENCODER, *DECODER, WEIGHTS, BIASES)

FORGET_BIAS = 1.0

# Adam: its numbers, the moments m and v beside each variable, the powers of its betas.
BETAS = (0.9, 0.999)
EPSILON = 1e-8
SLOTS = ("/Adam", "/Adam_1")
POWERS = ("beta1_power", "beta2_power")


def side_of(name: str) -> Optional[str]:
    """Returns "encoder" or "decoder"; None for the projection's variables and unknown names."""
    return next((side for side, names in SIDES.items() if name in names), None)


def scope_of(name: str) -> str:
    """Returns the outermost scope of a name: "EmbedSequence" of "EmbedSequence/embeddings"."""
    return name.split("/")[0]


def shapes(config: ModelConfig) -> Dict[str, List[int]]:
    """Returns name -> shape, in the order of `NAMES`."""
    V = config.vocab_size
    if V is None:
        raise ValueError("vocab_size is None: it is known when the data is")
    found: Dict[str, List[int]] = {}
    for side, names in SIDES.items():
        E = getattr(config, f"{side}_embedding_size")
        H = getattr(config, f"{side}_hidden_units")
        found.update(zip(names, ([V, E], [E + H, 4 * H], [4 * H])))
    found.update(zip((WEIGHTS, BIASES), ([config.decoder_hidden_units, V], [V])))
    return found


def sizes_of(arrays: Arrays) -> Dict[str, int]:
    """Reads the fields of ModelConfig that the variables' shapes show."""
    sizes = {"vocab_size": arrays[BIASES].size}
    for side, names in SIDES.items():
        sizes[f"{side}_embedding_size"] = arrays[names.embeddings].shape[-1]
        sizes[f"{side}_hidden_units"] = arrays[names.bias].size // 4
    return sizes


def has_slots(arrays: Arrays) -> bool:
    """Whether both moments of each variable and the powers of Adam's betas are there."""
    slots = [name + slot for name in NAMES for slot in SLOTS]
    return all(name in arrays for name in [*slots, *POWERS])


def beta_powers(steps: int) -> Tuple[np.ndarray, np.ndarray]:
    """Returns `beta1_power` and `beta2_power` after so many steps, float32 [], to the bit.

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
    power = np.float32(arrays[POWERS[1]])
    powers = _powers(BETAS[1], _LONGEST)
    steps = int(np.abs(powers - power).argmin())
    if not np.isclose(powers[steps], power, rtol=3e-4, atol=0):
        raise ValueError(f"{POWERS[1]} is {power}, no power of {BETAS[1]}")
    return steps


_LONGEST = 100000


def _powers(beta, count):
    powers = np.multiply.accumulate(np.full(count, beta, np.float32))
    return np.where(powers < np.finfo(np.float32).tiny, np.float32(0), powers)

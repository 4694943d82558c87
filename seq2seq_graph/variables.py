"""The model's variables, the one truth about them: names, shapes, sides, what Adam keeps.

    EmbedSequence/embeddings     [V, E]          encoder
    encoder/lstm_cell/kernel     [E + H, 4 H]    encoder; input and state, gates i, j, f, o
    encoder/lstm_cell/bias       [4 H]           encoder; 1.0 is added to f when it is used
    EmbedSequence_1/embeddings   [V, E]          decoder
    decoder/lstm_cell/kernel     [E + H, 4 H]    decoder
    decoder/lstm_cell/bias       [4 H]           decoder
    fully_connected/weights      [H, V]          not with tied_embeddings
    fully_connected/biases       [V]

Options put an LSTM into a scope of its own, `bidirectional` into `encoder/fw` and `encoder/bw`,
layers into `multi_rnn_cell/cell_0` and so on, `stack_bidirectional` into
`encoder/cell_0/bidirectional_rnn/fw` and so on, attention into `decoder/attention_wrapper`; the
inner depth E of a layer above another is H, with `stack_bidirectional` 2 H, that of a decoder with
input feeding E + H. They add, D the decoder's number of layers and M the width of the encoder's
outputs, H or 2 H:

    bridge/c/kernel, bridge/h/kernel                [2 H, H]    bidirectional; D > 1: bridge/cell_0
    bridge/c/bias, bridge/h/bias                    [H]         and so on
    memory_layer/kernel                             [M, H]      attention
    .../luong_attention/attention_g                 []          ... is decoder/attention_wrapper
    .../bahdanau_attention/query_layer/kernel       [H, H]
    .../bahdanau_attention/attention_v, attention_b [H]
    .../bahdanau_attention/attention_g              []
    .../attention_layer/kernel                      [H + M, H]

The names are the ones that TensorFlow 1.15 gives. E may differ from side to side. NumPy only.
"""

from typing import Any, Dict, Iterable, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.plain_files import Arrays


class Side(NamedTuple):
    """The names of one side's variables."""

    embeddings: str
    kernel: str
    bias: str


class Structure(NamedTuple):
    """What decides which variables there are: the fields of ModelConfig by these names."""

    attention: str = ModelConfig.attention
    bidirectional: bool = ModelConfig.bidirectional
    encoder_layers: int = ModelConfig.encoder_layers
    decoder_layers: int = ModelConfig.decoder_layers
    tied_embeddings: bool = ModelConfig.tied_embeddings
    stack_bidirectional: bool = ModelConfig.stack_bidirectional


# Of the document's program.
ENCODER = Side(
    "EmbedSequence/embeddings", "encoder/lstm_cell/kernel", "encoder/lstm_cell/bias")
DECODER = Side(
    "EmbedSequence_1/embeddings", "decoder/lstm_cell/kernel", "decoder/lstm_cell/bias")
SIDES = {"encoder": ENCODER, "decoder": DECODER}
WEIGHTS = "fully_connected/weights"
BIASES = "fully_connected/biases"
NAMES = (*ENCODER, *DECODER, WEIGHTS, BIASES)

MEMORY_LAYER = "memory_layer/kernel"
WRAPPER = "decoder/attention_wrapper"
LUONG = WRAPPER + "/luong_attention/"
BAHDANAU = WRAPPER + "/bahdanau_attention/"
ATTENTION_LAYER = WRAPPER + "/attention_layer/kernel"

FORGET_BIAS = 1.0

# Adam: its numbers, the moments m and v beside each variable, the powers of its betas.
BETAS = (0.9, 0.999)
EPSILON = 1e-8
SLOTS = ("/Adam", "/Adam_1")
POWERS = ("beta1_power", "beta2_power")


def side_of(name: str) -> Optional[str]:
    """Returns "encoder" or "decoder"; None for the projection's variables and unknown names."""
    return next((side for side, names in SIDES.items() if name in names), None)


_LAYER, _STACKED = "/multi_rnn_cell/cell_{}", "encoder/cell_{}/bidirectional_rnn"


def encoder_cells(structure: Any) -> List[List[str]]:
    """Returns the scopes of the encoder's LSTMs: for each direction, forwards first, its layers.

    Args:
      structure: a ModelConfig or a Structure.
    """
    if structure.stack_bidirectional:
        return [[f"{_STACKED.format(number)}/{way}/lstm_cell"
                 for number in range(structure.encoder_layers)] for way in ("fw", "bw")]
    scopes = ["encoder/fw", "encoder/bw"] if structure.bidirectional else ["encoder"]
    return [_layers(scope, structure.encoder_layers) for scope in scopes]


def decoder_cells(structure: Any) -> List[str]:
    """Returns the scopes of the decoder's LSTMs, the lowest layer first."""
    scope = "decoder" if structure.attention == "none" else WRAPPER
    return _layers(scope, structure.decoder_layers)


def bridges(structure: Any) -> List[str]:
    """Returns the scope of each decoder layer's bridge; none where the encoder reads one way."""
    if not structure.bidirectional:
        return []
    count = structure.decoder_layers
    return ["bridge"] if count == 1 else [f"bridge/cell_{number}" for number in range(count)]


def _layers(scope, count):
    if count == 1:
        return [scope + "/lstm_cell"]
    return [f"{scope}{_LAYER.format(number)}/lstm_cell" for number in range(count)]


def names(structure: Any) -> Tuple[str, ...]:
    """Returns the names of all the variables, in the order in which a graph makes them."""
    return tuple(_shapes(structure, dict.fromkeys(("V", "E_in", "E_out", "H"), 1), False))


def shapes(config: ModelConfig) -> Dict[str, List[int]]:
    """Returns name -> shape, in the order of `names`."""
    if config.vocab_size is None:
        raise ValueError("vocab_size is None: it is known when the data is")
    sizes = {
        "V": config.vocab_size, "E_in": config.encoder_embedding_size,
        "E_out": config.decoder_embedding_size, "H": config.decoder_hidden_units,
    }
    return _shapes(config, sizes, config.input_feeding)


def _shapes(structure, sizes, input_feeding):
    V, H = sizes["V"], sizes["H"]
    M = 2 * H if structure.bidirectional else H
    found: Dict[str, List[int]] = {ENCODER.embeddings: [V, sizes["E_in"]]}
    stacked = structure.stack_bidirectional
    cells = [cell for scopes in encoder_cells(structure) for cell in enumerate(scopes)]
    for number, scope in sorted(cells, key=lambda cell: cell[0] * stacked):  # layer after layer
        found.update(_lstm(scope, (M if stacked else H) if number else sizes["E_in"], H))
    for bridge in bridges(structure):
        for part in "ch":
            found.update({f"{bridge}/{part}/kernel": [2 * H, H], f"{bridge}/{part}/bias": [H]})
    found[DECODER.embeddings] = [V, sizes["E_out"]]
    attends = structure.attention != "none"
    if attends:
        found[MEMORY_LAYER] = [M, H]
    for number, scope in enumerate(decoder_cells(structure)):
        found.update(_lstm(scope, H if number else sizes["E_out"] + H * input_feeding, H))
    if structure.attention == "luong":
        found[LUONG + "attention_g"] = []
    if structure.attention == "bahdanau":
        found[BAHDANAU + "query_layer/kernel"] = [H, H]
        found.update({BAHDANAU + f"attention_{name}": shape
                      for name, shape in (("v", [H]), ("g", []), ("b", [H]))})
    if attends:
        found[ATTENTION_LAYER] = [H + M, H]
    if not structure.tied_embeddings:
        found[WEIGHTS] = [H, V]
    found[BIASES] = [V]
    return found


def _lstm(scope, depth, units):
    return {scope + "/kernel": [depth + units, 4 * units], scope + "/bias": [4 * units]}


def structure_of(arrays: Iterable[str]) -> Structure:
    """Reads from the names of some arrays which options made them."""
    there = set(arrays)
    kinds = {"luong": LUONG + "attention_g", "bahdanau": BAHDANAU + "attention_g"}
    stacked = any(name.startswith(_STACKED.format(0)) for name in there)
    bidirectional = stacked or any(name.startswith("encoder/fw/") for name in there)
    attention = next((kind for kind, name in kinds.items() if name in there), "none")

    def count(cells):
        kernels = (f"{cells.format(number)}/lstm_cell/kernel" for number in range(len(there) + 1))
        return next(number for number, name in enumerate(kernels) if name not in there) or 1

    encoder = "encoder/fw" if bidirectional else "encoder"
    return Structure(
        attention, bidirectional,
        count(_STACKED + "/fw" if stacked else encoder + _LAYER),
        count(("decoder" if attention == "none" else WRAPPER) + _LAYER),
        WEIGHTS not in there and BIASES in there, stacked,
    )


def sizes_of(arrays: Arrays) -> Dict[str, Any]:
    """Reads the fields of ModelConfig that the variables' names and shapes show.

    Of `Structure` and input feeding they are those that are not the default.
    """
    structure = structure_of(arrays)
    sizes: Dict[str, Any] = {"vocab_size": arrays[BIASES].size}
    lowest = {"encoder": encoder_cells(structure)[0][0], "decoder": decoder_cells(structure)[0]}
    for side, names in SIDES.items():
        sizes[f"{side}_embedding_size"] = arrays[names.embeddings].shape[-1]
        sizes[f"{side}_hidden_units"] = arrays[lowest[side] + "/bias"].size // 4
    default = Structure()._asdict()
    sizes.update((k, v) for k, v in structure._asdict().items() if v != default[k])
    depth = arrays[lowest["decoder"] + "/kernel"].shape[0] - sizes["decoder_hidden_units"]
    if structure.attention != "none" and depth > sizes["decoder_embedding_size"]:
        sizes["input_feeding"] = True
    return sizes


def has_slots(arrays: Arrays, weights: Sequence[str] = NAMES) -> bool:
    """Whether both moments of each variable and the powers of Adam's betas are there."""
    slots = [name + slot for name in weights for slot in SLOTS]
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

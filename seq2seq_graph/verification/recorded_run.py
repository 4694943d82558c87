"""A recorded run: its file, a case, and how far a replay is from it. NumPy only.

A case is an `.npz` of plain arrays, recorded from the document's program on TensorFlow 1.15:

    vocab_size, start_token, max_input_length, max_output_length, encoder_embedding_size,
    decoder_embedding_size, encoder_hidden_units, decoder_hidden_units: scalar integers
    learning_rate                         Adam's, float32
    encoder_inputs, decoder_targets       int32 [steps, B, T_in] and [steps, B, T_out]
    initial/<variable>                    the weights before step 0
    logits, prediction                    float32 [B, T_out, V] and int64 [B, T_out]
    gradient/<variable>                   of the loss; all three on batch 0, initial weights
    loss                                  float32 [steps], each before its update
    final/<variable>                      the weights after the last step

The keys are a file format: an option that ModelConfig gains is not asked of it. A case of one of
OPTIONS has that key too, and with attention `alignments`, float32 [B, T_out, T_in], of batch 0.
"""

from typing import Any, List, NamedTuple

import numpy as np

from seq2seq_graph import variables
from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.native.additions import OPTIONS
from seq2seq_graph.plain_files import Arrays, read_npz

SIZES = (
    "vocab_size", "start_token", "max_input_length", "max_output_length",
    "encoder_embedding_size", "decoder_embedding_size", "encoder_hidden_units",
    "decoder_hidden_units",
)
BATCHES = ("encoder_inputs", "decoder_targets")
MOMENTS = ("initial", "gradient", "final")
TO_THE_RECORDING = 1e-6  # allowed between a replay and its case; see `differences`


class Difference(NamedTuple):
    """One quantity of a case against the same of a replay."""

    quantity: str
    largest: float  # absolute difference; a gradient's is divided by its largest entry
    tolerance: float

    @property
    def within(self) -> bool:
        return self.largest <= self.tolerance  # False for NaN


def load_case(path: str) -> Arrays:
    """Reads a case.

    Raises:
      InputError: the file cannot be read, a key is missing, or an array's shape contradicts the
        case's sizes.
    """
    case = read_npz(path, "give a recorded case")
    for key in SIZES + ("learning_rate", "encoder_inputs"):
        if key not in case:
            raise InputError(f"{path}: key {key} is missing")
    try:
        _check_arrays(case)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    return case


def _check_arrays(case):
    for key in SIZES + ("learning_rate",):
        if case[key].shape != ():
            raise InputError(f"{key} has shape {list(case[key].shape)}; it must be one number")
    for key in OPTIONS:
        if key in case and case[key].shape != ():
            raise InputError(f"{key} has shape {list(case[key].shape)}; it must be one value")
    config = config_of(case)
    TrainingConfig(learning_rate=case["learning_rate"].item())
    if case["encoder_inputs"].ndim != 3 or case["encoder_inputs"].size == 0:
        raise InputError(
            f"encoder_inputs has shape {list(case['encoder_inputs'].shape)}; it must be "
            "[steps, batch, length], each at least 1"
        )
    steps, batch_size, _ = case["encoder_inputs"].shape
    shapes = {
        "encoder_inputs": [steps, batch_size, config.max_input_length],
        "decoder_targets": [steps, batch_size, config.max_output_length],
        "logits": [batch_size, config.max_output_length, config.vocab_size],
        "prediction": [batch_size, config.max_output_length],
        "loss": [steps],
        **{
            f"{moment}/{name}": shape
            for moment in MOMENTS for name, shape in variables.shapes(config).items()
        },
    }
    if config.attention != "none":
        shapes["alignments"] = [batch_size, config.max_output_length, config.max_input_length]
    for key, shape in shapes.items():
        if key not in case:
            raise InputError(f"key {key} is missing")
        if list(case[key].shape) != shape:
            raise InputError(f"{key} has shape {list(case[key].shape)}, the sizes ask for {shape}")
        if case[key].dtype.kind not in "iuf":
            raise InputError(f"{key} is of type {case[key].dtype}; it must hold numbers")
    for key in BATCHES:
        ids = case[key]
        if ids.dtype.kind not in "iu" or ids.min() < 0 or ids.max() >= config.vocab_size:
            raise InputError(f"{key} must hold ids from 0 to {config.vocab_size - 1}")


def config_of(case: Arrays, **options: Any) -> ModelConfig:
    """Makes the configuration of a case; `options` are further fields."""
    named = {name: case[name].item() for name in (*SIZES, *OPTIONS) if name in case}
    return ModelConfig(**dict(named, **options))


def differences(case: Arrays, result: Arrays) -> List[Difference]:
    """Compares a replay with its case, quantity by quantity.

    The tolerance is 1e-6 absolute; of a gradient 1e-6 of its largest entry, in a case of OPTIONS
    1e-5, since through a softmax gradients cancel; of the prediction 0.
    Adam moves a weight by about the learning rate whatever the size of its gradient, so rounding
    shows in the final weights, and in the losses on the way, in proportion to the rate: 1e-6 for
    each 0.001 of a rate above 0.001.
    """
    rows = []
    for key, value in result.items():
        recorded = case[key][-len(value):] if key == "loss" else case[key]
        largest = np.abs(recorded.astype(np.float64) - value.astype(np.float64)).max()
        if key.startswith("gradient/"):
            largest /= np.abs(recorded).max() or 1.0
        tolerance = _tolerance(key, float(case["learning_rate"]))
        if key.startswith("gradient/") and any(option in case for option in OPTIONS):
            tolerance *= 10
        rows.append(Difference(key, float(largest), tolerance))
    return rows


def _tolerance(key, learning_rate):
    if key == "prediction":
        return 0.0
    if key in ("logits", "alignments") or key.startswith("gradient/"):
        return TO_THE_RECORDING
    return TO_THE_RECORDING * max(1.0, learning_rate / TrainingConfig.learning_rate)

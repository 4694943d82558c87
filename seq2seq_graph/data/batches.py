"""Batches of ids, in the order of an epoch. NumPy only."""

from typing import Iterator, Optional, Tuple

import numpy as np

from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.data import epoch_order
from seq2seq_graph.data.datasets import Examples
from seq2seq_graph.data.padded import lengths_of

NUMBERS_AT_ONCE = 2**22  # float32 in one tensor of a scoring step: 16 MiB
_GATES = 4  # of an LSTM, computed side by side
MOST_ROWS = 256  # with more, a step takes no less time a row


def rows_within(config: ModelConfig, target_length: int) -> int:
    """Counts the pairs to score at once, so that memory is bounded: from 1 to `MOST_ROWS`.

    The largest tensor of a step, the logits or all states of an LSTM, then holds at most
    `NUMBERS_AT_ONCE`; several of that size live at once. Only where one pair holds more does one
    stand alone.

    Args:
      config: of the model.
      target_length: tokens of the longest target, END counted.
    """
    numbers = max(
        target_length * numbers_a_token(config),
        config.max_input_length * _GATES * config.encoder_hidden_units,
    )
    return max(1, min(MOST_ROWS, NUMBERS_AT_ONCE // numbers))


def numbers_a_token(config: ModelConfig) -> int:
    """Counts the float32 of the largest tensor of one decoder step: logits, an LSTM's gates, or
    what attention makes of the source at that step."""
    vocab_size = config.vocab_size or 0  # None as long as there is no text
    looks = {"none": 0, "luong": 1, "bahdanau": config.decoder_hidden_units}[config.attention]
    return max(vocab_size, _GATES * config.decoder_hidden_units, looks * config.max_input_length)


def step_count(examples: Examples, batch_size: int) -> int:
    """Counts the batches of `batches`."""
    return -(-len(examples.encoder_inputs) // batch_size)


def batches(
    examples: Examples, batch_size: int, order: Optional[np.ndarray] = None
) -> Iterator[Tuple[np.ndarray, np.ndarray]]:
    """Yields encoder_inputs [B, T_in] and decoder_targets [B, T_out]; the last B may be smaller.

    Args:
      examples: N pairs.
      batch_size: B.
      order: the rows to take, int [N]; None is as they stand.
    """
    order = np.arange(len(examples.encoder_inputs)) if order is None else order
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        yield examples.encoder_inputs[rows], examples.decoder_targets[rows]


def epoch_batches(
    examples: Examples, config: TrainingConfig, epoch: int, cut: bool = False, first: int = 0
) -> Iterator[Tuple[np.ndarray, np.ndarray]]:
    """Yields the batches of an epoch in its own order.

    A batch depends on the pairs, the seed, the epoch's and its own number alone, the same on
    every NumPy.

    Args:
      examples: N pairs.
      config: batch size, seed, and how many pairs are shuffled together.
      epoch: from 0.
      cut: put pairs of like lengths together and cut each batch to its longest source and
        target, so that the cost of a step follows its real tokens.
      first: the number of the batch to begin with; those before it are not made.
    """
    sides = examples.encoder_inputs, examples.decoder_targets
    if not cut:
        for rows in epoch_order.epoch_rows(len(sides[0]), config, epoch, first):
            yield sides[0][rows], sides[1][rows]
        return
    for rows in epoch_order.epoch_rows(len(sides[0]), config, epoch, first, sides):
        sources, targets = (
            ids[rows, : lengths_of(ids, rows).max()] for ids in sides
        )
        yield sources, targets

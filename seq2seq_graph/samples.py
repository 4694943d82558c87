"""Predictions as text, beside their source and target. No TensorFlow."""

from typing import List

import numpy as np

from seq2seq_graph.data import JOINERS, Examples
from seq2seq_graph.run_directory import Run


def sample_table(
    run: Run, examples: Examples, prediction: np.ndarray, count: int = 20
) -> List[str]:
    """Lays out `count` rows, evenly spread over `examples`, as lines of a table.

    Args:
      run: its vocabularies turn ids into tokens, its `text` says how tokens are joined.
      examples: N pairs.
      prediction: int [N, T_out].
      count: rows at most.
    """
    chosen = np.unique(np.linspace(0, len(prediction) - 1, count).astype(int))
    columns = [
        ("source", "source", run.source_vocabulary, examples.encoder_inputs),
        ("target", "target", run.target_vocabulary, examples.decoder_targets),
        ("teacher-forced prediction", "target", run.target_vocabulary, prediction),
    ]
    cells = []
    for heading, side, vocabulary, ids in columns:
        join = JOINERS[run.text[side + "_tokens"]]
        column = [heading, *(join(vocabulary.decode(row)) for row in ids[chosen])]
        width = max(len(cell) for cell in column)
        cells.append([cell.ljust(width) for cell in column])
    return ["  ".join(row).rstrip() for row in zip(*cells)]

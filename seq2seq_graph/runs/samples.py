"""Predictions as text, beside their source and target. No TensorFlow."""

from typing import List

import numpy as np

from seq2seq_graph.data.datasets import Examples
from seq2seq_graph.data.pairs import JOINERS
from seq2seq_graph.runs.run_directory import Run


def sample_cells(
    run: Run, examples: Examples, prediction: np.ndarray, count: int = 20
) -> List[List[str]]:
    """Gives source, target and prediction of `count` rows, evenly spread, under their headings.

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
        cells.append([heading, *(join(vocabulary.decode(row)) for row in ids[chosen])])
    return [list(row) for row in zip(*cells)]


def layout(cells: List[List[str]]) -> List[str]:
    """Pads the cells of each column to one width; gives the lines of the table."""
    widths = [max(len(cell) for cell in column) for column in zip(*cells)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in cells
    ]


def sample_table(
    run: Run, examples: Examples, prediction: np.ndarray, count: int = 20
) -> List[str]:
    """Lays out `sample_cells` as lines of a table."""
    return layout(sample_cells(run, examples, prediction, count))

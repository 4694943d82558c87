"""Predictions as text, beside their source and target. No TensorFlow."""

from typing import List

import numpy as np

from seq2seq_graph.data.corpora import cmudict
from seq2seq_graph.data.datasets import Examples
from seq2seq_graph.data.text import one_line
from seq2seq_graph.runs.run_directory import Run
from seq2seq_graph.vocabulary import PAD

ROWS = 20
WIDEST = 80  # characters of a cell of `table_lines`


def sample_cells(
    run: Run, examples: Examples, prediction: np.ndarray, count: int = ROWS
) -> List[List[str]]:
    """Returns source, target and prediction of some rows, under their headings.

    Of the dictionary they are those of `cmudict.SAMPLES`, of other texts evenly spread.

    Args:
      run: its vocabularies turn ids into tokens, its `text` says how tokens are joined.
      examples: N pairs.
      prediction: int [N, T_out].
      count: rows at most.
    """
    chosen = _chosen(run, examples, count)
    columns = [
        ("source", "source", run.source_vocabulary, examples.encoder_inputs),
        ("target", "target", run.target_vocabulary, examples.decoder_targets),
        ("teacher-forced prediction", "target", run.target_vocabulary, prediction),
    ]
    cells = []
    for heading, side, vocabulary, ids in columns:
        join = run.joiner(side)
        cells.append([heading, *(one_line(join(vocabulary.decode(row))) for row in ids[chosen])])
    return [list(row) for row in zip(*cells)]


def _chosen(run, examples, count):
    if run.text.kind == "cmudict":
        rows = []
        for word in cmudict.SAMPLES:
            ids = np.full(examples.encoder_inputs.shape[1], PAD)
            tokens = run.source_vocabulary.encode(word)
            ids[: len(tokens)] = tokens[: len(ids)]
            rows += np.flatnonzero((examples.encoder_inputs == ids).all(axis=1))[:1].tolist()
        if rows:
            return sorted(rows[:count])
    return np.unique(np.linspace(0, len(examples.encoder_inputs) - 1, count).astype(int))


def table_lines(cells: List[List[str]]) -> List[str]:
    """Returns the lines of a table whose columns are as wide as their widest cell.

    A longer one than `WIDEST` ends in an ellipsis there.
    """
    cells = [
        [cell if len(cell) <= WIDEST else cell[: WIDEST - 1] + "…" for cell in row] for row in cells
    ]
    widths = [max(len(cell) for cell in column) for column in zip(*cells)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in cells
    ]

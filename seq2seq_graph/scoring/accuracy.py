"""Scores of predictions against targets. NumPy only.

A real token is one that is not padding; END is real. Shapes: N pairs, T_out time.
"""

import numpy as np

from seq2seq_graph.vocabulary import PAD, UNKNOWN


def is_right(prediction: np.ndarray, decoder_targets: np.ndarray) -> np.ndarray:
    """Tells for each target token, bool [N, T_out], whether it is predicted.

    Padding is not, and neither is UNKNOWN: the true token is another one, which the vocabulary
    lacks.

    Args:
      prediction, decoder_targets: ints [N, T_out].
    """
    known = (decoder_targets != PAD) & (decoder_targets != UNKNOWN)
    return (prediction == decoder_targets) & known


def token_accuracy(prediction: np.ndarray, decoder_targets: np.ndarray) -> float:
    """Returns the share of real target tokens that are predicted; both are ints [N, T_out]."""
    return float(is_right(prediction, decoder_targets).sum() / (decoder_targets != PAD).sum())


def exact_match(prediction: np.ndarray, decoder_targets: np.ndarray) -> np.ndarray:
    """Tells for each pair, bool [N], whether all its real tokens, END too, are predicted."""
    return (is_right(prediction, decoder_targets) | (decoder_targets == PAD)).all(axis=1)


def source_accuracy(matches: np.ndarray, source_index: np.ndarray) -> float:
    """Returns the share of sources of which any listed target matches.

    Args:
      matches: bool [N], from `exact_match`.
      source_index: int [N], equal where the source is the same.
    """
    sources = np.unique(source_index)
    return len(np.intersect1d(sources, source_index[matches])) / len(sources)

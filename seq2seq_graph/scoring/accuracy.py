"""Scores of predictions against targets. NumPy only.

A real token is one that is not padding; END is real. Shapes: N pairs, T_out time.
"""

import numpy as np

from seq2seq_graph.vocabulary import PAD


def token_accuracy(prediction: np.ndarray, decoder_targets: np.ndarray) -> float:
    """Gives the share of real target tokens that are predicted; both are ints [N, T_out]."""
    real = decoder_targets != PAD
    return float((prediction == decoder_targets)[real].mean())


def exact_match(prediction: np.ndarray, decoder_targets: np.ndarray) -> np.ndarray:
    """Tells for each pair, bool [N], whether all its real tokens, END too, are predicted."""
    return ((prediction == decoder_targets) | (decoder_targets == PAD)).all(axis=1)


def source_accuracy(matches: np.ndarray, source_index: np.ndarray) -> float:
    """Gives the share of sources of which any listed target matches.

    Args:
      matches: bool [N], from `exact_match`.
      source_index: int [N], equal where the source is the same.
    """
    sources = np.unique(source_index)
    return len(np.intersect1d(sources, source_index[matches])) / len(sources)


def perplexity(cross_entropy: np.ndarray, decoder_targets: np.ndarray) -> float:
    """Gives e to the mean cross entropy, in nats, of the real tokens; both are [N, T_out]."""
    return float(np.exp(cross_entropy[decoder_targets != PAD].mean(dtype=np.float64)))

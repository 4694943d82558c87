"""Where a model with attention looked as it wrote each token, beside the tokens. No TensorFlow."""

from typing import List, NamedTuple, Sequence

import numpy as np

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.runs.run_directory import Run
from seq2seq_graph.vocabulary import END, PAD


class Alignment(NamedTuple):
    """A source, a target, and how much each target token looked at each source token."""

    source: List[str]  # S tokens, in the order of the text
    target: List[str]  # T tokens, END among them
    weights: np.ndarray  # float32 [T, S]; a row sums to 1, less what padding got


def require_attention(config: ModelConfig, where: str) -> None:
    """Raises InputError where a model has no attention to show."""
    if config.attention == "none":
        raise InputError(
            f"{where}: the model has no attention to show; train one with --attention luong or "
            "--attention bahdanau"
        )


def until_end(ids: Sequence[int]) -> List[int]:
    """Returns ids without padding and what stands behind END."""
    real = [int(id_) for id_ in ids if id_ != PAD]
    return real[: real.index(END) + 1] if END in real else real


def of_ids(
    run: Run, source: Sequence[int], target: Sequence[int], weights: np.ndarray
) -> Alignment:
    """Puts a graph's weights of one pair beside its tokens, in the order of the text.

    Args:
      run: its vocabularies; its configuration says from which end the encoder read.
      source, target: ids, padding behind them or not.
      weights: float32 [T_out, T_in], a row of `TrainingGraph.alignments`.
    """
    source, target = until_end(source), until_end(target)
    weights = weights[: len(target), : len(source)]
    return Alignment(
        [run.source_vocabulary.decode([id_])[0] for id_ in source],
        [run.target_vocabulary.decode([id_])[0] if id_ != END else "END" for id_ in target],
        weights[:, ::-1] if run.model.reverse_source else weights,
    )

"""Where a model with attention looked as it wrote each token."""

from typing import List, NamedTuple, Sequence

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.data.datasets import to_matrix
from seq2seq_graph.errors import InputError
from seq2seq_graph.model import TrainingGraph
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


def look(
    sess: tf.Session,
    graph: TrainingGraph,
    run: Run,
    sources: Sequence[Sequence[int]],
    targets: Sequence[Sequence[int]],
) -> List[Alignment]:
    """Runs the graph along what was written, or what is true, and says where each step looked.

    Args:
      sess, graph: where the weights are; the graph takes targets of any length (`cut_batches`).
      run: its configuration and vocabularies.
      sources: N of at most `max_input_length` ids each.
      targets: N of ids; what stands behind an END is left out.
    """
    targets = [_until_end(target) for target in targets]
    weights = sess.run(graph.alignments, {
        graph.encoder_inputs: to_matrix(sources, run.model.max_input_length),
        graph.decoder_targets: to_matrix(targets, max(map(len, targets))),
    })
    return [
        Alignment(
            [run.source_vocabulary.decode([id_])[0] for id_ in source],
            _texts(run.target_vocabulary, target),
            in_order(of_pair[: len(target), : len(source)], run.model),
        )
        for source, target, of_pair in zip(sources, targets, weights)
    ]


def in_order(weights: np.ndarray, config: ModelConfig) -> np.ndarray:
    """Turns the columns of one pair, [T, S], to the order of the text; the encoder may read from
    the end."""
    return weights[:, ::-1] if config.reverse_source else weights


def _until_end(ids):
    ids = [int(id_) for id_ in ids if id_ != PAD]
    return ids[: ids.index(END) + 1] if END in ids else ids


def _texts(vocabulary, ids):
    return [vocabulary.decode([id_])[0] if id_ != END else "END" for id_ in ids]

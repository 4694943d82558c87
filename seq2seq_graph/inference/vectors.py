"""The fixed-size vectors that an encoder makes of its sources, and a plane to look at them in.

Shapes: N sources, T_in time, H hidden units.
"""

from typing import Tuple

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.data.batches import MOST_ROWS
from seq2seq_graph.data.datasets import encode_pairs
from seq2seq_graph.inference import evaluation
from seq2seq_graph.model import build_training_graph
from seq2seq_graph.runs import checkpoint
from seq2seq_graph.runs.run_directory import Run


def validation_sources(run: Run) -> np.ndarray:
    """Reads the sources that a run is validated on, int32 [N, T_in], each once, sorted.

    Raises:
      InputError: the run's text cannot be read.
    """
    lengths = run.model.max_input_length, run.model.max_output_length
    pairs, _ = evaluation.read_part(run, "valid")
    fitting = [
        (source, target) for source, target in pairs
        if len(source) <= lengths[0] and len(target) < lengths[1]
    ]
    examples = encode_pairs(fitting, run.source_vocabulary, run.target_vocabulary, *lengths)
    used = examples.source_index < (run.text.limit or len(fitting))
    return np.unique(examples.encoder_inputs[used], axis=0)


def encoder_vectors(
    prefix: str, config: ModelConfig, encoder_inputs: np.ndarray, batch_size: int = MOST_ROWS
) -> np.ndarray:
    """Returns the decoder's first states, each layer's c and h side by side, [N, layers * 2 * H].

    Args:
      prefix: the checkpoint to take the weights from.
      config: of its run.
      encoder_inputs: int32 [N, T_in].
      batch_size: sources a run.

    Raises:
      InputError: the checkpoint cannot be read, or is of other sizes.
    """
    with tf.Graph().as_default(), tf.Session() as sess:
        graph = build_training_graph(config)
        vectors = tf.concat(tf.nest.flatten(graph.encoder_states), 1)  # [B, 2 * H], of each layer
        checkpoint.restore_for_use(sess, prefix)
        sess.graph.finalize()
        return np.concatenate([
            sess.run(vectors, {graph.encoder_inputs: encoder_inputs[i : i + batch_size]})
            for i in range(0, len(encoder_inputs), batch_size)
        ])


def project(vectors: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    """Projects [N, D] to the plane in which it varies most, by principal components.

    Returns:
      Points, float64 [N, 2], around their mean, and each axis's share of the variance, [2]. Of the
      two signs of an axis it has the one that makes the largest entry of its direction positive.
    """
    centred = vectors - vectors.mean(axis=0, dtype=np.float64)
    _, scales, directions = np.linalg.svd(centred, full_matrices=False)
    directions = directions[:2]
    largest = np.abs(directions).argmax(axis=1)
    signs = np.sign(directions[np.arange(len(directions)), largest])
    points = np.zeros([len(vectors), 2])
    points[:, : len(directions)] = centred @ (directions * signs[:, None]).T
    shares = np.zeros(2)
    shares[: len(directions)] = scales[:2] ** 2 / max((scales**2).sum(), np.finfo(float).tiny)
    return points, shares

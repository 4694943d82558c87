"""The teacher-forced scores of a graph that is being trained, on pairs held back from it."""

from typing import NamedTuple, Optional, Tuple

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.data.batches import batches, rows_within
from seq2seq_graph.data.datasets import Examples
from seq2seq_graph.model import TrainingGraph
from seq2seq_graph.scoring import accuracy
from seq2seq_graph.vocabulary import PAD, UNKNOWN


class Validation(NamedTuple):
    """Scores on N pairs, each token predicted from the true tokens before it."""

    loss: float  # mean over all tokens, padding counted, or over the real ones: the graph's
    token_accuracy: float  # share of real tokens; END is one
    source_accuracy: float  # share of sources of which a listed target is wholly predicted
    prediction: np.ndarray  # int32 [N, T_out]
    unknown: float  # share of real tokens that the vocabulary lacks: never right, while the loss
    # takes UNKNOWN for the word
    looked: Optional[Tuple[int, np.ndarray]] = None  # with attention: a pair's row, and where its
    # steps looked, float32 [T_out, T_in]


def validate(
    sess: tf.Session,
    graph: TrainingGraph,
    examples: Examples,
    config: ModelConfig,
    rows: Optional[int] = None,
) -> Validation:
    """Scores the teacher-forced prediction of all `examples`.

    Of all pairs it keeps the predicted ids alone, which are as many as the targets'.

    Args:
      sess, graph: what to run.
      examples: N pairs.
      config: the graph's; `mask_padding` says what the loss is the mean of.
      rows: pairs at once; None takes as many as a budget of memory allows.
    """
    rows = rows_within(config, config.max_output_length) if rows is None else rows
    prediction = np.empty(examples.decoder_targets.shape, examples.decoder_targets.dtype)
    total, count, done = 0.0, 0, 0
    for encoder_inputs_value, decoder_targets_value in batches(examples, rows):
        cross_entropy_value, prediction_value = sess.run(
            [graph.cross_entropy, graph.decoder_prediction],
            {
                graph.encoder_inputs: encoder_inputs_value,
                graph.decoder_targets: decoder_targets_value,
            },
        )
        weights = (decoder_targets_value != PAD) | (not config.mask_padding)
        total += float(cross_entropy_value[weights].sum(dtype=np.float64))
        count += int(weights.sum())
        prediction[done : done + len(prediction_value)] = prediction_value
        done += len(prediction_value)
    decoder_targets = np.asarray(examples.decoder_targets)
    real = decoder_targets != PAD
    matches = accuracy.exact_match(prediction, decoder_targets)
    return Validation(
        total / count,
        accuracy.token_accuracy(prediction, decoder_targets),
        accuracy.source_accuracy(matches, examples.source_index),
        prediction,
        float((decoder_targets == UNKNOWN).sum() / real.sum()),
        None if config.attention == "none" else _looked(sess, graph, examples),
    )


_FIRST = 100  # pairs among which the longest source is the one to look at


def _looked(sess, graph, examples):
    row = int((examples.encoder_inputs[:_FIRST] != PAD).sum(1).argmax())
    weights = sess.run(graph.alignments, {
        graph.encoder_inputs: examples.encoder_inputs[row : row + 1],
        graph.decoder_targets: examples.decoder_targets[row : row + 1],
    })
    return row, weights[0]

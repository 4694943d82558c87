"""What a Session of training runs, and its steps. Nothing here makes an op inside a loop."""

from typing import Any, Dict, Iterable, Iterator, NamedTuple, Optional, Sequence, Tuple

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.model import TrainingGraph, build_training_graph
from seq2seq_graph.options import averaging
from seq2seq_graph.options.dropout import NOT_TRAINING
from seq2seq_graph.training.optimizer import build_optimizer, halve


class Trainer(NamedTuple):
    """What a step of training runs; of the last two, what its graph asks for."""

    graph: TrainingGraph
    optimizer: tf.Operation
    step: Optional[tf.Tensor] = None  # int64 [], where dropout, rate or averages go by it
    average: Optional[averaging.Average] = None


def build_trainer(
    model: ModelConfig, training: TrainingConfig, devices: Sequence[Any] = ()
) -> Trainer:
    """Builds the graph and the train op that two configurations describe, in the default graph.

    Args:
      model, training: the configurations.
      devices: of the workers, as for `in_towers`; () is the default one alone.
    """
    learning_rate, step, average = training.learning_rate, None, None
    if model.dropout or model.memory_dropout or training.half_life or training.average:
        step = tf.placeholder_with_default(np.int64(NOT_TRAINING), [], name="step")
    if training.half_life:
        learning_rate = halve(learning_rate, training.half_life, step)
    graph = build_training_graph(model, training.seed, step, devices)
    optimizer = build_optimizer(
        graph.loss, learning_rate, training.clip_norm, training.dense_embeddings, bool(devices)
    )
    if training.average:
        average = averaging.build_average(optimizer, training.average, step)
        optimizer = average.optimizer
    return Trainer(graph, optimizer, step, average)


def train_steps(
    sess: tf.Session,
    trainer: Trainer,
    some_batches: Iterable[Tuple[np.ndarray, np.ndarray]],
    first_step: int = 0,
) -> Iterator[float]:
    """Takes a step a batch and yields its loss, the one before the step's update.

    Args:
      sess: where the variables are initialised.
      trainer: what to run; a graph and its train op will do, `Trainer(graph, optimizer)`.
      some_batches: encoder_inputs [B, T_in] and decoder_targets [B, T_out] each.
      first_step: the first step's number.
    """
    graph = trainer.graph
    for number, (encoder_inputs_value, decoder_targets_value) in enumerate(
        some_batches, first_step
    ):
        feed: Dict[tf.Tensor, Any] = {
            graph.encoder_inputs: encoder_inputs_value,
            graph.decoder_targets: decoder_targets_value,
        }
        if trainer.step is not None:
            feed[trainer.step] = number
        loss_value, _ = sess.run([graph.loss, trainer.optimizer], feed)
        yield loss_value

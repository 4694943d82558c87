"""The train op and the Session loop. Nothing here makes an op inside a loop."""

from typing import Callable, Iterable, Iterator, NamedTuple, Optional, Tuple

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph import metrics
from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.data import Dataset, Examples, batches, epoch_batches
from seq2seq_graph.model import TrainingGraph, build_training_graph
from seq2seq_graph.vocabulary import PAD


class Evaluation(NamedTuple):
    """Scores on N pairs, each token predicted from the true tokens before it."""

    loss: float  # mean over all tokens, padding counted, or over the real ones: the graph's
    token_accuracy: float  # share of real tokens; END is one
    source_accuracy: float  # share of sources of which a listed target is wholly predicted
    prediction: np.ndarray  # int64 [N, T_out]


class Epoch(NamedTuple):
    """One pass over the training pairs, and how the weights after it do on validation."""

    number: int  # from 1
    step: int  # steps taken since the start; the checkpoint's number
    loss: float  # mean of the epoch's step losses, each the mean over its own batch
    valid: Evaluation


def build_optimizer(
    loss: tf.Tensor, learning_rate, clip_norm: float = TrainingConfig.clip_norm
) -> tf.Operation:
    """Builds the document's train op, `AdamOptimizer().minimize(loss)`.

    Args:
      loss: float32 [].
      learning_rate: a number or a float32 [] tensor.
      clip_norm: above 0, gradients whose global norm is larger are scaled down to it (Pascanu,
        Mikolov and Bengio 2013). As `tf.clip_by_global_norm` counts, a row of an embedding that a
        batch looks up twice enters the norm as two rows.
    """
    adam = tf.train.AdamOptimizer(learning_rate)
    if not clip_norm:
        return adam.minimize(loss)
    gradients, variables = zip(*adam.compute_gradients(loss))
    clipped, _ = tf.clip_by_global_norm(gradients, clip_norm)
    return adam.apply_gradients(zip(clipped, variables))


def halving(learning_rate: float, half_life: int, step: tf.Tensor) -> tf.Tensor:
    """Gives `learning_rate` * 0.5 ** (step / half_life), float32 [], for int32 [] `step`."""
    return learning_rate * tf.pow(0.5, tf.cast(step, tf.float32) / half_life)


def train_steps(
    sess: tf.Session,
    graph: TrainingGraph,
    optimizer: tf.Operation,
    some_batches: Iterable[Tuple[np.ndarray, np.ndarray]],
    step: Optional[tf.Tensor] = None,
    first_step: int = 0,
) -> Iterator[float]:
    """Takes a step a batch and yields its loss, the one before the step's update.

    Args:
      sess: where the variables are initialised.
      graph, optimizer: what to run.
      some_batches: encoder_inputs [B, T_in] and decoder_targets [B, T_out] each.
      step: where the graph asks for the step's number, its input.
      first_step: the first step's number.
    """
    for number, (encoder_inputs_value, decoder_targets_value) in enumerate(
        some_batches, first_step
    ):
        feed = {
            graph.encoder_inputs: encoder_inputs_value,
            graph.decoder_targets: decoder_targets_value,
        }
        if step is not None:
            feed[step] = number
        loss_value, _ = sess.run([graph.loss, optimizer], feed)
        yield loss_value


def train(
    model_config: ModelConfig,
    training_config: TrainingConfig,
    dataset: Dataset,
    prefix: str,
    on_step: Callable[[int, float], None] = lambda step, loss_value: None,
) -> Iterator[Epoch]:
    """Builds the graph and trains it; after each epoch saves a checkpoint and yields.

    Args:
      model_config, training_config: sizes; epochs, batch size, rate and seed.
      dataset: the train part is trained on, the valid part scored.
      prefix: path of the checkpoints, `prefix`-STEP; the last two are kept.
      on_step: called after each step with its number in the epoch, from 1, and its loss.
    """
    with tf.Graph().as_default(), tf.Session() as sess:
        learning_rate, step_input = training_config.learning_rate, None
        if model_config.dropout or training_config.half_life:
            step_input = tf.placeholder_with_default(-1, [], name="step")
        if training_config.half_life:
            learning_rate = halving(learning_rate, training_config.half_life, step_input)
        graph = build_training_graph(model_config, training_config.seed, step_input)
        optimizer = build_optimizer(graph.loss, learning_rate, training_config.clip_norm)
        initialize = tf.global_variables_initializer()
        saver = tf.train.Saver(max_to_keep=2)
        sess.graph.finalize()

        sess.run(initialize)
        step = 0
        for epoch in range(training_config.num_epochs):
            losses = []
            some_batches = epoch_batches(
                dataset.train, training_config, epoch, model_config.cut_batches
            )
            for loss_value in train_steps(
                sess, graph, optimizer, some_batches, step_input, step
            ):
                losses.append(loss_value)
                on_step(len(losses), loss_value)
            step += len(losses)
            saver.save(sess, prefix, global_step=step)
            valid = evaluate(sess, graph, dataset.valid, model_config.mask_padding)
            yield Epoch(epoch + 1, step, float(np.mean(losses)), valid)


def evaluate(
    sess: tf.Session,
    graph: TrainingGraph,
    examples: Examples,
    mask_padding: bool = ModelConfig.mask_padding,
    batch_size: int = 256,
) -> Evaluation:
    """Scores the teacher-forced prediction of all `examples`.

    Args:
      sess, graph: what to run.
      examples: N pairs.
      mask_padding: as the graph's configuration has it: what the loss is the mean of.
      batch_size: pairs a run.
    """
    cross_entropies, predictions = [], []
    for encoder_inputs_value, decoder_targets_value in batches(examples, batch_size):
        cross_entropy_value, prediction_value = sess.run(
            [graph.cross_entropy, graph.decoder_prediction],
            {
                graph.encoder_inputs: encoder_inputs_value,
                graph.decoder_targets: decoder_targets_value,
            },
        )
        cross_entropies.append(cross_entropy_value)
        predictions.append(prediction_value)
    prediction = np.concatenate(predictions)
    weights = (examples.decoder_targets != PAD) | (not mask_padding)
    matches = metrics.exact_match(prediction, examples.decoder_targets)
    return Evaluation(
        float(np.average(np.concatenate(cross_entropies), weights=weights)),
        metrics.token_accuracy(prediction, examples.decoder_targets),
        metrics.source_accuracy(matches, examples.source_index),
        prediction,
    )

"""The train op and the Session loop. Nothing here makes an op inside a loop."""

import contextlib
import itertools
import time
from typing import Callable, Iterable, Iterator, List, NamedTuple, Optional, Tuple

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.data.batches import batches, epoch_batches, step_count
from seq2seq_graph.data.datasets import Dataset, Examples
from seq2seq_graph.model import TrainingGraph, build_training_graph
from seq2seq_graph.options import averaging
from seq2seq_graph.runs import checkpoint, progress
from seq2seq_graph.scoring import accuracy
from seq2seq_graph.training import divergence, prefetch
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
    rows: List[progress.Row]  # this epoch's and those before it


def build_optimizer(
    loss: tf.Tensor,
    learning_rate,
    clip_norm: float = TrainingConfig.clip_norm,
    dense_embeddings: bool = False,
) -> tf.Operation:
    """Builds the document's train op, `AdamOptimizer().minimize(loss)`.

    Args:
      loss: float32 [].
      learning_rate: a number or a float32 [] tensor.
      clip_norm: above 0, gradients whose global norm is larger are scaled down to it (Pascanu,
        Mikolov and Bengio 2013). As `tf.clip_by_global_norm` counts, a row of an embedding that a
        batch looks up twice enters the norm as two rows.
      dense_embeddings: add the rows of an embedding's gradient up to a whole matrix, which Adam
        takes in one op rather than a dozen; the same numbers to rounding.
    """
    adam = tf.train.AdamOptimizer(learning_rate)
    if not clip_norm and not dense_embeddings:
        return adam.minimize(loss)
    gradients, variables = zip(*adam.compute_gradients(loss))
    if clip_norm:
        gradients, _ = tf.clip_by_global_norm(gradients, clip_norm)
    if dense_embeddings:
        gradients = [tf.convert_to_tensor(gradient) for gradient in gradients]
    return adam.apply_gradients(zip(gradients, variables))


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


def session_config(config: TrainingConfig) -> tf.ConfigProto:
    """Makes the Session's configuration; with one thread of each kind sums have one order."""
    return tf.ConfigProto(
        intra_op_parallelism_threads=config.intra_op_threads,
        inter_op_parallelism_threads=config.inter_op_threads,
    )


class _Trainer(NamedTuple):
    """What a Session of training runs."""

    graph: TrainingGraph
    optimizer: tf.Operation
    average: Optional[averaging.Average]
    step: Optional[tf.Tensor]
    finite: tf.Tensor  # bool []: whether all weights and Adam's slots are finite numbers
    initialize: tf.Operation
    saver: tf.train.Saver


def _build_trainer(model_config, config):
    learning_rate, step = config.learning_rate, None
    if model_config.dropout or config.half_life or config.average:
        step = tf.placeholder_with_default(-1, [], name="step")
    if config.half_life:
        learning_rate = halving(learning_rate, config.half_life, step)
    graph = build_training_graph(model_config, config.seed, step)
    optimizer, average = build_optimizer(
        graph.loss, learning_rate, config.clip_norm, model_config.fast
    ), None
    if config.average:
        average = averaging.build_average(optimizer, config.average, step)
        optimizer = average.optimizer
    finite = [tf.reduce_all(tf.math.is_finite(v)) for v in tf.global_variables()]
    return _Trainer(
        graph,
        optimizer,
        average,
        step,
        tf.reduce_all(tf.stack(finite)),
        tf.global_variables_initializer(),
        checkpoint.make_saver(),
    )


def train(
    model_config: ModelConfig,
    training_config: TrainingConfig,
    dataset: Dataset,
    directory: str,
    on_step: Callable[[int, float], None] = lambda step, loss_value: None,
    resume: bool = False,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[Epoch]:
    """Builds the graph and trains it; after each epoch validates, saves a checkpoint and yields.

    A step depends on the configurations, the data, the weights and its own number alone, so a run
    that goes on from a checkpoint takes the steps that it would have taken.

    Args:
      model_config, training_config: sizes; epochs, batch size, rate, seed, when to save and stop.
      dataset: the train part is trained on, the valid part scored.
      directory: where the checkpoints go, `model.ckpt`-STEP.
      on_step: called after each step with its number in the epoch, from 1, and its loss.
      resume: go on from the directory's last whole checkpoint, or from the start without one.
      should_stop: asked after each step; where it says so, a checkpoint is saved and the
        iteration ends.

    Raises:
      Diverged: a loss or a weight is no finite number; nothing of it is saved.
      InputError: a checkpoint cannot be read, or cannot be saved.
    """
    config = training_config
    steps = step_count(dataset.train, config.batch_size)
    with tf.Graph().as_default(), tf.Session(config=session_config(config)) as sess:
        trainer = _build_trainer(model_config, config)
        sess.graph.finalize()
        state = _start(sess, trainer, directory if resume else None)
        state = state._replace(best_by=config.best_by)
        clock = time.monotonic() - state.seconds

        def diverged(what, step):
            return divergence.diverged(what, step, model_config, config, dataset)

        def save(state):
            if not sess.run(trainer.finite):
                raise diverged("a weight is no finite number after the update", state.step)
            state = state._replace(seconds=time.monotonic() - clock)
            checkpoint.save(sess, trainer.saver, directory, state, config.keep_checkpoints)

        while not is_finished(config, steps, state):
            epoch, taken = divmod(state.step, steps)
            some_batches = itertools.islice(
                epoch_batches(dataset.train, config, epoch, model_config.cut_batches), taken, None
            )
            for loss_value in train_steps(
                sess, trainer.graph, trainer.optimizer, prefetch.ahead(some_batches),
                trainer.step, state.step,
            ):
                state = state._replace(
                    step=state.step + 1, loss_sum=state.loss_sum + float(loss_value)
                )
                if not np.isfinite(loss_value):
                    raise diverged(f"the loss is {loss_value}", state.step)
                on_step(state.step - epoch * steps, loss_value)
                stop = should_stop()
                due = config.save_steps and state.step % config.save_steps == 0
                if (stop or due) and state.step % steps:  # an epoch's last step saves below
                    save(state)
                    if stop:
                        return
            with _used_weights(sess, trainer):
                valid = evaluate(sess, trainer.graph, dataset.valid, model_config.mask_padding)
            if not np.isfinite(valid.loss):
                raise diverged(f"the validation loss is {valid.loss} after the update", state.step)
            row = progress.Row(
                epoch + 1, state.step, time.monotonic() - clock, state.loss_sum / steps, *valid[:3]
            )
            state = state._replace(loss_sum=0.0, rows=[*state.rows, row])
            save(state)
            yield Epoch(epoch + 1, state.step, row.training_loss, valid, state.rows)
            if should_stop():
                return


def is_finished(config: TrainingConfig, steps: int, state: progress.Progress) -> bool:
    """Tells whether all epochs of `steps` steps are taken, or patience is at its end."""
    out_of_patience = progress.out_of_patience(state.rows, config.patience, config.best_by)
    return state.step >= config.num_epochs * steps or out_of_patience


def _used_weights(sess, trainer):
    average = trainer.average
    return contextlib.nullcontext() if average is None else averaging.in_use(sess, average)


def _start(sess, trainer, directory):
    """Sets the variables, from the last checkpoint of `directory` if there is one."""
    prefix = directory and checkpoint.last(directory)
    if not prefix:
        sess.run(trainer.initialize)
        return progress.START
    checkpoint.restore(sess, trainer.saver, prefix)
    return checkpoint.progress_of(directory)


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
    matches = accuracy.exact_match(prediction, examples.decoder_targets)
    return Evaluation(
        float(np.average(np.concatenate(cross_entropies), weights=weights)),
        accuracy.token_accuracy(prediction, examples.decoder_targets),
        accuracy.source_accuracy(matches, examples.source_index),
        prediction,
    )

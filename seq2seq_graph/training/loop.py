"""The run loop: epochs of steps, each validated and saved, from the start or from a checkpoint."""

import contextlib
import dataclasses
import itertools
import time
from typing import Callable, Iterator, List, NamedTuple

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.data.batches import epoch_batches, step_count
from seq2seq_graph.data.datasets import Dataset
from seq2seq_graph.options import averaging
from seq2seq_graph.runs import checkpoint, checkpoint_writer, inheritance, progress, recovery
from seq2seq_graph.training import divergence, prefetch
from seq2seq_graph.training.placement import HERE, Place
from seq2seq_graph.training.steps import Trainer, build_trainer, train_steps
from seq2seq_graph.training.threads import threads_of
from seq2seq_graph.training.validation import Validation, validate


class Epoch(NamedTuple):
    """One pass over the training pairs, and how the weights after it do on validation."""

    metrics: progress.Metrics  # of this epoch
    validation: Validation
    history: List[progress.Metrics]  # this epoch's and those before it


class _Run(NamedTuple):
    """A run that is being trained: what stays the same from its first step to its last."""

    model: ModelConfig
    training: TrainingConfig
    dataset: Dataset
    directory: str
    sess: tf.Session
    trainer: Trainer
    saver: tf.train.Saver
    finite: tf.Tensor  # bool []: whether all weights and Adam's slots are finite numbers
    initialize: tf.Operation
    steps: int  # of an epoch
    place: Place
    begun: float = 0.0  # what the clock stood at, if the run had never paused


def train(
    model_config: ModelConfig,
    training_config: TrainingConfig,
    dataset: Dataset,
    directory: str,
    on_step: Callable[[int, float], None] = lambda step, loss_value: None,
    resume: bool = False,
    should_stop: Callable[[], bool] = lambda: False,
    place: Place = HERE,
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
      place: where the graph is computed; the numbers are the same to rounding.

    Raises:
      Diverged: a loss or a weight is no finite number; nothing of it is saved.
      InputError: a checkpoint cannot be read, or cannot be saved.
    """
    configs = model_config, training_config
    with _session(*configs, dataset, directory, resume, place) as (run, first):
        state = first
        while not is_finished(run.training, state):
            for reached in _rest_of_epoch(run, state, on_step):
                stop = should_stop() and not place.in_flight()
                if stop and reached.step % run.steps:  # an epoch's last is saved below
                    _save(run, reached)
                    return
                state = reached
            state, validation = _finish_epoch(run, state)
            yield Epoch(state.rows[-1], validation, state.rows)
            if should_stop():
                return


def is_finished(config: TrainingConfig, state: progress.Progress) -> bool:
    """Tells whether all epochs are trained and validated, or patience is at its end."""
    out_of_patience = progress.out_of_patience(state.rows, config.patience, config.best_by)
    return len(state.rows) >= config.num_epochs or out_of_patience


@contextlib.contextmanager
def _session(model, training, dataset, directory, resume, place):
    """Builds the graph and sets its variables, from the last checkpoint if there is one."""
    threads = threads_of(model, training)
    model = dataclasses.replace(model, towers=threads.towers * place.parts)
    with tf.Graph().as_default(), place.open_session(threads) as sess, place.device():
        trainer = build_trainer(model, training, place.devices)
        finite = tf.reduce_all(tf.stack([_is_finite(v) for v in tf.global_variables()]))
        initialize, saver = tf.global_variables_initializer(), checkpoint_writer.make_saver()
        sess.graph.finalize()
        steps = step_count(dataset.train, training.batch_size)
        run = _Run(
            model, training, dataset, directory, sess, trainer, saver, finite, initialize, steps,
            place,
        )
        state = _start(run) if resume else _start_anew(run)
        run = run._replace(begun=time.monotonic() - state.seconds)
        if training.init_from is not None and checkpoint.last(directory) is None:
            _save(run, state)  # so that a resume does not ask for the other run
        yield run, state


def _is_finite(variable):
    with tf.device(variable.device):  # so that a bit is sent, not the variable
        return tf.reduce_all(tf.math.is_finite(variable))


def _start(run):
    """Sets the variables as at the last checkpoint, if there is one; returns how far that was."""
    if checkpoint.last(run.directory) is None:
        return _start_anew(run)
    state = recovery.restore_last(run.sess, run.saver, run.directory)
    return state._replace(best_by=run.training.best_by)


def _start_anew(run):
    run.sess.run(run.initialize)
    if run.training.init_from is not None:
        vocabularies = run.dataset.source_vocabulary, run.dataset.target_vocabulary
        inheritance.take(
            run.sess, run.training.init_from, vocabularies, run.model.vocab_size)
    return progress.START._replace(best_by=run.training.best_by)


def _rest_of_epoch(run, state, on_step):
    """Takes the steps that the epoch under way still lacks; yields how far the run is after each.

    Saves a checkpoint every `save_steps`, but for the epoch's last step.
    """
    every, before = run.training.save_steps, len(state.rows) * run.steps
    for number, loss_value in _steps_to(run, state.step, before + run.steps):
        state = state._replace(step=state.step + 1, loss_sum=state.loss_sum + float(loss_value))
        if not np.isfinite(loss_value):
            raise _diverged(run, f"the loss is {loss_value}", number + 1)
        on_step(state.step - before, loss_value)
        yield state
        if every and state.step % every == 0 and state.step % run.steps:
            _save(run, state)


def _steps_to(run, first, last):
    """Takes the steps from number `first` to the one before `last`, within one epoch.

    Yields each one's number and its loss; steps that several take end in any order.
    """
    if first >= last:
        return
    epoch, taken = divmod(first, run.steps)
    some_batches = itertools.islice(
        epoch_batches(run.dataset.train, run.training, epoch, run.model.cut_batches, taken),
        last - first,
    )
    # Closed here, since the traceback of a step that failed keeps it from being collected.
    with contextlib.closing(prefetch.ahead(some_batches)) as made:
        taking = run.sess, run.trainer, made, first
        if run.place.take_steps is None:
            yield from enumerate(train_steps(*taking), first)
        else:
            yield from run.place.take_steps(*taking)


def _finish_epoch(run, state):
    """Saves, validates and notes the result; returns how far the run is then, and the validation.

    Saved first, since validation may need more memory than there is; a run that ended there
    begins with it when it goes on.
    """
    _save(run, state)
    average = run.trainer.average
    used = contextlib.nullcontext() if average is None else averaging.in_use(run.sess, average)
    with used:
        validation = validate(run.sess, run.trainer.graph, run.dataset.valid, run.model)
    if not np.isfinite(validation.loss):
        checkpoint_writer.drop(run.directory, state.step)
        what = f"the validation loss is {validation.loss} after the update"
        raise _diverged(run, what, state.step)
    seconds = time.monotonic() - run.begun
    metrics = progress.Metrics(
        len(state.rows) + 1, state.step, seconds, state.loss_sum / run.steps, *validation[:3]
    )
    state = state._replace(seconds=seconds, loss_sum=0.0, rows=[*state.rows, metrics])
    checkpoint_writer.note(run.directory, state)
    checkpoint_writer.tidy(run.directory, state, run.training.keep_checkpoints)
    return state, validation


def _save(run, state):
    if not run.sess.run(run.finite):
        raise _weights_diverged(run, state)
    state = state._replace(seconds=time.monotonic() - run.begun)
    checkpoint_writer.save(run.sess, run.saver, run.directory, state)
    if state.step % run.steps:  # else once it is known whether the epoch is the best
        checkpoint_writer.tidy(run.directory, state, run.training.keep_checkpoints)


def _weights_diverged(run, state):
    """Takes the steps since the last checkpoint again, to name the one that spoiled a weight."""
    what = "a weight is no finite number after the update"
    threads = threads_of(run.model, run.training)
    # A Session of its own: initializers draw and read anew in one that has run before.
    with run.place.open_session(threads, run.sess.graph) as sess:
        # One after another, by this process alone, so that it is known which.
        run = run._replace(sess=sess, place=run.place._replace(take_steps=None))
        reached = _start(run).step
        while reached < state.step:
            end = (reached // run.steps + 1) * run.steps
            for _ in _steps_to(run, reached, min(end, state.step)):
                reached += 1
                if not sess.run(run.finite):
                    return _diverged(run, what, reached)
    what += " (or before: taken again from the last checkpoint on, all stay finite)"
    return _diverged(run, what, reached)


def _diverged(run, what, step):
    return divergence.make_error(what, step, run.model, run.training, run.dataset)

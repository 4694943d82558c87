import dataclasses
import itertools
import os

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from copying import CONFIG, RATE, SHORT

from seq2seq_graph.config import TrainingConfig
from seq2seq_graph.data.batches import step_count
from seq2seq_graph.runs import checkpoint, checkpoint_writer, progress
from seq2seq_graph.training import divergence, loop
from seq2seq_graph.training.placement import Place

EVERYTHING = dataclasses.replace(
    CONFIG, mask_padding=True, stop_at_length=True, reverse_source=True, sparse_labels=True,
    cut_batches=True, dropout=0.1)
OPTIONS = TrainingConfig(
    num_epochs=3, batch_size=8, learning_rate=RATE, clip_norm=5.0, half_life=200, average=0.9,
    threads=1)
STEPS = step_count(SHORT.train, OPTIONS.batch_size)  # an epoch


def folder(tmp_path, name):
    (tmp_path / name).mkdir()
    return str(tmp_path / name)


def weights(directory):
    reader = tf.train.load_checkpoint(checkpoint.last(directory))
    return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}


def assert_same_weights(directory, other):
    assert checkpoint.last(directory)[-3:] == checkpoint.last(other)[-3:]
    values = weights(other)
    for name, value in weights(directory).items():
        np.testing.assert_array_equal(value, values[name])


def curves(rows):
    """The rows without their seconds."""
    return [row._replace(seconds=0) for row in rows]


@pytest.fixture(scope="module")
def whole_run(tmp_path_factory):
    directory = str(tmp_path_factory.mktemp("whole"))
    *_, epoch = loop.train(EVERYTHING, OPTIONS, SHORT, directory)
    return directory, epoch.history


@pytest.mark.slow
def test_training_with_every_correction_learns(tmp_path):
    options = dataclasses.replace(OPTIONS, num_epochs=40)
    losses = [
        epoch.metrics.training_loss for epoch in loop.train(
            EVERYTHING, options, SHORT, folder(tmp_path, "run"))]
    assert losses[-1] < 0.2 < 1 < losses[0]


def test_a_run_stopped_after_any_step_goes_on_to_the_same_losses_and_weights(tmp_path, whole_run):
    directory = folder(tmp_path, "run")
    stopped_after = []
    while sum(stopped_after) < OPTIONS.num_epochs * STEPS:
        taken = []
        list(loop.train(
            EVERYTHING, OPTIONS, SHORT, directory, lambda *args, taken=taken: taken.append(args),
            resume=True, should_stop=lambda taken=taken: len(taken) == 3))
        stopped_after.append(len(taken))
        assert checkpoint.progress_of(directory).step == sum(stopped_after)
    assert stopped_after == [3] * (OPTIONS.num_epochs * STEPS // 3)
    assert curves(checkpoint.progress_of(directory).rows) == curves(whole_run[1])
    assert_same_weights(directory, whole_run[0])


class Killed(BaseException):
    """Stands in for SIGKILL: no handler of the program sees it."""


def killing(monkeypatch, moment):
    """Lets the `moment`-th file operation of saving do a part of its work and raise."""
    operations = itertools.count(1)

    def wrap(owner, name, do_a_part):
        real = getattr(owner, name)

        def wrapped(*args, **more):
            if next(operations) == moment:
                do_a_part(*args)
                raise Killed
            return real(*args, **more)

        monkeypatch.setattr(owner, name, wrapped)

    wrap(progress, "save", lambda path, state: open(path + ".tmp", "w").close())
    wrap(tf.train.Saver, "save", lambda saver, sess, prefix: open(
        prefix + ".data-00000-of-00001", "w").close())
    wrap(checkpoint.os, "remove", lambda path: None)


def test_a_run_killed_at_each_file_operation_of_a_save_goes_on_the_same(
        tmp_path, monkeypatch, whole_run):
    """Each resumed run is killed one operation later than the one before."""
    directory = folder(tmp_path, "run")
    options = dataclasses.replace(OPTIONS, keep_checkpoints=1, save_steps=2)

    def train():
        list(loop.train(EVERYTHING, options, SHORT, directory, resume=True))

    for moment in range(1, 7):  # a save's two files, then what it deletes
        with monkeypatch.context() as patch, pytest.raises(Killed):
            killing(patch, moment)
            train()
        prefix = checkpoint.last(directory)
        assert prefix is None or checkpoint.best(directory) in checkpoint.whole(directory)
    train()
    assert curves(checkpoint.progress_of(directory).rows) == curves(whole_run[1])
    assert_same_weights(directory, whole_run[0])
    left = [name for name in os.listdir(directory) if name.startswith(checkpoint.NAME)]
    assert len(left) in (3, 6) and not [name for name in left if name.endswith(".tmp")]


def test_more_epochs_go_on_as_if_they_had_been_asked_for_at_once(tmp_path, whole_run):
    directory = folder(tmp_path, "run")
    fewer = dataclasses.replace(OPTIONS, num_epochs=1)
    list(loop.train(EVERYTHING, fewer, SHORT, directory))
    *_, epoch = loop.train(EVERYTHING, OPTIONS, SHORT, directory, resume=True)
    assert epoch.metrics.epoch == 3 and curves(epoch.history) == curves(whole_run[1])
    assert_same_weights(directory, whole_run[0])
    assert not list(loop.train(EVERYTHING, OPTIONS, SHORT, directory, resume=True))


def scripted_validation(monkeypatch, losses, field="loss"):
    given = iter(losses)
    real = loop.validate
    monkeypatch.setattr(
        loop, "validate", lambda *args: real(*args)._replace(**{field: next(given)}))


def test_training_stops_when_patience_is_at_its_end_and_the_best_is_kept(tmp_path, monkeypatch):
    scripted_validation(monkeypatch, [3.0, 1.0, 2.0, 1.0, 1.5])
    directory = folder(tmp_path, "run")
    options = dataclasses.replace(OPTIONS, num_epochs=9, patience=3, keep_checkpoints=1)
    epochs = [epoch.metrics.epoch for epoch in loop.train(CONFIG, options, SHORT, directory)]
    assert epochs == [1, 2, 3, 4, 5]  # the second is the best, the fourth no better
    assert [checkpoint.step_of(prefix) for prefix in checkpoint.whole(directory)] == [
        2 * STEPS, 5 * STEPS]
    assert checkpoint.best(directory) == f"{directory}/model.ckpt-{2 * STEPS}"


def test_the_best_may_be_the_epoch_of_most_sources_right(tmp_path, monkeypatch):
    scripted_validation(monkeypatch, [0.1, 0.4, 0.2, 0.4, 0.3], "source_accuracy")
    directory = folder(tmp_path, "run")
    options = dataclasses.replace(
        OPTIONS, num_epochs=5, keep_checkpoints=1, best_by="source_accuracy")
    list(loop.train(CONFIG, options, SHORT, directory))
    assert checkpoint.best(directory) == f"{directory}/model.ckpt-{2 * STEPS}"


def test_the_last_checkpoints_are_kept(tmp_path):
    directory = folder(tmp_path, "run")
    options = dataclasses.replace(OPTIONS, keep_checkpoints=3, save_steps=1)
    epochs = list(loop.train(CONFIG, options, SHORT, directory))
    steps = [checkpoint.step_of(prefix) for prefix in checkpoint.whole(directory)]
    last = 3 * STEPS
    assert set(steps) == {last - 2, last - 1, last, progress.best_row(epochs[-1].history).step}


def test_a_loss_that_is_no_number_stops_with_step_batch_and_pairs(tmp_path):
    directory = folder(tmp_path, "run")
    list(loop.train(CONFIG, dataclasses.replace(OPTIONS, num_epochs=1), SHORT, directory))
    good, prefix = weights(directory), checkpoint.last(directory)
    options = dataclasses.replace(OPTIONS, learning_rate=1e38)
    # The first step's loss is one of good weights, the second's of what the first made of them.
    message = rf"step {STEPS + 2}: batch 2 of {STEPS} of epoch 2, 8 pairs(.|\n)*\n  [a-f] [a-f] -> "
    with pytest.raises(divergence.Diverged, match=message):
        list(loop.train(CONFIG, options, SHORT, directory, resume=True))
    assert checkpoint.last(directory) == prefix
    for name, value in weights(directory).items():
        np.testing.assert_array_equal(value, good[name])


def test_the_step_of_a_loss_that_is_no_number_is_named_where_steps_end_in_another_order(tmp_path):
    def take_steps(sess, trainer, some_batches, first):
        yield first + 1, 1.0
        yield first, np.nan

    with pytest.raises(divergence.Diverged, match="the loss is nan at step 1: batch 1 of "):
        list(loop.train(CONFIG, OPTIONS, SHORT, folder(tmp_path, "run"),
                        place=Place(take_steps=take_steps)))


def spoil_after(monkeypatch, step, times=2):
    """Makes a weight NaN after a step's update, which no loss shows; `times` it is taken."""
    real, left = loop.train_steps, [times]

    def spoiling(sess, trainer, some_batches, first_step=0):
        for number, loss_value in enumerate(real(sess, trainer, some_batches, first_step),
                                            first_step + 1):
            if number == step and left[0]:
                left[0] -= 1
                variable = sess.graph.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES)[0]
                value = sess.run(variable)
                value[-1] = np.nan
                variable.load(value, sess)
            yield 1.0 if np.isnan(loss_value) else loss_value

    monkeypatch.setattr(loop, "train_steps", spoiling)


@pytest.mark.parametrize("save_steps, step", [(0, 2), (0, STEPS), (3, 2), (3, STEPS + 2)])
def test_weights_that_are_no_numbers_are_never_saved_and_the_step_is_named(
        tmp_path, monkeypatch, save_steps, step):
    spoil_after(monkeypatch, step)
    directory = folder(tmp_path, "run")
    options = dataclasses.replace(OPTIONS, save_steps=save_steps)
    with pytest.raises(divergence.Diverged, match=f"after the update at step {step}: batch "):
        list(loop.train(CONFIG, options, SHORT, directory))
    prefix = checkpoint.last(directory)
    assert prefix is None if step <= STEPS else checkpoint.step_of(prefix) == STEPS
    assert prefix is None or all(np.isfinite(value).all() for value in weights(directory).values())


def test_a_weight_that_stays_finite_when_its_steps_are_taken_again_is_said(tmp_path, monkeypatch):
    spoil_after(monkeypatch, 2, times=1)
    with pytest.raises(divergence.Diverged, match=rf"\(or before: .*\) at step {STEPS}: batch "):
        list(loop.train(CONFIG, OPTIONS, SHORT, folder(tmp_path, "run")))


def test_an_epoch_is_saved_before_it_is_validated(tmp_path, monkeypatch, whole_run):
    """As where the memory ends in validation."""
    directory = folder(tmp_path, "run")
    for epoch in range(1, OPTIONS.num_epochs + 1):
        with monkeypatch.context() as patch, pytest.raises(MemoryError):
            def full(*args):
                raise MemoryError

            patch.setattr(loop, "validate", full)
            list(loop.train(EVERYTHING, OPTIONS, SHORT, directory, resume=True))
        state = checkpoint.progress_of(directory)
        assert (state.step, len(state.rows)) == (epoch * STEPS, epoch - 1)
        one = dataclasses.replace(OPTIONS, num_epochs=epoch)
        assert len(list(loop.train(EVERYTHING, one, SHORT, directory, resume=True))) == 1
    assert curves(checkpoint.progress_of(directory).rows) == curves(whole_run[1])
    assert_same_weights(directory, whole_run[0])


def test_weights_that_validate_to_no_number_are_not_kept(tmp_path, monkeypatch):
    directory = folder(tmp_path, "run")
    scripted_validation(monkeypatch, [1.0, np.inf])
    with pytest.raises(divergence.Diverged, match=f"validation loss is inf .* step {2 * STEPS}:"):
        list(loop.train(CONFIG, OPTIONS, SHORT, directory))
    assert checkpoint.step_of(checkpoint.last(directory)) == STEPS


def test_the_best_by_another_measure_is_one_whose_checkpoint_is_there(tmp_path, monkeypatch):
    directory = folder(tmp_path, "run")
    options = dataclasses.replace(OPTIONS, num_epochs=6)
    scripted_validation(monkeypatch, [0.1, 0.9, 0.2, 0.3, 0.2, 0.1], "source_accuracy")
    list(loop.train(CONFIG, options, SHORT, directory))
    best = checkpoint.best(directory)
    there = [checkpoint.step_of(prefix) for prefix in checkpoint.whole(directory)]
    checkpoint_writer.set_best_by(directory, "source_accuracy")
    found = checkpoint.find_best(directory)
    shares = {row.step: row.source_accuracy for row in checkpoint.progress_of(directory).rows}
    assert shares[checkpoint.step_of(found.prefix)] == max(shares[step] for step in there)
    assert best in checkpoint.whole(directory)
    assert (found.missed is None) == (2 * STEPS in there)
    if found.missed:
        assert found.missed.epoch == 2


def test_other_cores_give_the_same_run_to_rounding_also_after_a_resume(tmp_path):
    model = dataclasses.replace(EVERYTHING, rnn="auto")
    directories = [folder(tmp_path, str(number)) for number in range(3)]
    for directory, number in zip(directories, (1, 3, 1)):
        options = dataclasses.replace(OPTIONS, threads=number, num_epochs=2)
        list(loop.train(model, options, SHORT, directory))
    more = dataclasses.replace(OPTIONS, threads=16)
    list(loop.train(model, more, SHORT, directories[2], resume=True))
    list(loop.train(model, OPTIONS, SHORT, directories[0], resume=True))
    rows = [checkpoint.progress_of(directory).rows for directory in directories]
    for one, other in zip(rows[0][:2], rows[1]):
        np.testing.assert_allclose(one[3:], other[3:], rtol=1e-4)
    np.testing.assert_allclose(rows[0][2][3:], rows[2][2][3:], rtol=1e-4)

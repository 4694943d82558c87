import dataclasses
import itertools
import os

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.data.batches import batches, step_count
from seq2seq_graph.data.datasets import build_dataset
from seq2seq_graph.data.pairs import split_by_source
from seq2seq_graph.model import build_training_graph
from seq2seq_graph.runs import checkpoint, progress
from seq2seq_graph.training import divergence, loop

B1, B2, EPSILON, RATE = 0.9, 0.999, 1e-8, 0.01
# Every source is its target: easy enough to learn in a few steps.
PAIRS = [(f"{a}{b}", f"{a}{b}") for a in "abcdef" for b in "abcdef"]
DATASET = build_dataset(split_by_source(PAIRS), 2, 3)
# The same with targets of one token as well, so that there is padding.
SHORT = build_dataset(split_by_source(
    (a + b, a + b if a < b else a) for a in "abcdef" for b in "abcdef"), 2, 3)
CONFIG = ModelConfig(DATASET.vocab_size, max_input_length=2, max_output_length=3)


def session(seed=0):
    with tf.Graph().as_default():
        graph = build_training_graph(CONFIG, seed)
        optimizer = loop.build_optimizer(graph.loss, RATE)
        sess = tf.Session()
        sess.run(tf.global_variables_initializer())
        sess.graph.finalize()  # from here on, making an op is an error
    return graph, optimizer, sess


def test_the_optimizer_is_adam_with_its_slots_under_the_documents_names():
    _, _, sess = session()
    names = {v.op.name for v in sess.graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES)}
    trained = {v.op.name for v in sess.graph.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES)}
    assert names == trained | {f"{n}/{slot}" for n in trained for slot in ("Adam", "Adam_1")} | {
        "beta1_power", "beta2_power"}


def test_one_step_is_adams_first_step():
    with tf.Graph().as_default(), tf.Session() as sess:
        graph = build_training_graph(CONFIG, 0)
        variables = tf.trainable_variables()
        gradients = [tf.convert_to_tensor(g) for g in tf.gradients(graph.loss, variables)]
        optimizer = loop.build_optimizer(graph.loss, RATE)
        sess.run(tf.global_variables_initializer())
        batch = next(batches(DATASET.train, 8))
        feed = dict(zip((graph.encoder_inputs, graph.decoder_targets), batch))
        before, gradient_values = sess.run([variables, gradients], feed)
        list(loop.train_steps(sess, graph, optimizer, [batch]))
        for old, gradient, new in zip(before, gradient_values, sess.run(variables)):
            g = gradient.astype(np.float64)
            rate = RATE * np.sqrt(1 - B2) / (1 - B1)
            step = rate * (1 - B1) * g / (np.sqrt((1 - B2) * g * g) + EPSILON)
            np.testing.assert_allclose(new, old - step, atol=1e-5)


def test_the_loss_that_is_given_is_the_one_before_the_step():
    graph, optimizer, sess = session()
    batch = next(batches(DATASET.train, 100))
    feed = dict(zip((graph.encoder_inputs, graph.decoder_targets), batch))
    before = sess.run(graph.loss, feed)
    (loss_value,) = loop.train_steps(sess, graph, optimizer, [batch])
    assert loss_value == before > sess.run(graph.loss, feed)


def test_training_learns_to_copy():
    graph, optimizer, sess = session()
    for _ in range(150):
        list(loop.train_steps(sess, graph, optimizer, batches(DATASET.train, 16)))
    scores = loop.evaluate(sess, graph, DATASET.train)
    assert scores.token_accuracy > 0.99 and scores.source_accuracy > 0.95


def test_evaluation_does_not_depend_on_its_batches():
    graph, _, sess = session()
    whole = loop.evaluate(sess, graph, DATASET.train, batch_size=1000)
    parts = loop.evaluate(sess, graph, DATASET.train, batch_size=7)
    np.testing.assert_array_equal(whole.prediction, parts.prediction)
    np.testing.assert_allclose(whole.loss, parts.loss, rtol=1e-6)
    assert whole.prediction.shape == DATASET.train.decoder_targets.shape


def test_two_runs_of_one_seed_have_the_same_losses():
    def losses():
        graph, optimizer, sess = session(seed=3)
        return list(loop.train_steps(sess, graph, optimizer, batches(DATASET.train, 8)))

    assert losses() == losses()


def test_clipping_scales_the_gradients_to_the_global_norm():
    """Adam's first moment after a step is a tenth of the gradient that it was given."""
    def first_moments(clip_norm):
        with tf.Graph().as_default(), tf.Session() as sess:
            graph = build_training_graph(CONFIG, 0)
            norm = tf.global_norm(tf.gradients(graph.loss, tf.trainable_variables()))
            optimizer = loop.build_optimizer(graph.loss, RATE, clip_norm)
            sess.run(tf.global_variables_initializer())
            batch = next(batches(DATASET.train, 100))
            feed = dict(zip((graph.encoder_inputs, graph.decoder_targets), batch))
            norm_value = sess.run(norm, feed)
            list(loop.train_steps(sess, graph, optimizer, [batch]))
            moments = [v for v in tf.global_variables() if v.op.name.endswith("/Adam")]
            return norm_value, sess.run(moments)

    norm, free = first_moments(0.0)
    for clip_norm, scale in ((0.01, 0.01 / norm), (100.0, 1.0)):
        assert norm > 0.02
        for moment, clipped in zip(free, first_moments(clip_norm)[1]):
            np.testing.assert_allclose(clipped, moment * scale, rtol=1e-4, atol=1e-9)


def test_the_rate_halves_every_half_life():
    with tf.Graph().as_default(), tf.Session() as sess:
        step = tf.placeholder(tf.int32, [])
        rate = loop.halving(0.008, 100, step)
        rates = [sess.run(rate, {step: number}) for number in (0, 100, 300)]
    np.testing.assert_allclose(rates, [0.008, 0.004, 0.001], rtol=1e-6)


def test_evaluation_gives_the_loss_that_the_graph_has():
    config = dataclasses.replace(CONFIG, mask_padding=True)
    with tf.Graph().as_default(), tf.Session() as sess:
        graph = build_training_graph(config, 0)
        sess.run(tf.global_variables_initializer())
        batch = next(batches(SHORT.train, 100))
        loss_value = sess.run(
            graph.loss, dict(zip((graph.encoder_inputs, graph.decoder_targets), batch)))
        scores = loop.evaluate(sess, graph, SHORT.train, mask_padding=True, batch_size=3)
        plain = loop.evaluate(sess, graph, SHORT.train, batch_size=3)
    np.testing.assert_allclose(scores.loss, loss_value, rtol=1e-6)
    assert abs(plain.loss - loss_value) > 1e-4


EVERYTHING = dataclasses.replace(
    CONFIG, mask_padding=True, stop_at_length=True, reverse_source=True, sparse_labels=True,
    cut_batches=True, dropout=0.1)
OPTIONS = TrainingConfig(
    num_epochs=3, batch_size=8, learning_rate=RATE, clip_norm=5.0, half_life=200, average=0.9,
    intra_op_threads=1, inter_op_threads=1)
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
    return directory, epoch.rows


def test_training_with_every_correction_learns(tmp_path):
    options = dataclasses.replace(OPTIONS, num_epochs=40)
    losses = [
        epoch.loss for epoch in loop.train(
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
    assert epoch.number == 3 and curves(epoch.rows) == curves(whole_run[1])
    assert_same_weights(directory, whole_run[0])
    assert not list(loop.train(EVERYTHING, OPTIONS, SHORT, directory, resume=True))


def scripted_validation(monkeypatch, losses, field="loss"):
    given = iter(losses)
    real = loop.evaluate
    monkeypatch.setattr(
        loop, "evaluate", lambda *args: real(*args)._replace(**{field: next(given)}))


def test_training_stops_when_patience_is_at_its_end_and_the_best_is_kept(tmp_path, monkeypatch):
    scripted_validation(monkeypatch, [3.0, 1.0, 2.0, 1.0, 1.5])
    directory = folder(tmp_path, "run")
    options = dataclasses.replace(OPTIONS, num_epochs=9, patience=3, keep_checkpoints=1)
    epochs = [epoch.number for epoch in loop.train(CONFIG, options, SHORT, directory)]
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
    assert set(steps) == {last - 2, last - 1, last, progress.best_row(epochs[-1].rows).step}


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


@pytest.mark.parametrize("save_steps", [0, 2])
def test_weights_that_are_no_numbers_are_never_saved(tmp_path, monkeypatch, save_steps):
    real = loop.train_steps

    def spoiling(sess, *args):
        for _ in real(sess, *args):
            variable = sess.graph.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES)[0]
            value = sess.run(variable)
            value[-1] = np.nan
            variable.load(value, sess)
            yield 1.0

    monkeypatch.setattr(loop, "train_steps", spoiling)
    directory = folder(tmp_path, "run")
    options = dataclasses.replace(OPTIONS, save_steps=save_steps)
    with pytest.raises(divergence.Diverged, match=f"after the update at step {save_steps or 4}:"):
        list(loop.train(CONFIG, options, SHORT, directory))
    assert checkpoint.last(directory) is None


def test_a_session_takes_the_threads_of_the_configuration():
    config = loop.session_config(TrainingConfig(intra_op_threads=3, inter_op_threads=2))
    assert (config.intra_op_parallelism_threads, config.inter_op_parallelism_threads) == (3, 2)
    assert loop.session_config(TrainingConfig()) == tf.ConfigProto()

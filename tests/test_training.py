import dataclasses

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph import data, training
from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.model import build_training_graph

B1, B2, EPSILON, RATE = 0.9, 0.999, 1e-8, 0.01
# Every source is its target: easy enough to learn in a few steps.
PAIRS = [(f"{a}{b}", f"{a}{b}") for a in "abcdef" for b in "abcdef"]
DATASET = data.prepare(PAIRS, 2, 3)
# The same with targets of one token as well, so that there is padding.
SHORT = data.prepare([(a + b, a + b if a < b else a) for a in "abcdef" for b in "abcdef"], 2, 3)
CONFIG = ModelConfig(DATASET.vocab_size, max_input_length=2, max_output_length=3)


def session(seed=0):
    with tf.Graph().as_default():
        graph = build_training_graph(CONFIG, seed)
        optimizer = training.build_optimizer(graph.loss, RATE)
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
        optimizer = training.build_optimizer(graph.loss, RATE)
        sess.run(tf.global_variables_initializer())
        batch = next(data.batches(DATASET.train, 8))
        feed = dict(zip((graph.encoder_inputs, graph.decoder_targets), batch))
        before, gradient_values = sess.run([variables, gradients], feed)
        list(training.train_steps(sess, graph, optimizer, [batch]))
        for old, gradient, new in zip(before, gradient_values, sess.run(variables)):
            g = gradient.astype(np.float64)
            rate = RATE * np.sqrt(1 - B2) / (1 - B1)
            step = rate * (1 - B1) * g / (np.sqrt((1 - B2) * g * g) + EPSILON)
            np.testing.assert_allclose(new, old - step, atol=1e-5)


def test_the_loss_that_is_given_is_the_one_before_the_step():
    graph, optimizer, sess = session()
    batch = next(data.batches(DATASET.train, 100))
    feed = dict(zip((graph.encoder_inputs, graph.decoder_targets), batch))
    before = sess.run(graph.loss, feed)
    (loss_value,) = training.train_steps(sess, graph, optimizer, [batch])
    assert loss_value == before > sess.run(graph.loss, feed)


def test_training_learns_to_copy():
    graph, optimizer, sess = session()
    for _ in range(150):
        list(training.train_steps(sess, graph, optimizer, data.batches(DATASET.train, 16)))
    scores = training.evaluate(sess, graph, DATASET.train)
    assert scores.token_accuracy > 0.99 and scores.source_accuracy > 0.95


def test_evaluation_does_not_depend_on_its_batches():
    graph, _, sess = session()
    whole = training.evaluate(sess, graph, DATASET.train, batch_size=1000)
    parts = training.evaluate(sess, graph, DATASET.train, batch_size=7)
    np.testing.assert_array_equal(whole.prediction, parts.prediction)
    np.testing.assert_allclose(whole.loss, parts.loss, rtol=1e-6)
    assert whole.prediction.shape == DATASET.train.decoder_targets.shape


def test_two_runs_of_one_seed_have_the_same_losses():
    def losses():
        graph, optimizer, sess = session(seed=3)
        return list(training.train_steps(sess, graph, optimizer, data.batches(DATASET.train, 8)))

    assert losses() == losses()


def test_clipping_scales_the_gradients_to_the_global_norm():
    """Adam's first moment after a step is a tenth of the gradient that it was given."""
    def first_moments(clip_norm):
        with tf.Graph().as_default(), tf.Session() as sess:
            graph = build_training_graph(CONFIG, 0)
            norm = tf.global_norm(tf.gradients(graph.loss, tf.trainable_variables()))
            optimizer = training.build_optimizer(graph.loss, RATE, clip_norm)
            sess.run(tf.global_variables_initializer())
            batch = next(data.batches(DATASET.train, 100))
            feed = dict(zip((graph.encoder_inputs, graph.decoder_targets), batch))
            norm_value = sess.run(norm, feed)
            list(training.train_steps(sess, graph, optimizer, [batch]))
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
        rate = training.halving(0.008, 100, step)
        rates = [sess.run(rate, {step: number}) for number in (0, 100, 300)]
    np.testing.assert_allclose(rates, [0.008, 0.004, 0.001], rtol=1e-6)


def test_evaluation_gives_the_loss_that_the_graph_has():
    config = dataclasses.replace(CONFIG, mask_padding=True)
    with tf.Graph().as_default(), tf.Session() as sess:
        graph = build_training_graph(config, 0)
        sess.run(tf.global_variables_initializer())
        batch = next(data.batches(SHORT.train, 100))
        loss_value = sess.run(
            graph.loss, dict(zip((graph.encoder_inputs, graph.decoder_targets), batch)))
        scores = training.evaluate(sess, graph, SHORT.train, mask_padding=True, batch_size=3)
        plain = training.evaluate(sess, graph, SHORT.train, batch_size=3)
    np.testing.assert_allclose(scores.loss, loss_value, rtol=1e-6)
    assert abs(plain.loss - loss_value) > 1e-4


def test_training_with_every_correction_learns_and_repeats(tmp_path):
    config = dataclasses.replace(
        CONFIG, mask_padding=True, stop_at_length=True, reverse_source=True, sparse_labels=True,
        cut_batches=True, dropout=0.1)
    options = TrainingConfig(
        num_epochs=60, batch_size=8, learning_rate=RATE, clip_norm=5.0, half_life=200)
    runs = [
        [epoch.loss for epoch in training.train(config, options, SHORT, str(tmp_path / name))]
        for name in ("a", "b")]
    assert runs[0] == runs[1] and runs[0][-1] < 0.2 < 1 < runs[0][0]

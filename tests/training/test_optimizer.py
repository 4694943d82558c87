import re

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from copying import CONFIG, DATASET, RATE, session

from seq2seq_graph.config import TrainingConfig
from seq2seq_graph.data.batches import batches
from seq2seq_graph.model import build_training_graph
from seq2seq_graph.training.optimizer import build_optimizer, fallen_rate, halve
from seq2seq_graph.training.steps import Trainer, train_steps

B1, B2, EPSILON = 0.9, 0.999, 1e-8


def test_the_optimizer_is_adam_with_its_slots_under_the_documents_names():
    _, sess = session()
    names = {v.op.name for v in sess.graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES)}
    trained = {v.op.name for v in sess.graph.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES)}
    assert names == trained | {f"{n}/{slot}" for n in trained for slot in ("Adam", "Adam_1")} | {
        "beta1_power", "beta2_power"}


def test_one_step_is_adams_first_step():
    with tf.Graph().as_default(), tf.Session() as sess:
        graph = build_training_graph(CONFIG, 0)
        variables = tf.trainable_variables()
        gradients = [tf.convert_to_tensor(g) for g in tf.gradients(graph.loss, variables)]
        optimizer = build_optimizer(graph.loss, RATE)
        sess.run(tf.global_variables_initializer())
        batch = next(batches(DATASET.train, 8))
        feed = dict(zip((graph.encoder_inputs, graph.decoder_targets), batch))
        before, gradient_values = sess.run([variables, gradients], feed)
        list(train_steps(sess, Trainer(graph, optimizer), [batch]))
        for old, gradient, new in zip(before, gradient_values, sess.run(variables)):
            g = gradient.astype(np.float64)
            rate = RATE * np.sqrt(1 - B2) / (1 - B1)
            step = rate * (1 - B1) * g / (np.sqrt((1 - B2) * g * g) + EPSILON)
            np.testing.assert_allclose(new, old - step, atol=1e-5)


def test_clipping_scales_the_gradients_to_the_global_norm():
    """Adam's first moment after a step is a tenth of the gradient that it was given."""
    def first_moments(clip_norm):
        with tf.Graph().as_default(), tf.Session() as sess:
            graph = build_training_graph(CONFIG, 0)
            norm = tf.global_norm(tf.gradients(graph.loss, tf.trainable_variables()))
            optimizer = build_optimizer(graph.loss, RATE, clip_norm)
            sess.run(tf.global_variables_initializer())
            batch = next(batches(DATASET.train, 100))
            feed = dict(zip((graph.encoder_inputs, graph.decoder_targets), batch))
            norm_value = sess.run(norm, feed)
            list(train_steps(sess, Trainer(graph, optimizer), [batch]))
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
        rate = halve(0.008, 100, step)
        rates = [sess.run(rate, {step: number}) for number in (0, 100, 300)]
    np.testing.assert_allclose(rates, [0.008, 0.004, 0.001], rtol=1e-6)


@pytest.mark.parametrize("half_life, num_epochs, message", [
    (0, 100, None), (100, 9, None), (100, 20, "from epoch 10 on .* at the end 1e-06,"),
    (1, 100, "at the end 0,"),
])
def test_a_rate_that_falls_to_nothing_is_said(half_life, num_epochs, message):
    said = fallen_rate(TrainingConfig(half_life=half_life, num_epochs=num_epochs), steps=100)
    assert said is None if message is None else re.search(message, said)

import dataclasses

import numpy as np
import tensorflow.compat.v1 as tf
from copying import CONFIG, DATASET, SHORT, session

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.data.batches import batches
from seq2seq_graph.data.datasets import Examples
from seq2seq_graph.model import build_training_graph
from seq2seq_graph.training.steps import train_steps
from seq2seq_graph.training.validation import validate
from seq2seq_graph.vocabulary import UNKNOWN


def test_training_learns_to_copy():
    trainer, sess = session()
    for _ in range(150):
        list(train_steps(sess, trainer, batches(DATASET.train, 16)))
    scores = validate(sess, trainer.graph, DATASET.train, CONFIG)
    assert scores.token_accuracy > 0.99 and scores.source_accuracy > 0.95


def test_validation_does_not_depend_on_its_batches():
    trainer, sess = session()
    whole = validate(sess, trainer.graph, DATASET.train, CONFIG, rows=1000)
    parts = validate(sess, trainer.graph, DATASET.train, CONFIG, rows=7)
    np.testing.assert_array_equal(whole.prediction, parts.prediction)
    np.testing.assert_allclose(whole.loss, parts.loss, rtol=1e-6)
    assert whole.prediction.shape == DATASET.train.decoder_targets.shape
    assert whole.prediction.dtype == np.int32  # as the targets: all that is kept of each pair


def test_validation_gives_the_loss_that_the_graph_has():
    config = dataclasses.replace(CONFIG, mask_padding=True)
    with tf.Graph().as_default(), tf.Session() as sess:
        graph = build_training_graph(config, 0)
        sess.run(tf.global_variables_initializer())
        batch = next(batches(SHORT.train, 100))
        loss_value = sess.run(
            graph.loss, dict(zip((graph.encoder_inputs, graph.decoder_targets), batch)))
        scores = validate(sess, graph, SHORT.train, config, rows=3)
        plain = validate(sess, graph, SHORT.train, CONFIG, rows=3)
    np.testing.assert_allclose(scores.loss, loss_value, rtol=1e-6)
    assert abs(plain.loss - loss_value) > 1e-4


def test_a_predicted_unknown_is_never_right_and_its_share_is_told():
    trainer, sess = session()
    targets = DATASET.train.decoder_targets.copy()
    targets[: len(targets) // 2, 0] = UNKNOWN
    examples = DATASET.train._replace(decoder_targets=targets)
    for _ in range(100):
        list(train_steps(sess, trainer, batches(examples, 16)))
    scores = validate(sess, trainer.graph, examples, CONFIG)
    learned = scores.prediction[: len(targets) // 2, 0] == UNKNOWN
    assert learned.mean() > 0.9
    assert scores.unknown == (len(targets) // 2) / (3 * len(targets))
    assert scores.token_accuracy <= 1 - scores.unknown and scores.source_accuracy <= 0.5


def test_with_attention_it_says_where_the_longest_source_was_looked_at():
    sources = np.array([[4, 0, 0], [5, 4, 5], [4, 5, 0]], np.int32)
    targets = np.array([[4, 2], [5, 2], [2, 0]], np.int32)
    config = ModelConfig(
        vocab_size=6, max_input_length=3, max_output_length=2, attention="luong",
        stop_at_length=True)
    with tf.Graph().as_default(), tf.Session() as sess:
        graph = build_training_graph(config, 0)
        sess.run(tf.global_variables_initializer())
        examples = Examples(sources, targets, np.arange(3))
        row, weights = validate(sess, graph, examples, config).looked
    assert row == 1 and weights.shape == (2, 3)
    np.testing.assert_allclose(weights.sum(1), 1, rtol=1e-6)

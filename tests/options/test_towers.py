import dataclasses

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from conftest import case_path

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.model import build_training_graph
from seq2seq_graph.verification.recorded_run import differences, load_case
from seq2seq_graph.verification.replay import replay

V, T_IN, T_OUT, H = 9, 4, 3, 5
CONFIG = ModelConfig(
    vocab_size=V, max_input_length=T_IN, max_output_length=T_OUT, encoder_embedding_size=2,
    encoder_hidden_units=H, decoder_embedding_size=3, decoder_hidden_units=H)


def random_batch(batch_size):
    """Rows of all lengths, so that parts of a batch have unlike numbers of real tokens."""
    random = np.random.RandomState(batch_size)
    pairs = []
    for length in (T_IN, T_OUT):
        ids = random.randint(4, V, [batch_size, length])
        ids[np.arange(length) >= random.randint(1, length + 1, [batch_size, 1])] = 0
        pairs.append(ids)
    return pairs


def computed(batch_size, step_value=None, **options):
    """Gives the graph's values on a random batch, and the gradients of its loss."""
    with tf.Graph().as_default(), tf.Session() as sess:
        step = None if step_value is None else tf.placeholder_with_default(-1, [])
        graph = build_training_graph(dataclasses.replace(CONFIG, **options), 3, step)
        variables = tf.trainable_variables()
        gradients = [tf.convert_to_tensor(g) for g in tf.gradients(graph.loss, variables)]
        sess.run(tf.global_variables_initializer())
        feed = dict(zip(graph[:2], random_batch(batch_size)))
        if step is not None:
            feed[step] = step_value
        values = sess.run({**graph._asdict(), "gradients": gradients}, feed)
        return [variable.op.name for variable in variables], values


@pytest.mark.slow
@pytest.mark.parametrize("options", [
    {}, {"mask_padding": True}, {"rnn": "fused", "sparse_labels": True, "mask_padding": True},
    {"rnn": "fused", "stop_at_length": True, "cut_batches": True},
    {"attention": "bahdanau", "input_feeding": True, "bidirectional": True, "encoder_layers": 2,
     "rnn": "auto", "stop_at_length": True},
], ids=str)
@pytest.mark.parametrize("batch_size, towers", [(7, 2), (2, 3)])
def test_towers_change_no_value_and_no_gradient(batch_size, towers, options):
    names, expected = computed(batch_size, **options)
    tower_names, values = computed(batch_size, towers=towers, **options)
    assert tower_names == names
    for one, other in zip(tf.nest.flatten(expected), tf.nest.flatten(values)):
        np.testing.assert_allclose(other, one, rtol=1e-5, atol=1e-6)


def test_one_tower_adds_nothing_to_the_graph():
    def names(**options):
        with tf.Graph().as_default() as graph:
            build_training_graph(dataclasses.replace(CONFIG, **options))
            return [(op.name, op.type) for op in graph.get_operations()]

    assert names() == names(towers=1) != names(towers=2)


@pytest.mark.slow
@pytest.mark.parametrize("dropped", [
    {"dropout": 0.5}, {"attention": "luong", "memory_dropout": 0.5}], ids=["all", "memory"])
def test_towers_drop_what_one_drops(dropped):
    def logits(step_value, **options):
        with tf.Graph().as_default(), tf.Session() as sess:
            step = tf.placeholder_with_default(-1, [])
            graph = build_training_graph(
                dataclasses.replace(CONFIG, **dropped, **options), 3, step)
            sess.run(tf.global_variables_initializer())
            row_twice = [np.repeat(ids, 2, 0) for ids in random_batch(1)]
            feed = {**dict(zip(graph[:2], row_twice)), step: step_value}
            return sess.run(graph.decoder_logits, feed)

    first, second = logits(0)
    assert np.abs(first - second).max() > 1e-3  # the same row twice
    np.testing.assert_allclose(logits(0, towers=2), [first, second], atol=1e-6)
    np.testing.assert_allclose(logits(0, towers=3), [first, second], atol=1e-6)  # one is empty
    assert np.abs(logits(1, towers=2) - [first, second]).max() > 1e-3
    np.testing.assert_allclose(*logits(-1, towers=2), atol=1e-6)
    np.testing.assert_allclose(logits(-1, towers=2), logits(-1), atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("name, rnn, towers", [
    ("document.npz", "fused", 2), ("small.npz", "dynamic", 2), ("small.npz", "fused", 3)])
def test_a_recorded_run_is_played_within_the_tolerances(name, rnn, towers):
    case = load_case(case_path(name))
    for row in differences(case, replay(case, rnn=rnn, towers=towers)):
        assert row.within, row

import dataclasses

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.model import build_training_graph, shift_right

CONFIG = ModelConfig(
    vocab_size=6, max_input_length=4, max_output_length=3, encoder_embedding_size=2,
    encoder_hidden_units=3, decoder_embedding_size=5, decoder_hidden_units=3,
)
SOURCES = np.array([[4, 5, 0, 0], [5, 4, 4, 5]])
TARGETS = np.array([[4, 2, 0], [5, 4, 2]])


def built(config=CONFIG, seed=None):
    """Gives the graph's tensors and a session with its variables initialised."""
    with tf.Graph().as_default():
        graph = build_training_graph(config, seed)
        sess = tf.Session()
        sess.run(tf.global_variables_initializer())
    return graph, sess


def feed(graph, sources=SOURCES, targets=TARGETS):
    return {graph.encoder_inputs: sources, graph.decoder_targets: targets}


def weights(sess):
    variables = sess.graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES)
    return {variable.op.name: sess.run(variable) for variable in variables}


def test_variables_have_the_documents_names_and_shapes():
    _, sess = built()
    assert {name: value.shape for name, value in weights(sess).items()} == {
        "EmbedSequence/embeddings": (6, 2),
        "encoder/lstm_cell/kernel": (2 + 3, 4 * 3),
        "encoder/lstm_cell/bias": (4 * 3,),
        "EmbedSequence_1/embeddings": (6, 5),
        "decoder/lstm_cell/kernel": (5 + 3, 4 * 3),
        "decoder/lstm_cell/bias": (4 * 3,),
        "fully_connected/weights": (3, 6),
        "fully_connected/biases": (6,),
    }


def test_tensors_have_the_shapes_that_their_comments_state():
    graph, sess = built()
    values = sess.run(graph, feed(graph))
    shapes = {name: np.shape(value) for name, value in values._asdict().items()}
    assert shapes.pop("encoder_states") == (2, 2, 3)  # c and h
    assert shapes == {
        "encoder_inputs": (2, 4), "decoder_targets": (2, 3), "decoder_inputs": (2, 3),
        "decoder_logits": (2, 3, 6), "decoder_prediction": (2, 3), "cross_entropy": (2, 3),
        "loss": (), "alignments": (0,),  # none, without attention
    }
    assert graph.decoder_logits.shape.as_list() == [None, 3, 6]


def test_decoder_inputs_are_the_targets_after_the_start_token():
    graph, sess = built()
    np.testing.assert_array_equal(
        sess.run(graph.decoder_inputs, feed(graph)), [[1, 4, 2], [1, 5, 4]])


def test_shift_right_of_length_one_is_the_start_token_alone():
    with tf.Graph().as_default(), tf.Session() as sess:
        np.testing.assert_array_equal(
            sess.run(shift_right(tf.constant([[7], [8]]), 3)), [[3], [3]])


def test_loss_is_the_mean_over_all_tokens_padding_counted():
    graph, sess = built()
    values = sess.run(graph, feed(graph))
    logits = values.decoder_logits.astype(np.float64)
    log_sum = np.log(np.exp(logits).sum(-1))
    expected = log_sum - np.take_along_axis(logits, TARGETS[..., None], -1)[..., 0]
    np.testing.assert_allclose(values.cross_entropy, expected, atol=1e-6)
    np.testing.assert_allclose(values.loss, expected.mean(), atol=1e-6)
    np.testing.assert_array_equal(values.decoder_prediction, logits.argmax(-1))


def test_a_batch_of_another_size_runs_in_the_same_graph():
    graph, sess = built()
    for size in (1, 2, 5):
        rows = np.arange(size) % 2
        value = sess.run(graph.decoder_logits, feed(graph, SOURCES[rows], TARGETS[rows]))
        assert value.shape == (size, 3, 6)


def test_a_logit_depends_on_no_later_target():
    graph, sess = built()
    changed = TARGETS.copy()
    changed[:, 1] = 3
    before, after = (sess.run(graph.decoder_logits, feed(graph, targets=t))
                     for t in (TARGETS, changed))
    np.testing.assert_array_equal(before[:, :2], after[:, :2])
    assert np.abs(before[:, 2] - after[:, 2]).max() > 1e-4


def test_the_same_seed_gives_the_same_weights_and_another_seed_others():
    first, second, other = (weights(built(seed=seed)[1]) for seed in (7, 7, 8))
    for name in first:
        np.testing.assert_array_equal(first[name], second[name])
        if not name.endswith(("bias", "biases")):
            assert np.abs(first[name] - other[name]).min() > 0


def test_without_a_seed_weights_are_left_to_chance():
    first, second = (weights(built()[1])["encoder/lstm_cell/kernel"] for _ in range(2))
    assert np.abs(first - second).min() > 0


def test_a_seed_gives_these_weights_on_every_tensorflow():
    # Printed by TensorFlow 1.15.5; 2.15.1 and 2.21.0 give the same bits.
    values = weights(built(ModelConfig(6, 1, 2, 2, 2, 2, 2, 2), seed=7)[1])
    first = {name: value.ravel()[:3].tolist() for name, value in values.items()}
    assert first == {
        "EmbedSequence/embeddings": [
            0.008390605449676514, 0.666970431804657, 0.23630398511886597],
        "encoder/lstm_cell/kernel": [
            -0.6212160587310791, -0.5435611605644226, -0.2507430613040924],
        "encoder/lstm_cell/bias": [0, 0, 0],
        "EmbedSequence_1/embeddings": [
            -0.46343350410461426, -0.07786333560943604, -0.22337502241134644],
        "decoder/lstm_cell/kernel": [
            -0.5338258743286133, 0.23227733373641968, -0.1556873917579651],
        "decoder/lstm_cell/bias": [0, 0, 0],
        "fully_connected/weights": [
            0.2918708920478821, -0.6006834506988525, -0.5077413320541382],
        "fully_connected/biases": [0, 0, 0],
    }


def test_embeddings_alone_begin_within_a_range_of_their_own():
    glorot, wide = (weights(built(dataclasses.replace(CONFIG, embedding_range=within), seed=7)[1])
                    for within in (0.0, 0.5))
    for name, value in glorot.items():
        if name.endswith("embeddings"):
            rows, numbers = value.shape
            wider = 0.5 / np.sqrt(6 / (rows + numbers))
            np.testing.assert_allclose(wide[name], value * wider, rtol=1e-5, atol=1e-7)
            assert np.abs(wide[name]).max() > 0.4
        else:
            np.testing.assert_array_equal(wide[name], value)


def test_eager_tensorflow_is_told_to_open_a_graph():
    if not tf.executing_eagerly():
        pytest.skip("TensorFlow 1.15 has a default graph: needs TensorFlow 2")
    with pytest.raises(RuntimeError, match=r"build_training_graph.*with tf.Graph\(\)"):
        build_training_graph(CONFIG)


def corrected(**options):
    return dataclasses.replace(CONFIG, **options)


@pytest.mark.parametrize("option", ["mask_padding", "sparse_labels"])
def test_a_corrected_loss_changes_no_prediction(option):
    plain, plain_sess = built(seed=2)
    graph, sess = built(corrected(**{option: True}), seed=2)
    np.testing.assert_array_equal(
        plain_sess.run(plain.decoder_logits, feed(plain)),
        sess.run(graph.decoder_logits, feed(graph)))


def test_an_encoder_that_stops_ignores_the_padding():
    graph, sess = built(corrected(stop_at_length=True, max_input_length=4), seed=2)
    longer, longer_sess = built(corrected(stop_at_length=True, max_input_length=9), seed=2)
    padded = np.pad(SOURCES, [(0, 0), (0, 5)], "constant")
    for state, other in zip(
        sess.run(graph.encoder_states, feed(graph)),
        longer_sess.run(longer.encoder_states, feed(longer, padded)),
    ):
        np.testing.assert_allclose(state, other, atol=1e-6)


def test_a_reversed_source_is_the_source_written_backwards():
    plain, plain_sess = built(seed=2)
    graph, sess = built(corrected(reverse_source=True), seed=2)
    backwards = np.array([[5, 4, 0, 0], [5, 4, 4, 5]])
    np.testing.assert_array_equal(
        sess.run(graph.decoder_logits, feed(graph)),
        plain_sess.run(plain.decoder_logits, feed(plain, backwards)))


def test_cut_batches_are_taken_and_give_the_same_masked_loss():
    options = {"mask_padding": True, "stop_at_length": True}
    plain, plain_sess = built(corrected(**options), seed=2)
    graph, sess = built(corrected(cut_batches=True, **options), seed=2)
    sources, targets = SOURCES[:1], TARGETS[:1]
    cut = sess.run(graph.loss, feed(graph, sources[:, :2], targets[:, :2]))
    np.testing.assert_allclose(cut, plain_sess.run(plain.loss, feed(plain, sources, targets)),
                               rtol=1e-6)


@pytest.mark.parametrize("options", [
    {"dropout": 0.5}, {"attention": "luong", "memory_dropout": 0.5}], ids=["all", "memory"])
def test_dropout_acts_in_training_steps_alone(options):
    with tf.Graph().as_default(), tf.Session() as sess:
        step = tf.placeholder_with_default(-1, [])
        graph = build_training_graph(corrected(**options), 2, step)
        sess.run(tf.global_variables_initializer())
        values = [sess.run(graph.decoder_logits, {**feed(graph), **more})
                  for more in ({}, {step: 3}, {step: 4}, {step: 3})]
    kept = {name: value for name, value in options.items() if name == "attention"}
    plain, plain_sess = built(corrected(**kept), seed=2)
    np.testing.assert_array_equal(values[0], plain_sess.run(plain.decoder_logits, feed(plain)))
    np.testing.assert_array_equal(values[1], values[3])
    assert np.abs(values[1] - values[0]).max() > 1e-3 < np.abs(values[1] - values[2]).max()


def test_memory_dropout_leaves_the_encoders_state_whole():
    config = corrected(attention="luong", memory_dropout=0.9)
    with tf.Graph().as_default(), tf.Session() as sess:
        step = tf.placeholder_with_default(-1, [])
        graph = build_training_graph(config, 2, step)
        sess.run(tf.global_variables_initializer())
        kept, dropped = (sess.run([graph.encoder_states, graph.decoder_logits],
                                  {**feed(graph), step: value}) for value in (-1, 3))
    np.testing.assert_array_equal(kept[0], dropped[0])
    assert np.abs(kept[1] - dropped[1]).max() > 1e-3


def test_the_corrections_add_no_variable():
    everything = corrected(
        mask_padding=True, stop_at_length=True, reverse_source=True, sparse_labels=True,
        cut_batches=True, dropout=0.2)
    assert list(weights(built(everything)[1])) == list(weights(built()[1]))


def test_a_graph_needs_the_size_of_the_vocabulary():
    with tf.Graph().as_default(), pytest.raises(InputError, match="vocab_size is None"):
        build_training_graph(ModelConfig())

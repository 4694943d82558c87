import dataclasses

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.model import build_training_graph
from seq2seq_graph.variables import names

CONFIG = ModelConfig(
    vocab_size=9, max_input_length=4, max_output_length=3, encoder_embedding_size=2,
    encoder_hidden_units=5, decoder_embedding_size=5, decoder_hidden_units=5, attention="luong")
KINDS = {
    "luong": {},
    "luong, fed": {"input_feeding": True, "bidirectional": True},
    "bahdanau": {"attention": "bahdanau"},
    "bahdanau, fed, layers": {
        "attention": "bahdanau", "input_feeding": True, "decoder_layers": 2, "residual": True},
}
FIRST = [-0.6816220879554749, 0.009029269218444824, 0.6002788543701172, 0.28888368606567383,
         -0.0887957513332367]
SOURCES = np.array([[4, 5, 6, 7], [8, 4, 0, 0], [5, 0, 0, 0], [0, 0, 0, 0]])
TARGETS = np.array([[5, 4, 2], [6, 2, 0], [2, 0, 0], [7, 7, 2]])


def built(kind="luong", sources=SOURCES, **options):
    """Gives a graph's values on a batch, its trained variables, and the gradients of its loss."""
    config = dataclasses.replace(CONFIG, **dict(KINDS[kind], **options))
    with tf.Graph().as_default(), tf.Session() as sess:
        graph = build_training_graph(config, seed=1)
        variables = {v.op.name: v for v in tf.trainable_variables()}
        gradients = dict(zip(variables, tf.gradients(graph.loss, list(variables.values()))))
        gradients = {name: tf.convert_to_tensor(g) for name, g in gradients.items()}
        assert tuple(variables) == names(config)
        sess.run(tf.global_variables_initializer())
        feed = {graph.encoder_inputs: sources, graph.decoder_targets: TARGETS}
        return sess.run([graph._asdict(), variables, gradients], feed)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_step_shares_its_look_among_the_sources_tokens(kind):
    alignments = built(kind, stop_at_length=True)[0]["alignments"]
    assert alignments.shape == (4, 3, 4)
    np.testing.assert_allclose(alignments.sum(2), 1, rtol=1e-6)
    for row, length in enumerate([4, 2, 1]):
        assert (alignments[row, :, :length] > 0).all() and not alignments[row, :, length:].any()
    np.testing.assert_array_equal(alignments[3], [[1, 0, 0, 0]] * 3)  # of no token, its zeros
    assert (built(kind)[0]["alignments"] > 0).all()  # nothing is known of lengths


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_with_the_lengths_padding_changes_nothing(kind):
    plain = built(kind, stop_at_length=True)[0]
    padded = built(kind, np.pad(SOURCES, [(0, 0), (0, 3)], "constant"), stop_at_length=True,
                   max_input_length=7)[0]
    np.testing.assert_allclose(padded["decoder_logits"], plain["decoder_logits"], atol=1e-6)
    assert not padded["alignments"][:, :, 4:].any()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_variable_learns_and_none_begins_as_another(kind):
    _, variables, gradients = built(kind)
    for name, gradient in gradients.items():
        assert np.abs(gradient).max() > 0, name
    drawn = [value.ravel()[:4].tolist() for value in variables.values() if value.std() > 0]
    assert len({tuple(values) for values in drawn}) == len(drawn) > 6


def test_a_seed_gives_the_same_weights_on_every_tensorflow():
    variables = built("bahdanau, fed, layers")[1]
    wrapper = "decoder/attention_wrapper/"
    first = {name: variables[name].ravel()[0] for name in (
        "memory_layer/kernel", wrapper + "attention_layer/kernel",
        wrapper + "bahdanau_attention/query_layer/kernel",
        wrapper + "bahdanau_attention/attention_v",
        wrapper + "multi_rnn_cell/cell_1/lstm_cell/kernel")}
    assert [float(value) for value in first.values()] == FIRST
    np.testing.assert_allclose(
        variables[wrapper + "bahdanau_attention/attention_g"], np.sqrt(1 / 5), rtol=1e-6)


def softmax(scores):
    exponentials = np.exp(scores - scores.max(-1, keepdims=True))
    return exponentials / exponentials.sum(-1, keepdims=True)


@pytest.mark.parametrize("kind", ["luong", "bahdanau"])
def test_the_logits_of_a_first_step_are_worked_out_by_hand(kind):
    """From the encoder's outputs and the LSTM's, which other tests know."""
    plain = built("luong", attention="none")[1]
    values, variables, _ = built(kind)
    for name, value in plain.items():  # the document's variables begin as without attention
        np.testing.assert_array_equal(
            value, variables[name.replace("decoder/", "decoder/attention_wrapper/")])

    def lstm(inputs, c, h, scope):
        x_h = np.concatenate([inputs, h], 1)
        i, j, f, o = np.split(
            x_h @ variables[scope + "/kernel"] + variables[scope + "/bias"], 4, axis=1)
        c = c / (1 + np.exp(-f - 1)) + np.tanh(j) / (1 + np.exp(-i))
        return c, np.tanh(c) / (1 + np.exp(-o))

    c = h = np.zeros([4, 5])
    memory = []
    for t in range(4):
        c, h = lstm(
            variables["EmbedSequence/embeddings"][SOURCES[:, t]], c, h, "encoder/lstm_cell")
        memory.append(h)
    memory = np.stack(memory, 1)  # [B, T_in, H]
    scope = "decoder/attention_wrapper/"
    start = variables["EmbedSequence_1/embeddings"][[1] * 4]
    _, query = lstm(start, c, h, scope + "lstm_cell")
    keys = memory @ variables["memory_layer/kernel"]
    if kind == "luong":
        g = variables[scope + "luong_attention/attention_g"]
        scores = g * np.einsum("bth,bh->bt", keys, query)
    else:
        part = scope + "bahdanau_attention/"
        v, g, b = (variables[part + "attention_" + name] for name in "vgb")
        processed = query @ variables[part + "query_layer/kernel"]
        scores = np.tanh(keys + processed[:, None] + b) @ (g * v / np.linalg.norm(v))
    alignments = softmax(scores)
    np.testing.assert_allclose(values["alignments"][:, 0], alignments, atol=1e-6)
    context = np.einsum("bt,bth->bh", alignments, memory)
    both = np.concatenate([query, context], 1)
    outputs = np.tanh(both @ variables[scope + "attention_layer/kernel"])
    logits = outputs @ variables["fully_connected/weights"] + variables["fully_connected/biases"]
    np.testing.assert_allclose(values["decoder_logits"][:, 0], logits, atol=1e-6)


@pytest.mark.parametrize("kind", ["luong, fed", "bahdanau, fed, layers"])
def test_the_fast_recurrence_trains_as_the_documents(kind):
    plain, _, gradients = built(kind, stop_at_length=True)
    fused, _, fused_gradients = built(kind, stop_at_length=True, rnn="auto")
    np.testing.assert_allclose(fused["decoder_logits"], plain["decoder_logits"], atol=1e-6)
    for name, gradient in gradients.items():
        np.testing.assert_allclose(fused_gradients[name], gradient, atol=1e-6, err_msg=name)

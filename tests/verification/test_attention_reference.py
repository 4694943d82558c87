"""The equations against the slopes of the loss, against each other, and against TensorFlow 1.15."""

import dataclasses

import numpy as np
import pytest
from conftest import case_path

from seq2seq_graph import numpy_reference
from seq2seq_graph.config import ModelConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.variables import shapes
from seq2seq_graph.verification import attention_reference as reference
from seq2seq_graph.verification.recorded_run import config_of, load_case

CONFIG = ModelConfig(
    vocab_size=7, max_input_length=3, max_output_length=4, encoder_embedding_size=3,
    encoder_hidden_units=4, decoder_embedding_size=4, decoder_hidden_units=4)
CONFIGS = {
    "luong": {"attention": "luong"},
    "luong, fed, both ways": {
        "attention": "luong", "input_feeding": True, "bidirectional": True,
        "stop_at_length": True},
    "bahdanau": {"attention": "bahdanau", "stop_at_length": True},
    "bahdanau, fed, tied": {
        "attention": "bahdanau", "input_feeding": True, "tied_embeddings": True},
    "both ways alone": {"bidirectional": True},
}
SOURCES = np.array([[4, 5, 6], [6, 6, 0], [0, 0, 0]])
TARGETS = np.array([[5, 4, 2, 0], [6, 2, 0, 0], [2, 0, 0, 0]])


def drawn(config):
    random = np.random.RandomState(0)
    return {name: random.uniform(-1, 1, shape) for name, shape in shapes(config).items()}


def passed(config, weights):
    return reference.forward(weights, SOURCES, TARGETS, config)


@pytest.mark.parametrize("name", sorted(CONFIGS))
def test_every_gradient_is_the_slope_of_the_loss(name):
    config = dataclasses.replace(CONFIG, **CONFIGS[name])
    weights = drawn(config)
    gradients = reference.backward(weights, passed(config, weights))
    assert {key: list(value.shape) for key, value in gradients.items()} == shapes(config)
    for key, weight in weights.items():
        slopes = np.zeros_like(weight)
        for index in np.ndindex(*weight.shape):
            losses = []
            for sign in (1, -1):
                moved = dict(weights, **{key: weight.copy()})
                moved[key][index] += sign * 1e-5
                losses.append(passed(config, moved).loss)
            slopes[index] = (losses[0] - losses[1]) / 2e-5
        assert np.abs(slopes).max() > 1e-5, key
        np.testing.assert_allclose(gradients[key], slopes, rtol=0, atol=1e-9, err_msg=key)


def test_without_options_it_is_the_reference_of_the_documents_model():
    weights = drawn(CONFIG)
    plain = numpy_reference.forward(weights, SOURCES, TARGETS, CONFIG.start_token)
    found = passed(CONFIG, weights)
    np.testing.assert_allclose(found.logits, plain.logits, rtol=1e-13)
    expected = numpy_reference.backward(weights, plain)
    for key, gradient in reference.backward(weights, found).items():
        np.testing.assert_allclose(gradient, expected[key], rtol=1e-10, atol=1e-15, err_msg=key)


@pytest.mark.parametrize("name", ["bahdanau", "luong", "luong_fed"])
def test_tensorflow_1_15_is_within_rounding_of_it(name):
    case = load_case(case_path(f"attention_{name}.npz"))
    weights = {key[8:]: value.astype(np.float64) for key, value in case.items()
               if key.startswith("initial/")}
    config = config_of(case)
    moments = [{key: np.zeros_like(weight) for key, weight in weights.items()} for _ in range(2)]
    for step, (sources, targets) in enumerate(
            zip(case["encoder_inputs"], case["decoder_targets"])):
        found = reference.forward(weights, sources, targets, config)
        gradients = reference.backward(weights, found)
        if step == 0:
            np.testing.assert_allclose(found.logits, case["logits"], rtol=0, atol=2e-6)
            looks = np.stack([look.alignments for look in found.looks], 1)
            np.testing.assert_allclose(looks, case["alignments"], rtol=0, atol=1e-6)
            for key, gradient in gradients.items():
                recorded = case["gradient/" + key]
                largest = np.abs(recorded).max()
                np.testing.assert_allclose(
                    gradient, recorded, rtol=0, atol=1e-5 * largest, err_msg=key)
        assert abs(found.loss - case["loss"][step]) < 1e-5
        numpy_reference.adam(
            weights, gradients, *moments, step=step + 1,
            learning_rate=float(case["learning_rate"]))


def test_layers_are_refused_by_name():
    with pytest.raises(InputError, match="one layer a side"):
        reference.require_one_layer(dataclasses.replace(CONFIG, decoder_layers=2))

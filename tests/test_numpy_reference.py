import numpy as np
import pytest
from conftest import case_path

from seq2seq_graph import numpy_reference as reference

V, E, H, B, T_IN, T_OUT, START = 7, 3, 4, 2, 3, 4, 1
SOURCES = np.array([[4, 5, 6], [6, 6, 0]])
TARGETS = np.array([[5, 4, 2, 0], [6, 2, 0, 0]])
SHAPES = {
    "EmbedSequence/embeddings": [V, E],
    "encoder/lstm_cell/kernel": [E + H, 4 * H],
    "encoder/lstm_cell/bias": [4 * H],
    "EmbedSequence_1/embeddings": [V, E + 1],
    "decoder/lstm_cell/kernel": [E + 1 + H, 4 * H],
    "decoder/lstm_cell/bias": [4 * H],
    "fully_connected/weights": [H, V],
    "fully_connected/biases": [V],
}


@pytest.fixture
def weights():
    random = np.random.RandomState(0)
    return {name: random.uniform(-1, 1, shape) for name, shape in SHAPES.items()}


def part(case, prefix):
    return {
        key[len(prefix):]: value.astype(np.float64)
        for key, value in case.items() if key.startswith(prefix)
    }


def loss(weights):
    return reference.forward(weights, SOURCES, TARGETS, START).loss


def test_each_tensor_has_the_shape_that_is_written_beside_it(weights):
    passed = reference.forward(weights, SOURCES, TARGETS, START)
    assert passed.logits.shape == passed.probabilities.shape == (B, T_OUT, V)
    assert passed.decoder_inputs.tolist() == [[1, 5, 4, 2], [1, 6, 2, 0]]
    assert len(passed.encoder_steps) == T_IN and len(passed.decoder_steps) == T_OUT
    assert passed.encoder_steps[0].x_h.shape == (B, E + H)
    for value in passed.decoder_steps[0][1:]:
        assert value.shape == (B, H)
    gradients = reference.backward(weights, passed)
    assert {name: list(value.shape) for name, value in gradients.items()} == SHAPES


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_every_gradient_is_the_slope_of_the_loss(weights, name):
    gradient = reference.backward(weights, reference.forward(weights, SOURCES, TARGETS, START))
    step, slopes = 1e-5, np.zeros(SHAPES[name])
    for index in np.ndindex(*SHAPES[name]):
        values = []
        for sign in (1, -1):
            moved = dict(weights, **{name: weights[name].copy()})
            moved[name][index] += sign * step
            values.append(loss(moved))
        slopes[index] = (values[0] - values[1]) / (2 * step)
    assert np.abs(slopes).max() > 1e-3
    np.testing.assert_allclose(gradient[name], slopes, rtol=0, atol=1e-9)


def test_one_step_is_what_can_be_worked_out_by_hand():
    # One unit, one input: the gates see 1 * 0.5 + 2 * 0.25 = 1 times their number.
    kernel = np.array([[0.5, 1.0, 1.5, 2.0], [0.25, 0.5, 0.75, 1.0]])
    step = reference.lstm_step(
        np.array([[1.0]]), np.array([[3.0]]), np.array([[2.0]]), kernel, np.array([0, 0, -3, 0.0])
    )
    assert step.x_h.tolist() == [[1.0, 2.0]]
    i, j, f, o = 1 / (1 + np.exp(-1)), np.tanh(2), 1 / (1 + np.exp(-1)), 1 / (1 + np.exp(-4))
    np.testing.assert_allclose(np.concatenate(step[2:6], 1), [[i, j, f, o]], rtol=1e-14)
    np.testing.assert_allclose(step.c, [[f * 3 + i * j]], rtol=1e-14)
    np.testing.assert_allclose(step.h, [[o * np.tanh(f * 3 + i * j)]], rtol=1e-14)


def test_adams_first_step_is_the_learning_rate_in_the_gradients_direction():
    weights, zero = {"w": np.array([1.0, 1.0, 1.0])}, np.zeros(3)
    m, v = {"w": zero.copy()}, {"w": zero.copy()}
    reference.adam(weights, {"w": np.array([5.0, -0.01, 0.0])}, m, v, 1, 0.1)
    np.testing.assert_allclose(weights["w"], [0.9, 1.1, 1.0], rtol=1e-4)
    np.testing.assert_allclose(m["w"], [0.5, -0.001, 0])
    np.testing.assert_allclose(v["w"], [0.025, 1e-7, 0])


def test_adam_adds_epsilon_to_the_uncorrected_root():
    weights, zero = {"w": np.array([0.0])}, np.zeros(1)
    reference.adam(weights, {"w": np.array([1.0])}, {"w": zero.copy()}, {"w": zero.copy()}, 1,
                   learning_rate=1.0, epsilon=1.0)
    root = np.sqrt(0.001)
    np.testing.assert_allclose(weights["w"], [-(root / 0.1) * 0.1 / (root + 1.0)])


# TensorFlow keeps beta2**t in float32, where the correction of Adam's first steps, 1 - beta2**t,
# loses five digits: every weight moves too far or not far enough by some millionths of its way.
LOSS_TOLERANCE = 5e-6


@pytest.mark.parametrize("name", ["document.npz", "small.npz"])
def test_tensorflow_1_15_is_within_rounding_of_it(name):
    case = dict(np.load(case_path(name), allow_pickle=False))
    weights, start = part(case, "initial/"), int(case["start_token"])
    m = {key: np.zeros_like(value) for key, value in weights.items()}
    v = {key: np.zeros_like(value) for key, value in weights.items()}
    steps = min(40, len(case["loss"]))
    for step in range(steps):
        passed = reference.forward(
            weights, case["encoder_inputs"][step], case["decoder_targets"][step], start)
        gradients = reference.backward(weights, passed)
        if step == 0:
            np.testing.assert_allclose(passed.logits, case["logits"], rtol=0, atol=1e-6)
            for key, recorded in part(case, "gradient/").items():
                largest = np.abs(recorded).max()
                np.testing.assert_allclose(gradients[key], recorded, rtol=0, atol=1e-6 * largest)
        difference = abs(passed.loss - case["loss"][step])
        assert difference < LOSS_TOLERANCE, (step, difference)
        reference.adam(weights, gradients, m, v, step + 1, float(case["learning_rate"]))
    if steps == len(case["loss"]):
        for key, recorded in part(case, "final/").items():
            np.testing.assert_allclose(weights[key], recorded, rtol=0, atol=1e-6)

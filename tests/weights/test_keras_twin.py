import models
import numpy as np
import pytest
from conftest import case_path

from seq2seq_graph.errors import InputError
from seq2seq_graph.variables import NAMES, beta_powers
from seq2seq_graph.weights import forms, keras_twin

pytestmark = pytest.mark.slow

try:
    keras = keras_twin.require_keras()
except InputError as error:
    pytest.skip(str(error), allow_module_level=True)

FORGET = slice(12, 18)  # of [i, j, f, o], 6 units each


def loaded(state, tmp_path):
    return keras.models.load_model(forms.write(state, str(tmp_path / "model.keras")))


def train(model, batch, steps):
    return [float(model.train_on_batch(batch, batch[1])) for _ in range(steps)]


@pytest.mark.parametrize("recipe", sorted(models.RECIPES))
def test_logits_and_further_losses_are_the_ports(tmp_path, recipe):
    state = models.trained(models.config(recipe))
    model, batch = loaded(state, tmp_path), [models.SOURCES, models.TARGETS]
    np.testing.assert_allclose(
        model(batch).numpy(), models.logits_of(state), rtol=0, atol=1e-6)
    _, _, losses = models.run(state.model, state.training, state, steps=20)
    np.testing.assert_allclose(train(model, batch, 20), losses, rtol=0, atol=1e-5)


def test_a_checkpoint_of_tensorflow_1_15_trains_on_with_the_recorded_losses(tmp_path):
    case = dict(np.load(case_path("document.npz"), allow_pickle=False))
    model = loaded(forms.read(models.RECORDED), tmp_path)
    losses = [
        float(model.train_on_batch([source, target], target))
        for source, target in zip(case["encoder_inputs"][100:], case["decoder_targets"][100:])
    ]
    np.testing.assert_allclose(losses, case["loss"][100:], rtol=0, atol=1e-6)
    for name, array in keras_twin.get_weights(model).items():
        if "final/" + name in case:
            np.testing.assert_allclose(array, case["final/" + name], rtol=0, atol=1e-6)


def test_without_dense_gradients_keras_adam_goes_elsewhere(tmp_path):
    """If this fails, Keras adds up a repeated row's gradients first: the regularizers may go."""
    state = models.trained(models.config())
    _, _, losses = models.run(state.model, state.training, state, steps=5)
    model, batch = loaded(state, tmp_path), [models.SOURCES, models.TARGETS]
    for layer in ("encoder_embedding", "decoder_embedding"):
        model.get_layer(layer).embeddings.regularizer = None
    assert np.abs(np.array(train(model, batch, 5)) - losses).max() > 5e-5


def test_epsilon_is_what_keras_default_would_change(tmp_path):
    """With 1e-7 for 1e-8 the same steps go elsewhere: where a gradient is small, by half a step."""
    state = models.trained(models.config(), steps=0)
    _, _, losses = models.run(state.model, state.training, state, steps=20)
    model, batch = loaded(state, tmp_path), [models.SOURCES, models.TARGETS]
    model.optimizer.epsilon = 1e-7
    assert np.abs(np.array(train(model, batch, 20)) - losses).max() > 1e-5


def test_what_keras_trained_further_goes_back_to_tensorflow(tmp_path):
    state = models.trained(models.config("practical"))
    model, batch = loaded(state, tmp_path), [models.SOURCES, models.TARGETS]
    train(model, batch, 5)
    model.save(str(tmp_path / "further.keras"))
    back = forms.read(str(tmp_path / "further.keras"))
    assert back.training.learning_rate == pytest.approx(0.01)
    lost = {"sparse_labels", "max_input_length", "max_output_length"}  # Keras needs none of them
    for name in models.RECIPES["practical"]:
        if name not in lost:
            assert getattr(back.model, name) == getattr(state.model, name), name
    assert back.arrays["beta2_power"] == beta_powers(8)[1]
    expected, _, _ = models.run(state.model, state.training, state, steps=5)
    for name, array in expected.arrays.items():
        np.testing.assert_allclose(back.arrays[name], array, rtol=0, atol=1e-5, err_msg=name)
    np.testing.assert_allclose(
        models.logits_of(back), model(batch).numpy(), rtol=0, atol=1e-6)


def test_the_forget_bias_loses_less_than_half_a_spacing_without_what_lies_beside():
    state = models.trained(models.config())
    model = keras_twin.build(state.model)
    keras_twin.set_weights(model, state.arrays)
    back = keras_twin.get_weights(model)
    for name in NAMES:
        difference = np.abs(back[name] - state.arrays[name])
        if name.endswith("bias"):
            assert 0 < difference[FORGET].max() <= 2**-24
            difference = np.delete(difference, range(FORGET.start, FORGET.stop))
        assert difference.max() == 0, name

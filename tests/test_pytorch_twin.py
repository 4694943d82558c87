import models
import numpy as np
import pytest
from conftest import case_path

from seq2seq_graph import interchange, pytorch_twin
from seq2seq_graph.errors import InputError
from seq2seq_graph.layout import beta_powers

try:
    torch = pytorch_twin.require_torch()
except InputError as error:
    pytest.skip(str(error), allow_module_level=True)


def twin(state):
    module = pytorch_twin.build(state.model)
    optimizer = pytorch_twin.adam(module, state.training.learning_rate)
    pytorch_twin.set_weights(module, state.arrays, optimizer)
    return module, optimizer


def train(module, optimizer, config, batches):
    losses = []
    for source, target in batches:
        optimizer.zero_grad()
        source, target = torch.from_numpy(source), torch.from_numpy(target)
        loss = pytorch_twin.loss(module(source, target), target, config)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


BATCH = models.SOURCES, models.TARGETS


@pytest.mark.parametrize("recipe", sorted(models.RECIPES))
def test_logits_and_further_losses_are_the_ports(recipe):
    state = models.trained(models.config(recipe))
    module, optimizer = twin(state)
    logits = module(*map(torch.from_numpy, BATCH)).detach().numpy()
    np.testing.assert_allclose(logits, models.logits_of(state), rtol=0, atol=1e-6)
    expected, _, losses = models.run(state.model, state.training, state, steps=20)
    found = train(module, optimizer, state.model, [BATCH] * 20)
    np.testing.assert_allclose(found, losses, rtol=0, atol=2e-6)
    back = pytorch_twin.get_weights(module, optimizer)
    assert set(back) == set(expected.arrays)
    assert back["beta2_power"] == beta_powers(23)[1]
    for name, array in expected.arrays.items():
        np.testing.assert_allclose(back[name], array, rtol=0, atol=1e-5, err_msg=name)


def test_a_checkpoint_of_tensorflow_1_15_trains_on_with_the_recorded_losses():
    case = dict(np.load(case_path("document.npz"), allow_pickle=False))
    state = interchange.read(models.RECORDED)
    batches = zip(case["encoder_inputs"][100:], case["decoder_targets"][100:])
    losses = train(*twin(state), state.model, batches)
    np.testing.assert_allclose(losses, case["loss"][100:], rtol=0, atol=1e-6)


def test_adam_from_the_first_step_is_tensorflows():
    state = models.trained(models.config(), steps=0)
    _, _, losses = models.run(state.model, state.training, state, steps=20)
    module, optimizer = twin(state)
    found = train(module, optimizer, state.model, [BATCH] * 20)
    np.testing.assert_allclose(found, losses, rtol=0, atol=2e-6)


def test_the_file_can_be_loaded_into_the_module_as_it_is(tmp_path):
    state = models.trained(models.config())
    path = interchange.write(state, str(tmp_path / "model.pt"))
    kept = torch.load(path, weights_only=True)
    module = pytorch_twin.build(state.model)
    module.load_state_dict(kept["model"])
    assert module.encoder.bias_hh_l0.tolist() == [0] * 6 + [1] * 6 + [0] * 12
    logits = module(*map(torch.from_numpy, BATCH)).detach().numpy()
    np.testing.assert_allclose(logits, models.logits_of(state), rtol=0, atol=1e-6)


def test_a_bare_state_dict_with_a_trained_second_bias_is_added_up(tmp_path):
    state = models.trained(models.config())
    module, _ = twin(state)
    state_dict = {name: value.clone() for name, value in module.state_dict().items()}
    state_dict["encoder.bias_ih_l0"] -= 0.5
    state_dict["encoder.bias_hh_l0"] += 0.5
    torch.save(state_dict, str(tmp_path / "bare.pt"))
    back = interchange.read(str(tmp_path / "bare.pt"))
    for name in interchange.WEIGHTS:
        np.testing.assert_allclose(back.arrays[name], state.arrays[name], rtol=0, atol=3e-7)


def test_a_state_dict_of_other_names_is_refused(tmp_path):
    torch.save(torch.nn.Linear(2, 3).state_dict(), str(tmp_path / "other.pt"))
    with pytest.raises(InputError, match="other.pt: parameter 'encoder_embedding.weight' of"):
        interchange.read(str(tmp_path / "other.pt"))
    torch.save(torch.zeros(3), str(tmp_path / "tensor.pt"))
    with pytest.raises(InputError, match="tensor.pt: holds a Tensor; a state_dict is needed"):
        interchange.read(str(tmp_path / "tensor.pt"))

import re

import models
import numpy as np
import pytest

from seq2seq_graph.errors import InputError
from seq2seq_graph.variables import NAMES
from seq2seq_graph.weights import forms, pytorch_import, pytorch_twin

pytestmark = pytest.mark.slow

try:
    torch = pytorch_import.require_torch()
except InputError as error:
    pytest.skip(str(error), allow_module_level=True)


def test_the_file_can_be_loaded_into_the_module_as_it_is(tmp_path):
    state = models.trained(models.config())
    path = forms.write(state, str(tmp_path / "model.pt"))
    kept = torch.load(path, weights_only=True)
    module = pytorch_twin.build(state.model)
    module.load_state_dict(kept["model"])
    assert module.encoder.bias_hh_l0.tolist() == [0] * 6 + [1] * 6 + [0] * 12
    logits = module(*map(torch.from_numpy, (models.SOURCES, models.TARGETS))).detach().numpy()
    np.testing.assert_allclose(logits, models.logits_of(state), rtol=0, atol=1e-6)


def test_a_bare_state_dict_with_a_trained_second_bias_is_added_up(tmp_path):
    state = models.trained(models.config())
    module = pytorch_twin.build(state.model)
    pytorch_twin.set_weights(module, state.arrays)
    state_dict = {name: value.clone() for name, value in module.state_dict().items()}
    state_dict["encoder.bias_ih_l0"] -= 0.5
    state_dict["encoder.bias_hh_l0"] += 0.5
    torch.save(state_dict, str(tmp_path / "bare.pt"))
    back = forms.read(str(tmp_path / "bare.pt"))
    for name in NAMES:
        np.testing.assert_allclose(back.arrays[name], state.arrays[name], rtol=0, atol=3e-7)


def test_a_state_dict_of_other_names_is_refused(tmp_path):
    torch.save(torch.nn.Linear(2, 3).state_dict(), str(tmp_path / "other.pt"))
    with pytest.raises(InputError, match="other.pt: parameter 'encoder_embedding.weight' of"):
        forms.read(str(tmp_path / "other.pt"))
    torch.save(torch.zeros(3), str(tmp_path / "tensor.pt"))
    with pytest.raises(InputError, match="tensor.pt: holds a Tensor; a state_dict is needed"):
        forms.read(str(tmp_path / "tensor.pt"))


def test_what_has_no_place_here_is_named(tmp_path):
    state = models.trained(models.config())
    kept = torch.load(forms.write(state, str(tmp_path / "model.pt")), weights_only=True)
    kept["epoch"] = 3
    kept["model"]["attention.weight"] = torch.zeros(2)
    kept["model"]["encoder.bias_hh_l0"] += 0.25
    torch.save(kept, str(tmp_path / "more.pt"))
    (note,) = forms.read(str(tmp_path / "more.pt")).notes
    assert note.endswith("having no place: epoch, attention.weight, encoder.bias_hh_l0 as a bias "
                         "of its own: it is added to the first")


@pytest.mark.parametrize("make, said", [
    (lambda torch, p: torch.optim.SGD(p, 0.1), "the memory of its optimizer, which is not an Adam"),
    (lambda torch, p: torch.optim.Adam(p[:2]), "the memory of its optimizer, which is not an Adam"),
    (lambda torch, p: torch.optim.Adam(p, 0.02, (0.5, 0.9), weight_decay=0.1),
     r"Adam having other settings here: betas=\(0.5, 0.9\), weight_decay=0.1, lr=0.02"),
])
def test_an_optimizer_of_the_users_is_named_and_the_weights_are_taken(tmp_path, make, said):
    state = models.trained(models.config())
    module = pytorch_twin.build(state.model)
    pytorch_twin.set_weights(module, state.arrays)
    trained = [one for one in module.parameters() if one.requires_grad]
    optimizer = make(torch, trained)
    inputs, targets = map(torch.from_numpy, (models.SOURCES, models.TARGETS))
    module(inputs, targets).sum().backward()
    optimizer.step()
    kept = torch.load(forms.write(state, str(tmp_path / "model.pt")), weights_only=True)
    torch.save({"model": module.state_dict(), "optimizer": optimizer.state_dict(),
                "config": kept["config"]}, str(tmp_path / "own.pt"))
    back = forms.read(str(tmp_path / "own.pt"))
    (note,) = back.notes
    assert re.search("own.pt: left there, .*" + said, note)
    name = NAMES[0]
    np.testing.assert_array_equal(
        back.arrays[name], pytorch_twin.get_weights(module)[name])


def test_weights_of_half_precision_are_read(tmp_path):
    state = models.trained(models.config())
    module = pytorch_twin.build(state.model)
    pytorch_twin.set_weights(module, state.arrays)
    torch.save(module.bfloat16().state_dict(), str(tmp_path / "half.pt"))
    back = forms.read(str(tmp_path / "half.pt"))
    for name in NAMES:
        np.testing.assert_allclose(back.arrays[name], state.arrays[name], rtol=2**-8, atol=0)
        assert back.arrays[name].dtype == np.float32


def test_an_older_pytorch_reads_no_strangers_file(tmp_path, monkeypatch):
    path = forms.write(models.trained(models.config()), str(tmp_path / "model.pt"))
    monkeypatch.setattr(torch, "__version__", "2.5.1+cu124")
    with pytest.raises(InputError, match=r"PyTorch 2.5.1 may run code .*'torch>=2.6'"):
        forms.read(path)
    assert pytorch_import.require_torch() is torch

import os
import subprocess
import sys

import models
import numpy as np
import pytest
from conftest import ROOT, TESTS, case_path

from seq2seq_graph.errors import InputError
from seq2seq_graph.variables import beta_powers
from seq2seq_graph.weights import forms, pytorch_import, pytorch_twin

pytestmark = pytest.mark.slow

try:
    torch = pytorch_import.require_torch()
except InputError as error:
    pytest.skip(str(error), allow_module_level=True)


def twin(state):
    module = pytorch_twin.build(state.model)
    optimizer = pytorch_twin.adam(module, state.training.learning_rate)
    pytorch_twin.set_weights(module, state.arrays, optimizer)
    return module, optimizer


def train(module, optimizer, config, batches):
    losses = []
    for source, target in (map(torch.from_numpy, batch) for batch in batches):
        optimizer.zero_grad()
        loss = pytorch_twin.loss(module(source, target), target, config)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


BATCH = models.SOURCES, models.TARGETS


@pytest.mark.parametrize("recipe", sorted(models.RECIPES))
def test_logits_and_further_losses_are_the_ports(recipe):
    state = models.trained(models.config(recipe))
    before = {name: array.copy() for name, array in state.arrays.items()}
    module, optimizer = twin(state)
    logits = module(*map(torch.from_numpy, BATCH)).detach().numpy()
    np.testing.assert_allclose(logits, models.logits_of(state), rtol=0, atol=1e-6)
    expected, _, losses = models.run(state.model, state.training, state, steps=20)
    found = train(module, optimizer, state.model, [BATCH] * 20)
    np.testing.assert_allclose(found, losses, rtol=0, atol=1e-5)
    for name, array in before.items():  # nothing that PyTorch trains is the State's own memory
        np.testing.assert_array_equal(state.arrays[name], array)
    back = pytorch_twin.get_weights(module, optimizer)
    assert set(back) == set(expected.arrays)
    assert back["beta2_power"] == beta_powers(23)[1]
    for name, array in expected.arrays.items():
        np.testing.assert_allclose(back[name], array, rtol=0, atol=1e-5, err_msg=name)


def test_a_checkpoint_of_tensorflow_1_15_trains_on_with_the_recorded_losses():
    case = dict(np.load(case_path("document.npz"), allow_pickle=False))
    state = forms.read(models.RECORDED)
    batches = zip(case["encoder_inputs"][100:], case["decoder_targets"][100:])
    losses = train(*twin(state), state.model, batches)
    np.testing.assert_allclose(losses, case["loss"][100:], rtol=0, atol=1e-6)


def test_adam_from_the_first_step_is_tensorflows():
    state = models.trained(models.config(), steps=0)
    _, _, losses = models.run(state.model, state.training, state, steps=20)
    module, optimizer = twin(state)
    found = train(module, optimizer, state.model, [BATCH] * 20)
    np.testing.assert_allclose(found, losses, rtol=0, atol=1e-5)


@pytest.mark.parametrize("recipe", sorted(models.RECIPES))
def test_all_of_it_is_on_the_device_of_its_inputs(recipe):
    """The device "meta" holds no numbers and refuses whatever is elsewhere."""
    state = models.trained(models.config(recipe))
    module = pytorch_twin.build(state.model).to("meta")
    logits = module(*(torch.from_numpy(ids).to("meta") for ids in BATCH))
    assert logits.device.type == "meta" and logits.shape == (4, 4, 11)
    optimizer = pytorch_twin.adam(module, 0.01)
    pytorch_twin.set_weights(module, state.arrays, optimizer)
    moments = {m.device.type for kept in optimizer.state.values()
               for name, m in kept.items() if name != "step"}
    assert moments == {"meta"}


TRITON = """
import tensorflow
import models
from seq2seq_graph.weights import forms
state = models.trained(models.config())
path = forms.write(state, {path!r})
assert forms.read(path).arrays.keys() == state.arrays.keys()
import sys
assert "triton" not in sys.modules
"""


def test_triton_is_kept_from_meeting_tensorflow(tmp_path):
    """Where both are, importing triton last ends the process: here one that is sure to end it."""
    (tmp_path / "triton").mkdir()
    (tmp_path / "triton" / "__init__.py").write_text("import os\nos.abort()\n")
    paths = [str(tmp_path), TESTS, ROOT, os.environ.get("PYTHONPATH", "")]
    program = TRITON.format(path=str(tmp_path / "model.pt"))
    done = subprocess.run(
        [sys.executable, "-c", program], env=dict(os.environ, PYTHONPATH=os.pathsep.join(paths)),
        check=False, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()[-2000:]

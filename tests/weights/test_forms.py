import json
import os

import models
import numpy as np
import pytest
from conftest import ON_TF115
from models import skip_without

from seq2seq_graph.errors import InputError
from seq2seq_graph.options import averaging
from seq2seq_graph.weights import forms


@pytest.mark.parametrize("recipe", sorted(models.RECIPES))
@pytest.mark.parametrize("ending", ["-3", ".npz", ".keras", ".pt"])
def test_there_and_back_everything_is_the_same_to_the_bit(tmp_path, ending, recipe):
    skip_without(ending)
    state = models.trained(models.config(recipe))
    path = forms.write(state, str(tmp_path / ("model" + ending)))
    back = forms.read(path)
    models.assert_same(state, back)
    np.testing.assert_array_equal(models.logits_of(back), models.logits_of(state))


@pytest.mark.parametrize("ending", ["-3", ".npz", ".keras", ".pt"])
def test_the_checkpoint_of_tensorflow_1_15_goes_there_and_back(tmp_path, ending):
    skip_without(ending)
    state = forms.read(models.RECORDED)
    assert state.model.vocab_size == 40 and state.model.encoder_hidden_units == 100
    models.assert_same(
        state, forms.read(forms.write(state, str(tmp_path / ("model" + ending)))))


@pytest.mark.parametrize("ending", ["-3", ".npz", ".keras", ".pt"])
def test_weights_without_adams_memory_stay_without(tmp_path, ending):
    skip_without(ending)
    state = models.trained(models.config())
    weights = {name: state.arrays[name] for name in forms.NAMES}
    state = state._replace(arrays=weights)
    models.assert_same(
        state, forms.read(forms.write(state, str(tmp_path / ("model" + ending)))))


def test_other_variables_go_along_where_there_is_a_place(tmp_path):
    state = models.trained(models.config())
    state.arrays["global_step"] = np.int64(7)
    for name in ("model-3", "model.npz"):
        path = forms.write(state, str(tmp_path / name))
        assert forms.read(path).arrays["global_step"] == 7
        assert forms.left_behind(state, path) == []
    assert forms.left_behind(state, "model.pt") == ["global_step"]
    assert forms.left_behind(state, "model.keras") == ["global_step"]


@pytest.mark.parametrize("ending", ["-3", ".npz", ".keras", ".pt"])
def test_moving_averages_are_kept_or_taken(tmp_path, ending):
    skip_without(ending)
    state = models.trained(models.config())
    averages = {
        name: state.arrays[name] + np.float32(0.25) for name in forms.NAMES}
    state.arrays.update({name + averaging.SUFFIX: value for name, value in averages.items()})
    path = forms.write(state, str(tmp_path / ("model" + ending)))
    back = forms.read(path)
    if ending in ("-3", ".npz"):
        models.assert_same(state, back)
        assert forms.left_behind(state, path) == []
    else:
        models.assert_same(forms.used(state), back)
        assert "encoder/lstm_cell/kernel/Adam" in forms.left_behind(state, path)
    np.testing.assert_array_equal(forms.used(back).arrays["fully_connected/weights"],
                                  averages["fully_connected/weights"])


@pytest.mark.parametrize("ending", [".keras", ".pt"])
def test_half_an_optimizer_is_left_behind_and_named(ending):
    state = models.trained(models.config())
    del state.arrays["encoder/lstm_cell/kernel/Adam_1"]
    behind = forms.left_behind(state, "model" + ending)
    assert len(behind) == 17 and "beta1_power" in behind


def test_a_runs_configuration_is_found_beside_its_checkpoint(tmp_path):
    state = models.trained(models.config("practical"))
    path = forms.write(state, str(tmp_path / "model.ckpt-3"))
    os.rename(path + ".config.json", str(tmp_path / "config.json"))
    assert forms.read(path).model == state.model
    os.rename(str(tmp_path / "config.json"), str(tmp_path / "other.json"))
    assert not forms.read(path).model.reverse_source
    assert forms.read(path, config=str(tmp_path / "other.json")).model == state.model


@pytest.mark.parametrize("name, write, message", [
    ("none-1", None, "no checkpoint .*none-1.index is missing"),
    ("none.npz", None, "none.npz: No such file"),
    ("text.npz", "text", "text.npz: not an .npz of plain arrays"),
])
def test_a_file_that_is_none_is_refused(tmp_path, name, write, message):
    if write:
        (tmp_path / name).write_text(write)
    with pytest.raises(InputError, match=message):
        forms.read(str(tmp_path / name))


@pytest.mark.parametrize("name", ["none.keras", "text.keras", "none.pt", "text.pt"])
def test_a_file_that_is_no_model_is_refused(tmp_path, name):
    skip_without(os.path.splitext(name)[1])
    (tmp_path / ("text" + os.path.splitext(name)[1])).write_text("text")
    with pytest.raises(InputError, match=name):
        forms.read(str(tmp_path / name))


def test_nothing_is_written_over(tmp_path):
    state = models.trained(models.config())
    for name in ("model-3", "model.npz"):
        path = forms.write(state, str(tmp_path / name))
        with pytest.raises(InputError, match="exists and is never written over"):
            forms.write(state, path)
    with pytest.raises(InputError, match="no such folder"):
        forms.write(state, str(tmp_path / "none" / "model.npz"))


def test_arrays_that_contradict_each_other_are_refused(tmp_path):
    state = models.trained(models.config())
    wrong = dict(state.arrays, **{"decoder/lstm_cell/bias": np.zeros(20, np.float32)})
    np.savez(str(tmp_path / "wrong.npz"), **wrong)
    with pytest.raises(InputError, match="wrong.npz|decoder_hidden_units is 5"):
        forms.read(str(tmp_path / "wrong.npz"))
    wrong = dict(state.arrays, **{"fully_connected/weights/Adam": np.zeros([2, 2], np.float32)})
    np.savez(str(tmp_path / "slot.npz"), **wrong)
    with pytest.raises(InputError, match=r"fully_connected/weights/Adam has shape \[2, 2\]"):
        forms.read(str(tmp_path / "slot.npz"))
    (tmp_path / "config.json").write_text(json.dumps({"model": {"vocab_size": 12}}))
    path = forms.write(state, str(tmp_path / "right.npz"))
    with pytest.raises(InputError, match=r"has shape \[11, 3\], the sizes ask for \[12, 3\]"):
        forms.read(path, config=str(tmp_path / "config.json"))


def test_what_is_not_installed_is_named(tmp_path):
    state = models.trained(models.config())
    if not ON_TF115:
        pytest.skip("needs TensorFlow 1.15 in this process, which has no Keras 3 beside it")
    with pytest.raises(InputError, match="Keras 3 is needed"):
        forms.write(state, str(tmp_path / "model.keras"))

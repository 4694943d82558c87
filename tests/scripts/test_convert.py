"""The script, its routes in one command each."""

import json
import os

import convert
import models
import numpy as np
import pytest
from models import skip_without

from seq2seq_graph.variables import NAMES, adam_steps
from seq2seq_graph.weights import forms
from seq2seq_graph.weights.legacy_names import has_own_names

NAMES = {
    name: "old/" + name.replace("EmbedSequence_1", "dec").replace("EmbedSequence", "enc")
    for name in NAMES
}


@pytest.fixture
def legacy(tmp_path):
    """A checkpoint of other names, and the State it was."""
    state = models.trained(models.config())
    arrays = {}
    for name, array in state.arrays.items():
        ours = [weight for weight in NAMES if name.startswith(weight)]
        arrays[NAMES[ours[0]] + name[len(ours[0]):] if ours else name] = array
    path = str(tmp_path / "old.npz")
    np.savez(path, **arrays)
    return path, state


@pytest.mark.parametrize("ending", ["", ".npz", ".keras", ".pt"])
def test_a_checkpoint_of_tensorflow_1_15_is_converted_in_one_command(tmp_path, capsys, ending):
    skip_without(ending)
    target = str(tmp_path / ("model" + ending))
    assert convert.main([models.RECORDED, target]) == 0
    assert "128,840 weights, Adam's memory of 100 steps" in capsys.readouterr().out
    models.assert_same(forms.read(target), forms.read(models.RECORDED))
    assert adam_steps(forms.read(target).arrays) == 100


@pytest.mark.slow
def test_names_found_by_shape_are_printed_and_confirmed(tmp_path, capsys, monkeypatch, legacy):
    source, state = legacy
    target = str(tmp_path / "new.npz")
    monkeypatch.setattr("builtins.input", lambda prompt: "n")
    with pytest.raises(SystemExit):
        convert.main([source, target])
    said = capsys.readouterr()
    assert "were not confirmed" in said.err and not os.path.exists(target)
    assert "EmbedSequence/embeddings    <-  old/enc/embeddings [11, 3]" in said.out
    monkeypatch.setattr("builtins.input", lambda prompt: "y")
    assert convert.main([source, target]) == 0
    back = forms.read(target)
    assert has_own_names(back.arrays)
    for name, array in state.arrays.items():
        np.testing.assert_array_equal(back.arrays[name], array)


def test_yes_and_a_mapping_ask_nothing(tmp_path, monkeypatch, legacy):
    monkeypatch.setattr("builtins.input", None)
    source, _ = legacy
    (tmp_path / "names.json").write_text(json.dumps(NAMES))
    assert convert.main([source, str(tmp_path / "a.npz"), "--yes"]) == 0
    names = ["--names", str(tmp_path / "names.json")]
    assert convert.main([source, str(tmp_path / "b.npz"), *names]) == 0
    models.assert_same(*(forms.read(str(tmp_path / name)) for name in ("a.npz", "b.npz")))


def test_what_is_left_behind_is_said(tmp_path, capsys):
    skip_without(".pt")
    state = models.trained(models.config())
    state.arrays["global_step"] = np.int64(7)
    source = forms.write(state, str(tmp_path / "model.npz"))
    assert convert.main([source, str(tmp_path / "model.pt")]) == 0
    assert "left behind, having no place there: global_step" in capsys.readouterr().out


def test_what_was_left_where_it_was_read_is_said(tmp_path, capsys, legacy):
    source, _ = legacy
    arrays = dict(np.load(source, allow_pickle=False), global_step=np.int64(7))
    np.savez(source, **arrays)
    assert convert.main([source, str(tmp_path / "new.npz"), "--yes"]) == 0
    said = capsys.readouterr().out
    assert "old.npz: left there, not being in the mapping: global_step\n" in said
    assert "old.npz tells no configuration: options, max_input_length and " in said


def test_a_target_of_no_form_is_refused_before_anything_is_read(tmp_path, capsys):
    with pytest.raises(SystemExit):
        convert.main([str(tmp_path / "none"), str(tmp_path / "model.onnx")])
    assert ".onnx is no form that is offered" in capsys.readouterr().err

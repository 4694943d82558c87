import dataclasses
import json
import os
import shutil
import sys

import models
import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from conftest import ON_TF115, case_path
from models import skip_without

from seq2seq_graph import __version__, variables
from seq2seq_graph.config import TrainingConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.options import averaging
from seq2seq_graph.runs import formats
from seq2seq_graph.variables import NAMES, adam_steps
from seq2seq_graph.weights import forms
from seq2seq_graph.weights.state import State, used


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
    weights = {name: state.arrays[name] for name in NAMES}
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
        name: state.arrays[name] + np.float32(0.25) for name in NAMES}
    state.arrays.update({name + averaging.SUFFIX: value for name, value in averages.items()})
    path = forms.write(state, str(tmp_path / ("model" + ending)))
    back = forms.read(path)
    if ending in ("-3", ".npz"):
        models.assert_same(state, back)
        assert forms.left_behind(state, path) == []
    else:
        models.assert_same(used(state), back)
        assert "encoder/lstm_cell/kernel/Adam" in forms.left_behind(state, path)
    np.testing.assert_array_equal(used(back).arrays["fully_connected/weights"],
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
    with pytest.raises(InputError, match="model.npz is a file, so nothing can be kept in it"):
        forms.write(state, str(tmp_path / "model.npz" / "none" / "model.npz"))


@pytest.mark.parametrize("name", ["model-3", "model.npz"])
def test_folders_above_a_file_are_made(tmp_path, name):
    state = models.trained(models.config())
    path = forms.write(state, str(tmp_path / "no" / "such" / name))
    assert forms.changed(state, path) == []


def test_arrays_that_contradict_each_other_are_refused(tmp_path):
    state = models.trained(models.config())
    wrong = dict(state.arrays, **{"decoder/lstm_cell/bias": np.zeros(20, np.float32)})
    np.savez(str(tmp_path / "wrong.npz"), **wrong)
    with pytest.raises(InputError, match=(
            "wrong.npz: model: encoder_hidden_units is 6 and decoder_hidden_units is 5")):
        forms.read(str(tmp_path / "wrong.npz"))
    wrong = dict(state.arrays, **{"fully_connected/weights/Adam": np.zeros([2, 2], np.float32)})
    np.savez(str(tmp_path / "slot.npz"), **wrong)
    with pytest.raises(InputError, match=r"fully_connected/weights/Adam has shape \[2, 2\]"):
        forms.read(str(tmp_path / "slot.npz"))
    (tmp_path / "config.json").write_text(json.dumps({"model": {"vocab_size": 12}}))
    path = forms.write(state, str(tmp_path / "right.npz"))
    with pytest.raises(InputError, match=r"has shape \[11, 3\], the sizes ask for \[12, 3\]"):
        forms.read(path, config=str(tmp_path / "config.json"))


def test_what_is_not_installed_is_named(tmp_path, monkeypatch):
    state = models.trained(models.config())
    monkeypatch.setitem(sys.modules, "keras", None)
    monkeypatch.setitem(sys.modules, "torch", None)
    for ending, what in ((".keras", "Keras 3 is needed"), (".pt", "PyTorch is needed")):
        with pytest.raises(InputError, match=what):
            forms.write(state, str(tmp_path / ("model" + ending)))
        assert not os.listdir(str(tmp_path))


@pytest.mark.parametrize("name", ["model.ckpt-3", "model.npz", "model.keras", "model.pt"])
def test_what_version_0_1_0_wrote_opens(name):
    """Written by that version: 3 steps of a small model of the practical recipe."""
    skip_without(os.path.splitext(name)[1])
    state = forms.read(case_path(os.path.join("weights-0.1.0", name)))
    assert state.model == models.config("practical") and not state.notes
    assert state.training.learning_rate == 0.01 and adam_steps(state.arrays) == 3
    models.assert_same(state, forms.read(case_path("weights-0.1.0/model.npz")))


@pytest.mark.parametrize("ending", ["-3", ".npz", ".keras", ".pt"])
def test_a_file_names_its_format_and_a_later_one_is_refused(tmp_path, ending, monkeypatch):
    skip_without(ending)
    state = models.trained(models.config())
    path = forms.write(state, str(tmp_path / ("now" + ending)))
    sections = forms._loaded(path)[1]
    assert (sections["format"], sections["version"]) == (formats.FORMAT, __version__)
    monkeypatch.setattr(formats, "__version__", "9.0.0")
    monkeypatch.setattr(formats, "FORMAT", formats.FORMAT + 1)
    path = forms.write(state, str(tmp_path / ("later" + ending)))
    monkeypatch.undo()
    with pytest.raises(InputError, match="written by version 9.0.0 in format 3; this is"):
        forms.read(path)


@pytest.mark.parametrize("name, message", [
    ("model.onnx", r"model.onnx: \.onnx is no form that is offered: .npz, .keras, .pt, or"),
    ("model.h5", r"\.h5 is no form"), ("model.pkl", r"\.pkl is no form"),
    ("model.pth", r"\.pth is no form .*did you mean .pt\?"),
    ("model.kears", "did you mean .keras"), ("model.NPZ", "did you mean .npz"),
])
def test_an_ending_that_is_none_of_ours_is_refused(tmp_path, name, message):
    state = models.trained(models.config())
    for call in (lambda path: forms.write(state, path), forms.read):
        with pytest.raises(InputError, match=message):
            call(str(tmp_path / name))
    assert not os.listdir(str(tmp_path))


@pytest.mark.parametrize("name", ["model", "model.ckpt", "model.ckpt-100", "model-3", "v1.2"])
def test_a_checkpoints_prefix_is_told_from_an_ending(name):
    assert forms.form_of(name) is forms.FORMS[""]


def test_a_part_of_a_checkpoint_is_told_its_prefix():
    with pytest.raises(InputError, match="is a part of a checkpoint; name it without .index"):
        forms.read(models.RECORDED + ".index")


STRANGE = {
    "Extra": np.float32([1, 2]), "extra": np.float32([3]), "file": np.int64([4]),
    "my array": np.array([True, False]), "a/.ATTRIBUTES/VARIABLE_VALUE": np.complex64([1j]),
    "double": np.float64([1 / 3]), "half": np.float16([0.5]), "empty": np.zeros([0, 2], np.float32),
    "table/keys": np.array([b"a\0", b"", "\u00e9".encode()], object),
    "graph": np.array(b"\0\xff\0", object),
}
WORDS = ["graph", "table/keys"]


@pytest.mark.parametrize("ending", ["-3", ".npz"])
def test_arrays_of_any_name_and_type_come_back_or_are_named(tmp_path, ending):
    """As TensorFlow 1.15's hash tables and TensorFlow 2's object checkpoints have them."""
    state = models.trained(models.config())
    state.arrays.update(STRANGE)
    path = forms.write(state, str(tmp_path / ("model" + ending)))
    back = forms.read(path).arrays
    assert forms.changed(state, path) == []
    behind = WORDS if ending == ".npz" else []
    assert forms.left_behind(state, path) == behind
    assert set(back) == set(state.arrays) - set(behind)
    for name in set(STRANGE) - set(behind):
        assert back[name].dtype == STRANGE[name].dtype, name
        np.testing.assert_array_equal(back[name], STRANGE[name], err_msg=name)


def test_an_array_called_config_has_no_place_in_an_npz(tmp_path):
    state = models.trained(models.config())
    state.arrays["config"] = np.float32([1])
    path = forms.write(state, str(tmp_path / "model.npz"))
    assert forms.left_behind(state, path) == ["config"]
    assert forms.read(path).model == state.model
    np.savez(str(tmp_path / "other.npz"), **state.arrays)
    assert forms.read(str(tmp_path / "other.npz")).arrays["config"] == [1]


def test_small_floats_of_tensorflow_go_where_there_is_a_place(tmp_path):
    state = models.trained(models.config())
    prefix = str(tmp_path / "small")
    with tf.Graph().as_default(), tf.Session() as sess:
        value = tf.cast(tf.constant([0.5, 3.0]), tf.bfloat16)
        arrays = [tf.constant(array) for array in state.arrays.values()]
        sess.run(tf.raw_ops.SaveV2(
            prefix=prefix, tensor_names=[*state.arrays, "small"],
            shape_and_slices=[""] * (len(arrays) + 1), tensors=[*arrays, value]))
    read = forms.read(prefix)
    assert forms.left_behind(read, "model.npz") == ["small"]
    forms.read(forms.write(read, str(tmp_path / "model.npz")))
    again = forms.read(forms.write(read, str(tmp_path / "again")))
    np.testing.assert_array_equal(again.arrays["small"], read.arrays["small"])


@pytest.mark.parametrize("ending", ["-3", ".npz", ".keras", ".pt"])
def test_float64_is_kept_or_the_rounding_is_said(tmp_path, ending):
    skip_without(ending)
    state = models.trained(models.config())
    name = "fully_connected/weights"
    state.arrays[name] = state.arrays[name].astype(np.float64) + 1e-9
    path = forms.write(state, str(tmp_path / ("model" + ending)))
    said = forms.changed(state, path)
    if ending in ("-3", ".npz"):
        assert said == [] and forms.read(path).arrays[name].dtype == np.float64
    else:
        (line,) = said
        assert line.startswith(f"{name} is float32 there, float64 before: rounded by ")
        assert 1e-10 < float(line.split()[-3]) < 1e-7


def test_weights_alone_are_said_to_tell_no_configuration(tmp_path):
    state = models.trained(models.config())
    np.savez(str(tmp_path / "bare.npz"), **state.arrays)
    back = forms.read(str(tmp_path / "bare.npz"))
    assert back.model.max_input_length == 10
    assert "bare.npz tells no configuration: options, max_input_length and" in back.notes[0]
    assert forms.read(forms.write(state, str(tmp_path / "model.npz"))).notes == ()


def test_options_that_are_read_off_the_names_of_bare_weights_are_said(tmp_path):
    state = models.trained(dataclasses.replace(
        models.config(), tied_embeddings=True, decoder_embedding_size=6))
    np.savez(str(tmp_path / "bare.npz"), **state.arrays)
    (note,) = forms.read(str(tmp_path / "bare.npz")).notes
    assert "its arrays are those of tied_embeddings=True, all other options, max_input_" in note


@pytest.mark.parametrize("arrays", [{}, {"decoder/lstm_cell/kernel": np.zeros([9, 24], "f")}])
def test_a_file_without_the_weights_is_refused(tmp_path, arrays):
    np.savez(str(tmp_path / "empty.npz"), **arrays)
    with pytest.raises(InputError, match="empty.npz: EmbedSequence/embeddings is missing; there"):
        forms.read(str(tmp_path / "empty.npz"))


def test_a_cut_data_file_is_refused(tmp_path):
    path = forms.write(models.trained(models.config()), str(tmp_path / "model"))
    data = path + ".data-00000-of-00001"
    for size in (0, 100, os.path.getsize(data) - 1):
        with open(data, "r+b") as file:
            file.truncate(size)
        with pytest.raises(InputError, match="model: the checkpoint cannot be read"):
            forms.read(path)
    os.remove(data)
    with pytest.raises(InputError, match="model: the checkpoint cannot be read"):
        forms.read(path)


def test_a_number_of_400_digits_is_refused(tmp_path):
    path = forms.write(models.trained(models.config()), str(tmp_path / "model"))
    for field in ("learning_rate", "clip_norm"):
        with open(path + ".config.json", "w") as file:
            file.write('{"training": {"' + field + '": 1' + "0" * 400 + "}}")
        with pytest.raises(InputError, match=f"training: {field} has 401 digits"):
            forms.read(path)


def test_an_archive_that_unpacks_to_very_much_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr("seq2seq_graph.plain_files.ALWAYS_ALLOWED", 10**6)
    np.savez_compressed(str(tmp_path / "bomb.npz"), a=np.zeros(10**6))
    for ending in (".npz", ".keras", ".pt"):
        path = str(tmp_path / ("bomb" + ending))
        if ending != ".npz":
            shutil.copy(str(tmp_path / "bomb.npz"), path)
        with pytest.raises(InputError, match="bytes that unpack to 8,000,|is needed"):
            forms.read(path)


def test_an_object_checkpoint_of_tensorflow_2_is_read_or_refused(tmp_path):
    if ON_TF115:
        pytest.skip("needs TensorFlow 2, whose tf.train.Checkpoint writes eagerly")
    state = models.trained(models.config())
    variables = {f"v{i}": tf.Variable(state.arrays[name]) for i, name in enumerate(NAMES)}
    path = tf.train.Checkpoint(word=tf.Variable("b"), **variables).write(str(tmp_path / "object"))
    names = {name: f"v{i}/.ATTRIBUTES/VARIABLE_VALUE" for i, name in enumerate(NAMES)}
    back = forms.read(path, names)
    for name in NAMES:
        np.testing.assert_array_equal(back.arrays[name], state.arrays[name])
    assert "left there, not being in the mapping: _CHECKPOINTABLE_OBJECT_GRAPH" in back.notes[0]
    assert "word/.ATTRIBUTES/VARIABLE_VALUE" in back.notes[0]
    with pytest.raises(InputError, match="EmbedSequence/embeddings is missing; there are"):
        forms.read(path)


@pytest.mark.parametrize("name", ["[1]", "a*b"])
def test_a_checkpoint_is_not_written_where_tensorflow_would_not_find_it(name, tmp_path):
    (tmp_path / name).mkdir()
    with pytest.raises(InputError, match="TensorFlow takes"):
        forms.write(models.trained(models.config()), str(tmp_path / name / "model.ckpt-1"))
    assert os.listdir(tmp_path / name) == []


OPTIONS = {
    "attention": "bahdanau", "input_feeding": True, "bidirectional": True, "encoder_layers": 2,
    "decoder_layers": 3, "residual": True, "tied_embeddings": True, "decoder_embedding_size": 6,
}
FEWER = {"attention": "luong", "encoder_layers": 2, "stop_at_length": True}


@pytest.mark.parametrize("ending", [".npz", "", ".keras", ".pt"])
@pytest.mark.parametrize("options", [OPTIONS, FEWER])
def test_a_model_with_options_comes_back_to_the_bit(options, ending, tmp_path):
    skip_without(ending)
    state = drawn(dataclasses.replace(models.config(), **options))
    path = forms.write(state, str(tmp_path / ("model" + ending)))
    models.assert_same(forms.read(path), state)
    assert forms.changed(state, path) == [] == forms.left_behind(state, path)


@pytest.mark.parametrize("options", [OPTIONS, FEWER])
def test_names_and_shapes_tell_the_options(options, tmp_path):
    state = drawn(dataclasses.replace(models.config(), **options))
    bare = str(tmp_path / "bare.npz")
    np.savez(bare, **state.arrays)
    told = forms.read(bare).model
    assert all(getattr(told, name) == value for name, value in options.items()
               if name not in ("residual", "stop_at_length"))


def drawn(model):
    """A State of random numbers, Adam's memory of 5 steps among them."""
    random = np.random.RandomState(0)
    arrays = {name + end: np.asarray(random.uniform(size=shape), np.float32)
              for name, shape in variables.shapes(model).items()
              for end in ("", *variables.SLOTS)}
    arrays.update(zip(variables.POWERS, variables.beta_powers(5)))
    return State(arrays, model, TrainingConfig())


@pytest.mark.parametrize("name, options", [
    ("variational_dropout", {"dropout": 0.5, "variational_dropout": True}),
    ("memory_dropout", {"attention": "luong", "memory_dropout": 0.5}),
    ("stack_bidirectional",
     {"bidirectional": True, "encoder_layers": 2, "stack_bidirectional": True}),
])
@pytest.mark.parametrize("ending, framework", [(".keras", "Keras"), (".pt", "PyTorch")])
def test_an_option_without_a_place_is_refused_by_name(ending, framework, name, options, tmp_path):
    models.skip_without(ending)
    model = dataclasses.replace(models.config(), **options)
    message = f"{name} is {options[name]}, and the model in {framework}"
    with pytest.raises(InputError, match=message):
        forms.write(drawn(model), str(tmp_path / ("model" + ending)))

import dataclasses

import models
import numpy as np
import pytest

from seq2seq_graph.config import TrainingConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.weights import forms, keras_file, keras_twin

pytestmark = pytest.mark.slow

try:
    keras = keras_twin.require_keras()
except InputError as error:
    pytest.skip(str(error), allow_module_level=True)


def test_keras_own_file_tells_the_options(tmp_path):
    for recipe in models.RECIPES:
        state = models.trained(models.config(recipe))
        path = str(tmp_path / f"model {recipe}.keras")
        model = keras_twin.build(state.model)
        keras_twin.compile_as(model, state.model, state.training)
        model.save(path)
        found = forms.read(path).model
        for name in ("start_token", "stop_at_length", "reverse_source", "mask_padding"):
            assert getattr(found, name) == getattr(state.model, name), (recipe, name)


OPTIONS = [
    {"attention": "luong", "input_feeding": True, "bidirectional": True, "reverse_source": True,
     "stop_at_length": True},
    {"attention": "bahdanau", "encoder_layers": 2, "decoder_layers": 3, "residual": True,
     "tied_embeddings": True, "decoder_embedding_size": 6},
]


@pytest.mark.parametrize("options", OPTIONS)
def test_keras_own_file_tells_what_attends_and_how_many_layers_there_are(tmp_path, options):
    """Once Keras has saved a model anew; and of any length it computes the same."""
    config = dataclasses.replace(models.config(), **options)
    model = keras_twin.build(config)
    cut = keras_twin.build(dataclasses.replace(config, cut_batches=True))
    keras_twin.set_weights(cut, keras_twin.get_weights(model))
    batch = [models.SOURCES, models.TARGETS]
    logits = model(batch).numpy()
    assert np.isfinite(logits).all()
    np.testing.assert_allclose(cut(batch).numpy(), logits, rtol=0, atol=1e-6)
    np.testing.assert_allclose(
        cut([models.SOURCES, models.TARGETS[:, :3]]).numpy(), logits[:, :3], rtol=0, atol=1e-6)
    keras_twin.compile_as(cut, config, TrainingConfig())
    path = str(tmp_path / "anew.keras")
    cut.save(path)
    back = forms.read(path)
    assert back.model == dataclasses.replace(config, cut_batches=True)
    (note,) = back.notes
    assert not set(options) & set(note.split("keeps no ")[1].split(":")[0].split(", "))


def test_what_lies_beside_is_not_used_once_the_bias_is_another(tmp_path):
    state = models.trained(models.config())
    path = forms.write(state, str(tmp_path / "model.keras"))
    arrays = keras_file.load(path)[0]
    moved = dict(arrays, **{"encoder/lstm_cell/bias": arrays["encoder/lstm_cell/bias"] + 1})
    kept = {name: state.arrays[name] for name in arrays if name.endswith("lstm_cell/bias")}
    exact = keras_file._exact(moved, dict(kept, slots=True))
    np.testing.assert_array_equal(
        exact["encoder/lstm_cell/bias"], moved["encoder/lstm_cell/bias"])
    np.testing.assert_array_equal(
        exact["decoder/lstm_cell/bias"], state.arrays["decoder/lstm_cell/bias"])


def test_a_model_of_other_layers_is_refused(tmp_path):
    path = str(tmp_path / "other.keras")
    keras.Sequential([keras.Input([3]), keras.layers.Dense(2)]).save(path)
    with pytest.raises(InputError, match="other.keras: needs the layers encoder_embedding"):
        forms.read(path)


@pytest.mark.parametrize("lengths", [(40, 30), (3, 9)])
def test_what_keras_saves_anew_keeps_the_lengths_of_cut_batches(tmp_path, lengths):
    state = models.trained(models.config("practical"))
    config = dataclasses.replace(
        state.model, max_input_length=lengths[0], max_output_length=lengths[1])
    training = dataclasses.replace(state.training, half_life=700, clip_norm=2.5, batch_size=9)
    path = forms.write(state._replace(model=config, training=training), str(tmp_path / "a.keras"))
    keras.models.load_model(path).save(str(tmp_path / "anew.keras"))
    back = forms.read(str(tmp_path / "anew.keras"))
    assert (back.model.max_input_length, back.model.max_output_length) == lengths
    assert (back.training.half_life, back.training.clip_norm) == (700, 2.5)
    (note,) = back.notes
    told = note.split("keeps no ")[1].split(":")[0].split(", ")
    assert {"sparse_labels", "label_smoothing", "batch_size", "average"} <= set(told)
    assert not {"max_input_length", "clip_norm", "half_life", "learning_rate"} & set(told)


def test_what_has_no_place_here_is_named(tmp_path):
    state = models.trained(models.config())
    twin = keras_twin.build(state.model)
    counts = keras.layers.Dense(2, name="counts")(twin.output)
    model = keras.Model(twin.inputs, [twin.output, counts])
    model.compile("sgd", "mse")
    model.save(str(tmp_path / "more.keras"))
    notes = forms.read(str(tmp_path / "more.keras")).notes
    assert notes[0].endswith("left there, having no place: the layers counts")
    assert "the memory of its optimizer, SGD" in notes[1]


@pytest.mark.parametrize("schedule, rate", [
    (lambda s: s.PiecewiseConstantDecay([5, 9], [0.25, 0.5, 1.0]), 0.25),
    (lambda s: s.CosineDecay(0.125, 100), 0.125),
    (lambda s: s.ExponentialDecay(0.125, 100, 0.9), 0.125),
    (lambda s: s.ExponentialDecay(0.125, 100, 0.5, staircase=True), 0.125),
])
def test_a_schedule_that_is_no_half_life_is_named(tmp_path, schedule, rate):
    model = keras_twin.build(models.config())
    rates = schedule(keras.optimizers.schedules)
    model.compile(keras.optimizers.Adam(rates, epsilon=1e-8), "mse")
    model.save(str(tmp_path / "falls.keras"))
    back = forms.read(str(tmp_path / "falls.keras"))
    assert (back.training.learning_rate, back.training.half_life) == (rate, 0)
    assert f"{type(rates).__name__}; the rate that it has come to is taken, {rate}" in back.notes[0]


def test_what_adam_does_otherwise_there_is_named(tmp_path):
    model = keras_twin.build(models.config())
    model.compile(keras.optimizers.Adam(beta_1=0.5, weight_decay=0.01, clipvalue=2.0), "mse")
    model.save(str(tmp_path / "other.keras"))
    note = forms.read(str(tmp_path / "other.keras")).notes[0]
    assert note.endswith("here: beta_1=0.5, epsilon=1e-07, weight_decay=0.01, clipvalue=2.0")


def test_an_older_keras_reads_no_strangers_file(tmp_path, monkeypatch):
    path = forms.write(models.trained(models.config()), str(tmp_path / "model.keras"))
    monkeypatch.setattr(keras, "version", lambda: "3.8.0")
    with pytest.raises(InputError, match=r"Keras 3.8.0 may run code .*'keras>=3.9'"):
        forms.read(path)
    assert keras_twin.require_keras() is keras

import models
import numpy as np
import pytest

from seq2seq_graph.errors import InputError
from seq2seq_graph.weights import forms, keras_file, keras_twin

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

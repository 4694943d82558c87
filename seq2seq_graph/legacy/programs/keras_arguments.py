"""Arguments of Keras 1, which the package keras of TensorFlow 1's time took too."""

import functools
import inspect
from typing import Any, Dict

from seq2seq_graph.legacy.programs.notices import say_once

# Old name -> the name since Keras 2; "" is left out.
_LAYERS: Dict[str, str] = {
    "output_dim": "units", "init": "kernel_initializer", "inner_init": "recurrent_initializer",
    "inner_activation": "recurrent_activation", "bias": "use_bias", "p": "rate",
    "dropout_W": "dropout", "dropout_U": "recurrent_dropout", "consume_less": "",
    "nb_filter": "filters", "filter_length": "kernel_size", "border_mode": "padding",
    "subsample_length": "strides", "pool_length": "pool_size", "stride": "strides",
    **{f"{old}_{what}": f"{new}_{what}" for old, new in (
        ("W", "kernel"), ("U", "recurrent"), ("b", "bias"))
       for what in ("regularizer", "constraint")},
}
_OF: Dict[str, Dict[str, str]] = {
    "Embedding": {"init": "embeddings_initializer", "W_regularizer": "embeddings_regularizer",
                  "W_constraint": "embeddings_constraint", "dropout": ""},
}
_METHODS = {"fit": {"nb_epoch": "epochs"}, "fit_generator": {
    "nb_epoch": "epochs", "nb_val_samples": "validation_steps", "nb_worker": "workers",
    "max_q_size": "max_queue_size"}}


def restore(keras: Any) -> None:
    """Lets layers and models of the loaded Keras take the old names."""
    for name, layer in list(vars(keras.layers).items()):
        if isinstance(layer, type) and issubclass(layer, keras.layers.Layer):
            names = _OF.get(name, _LAYERS)
            if "__init__" in vars(layer):
                layer.__init__ = _renamed(layer.__init__, names, name)  # type: ignore[misc]
    model = keras.models.Model
    for method, names in _METHODS.items():
        setattr(model, method, _renamed(getattr(model, method), names, f"Model.{method}"))


def _renamed(function, names, shown):
    taken = inspect.signature(function).parameters

    @functools.wraps(function)
    def with_old_names(self, *args, **given):
        for old in [name for name in given if name in names and name not in taken]:
            new = names[old]
            if new and new not in taken:
                continue
            say_once(f"{shown}({old}=...) is an argument of Keras 1",
                     f"write {new}=..." if new else "leave it out")
            value = given.pop(old)
            if new:
                given[new] = value
        return function(self, *args, **given)

    return with_old_names

"""Keras as TensorFlow 1.15 had it: the names of its variables, and the package `keras` of the time.

A Saver's checkpoint knows variables by their names. tf_keras, and TensorFlow's own Keras up to
2.15, put a scope of the cell around a recurrent layer's variables, `lstm/lstm_cell/kernel`; then
it was `lstm/kernel`.
"""

import builtins
import contextlib
import importlib
import importlib.machinery
import sys
import types
from typing import Any, Callable, Dict, List, Tuple

from seq2seq_graph.legacy import tree
from seq2seq_graph.legacy.programs import keras_arguments
from seq2seq_graph.legacy.programs.notices import say_once

_HOMES = ("tf_keras.src", "keras.src", "keras")


class _WithoutScopes(types.ModuleType):
    """Keras' backend as a module sees it that opens a name scope for a cell alone."""

    def __init__(self, backend):
        super().__init__(backend.__name__)
        self._backend = backend

    def __getattr__(self, name):
        return getattr(self._backend, name)

    @staticmethod
    def name_scope(name: str) -> Any:
        return contextlib.nullcontext()


def _build_without_scopes(module) -> None:
    if hasattr(module, "backend"):  # Keras 3, in a module of the same name, has none
        module.backend = _WithoutScopes(module.backend)


def _old_snake_case(module) -> None:
    """`ConvLSTM2D` was `conv_lst_m2d`."""
    from seq2seq_graph.legacy.layer_names import snake_case  # not before the old tree stands

    module.to_snake_case = snake_case


def _classes_of_sequential(module) -> None:
    """Two methods that `Sequential` has lost."""
    def predict_classes(self, x, batch_size=32, verbose=0):
        found = self.predict(x, batch_size=batch_size, verbose=verbose)
        return found.argmax(-1) if found.shape[-1] > 1 else (found > 0.5).astype("int32")

    for name, method in (("predict_classes", predict_classes),
                         ("predict_proba", lambda self, *args, **kwargs: self.predict(
                             *args, **kwargs))):
        if not hasattr(module.Sequential, name):
            setattr(module.Sequential, name, method)


# Module -> what is done to it once it is loaded.
LATE: Dict[str, Callable] = {
    f"{home}.{module}": change
    for home in _HOMES
    for module, change in (
        ("layers.rnn.base_rnn", _build_without_scopes),
        ("layers.rnn.stacked_rnn_cells", _build_without_scopes),
        ("utils.generic_utils", _old_snake_case),
        ("engine.sequential", _classes_of_sequential),
    )
}


# Modules of the package keras of the time that have moved -> where their names are today.
_MOVED = {
    **dict.fromkeys((
        "layers." + name for name in (
            "core", "recurrent", "embeddings", "wrappers", "merge", "normalization", "noise",
            "convolutional", "convolutional_recurrent", "cudnn_recurrent", "pooling", "local",
            "advanced_activations")), "layers"),
    **dict.fromkeys(("utils." + name for name in (
        "np_utils", "vis_utils", "generic_utils", "data_utils", "layer_utils", "io_utils")),
        "utils"),
    "engine": "layers", "engine.topology": "layers", "engine.base_layer": "layers",
    "engine.input_layer": "layers", "engine.training": "models",
}


# Keras by the paths of TensorFlow's own files, as programs imported it too.
_PRIVATE = ("tensorflow.python.keras", "tensorflow_core.python.keras")
_old_arguments: List[Any] = []  # what has them
_THEIRS = ("tensorflow", "keras", "tf_keras", "tensorflow_estimator")


def stand_in(program_folder: str) -> None:
    """Lets `import keras` of all but TensorFlow's own packages give `tf.keras` as it was.

    The package keras was Keras 2 on TensorFlow; today it is Keras 3, which TensorFlow has loaded
    by that name. A program's own keras.py stays its own.
    """
    homes: Tuple[str, ...] = ("keras", *_PRIVATE)
    own = importlib.machinery.PathFinder.find_spec("keras", [program_folder])
    if own is not None and own.has_location:  # a folder without __init__.py gives way to packages
        homes = _PRIVATE
        for name in [n for n in sys.modules if n.partition(".")[0] == "keras"]:
            del sys.modules[name]
    usual = builtins.__import__

    def import_(name, globals=None, locals=None, fromlist=(), level=0):
        caller = (globals or {}).get("__name__", "").partition(".")[0]
        whole = f"{name}.keras" if "keras" in (fromlist or ()) else name
        home = next((h for h in homes if f"{whole}.".startswith(h + ".")), None)
        if level or home is None or caller in _THEIRS:
            return usual(name, globals, locals, fromlist, level)
        if home != "keras" and tree.keras() is None:
            return usual(name, globals, locals, fromlist, level)
        root = _keras(home)
        if home != "keras":  # what `import tensorflow.python.keras.layers as layers` goes through
            sys.modules["tensorflow.python"].keras = root
        if whole != name:
            return usual(name, globals, locals, fromlist, level)
        path = name[len(home) + 1:]
        module = _below(root, path)
        for part in fromlist or ():
            if f"{path}.{part}" in _MOVED:
                _below(root, f"{path}.{part}")
        return module if fromlist else root if home == "keras" else usual(name.partition(".")[0])

    builtins.__import__ = import_


def _keras(home):
    root = tree.keras()
    if root is None:
        raise ImportError(f"import keras needs the package tf_keras: {tree.keras_needed()}")
    package = root.__name__.partition(".")[0]
    if home == "keras" and root not in _old_arguments:
        _old_arguments.append(root)
        keras_arguments.restore(root)
    root.__version__ = importlib.import_module(package).__version__
    say_once(f"import {home} gives {package} {root.__version__}, the Keras of TensorFlow 1",
             "write from tensorflow import keras")
    return root


def _below(root, path):
    """Gives the module of a dotted path below keras, and leaves it where attributes find it."""
    module, done = root, ""
    for name in path.split(".") if path else ():
        done = f"{done}.{name}".lstrip(".")
        found = importlib.import_module(f"{root.__name__}.{_MOVED.get(done, done)}")
        if not hasattr(module, name):
            setattr(module, name, found)
        module = found
    return module

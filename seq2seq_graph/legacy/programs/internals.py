"""The one module that touches `tensorflow.python`, what TensorFlow does not promise to keep.

Only `scripts/legacy.py` comes here, in a process of its own. Each function says why it must.
"""

import importlib
import sys
import types

import tensorflow.compat.v1 as v1

# Where names that private modules have lost may be found: they moved between private modules and
# kept their public names.
_PUBLIC = ("", "nn", "math", "train", "random", "linalg", "strings", "io", "sparse", "summary",
           "data", "losses", "metrics", "image", "initializers", "logging", "saved_model",
           "graph_util", "lookup", "errors")
_PRIVATE = ("ops", "framework", "util", "training", "platform", "client", "lib.io", "data.ops",
            "pywrap_tensorflow", "eager.context", "summary", "tools")
_MOVED = {
    "is_sequence": "tensorflow.python.util.nest:is_nested",
    "is_sequence_or_composite": "tensorflow.python.util.nest:is_nested_or_composite",
    "IndexedSlicesValue": "tensorflow.python.framework.indexed_slices:IndexedSlicesValue",
    "VariableV1": "tensorflow.python.ops.variable_v1:VariableV1",
    "RefVariable": "tensorflow.python.ops.ref_variable:RefVariable",
    "internal_convert_to_tensor":
        "tensorflow.python.framework.ops:convert_to_tensor",
    "NewCheckpointReader": "tensorflow.python.training.py_checkpoint_reader:NewCheckpointReader",
    "_linear": "seq2seq_graph.legacy.contrib.rnn:_linear",
}
_MADE = {
    "scalar": lambda: v1.TensorShape([]),
    "vector": lambda length: v1.TensorShape([length]),
    "matrix": lambda rows, columns: v1.TensorShape([rows, columns]),
    "variable": v1.Variable,
}


def module(path: str):
    """Gives `tensorflow.python.<path>`, or None. Old programs import such paths."""
    try:
        return importlib.import_module("tensorflow.python" + (f".{path}" if path else ""))
    except ImportError:
        return None


def give_back_private_names() -> None:
    """Lets private modules that stayed answer for names that they lost: `array_ops.stack`.

    TensorFlow 2 split its large private modules; programs imported from them by name.
    """
    for prefix in _PRIVATE:
        module(prefix)
    for name, found in list(sys.modules.items()):
        rest = name[len("tensorflow.python."):]
        if name.startswith("tensorflow.python.") and rest.startswith(_PRIVATE):
            _lend(found)


def _lend(private) -> None:
    before = vars(private).get("__getattr__")

    def __getattr__(name):
        if before is not None:
            try:
                return before(name)
            except AttributeError:
                pass
        value = None if name.startswith("__") else _find(name)
        if value is None:
            raise AttributeError(f"module {private.__name__!r} has no attribute {name!r}")
        setattr(private, name, value)
        return value

    private.__getattr__ = __getattr__


def _find(name):
    if name in _MOVED:
        path, _, attribute = _MOVED[name].partition(":")
        return getattr(importlib.import_module(path), attribute, None)
    if name in _MADE:
        return _MADE[name]
    for space in _PUBLIC:
        value = getattr(getattr(v1, space) if space else v1, name, None)
        if value is not None and not isinstance(value, types.ModuleType):
            return value
    for folder in ("ops", "framework", "util", "platform", "training"):
        found = sys.modules.get(f"tensorflow.python.{folder}.{name}")
        if found is not None:
            return found
    return None


def estimator():
    """Gives TensorFlow 1's `tf.estimator` from the package tensorflow-estimator, or None.

    Its last version, 2.15.0, imports five modules that TensorFlow has since dropped, of
    distribution and of TPUs; nothing of them is called in a program on one machine.
    """
    try:
        importlib.import_module("tensorflow_estimator")
    except ImportError:
        if importlib.util.find_spec("tensorflow_estimator") is None:
            return None
        for name in [n for n in sys.modules if n.startswith("tensorflow_estimator")]:
            del sys.modules[name]
        _stub("distribute", "estimator_training", init_run_config=lambda config, tf_config: None,
              should_run_distribute_coordinator=lambda config: False)
        for name in ("session_support", "tpu_embedding", "tpu_embedding_gradient"):
            _stub("tpu", name)
        for kind in ("Adagrad", "Adam", "Ftrl", "Momentum", "ProximalAdagrad", "RMSProp",
                     "StochasticGradientDescent"):
            setattr(sys.modules["tensorflow.python.tpu.tpu_embedding"], kind + "Parameters", object)
    return importlib.import_module("tensorflow_estimator._api.v1.estimator")


def _stub(folder, name, **contents):
    path = f"tensorflow.python.{folder}.{name}"
    if path not in sys.modules and module(f"{folder}.{name}") is None:
        stub = sys.modules[path] = types.ModuleType(path)
        vars(stub).update(contents)
        # tensorflow-estimator asks for classes of TPU embeddings by name, and uses none.
        stub.__getattr__ = lambda attribute: object
        setattr(module(folder), name, stub)

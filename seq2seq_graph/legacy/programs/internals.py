"""The one module that touches `tensorflow.python`, what TensorFlow does not promise to keep.

Only `scripts/legacy.py` comes here, in a process of its own. Each function says why it must.
"""

import functools
import importlib
import importlib.util
import inspect
import sys
import types
from typing import Any, Callable, Dict, List, Optional

import tensorflow.compat.v1 as v1

# The modules of compat.v1 by their true name.
PUBLIC_V1 = "tensorflow._api.v2.compat.v1"
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
    "_linear": "seq2seq_graph.legacy.contrib.rnn_linear:_linear",
    "training_ops": "tensorflow.python.ops:gen_training_ops",
}
_MADE = {
    "scalar": lambda: v1.TensorShape([]),
    "vector": lambda length: v1.TensorShape([length]),
    "matrix": lambda rows, columns: v1.TensorShape([rows, columns]),
    "variable": v1.Variable,
}


def module(path: str) -> Any:
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
            lend(found, _find)
    # `tf.python.graph_util`: there it had the public modules too.
    lend(module(""), lambda name: getattr(v1, name, None))


def lend(private: types.ModuleType, find: Callable[[str], Any]) -> None:
    """Lets a module answer for what it lost: `find` gives the object of a name, or None."""
    before = vars(private).get("__getattr__")

    def __getattr__(name):
        if before is not None:
            try:
                return before(name)
            except AttributeError:
                pass
        value = None if name.startswith("__") else find(name)
        if value is None:
            raise AttributeError(f"module {private.__name__!r} has no attribute {name!r}")
        setattr(private, name, value)
        return value

    vars(private)["__getattr__"] = __getattr__


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
        if f"tensorflow.python.{folder}.{name}" in sys.modules:
            return sys.modules[f"tensorflow.python.{folder}.{name}"]
    return None


def estimator() -> Optional[types.ModuleType]:
    """Gives TensorFlow 1's `tf.estimator` from the package tensorflow-estimator, or None.

    Its last version, 2.15.0, imports five modules that TensorFlow has since dropped, of
    distribution and of TPUs; nothing of them is called in a program on one machine.
    """
    try:
        importlib.import_module("tensorflow_estimator")
    except (ImportError, AttributeError):
        if importlib.util.find_spec("tensorflow_estimator") is None:
            return None
        for name in [n for n in sys.modules if n.startswith("tensorflow_estimator")]:
            del sys.modules[name]
        _name_estimators_api()
        _stub("distribute", "estimator_training", init_run_config=lambda config, tf_config: None,
              should_run_distribute_coordinator=lambda config: False)
        for name in ("session_support", "tpu_embedding", "tpu_embedding_gradient"):
            _stub("tpu", name)
        for kind in ("Adagrad", "Adam", "Ftrl", "Momentum", "ProximalAdagrad", "RMSProp",
                     "StochasticGradientDescent"):
            setattr(sys.modules["tensorflow.python.tpu.tpu_embedding"], kind + "Parameters", object)
    return importlib.import_module("tensorflow_estimator._api.v1.estimator")


def _name_estimators_api():
    """Lets `tf_export` know the name under which that package exports its symbols."""
    export = module("util.tf_export")
    if not hasattr(export, "ESTIMATOR_API_NAME"):
        export.ESTIMATOR_API_NAME = "estimator"
        for table in (export.API_ATTRS, export.API_ATTRS_V1):
            kind = type(next(iter(table.values())))
            table["estimator"] = kind("_estimator_api_names", "_estimator_api_constants")


def _stub(folder, name, **contents):
    path = f"tensorflow.python.{folder}.{name}"
    if path not in sys.modules and module(f"{folder}.{name}") is None:
        stub = sys.modules[path] = types.ModuleType(path)
        vars(stub).update(contents)
        # tensorflow-estimator asks for classes of TPU embeddings by name, and uses none.
        stub.__getattr__ = lambda attribute: object
        setattr(module(folder), name, stub)


def replace_functions(changes: Dict[str, Callable]) -> None:
    """Puts other functions in the places of TensorFlow's, private and public.

    Args:
      changes: "ops.array_ops:split" -> a function of the present one that gives the new one.

    Default op seeds depend on what TensorFlow's own functions make and call, so that their names
    in private modules must change too.
    """
    new = {}
    for path, make in changes.items():
        place, _, name = path.partition(":")
        owner, _, name = name.rpartition(".")
        home = getattr(module(place), owner, None) if owner else module(place)
        old = getattr(home, name, None)
        if old is not None and owner:
            setattr(home, name, functools.wraps(old)(make(old)))
        elif old is not None:
            new[id(old)] = (old, functools.wraps(old)(make(old)))
    # This module's `v1` by itself: the runner puts the old tree in its place in sys.modules.
    for name, found in [*sys.modules.items(), (PUBLIC_V1, v1)]:
        if found is not None and name.startswith(
                ("tensorflow.python.", "tensorflow_core.", v1.__name__, PUBLIC_V1)):
            inner = vars(getattr(found, "_tfmw_wrapped_module", found))
            for attribute, value in [*inner.items(), *vars(found).items()]:
                if id(value) in new and value is new[id(value)][0]:
                    setattr(found, attribute, new[id(value)][1])


def replace_gradients(changes: Dict[str, Callable]) -> None:
    """Puts other gradients in the places of TensorFlow's, in the table where it looks them up.

    Args:
      changes: type of an op -> a function of the present gradient that gives the new one.

    Some gradients make another number of ops today, and default op seeds are that number.
    """
    known = module("framework.ops").gradient_registry._registry
    for name, make in changes.items():
        if name in known:
            known[name]["type"] = functools.wraps(known[name]["type"])(make(known[name]["type"]))


def parameters(function: Callable) -> List[str]:
    """Gives the names of a function's arguments, decorators seen through."""
    return list(inspect.signature(function).parameters)


def regularize_at_once() -> None:
    """Lets a variable store make a regularizer's ops when it makes the variable, as 1.15 did.

    Today it makes them once to see whether there are any, and again when the collection of losses
    is read: other names, other numbers of ops, and no Tensors in the collection.
    """
    store = module("ops.variable_scope")._VariableStore
    single = store._get_single_variable

    @functools.wraps(single)
    def with_regularizer(self, name, *args, **kwargs):
        regularizer = kwargs.pop("regularizer", None)
        known = name in self._vars
        variable = single(self, name, *args, **kwargs)
        if regularizer and not known:
            with v1.colocate_with(variable.op), v1.name_scope(
                    name + "/Regularizer/"), v1.init_scope():  # not in a loop, as in 1.15
                loss = regularizer(variable)
            if loss is not None:
                v1.add_to_collection(v1.GraphKeys.REGULARIZATION_LOSSES, loss)
        return variable

    store._get_single_variable = with_regularizer


def operations(graph: v1.Graph) -> int:
    """Gives the number of a graph's ops without making a list of them."""
    number = getattr(graph, "num_operations", None)
    return number() if number else graph._last_id


def operations_since(graph: v1.Graph, before: int) -> List[v1.Operation]:
    """Gives the ops that a graph got after it had `before` of them."""
    return graph.get_operations()[before:]


def shape_tensor(shape: Any) -> v1.Tensor:
    """Makes an int32 or int64 tensor of whatever a program gives for a shape."""
    return (module("ops.shape_util") or module("framework.tensor_util")).shape_tensor(shape)


def noise_shape(x: v1.Tensor, given: Any) -> Any:
    """Gives dropout's noise shape with its None filled in."""
    return module("ops.nn_ops")._get_noise_shape(x, given)


def is_initializer(fetch: Any) -> bool:
    """Tells whether fetching this op initializes variables: it groups their Assign ops."""
    inputs = getattr(fetch, "control_inputs", None) or ()
    return any(op.type in ("Assign", "AssignVariableOp", "NoOp") and (
        op.type != "NoOp" or is_initializer(op)) for op in inputs)


def tensorflow_version() -> str:
    """Gives the version of the TensorFlow that runs, whatever the program is told."""
    return importlib.import_module("tensorflow.python.framework.versions").VERSION

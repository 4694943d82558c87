"""The version 1 layer underneath the cells and `tf.layers`: scopes, variables, losses, updates."""

import contextlib
import copy
import inspect
from typing import Any, Callable, Dict, List, Optional

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import DType, Nested
from seq2seq_graph.legacy.checks import require_graph
from seq2seq_graph.legacy.input_spec import InputSpec, require_compatible
from seq2seq_graph.legacy.keras_surface import KerasSurface
from seq2seq_graph.legacy.layer_losses import LayerLosses, add_to_collection
from seq2seq_graph.legacy.layer_names import make_unique
from seq2seq_graph.legacy.layer_variables import LayerVariables


class Layer(LayerVariables, LayerLosses, KerasSurface):
    """A part of a graph that makes its variables at its first call and shares them in later ones.

    The variables live in a variable scope that the first call settles: `scope` where it is given,
    else a fresh one called after the class (`lstm_cell`, `lstm_cell_1`) or `name`, inside the
    caller's. A subclass makes variables by `add_variable` in `build`, and outputs in `call`.

    Args:
      trainable: whether the variables join TRAINABLE_VARIABLES.
      name: the scope's name; None takes the class's.
      dtype: of the variables; None takes the first input's.
      _reuse: True takes variables that exist; `_scope`: the scope, settled at once.
      activity_regularizer: a function of each output whose value joins `losses`.

    Raises:
      TypeError: another argument.

    Source: `tf.layers.Layer` of TensorFlow 1.15.
    """

    def __init__(self, trainable: bool = True, name: Optional[str] = None, dtype: DType = None,
                 **kwargs: Any) -> None:
        scope = kwargs.pop("_scope", None)
        self._reuse = kwargs.pop("_reuse", None)
        self._activity_regularizer = kwargs.pop("activity_regularizer", None)
        unknown = set(kwargs) - {
            "input_shape", "batch_input_shape", "batch_size", "weights", "autocast", "dynamic"}
        if unknown:
            raise TypeError(f"{type(self).__name__} takes no argument {sorted(unknown)[0]!r}")
        self._trainable = trainable
        self.built = False
        self.input_spec = None
        self._init_set_name(name)
        self._dtype_name = tf.as_dtype(dtype).name if dtype else None
        self._trainable_weights: List[tf.Variable] = []
        self._non_trainable_weights: List[tf.Variable] = []
        self._updates: List[tf.Operation] = []
        self._losses: List[tf.Tensor] = []
        self._callable_losses: List[Callable[[], Any]] = []
        self._scope = self._current_scope = None
        if scope:
            with tf.variable_scope(scope) as captured:
                self._scope = captured

    def _init_set_name(self, name):
        # `name` is unique in the graph; the scope's name is made unique by the scope itself.
        self._name, self._base_name = name, name
        if not name or isinstance(name, tf.VariableScope):
            self._name, self._base_name = self._make_unique_name()
        if isinstance(name, tf.VariableScope):
            self._base_name = name.name

    def _make_unique_name(self):
        return make_unique(type(self).__name__)

    name = property(lambda self: self._name)
    graph = property(lambda self: None)
    dtype = property(lambda self: self._dtype_name)

    @property
    def _dtype(self):
        return self._dtype_name

    @_dtype.setter
    def _dtype(self, dtype):
        self._dtype_name = tf.as_dtype(dtype).name

    @property
    def trainable(self) -> bool:
        """Whether the variables are trained; after the first call it changes the lists alone."""
        return self._trainable

    @trainable.setter
    def trainable(self, trainable: bool) -> None:
        self._trainable = trainable

    @property
    def input_spec(self) -> Nested:
        """What is asked of the inputs: InputSpecs nested as they are, or None."""
        return self._input_spec

    @input_spec.setter
    def input_spec(self, specs: Nested) -> None:
        for spec in tf.nest.flatten(specs):
            if spec is not None and not isinstance(spec, InputSpec):
                raise TypeError(f"input_spec must be of InputSpecs; got {spec!r}")
        self._input_spec = specs

    @property
    def scope_name(self) -> str:
        """The name of the variable scope; raises ValueError before it is settled."""
        if not self._scope:
            raise ValueError(
                f"layer {self._name!r} has no scope before its first call: call it first"
            )
        return self._scope.name

    def _name_scope(self):
        return self._current_scope.original_name_scope

    def _set_scope(self, scope=None):
        if self._scope is not None:
            return
        if self._reuse:
            entered = tf.variable_scope(self._base_name if scope is None else scope)
        else:
            entered = tf.variable_scope(scope, default_name=self._base_name)
        with entered as captured:
            self._scope = captured

    @contextlib.contextmanager
    def _entered(self, reuse):
        # The name scope is entered by name, so that later calls do not open `lstm_cell_1`.
        with tf.variable_scope(self._scope, reuse=reuse, auxiliary_name_scope=False) as scope:
            self._current_scope = scope
            yield scope

    def build(self, input_shape: Nested) -> None:
        """Makes the variables; a subclass overrides it.

        Args:
          input_shape: the inputs' TensorShapes, nested as they are.
        """
        self.built = True

    def call(self, inputs: Nested, **kwargs: Any) -> Nested:
        """Makes the outputs; a subclass overrides it."""
        return inputs

    def __call__(self, inputs: Nested, *args: Any, **kwargs: Any) -> Nested:
        """Builds the layer if it is not, and gives what `call` makes of the arguments.

        Args:
          inputs: nested tensors; NumPy arrays and numbers become tensors.
          scope: the variable scope, as it is, at the first call.

        Raises:
          ValueError: the inputs are not what `input_spec` asks, or `call` gives None.
          RuntimeError: called outside a graph.
        """
        require_graph(type(self).__name__)
        self._set_scope(kwargs.pop("scope", None))
        with self._entered(True if self.built else self._reuse) as scope:
            arguments = _arguments(self.call)
            if "scope" in arguments:
                kwargs["scope"] = scope
            if "training" in kwargs and "training" not in arguments and None not in arguments:
                kwargs.pop("training")
            inputs = tf.nest.map_structure(_as_tensor, inputs)
            require_compatible(self.input_spec, inputs, self.name)
            with tf.name_scope(self._name_scope()):
                self._build_once(inputs)
                outputs = _graph_call(self, inputs, args, kwargs)
                if outputs is None:
                    raise ValueError(f"the `call` of layer {self.name} gave None, not a tensor")
                self._regularize_activity(inputs, outputs)
        add_to_collection(self.updates, tf.GraphKeys.UPDATE_OPS)
        return outputs

    def apply(self, inputs: Nested, *args: Any, **kwargs: Any) -> Nested:
        """The old name of calling the layer."""
        return self(inputs, *args, **kwargs)

    def _build_once(self, inputs):
        if self.built:
            return
        flat = tf.nest.flatten(inputs)
        if flat and self._dtype_name is None and hasattr(flat[0], "dtype"):
            self._dtype_name = tf.as_dtype(flat[0].dtype).base_dtype.name
        shapes = None
        if all(hasattr(tensor, "shape") for tensor in flat):
            shapes = tf.nest.map_structure(lambda tensor: tensor.shape, inputs)
        self.build(shapes)
        self.built = True

    def get_config(self) -> Dict[str, Any]:
        """Gives `name`, `trainable` and `dtype`; a subclass adds its own arguments.

        Raises:
          NotImplementedError: a subclass whose `__init__` takes more does not override it.
        """
        parameters = list(inspect.signature(type(self).__init__).parameters)
        if type(self).get_config is Layer.get_config and set(parameters) - {
                "self", "name", "trainable", "dtype", "kwargs"}:
            raise NotImplementedError(f"{type(self).__name__} must override get_config")
        return {"name": self.name, "trainable": self.trainable, "dtype": self.dtype}

    def __deepcopy__(self, memo):
        copied = type(self).__new__(type(self))
        memo[id(self)] = copied
        for key, value in self.__dict__.items():
            if key in ("_scope", "rnncell_scope"):
                copied.__dict__[key] = copy.copy(value)
            else:
                shared = _holds_tensors(value)
                copied.__dict__[key] = value if shared else copy.deepcopy(value, memo)
        return copied


def _as_tensor(value):
    return tf.convert_to_tensor(value) if isinstance(value, (np.ndarray, float, int)) else value


def _arguments(function):
    """Gives the names of a function's arguments, and None among them if it takes any keyword."""
    kinds = inspect.Parameter
    return [
        None if parameter.kind == kinds.VAR_KEYWORD else name
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind != kinds.VAR_POSITIONAL
    ]


def _holds_tensors(value):
    if not isinstance(value, (list, tuple)):
        return tf.is_tensor(value) or isinstance(value, tf.Variable)
    return any(_holds_tensors(part) for part in value)


def _graph_call(layer, inputs, args, kwargs):
    """Calls `call`; where it asks a tensor in an `if` or `while`, again after AutoGraph."""
    try:
        return layer.call(inputs, *args, **kwargs)
    except TypeError as error:
        if type(error).__name__ != "OperatorNotAllowedInGraphError":
            raise
    return tf.autograph.to_graph(type(layer).call)(layer, inputs, *args, **kwargs)

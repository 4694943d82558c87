"""`RNNCell`, what the cells of TensorFlow 1 are and what programs derive their own cells from.

Shapes: B batch, D input, S state, P output.
"""

from typing import Any, Optional, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Cell, DType, Nested, Scope, Size, Sizes
from seq2seq_graph.legacy.base_layer import Layer
from seq2seq_graph.legacy.regularizers import make_outside
from seq2seq_graph.legacy.sizes import zeros


class RNNCell(Layer):
    """One step of a recurrent network, for `tf.nn.dynamic_rnn` and its like.

    A subclass says `state_size` (S, or nested sizes) and `output_size` (P), and makes a step in
    `call(inputs, state)`: outputs [B, P] and the new state. Variables that `call` takes by
    `tf.get_variable` become the cell's; its second call finds them again.

    Source: `tf.nn.rnn_cell.RNNCell` of TensorFlow 1.15.
    """

    def __init__(self, trainable: bool = True, name: Optional[str] = None, dtype: DType = None,
                 **kwargs: Any) -> None:
        super().__init__(trainable=trainable, name=name, dtype=dtype, **kwargs)
        self._is_tf_rnn_cell = True

    def __call__(self, inputs: tf.Tensor, state: Nested,
                 scope: Scope = None) -> Tuple[tf.Tensor, Nested]:
        """Takes one step.

        Args:
          inputs: [B, D].
          state: nested tensors as `state_size` is, each [B, S].
          scope: variable scope to use as it is, on the first call.

        Returns:
          The output [B, P] and the new state.
        """
        if scope is not None:
            with tf.variable_scope(scope, custom_getter=self._rnn_get_variable) as scope:
                return super().__call__(inputs, state, scope=scope)
        # The scope of the first call, entered again by each later one.
        outer = getattr(self, "rnncell_scope", None)
        if outer is None:
            outer = self.rnncell_scope = tf.variable_scope(
                tf.get_variable_scope(), custom_getter=self._rnn_get_variable)
        with outer:
            return super().__call__(inputs, state)

    def _rnn_get_variable(self, getter, *args, **kwargs):
        kwargs["regularizer"] = make_outside(kwargs.get("regularizer"))
        variable = getter(*args, **kwargs)
        trained = tf.trainable_variables()
        first = next(iter(variable)) if hasattr(variable, "as_tensor") else variable
        is_trained = any(first is other for other in trained)
        kept = self._trainable_weights if is_trained else self._non_trainable_weights
        if all(variable is not other for other in kept):
            kept.append(variable)
        return variable

    @property
    def state_size(self) -> Sizes:
        """S, a TensorShape, or a tuple of such; a subclass says it."""
        raise NotImplementedError(f"{type(self).__name__} must say its state_size")

    @property
    def output_size(self) -> Sizes:
        """P or a TensorShape; a subclass says it."""
        raise NotImplementedError(f"{type(self).__name__} must say its output_size")

    def build(self, _: Nested) -> None:
        """Makes nothing: `call` may make variables itself."""

    def get_initial_state(self, inputs: Optional[tf.Tensor] = None,
                          batch_size: Optional[Size] = None, dtype: DType = None) -> Nested:
        """Makes the zero state that fits `inputs` [B, D], or `batch_size` and `dtype`.

        Raises:
          ValueError: neither is given, or they contradict each other.
        """
        if inputs is not None:
            inputs = tf.convert_to_tensor(inputs, name="inputs")
            known = inputs.shape.as_list()[0]
            if batch_size is not None and _value(batch_size) != known:
                raise ValueError(f"inputs has batch size {known}, but batch_size is {batch_size}")
            if dtype is not None and inputs.dtype != dtype:
                raise ValueError(f"inputs is of type {inputs.dtype}, but dtype is {dtype}")
            batch_size = known or tf.shape(inputs)[0]
            dtype = inputs.dtype
        if batch_size is None or dtype is None:
            raise ValueError(
                "get_initial_state needs inputs, or both batch_size and dtype; "
                f"got batch_size={batch_size} and dtype={dtype}"
            )
        return self.zero_state(batch_size, dtype)

    def zero_state(self, batch_size: Size, dtype: DType) -> Nested:
        """Makes a state of zeros, nested as `state_size` is, each [B, S].

        Args:
          batch_size: B: an int, a Dimension, or an integer tensor.
        """
        size = self.state_size
        with tf.name_scope(type(self).__name__ + "ZeroState", values=[batch_size]):
            return tf.nest.map_structure(lambda part: zeros(batch_size, part, dtype), size)


class LayerRNNCell(RNNCell):
    """A cell that makes its variables in `build`, as a layer does, and not in `call`."""

    def __call__(self, inputs: tf.Tensor, state: Nested, scope: Scope = None, *args: Any,
                 **kwargs: Any) -> Tuple[tf.Tensor, Nested]:
        """Takes one step: see `RNNCell.__call__`."""
        return Layer.__call__(self, inputs, state, *args, scope=scope, **kwargs)


def assert_like_rnncell(cell_name: str, cell: Cell) -> None:
    """Raises TypeError unless `cell` has what a cell needs; `cell_name` is the argument's name."""
    missing = [name for name in ("output_size", "state_size") if not _has(cell, name)]
    if not _has(cell, "get_initial_state") and not _has(cell, "zero_state"):
        missing.append("zero_state")
    if not callable(cell):
        missing.append("__call__")
    if missing:
        raise TypeError(f"{cell_name}={cell} is not an RNNCell: it has no " + ", ".join(missing))


def _has(thing, name):
    # Not hasattr, which calls a property's ValueError and the like True in Python 2 alone.
    try:
        getattr(thing, name)
    except AttributeError:
        return False
    return True


def _value(size):
    return tf.get_static_value(size) if tf.is_tensor(size) else size

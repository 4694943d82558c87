"""`ResidualWrapper` and `DeviceWrapper`, cells around a cell.

Shapes: B batch, D input, P output.
"""

from typing import Any, Callable, Dict, Optional, Union

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Cell, DType, Nested, Size
from seq2seq_graph.legacy.cell import RNNCell, assert_like_rnncell


class _Wrapper(RNNCell):
    """A cell that has the sizes and the zero state of the cell in it, and no variables itself."""

    def __init__(self, cell, *args, **kwargs):
        super().__init__(*args, **kwargs)
        assert_like_rnncell("cell", cell)
        self.cell = cell

    state_size = property(lambda self: self.cell.state_size, doc="The wrapped cell's.")
    output_size = property(lambda self: self.cell.output_size, doc="The wrapped cell's.")

    def zero_state(self, batch_size, dtype):
        """Makes the wrapped cell's state of zeros."""
        with tf.name_scope(type(self).__name__ + "ZeroState", values=[batch_size]):
            return self.cell.zero_state(batch_size, dtype)

    def __call__(self, inputs, state, scope=None):
        """Takes one step of the wrapped cell: see `RNNCell.__call__`."""
        return self._call_wrapped_cell(inputs, state, self.cell.__call__, scope=scope)

    def get_config(self):
        """Gives the arguments, the cell as {"class_name", "config"}."""
        described = {"class_name": type(self.cell).__name__, "config": self.cell.get_config()}
        return dict(super().get_config(), cell=described)

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """Makes the wrapper of its arguments, `cell` among them as an object.

        Raises:
          ValueError: `cell` is no cell.
        """
        config = dict(config)
        cell = config.pop("cell")
        try:
            assert_like_rnncell("cell", cell)
        except TypeError as error:
            raise ValueError(f"{cls.__name__}.from_config: put the cell in `cell`") from error
        return cls(cell, **config)


class ResidualWrapper(_Wrapper):
    """Adds a cell's inputs to its outputs.

    Args:
      cell: the cell, D = P.
      residual_fn: inputs, outputs -> outputs, in place of the sum.

    Raises:
      TypeError, ValueError: inputs and outputs are nested or shaped differently.

    Source: `tf.nn.rnn_cell.ResidualWrapper` of TensorFlow 1.15.
    """

    def __init__(self, cell: Cell, residual_fn: Optional[Callable[[Nested, Nested], Nested]] = None,
                 **kwargs: Any) -> None:
        super().__init__(cell, **kwargs)
        self._residual_fn = residual_fn

    def _call_wrapped_cell(self, inputs, state, cell_call_fn, **kwargs):
        outputs, state = cell_call_fn(inputs, state, **kwargs)
        return (self._residual_fn or _sum)(inputs, outputs), state

    def get_config(self) -> Dict[str, Any]:
        """Gives the arguments."""
        own = {} if self._residual_fn is None else {"residual_fn": self._residual_fn}
        return dict(super().get_config(), **own)


class DeviceWrapper(_Wrapper):
    """Runs a cell on a device, a string or function as `tf.device` takes it.

    Source: `tf.nn.rnn_cell.DeviceWrapper` of TensorFlow 1.15.
    """

    def __init__(self, cell: Cell, device: Union[str, Callable], **kwargs: Any) -> None:
        super().__init__(cell, **kwargs)
        self._device = device

    def zero_state(self, batch_size: Size, dtype: DType) -> Nested:
        """Makes the cell's state of zeros on the device."""
        with tf.name_scope(type(self).__name__ + "ZeroState", values=[batch_size]), tf.device(
                self._device):
            return self.cell.zero_state(batch_size, dtype)

    def _call_wrapped_cell(self, inputs, state, cell_call_fn, **kwargs):
        with tf.device(self._device):
            return cell_call_fn(inputs, state, **kwargs)

    def get_config(self) -> Dict[str, Any]:
        """Gives the arguments."""
        return dict(super().get_config(), device=self._device)


def same_shapes(inputs: Nested, outputs: Nested) -> None:
    """Raises TypeError or ValueError unless both are nested and shaped alike."""
    tf.nest.assert_same_structure(inputs, outputs)
    for one, other in zip(tf.nest.flatten(inputs), tf.nest.flatten(outputs)):
        one.get_shape().assert_is_compatible_with(other.get_shape())


def _sum(inputs, outputs):
    same_shapes(inputs, outputs)
    return tf.nest.map_structure(lambda one, other: one + other, inputs, outputs)

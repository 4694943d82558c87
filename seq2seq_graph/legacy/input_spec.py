"""What a layer asks of its inputs, and the check that TensorFlow 1.15 makes of it."""

from typing import Any, Dict, Optional, Sequence

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import DType, Nested


class InputSpec:
    """The type, rank and sizes that an input must have; None asks for nothing.

    Args:
      dtype: the type.
      shape: sizes, None where any will do; sets `ndim` too.
      ndim, min_ndim, max_ndim: the rank, or its bounds.
      axes: axis -> size.

    Raises:
      TypeError: an axis is not an integer.
      ValueError: an axis lies beyond the rank.

    Source: `tf.layers.InputSpec` of TensorFlow 1.15.
    """

    def __init__(
        self,
        dtype: DType = None,
        shape: Optional[Sequence[Optional[int]]] = None,
        ndim: Optional[int] = None,
        max_ndim: Optional[int] = None,
        min_ndim: Optional[int] = None,
        axes: Optional[Dict[int, Optional[int]]] = None,
    ) -> None:
        self.dtype = None if dtype is None else tf.as_dtype(dtype).name
        self.shape = shape
        self.ndim = ndim if shape is None else len(shape)
        self.max_ndim = max_ndim
        self.min_ndim = min_ndim
        try:
            self.axes = {int(axis): size for axis, size in (axes or {}).items()}
        except (ValueError, TypeError):
            raise TypeError(f"InputSpec(axes={axes!r}): each axis must be an integer") from None
        if self.axes and (self.ndim is not None or self.max_ndim is not None):
            largest = (self.ndim or self.max_ndim or 0) - 1
            if max(self.axes) > largest:
                raise ValueError(
                    f"InputSpec: axis {max(self.axes)} is above the largest there is, {largest}"
                )

    def __repr__(self):
        given = [f"{name}={value}" for name, value in self.get_config().items() if value]
        return "InputSpec(" + ", ".join(given) + ")"

    def get_config(self) -> Dict[str, Any]:
        """Gives the arguments."""
        names = ("dtype", "shape", "ndim", "max_ndim", "min_ndim", "axes")
        return {name: getattr(self, name) for name in names}

    @classmethod
    def from_config(cls, config: Dict[str, Any]) -> "InputSpec":
        """Gives the specification that `get_config` came from."""
        return cls(**config)


def require_compatible(specs: Nested, inputs: Nested, layer_name: str) -> None:
    """Checks nested tensors against `specs`, nested in the same way; None checks nothing.

    Raises:
      ValueError: another number of inputs, or another type, rank or size.
    """
    if not specs:
        return
    inputs, specs = tf.nest.flatten(inputs), tf.nest.flatten(specs)
    if len(inputs) != len(specs):
        raise ValueError(f"{layer_name} takes {len(specs)} inputs; got {len(inputs)}: {inputs}")
    for position, (tensor, spec) in enumerate(zip(inputs, specs)):
        problem = None if spec is None else _problem(spec, tensor)
        if problem:
            raise ValueError(f"{layer_name}, input {position}: {problem}")


def _problem(spec, tensor):
    rank = tensor.shape.ndims
    bounds = (spec.ndim, spec.min_ndim, spec.max_ndim)
    if rank is None and any(bound is not None for bound in bounds):
        return "its rank must be known"
    if spec.ndim is not None and rank != spec.ndim:
        return f"rank {spec.ndim} is needed; got shape {tensor.shape.as_list()}"
    if rank is not None and spec.max_ndim is not None and rank > spec.max_ndim:
        return f"rank {spec.max_ndim} at most is needed; got shape {tensor.shape.as_list()}"
    if rank is not None and spec.min_ndim is not None and rank < spec.min_ndim:
        return f"rank {spec.min_ndim} at least is needed; got shape {tensor.shape.as_list()}"
    if spec.dtype is not None and tensor.dtype != spec.dtype:
        return f"type {spec.dtype} is needed; got {tensor.dtype.name}"
    wanted = dict(spec.axes)
    if spec.shape is not None:
        wanted.update(enumerate(spec.shape))
    for axis, given in wanted.items():
        size = getattr(given, "value", given)
        if size is not None and tensor.shape.as_list()[axis] not in (size, None):
            return f"size {size} is needed in axis {axis}; got shape {tensor.shape.as_list()}"
    return None

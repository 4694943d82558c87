"""What version 1 layers inherited from Keras and no sequence program lives by: the cheap part."""

from typing import Any, Callable, Dict, List, Optional, Sequence

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Nested, Regularizer


def _undefined(name):
    def missing(self):
        raise AttributeError(
            f"{self.name}.{name}: only a layer called on a `tf.keras.Input` has it"
        )

    return missing


def _undefined_at(name):
    def missing(self, node_index):
        raise RuntimeError(
            f"{self.name}.{name}({node_index}): only a layer called on a `tf.keras.Input` has it"
        )

    return missing


class KerasSurface:
    """Keras' names on a version 1 layer, as far as they mean something outside Keras."""

    stateful = False
    supports_masking = False
    dynamic = property(lambda self: False)
    metrics = property(lambda self: [])
    inbound_nodes = property(lambda self: [])
    outbound_nodes = property(lambda self: [])
    submodules = property(lambda self: ())
    input = property(_undefined("input"))
    output = property(_undefined("output"))
    input_mask = property(_undefined("input_mask"))
    output_mask = property(_undefined("output_mask"))
    input_shape = property(_undefined("input_shape"))
    output_shape = property(_undefined("output_shape"))
    get_input_at = _undefined_at("get_input_at")
    get_output_at = _undefined_at("get_output_at")
    get_input_mask_at = _undefined_at("get_input_mask_at")
    get_output_mask_at = _undefined_at("get_output_mask_at")
    get_input_shape_at = _undefined_at("get_input_shape_at")
    get_output_shape_at = _undefined_at("get_output_shape_at")

    @property
    def name_scope(self) -> Any:
        """A name scope of the layer's name."""
        return tf.name_scope(self.name)

    @property
    def activity_regularizer(self) -> Regularizer:
        """A function of each output whose value joins `losses`, or None."""
        return self._activity_regularizer

    @activity_regularizer.setter
    def activity_regularizer(self, regularizer: Regularizer) -> None:
        self._activity_regularizer = regularizer

    def compute_mask(self, inputs: Nested, mask: Nested = None) -> None:
        """Gives None: no version 1 layer hands a mask on.

        Raises:
          TypeError: a mask is given.
        """
        if any(part is not None for part in tf.nest.flatten(mask)):
            raise TypeError(f"{self.name} does not support masking; got mask {mask}")

    def compute_output_shape(self, input_shape: Nested) -> Nested:
        """Raises NotImplementedError unless a subclass knows it."""
        raise NotImplementedError(f"{self.name} does not know its output's shape in advance")

    def compute_output_signature(self, input_signature: Nested) -> Nested:
        """Gives the TensorSpecs that `compute_output_shape` makes of TensorSpecs."""
        shapes = self.compute_output_shape(
            tf.nest.map_structure(lambda spec: spec.shape, input_signature)
        )
        dtype = self.dtype or tf.nest.flatten(input_signature)[0].dtype
        return tf.nest.map_structure(lambda shape: tf.TensorSpec(shape, dtype), shapes)

    def count_params(self) -> int:
        """Gives the number of numbers in the layer's variables.

        Raises:
          ValueError: the layer is not built.
        """
        if not self.built:
            raise ValueError(f"{self.name} has no variables before it is built: call it first")
        return int(sum(np.prod(weight.shape.as_list()) for weight in self.weights))

    def get_weights(self) -> List[np.ndarray]:
        """Gives the variables' values, in the default Session."""
        return tf.get_default_session().run(self.weights)

    def set_weights(self, weights: Sequence[np.ndarray]) -> None:
        """Sets the variables, in the default Session, to arrays in the order of `weights`.

        Raises:
          ValueError: another number of arrays.
        """
        if len(weights) != len(self.weights):
            raise ValueError(
                f"{self.name} has {len(self.weights)} variables; got {len(weights)} arrays"
            )
        session = tf.get_default_session()
        for variable, value in zip(self.weights, weights):
            variable.load(value, session)

    def add_metric(self, value: tf.Tensor, aggregation: Optional[str] = None,
                   name: Optional[str] = None) -> None:
        """Raises NotImplementedError: metrics belong to Keras models."""
        raise NotImplementedError(f"{self.name}.add_metric: give the metric to tf.summary instead")

    def get_losses_for(self, inputs: Nested) -> List[tf.Tensor]:
        """Gives the losses that depend on `inputs`; with None those that depend on none."""
        return [loss for loss in self.losses if _depends(loss, inputs)]

    def get_updates_for(self, inputs: Nested) -> List[tf.Operation]:
        """Gives the updates that depend on `inputs`; with None those that depend on none."""
        return [update for update in self.updates if _depends(update, inputs)]

    @classmethod
    def with_name_scope(cls, method: Callable) -> Callable:
        """Gives the method run in the layer's name scope."""

        def in_scope(self, *args, **kwargs):
            with self.name_scope:
                return method(self, *args, **kwargs)

        return in_scope

    @classmethod
    def from_config(cls, config: Dict[str, Any]) -> Any:
        """Makes the layer of what its `get_config` gave."""
        return cls(**config)


def _depends(what, inputs):
    """Whether a tensor or op is computed of `inputs`; for None, whether it depends on none."""
    if inputs is None:
        return getattr(what, "_unconditional", True)
    waiting, seen = [getattr(what, "op", what)], set()
    wanted = {id(tensor.op) for tensor in tf.nest.flatten(inputs)}
    while waiting:
        op = waiting.pop()
        if id(op) in wanted:
            return True
        if id(op) not in seen:
            seen.add(id(op))
            waiting.extend(tensor.op for tensor in op.inputs)
    return False

"""What a version 1 layer adds to the loss, and the ops that it wants run at each step."""

import functools
from typing import Any, Iterable, List

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Nested


class LayerLosses:
    """The part of `base_layer.Layer` that keeps losses and updates."""

    @property
    def updates(self) -> List[tf.Operation]:
        """The ops that must run at each training step, such as moving averages."""
        return list(self._updates) if self.trainable or self.stateful else []

    @property
    def losses(self) -> List[tf.Tensor]:
        """What the layer adds to the loss; regularizers are computed anew at each asking."""
        computed = [compute() for compute in self._callable_losses]
        return self._losses + [loss for loss in computed if loss is not None]

    def add_loss(self, losses: Any, inputs: Nested = None) -> None:
        """Adds tensors, or functions that make them, to `losses` and REGULARIZATION_LOSSES.

        Args:
          inputs: what the losses depend on; None says that they depend on no input.
        """
        given = [loss for loss in tf.nest.flatten(losses) if loss is not None]
        computed = [functools.partial(_computed, loss, inputs) for loss in given if callable(loss)]
        tensors = [_computed(loss, inputs) for loss in given if not callable(loss)]
        self._callable_losses += computed
        self._losses += tensors
        values = [compute() for compute in computed]
        add_to_collection(
            tensors + [value for value in values if value is not None],
            tf.GraphKeys.REGULARIZATION_LOSSES,
        )

    def add_update(self, updates: Any, inputs: Nested = None) -> None:
        """Adds ops, tensors, or functions that make them, to `updates`."""
        for update in updates if isinstance(updates, (list, tuple)) else [updates]:
            made = update() if callable(update) else update
            op = made if isinstance(made, tf.Operation) else getattr(made, "op", None)
            self._updates.append(tf.convert_to_tensor(made) if op is None else op)

    def _regularize_activity(self, inputs, outputs):
        if not self._activity_regularizer:
            return
        with tf.name_scope("ActivityRegularizer"):
            for output in tf.nest.flatten(outputs):
                loss = self._activity_regularizer(output)
                self.add_loss(loss / tf.cast(tf.shape(output)[0], loss.dtype), inputs=inputs)


def add_to_collection(elements: Iterable[Any], name: str) -> None:
    """Adds each element to the default graph's collection unless it is there."""
    collection = tf.get_collection_ref(name)
    for element in tf.nest.flatten(elements):
        if all(element is not other for other in collection):
            collection.append(element)


def _computed(loss, inputs):
    loss = loss() if callable(loss) else loss
    if loss is None:
        return None
    loss = loss if tf.is_tensor(loss) else tf.convert_to_tensor(loss, tf.float32)
    loss._unconditional = inputs is None  # read by `get_losses_for`
    return loss

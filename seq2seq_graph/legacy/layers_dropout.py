"""`tf.layers`' dropout of TensorFlow 1.15."""

from typing import Any, Dict, Optional

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import (
    Flag,
    Number,
    Shape,
)
from seq2seq_graph.legacy.base_layer import Layer
from seq2seq_graph.legacy.conditions import smart_cond


class Dropout(Layer):
    """Sets the share `rate` of the inputs to 0 and divides the others by 1 - `rate`, in training.

    Args:
      rate: between 0 and 1.
      noise_shape: sizes of what is dropped together, None for the input's own; 1 drops a whole
        axis alike.
      seed: the op seed.

    Source: `tf.layers.Dropout` of TensorFlow 1.15.
    """

    def __init__(self, rate: Number = 0.5, noise_shape: Shape = None, seed: Optional[int] = None,
                 name: Optional[str] = None, **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.rate = rate
        self.noise_shape = noise_shape
        self.seed = seed
        self.supports_masking = True

    def call(self, inputs: tf.Tensor, training: Flag = False) -> tf.Tensor:
        """Drops where `training`, a bool or a boolean scalar tensor, is true."""
        return smart_cond(
            training,
            lambda: tf.nn.dropout(
                inputs, noise_shape=self._get_noise_shape(inputs), seed=self.seed, rate=self.rate),
            lambda: tf.identity(inputs),
        )

    def _get_noise_shape(self, inputs):
        if self.noise_shape is None:
            return None
        sizes = tf.shape(inputs)
        return tf.convert_to_tensor(
            [sizes[axis] if size is None else size for axis, size in enumerate(self.noise_shape)])

    def compute_output_shape(self, input_shape: Shape) -> tf.TensorShape:
        """The input's."""
        return input_shape

    def get_config(self) -> Dict[str, Any]:
        """Gives the arguments."""
        return dict(
            super().get_config(), rate=self.rate, noise_shape=self.noise_shape, seed=self.seed)


def dropout(inputs: tf.Tensor, rate: Number = 0.5, noise_shape: Shape = None,
            seed: Optional[int] = None, training: Flag = False,
            name: Optional[str] = None) -> tf.Tensor:
    """Makes a `Dropout` layer and calls it."""
    layer = Dropout(rate, noise_shape=noise_shape, seed=seed, name=name)
    return layer.apply(inputs, training=training)

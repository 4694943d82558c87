"""`tf.layers`' pooling of TensorFlow 1.15, over one and two dimensions.

Shapes: B batch, S the sizes of the dimensions, C channels.
"""

from typing import Callable, Optional

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Sides
from seq2seq_graph.legacy.base_layer import Layer
from seq2seq_graph.legacy.input_spec import InputSpec
from seq2seq_graph.legacy.window_sizes import check_word, length, sizes_of


class _Pooling(Layer):
    """Takes the largest, or the mean, of each window: [B, *S, C] -> [B, *sizes, C].

    Args:
      pool_size, strides: an int, or one for each dimension.
      padding: "valid" or "same".
      data_format: "channels_last" or "channels_first", [B, C, *S].

    Raises:
      ValueError: an argument is none of these.
    """

    _RANK: int
    _POOL: Callable

    def __init__(
        self, pool_size, strides, padding="valid", data_format="channels_last", name=None, **kwargs
    ):
        if strides is None:
            raise ValueError(f"{type(self).__name__} needs strides")
        super().__init__(name=name, **kwargs)
        self.pool_size = sizes_of(pool_size, self._RANK, "pool_size")
        self.strides = sizes_of(strides, self._RANK, "strides")
        self.padding = check_word(padding, "padding", ("valid", "same"))
        self.data_format = check_word(
            data_format, "data_format", ("channels_last", "channels_first"))
        self.input_spec = InputSpec(ndim=self._RANK + 2)

    def call(self, inputs):
        """[B, *S, C] -> [B, *sizes, C]."""
        is_first = self.data_format == "channels_first"
        window, strides = list(self.pool_size), list(self.strides)
        axis = 3 if is_first else 2
        if self._RANK == 1:
            inputs = tf.expand_dims(inputs, axis)
            window, strides = [*window, 1], [*strides, 1]
        around = [[1, 1], []] if is_first else [[1], [1]]
        outputs = type(self)._POOL(
            inputs, around[0] + window + around[1], around[0] + strides + around[1],
            padding=self.padding.upper(), data_format="NCHW" if is_first else "NHWC")
        return tf.squeeze(outputs, axis) if self._RANK == 1 else outputs

    def compute_output_shape(self, input_shape):
        """[B, *S, C] -> [B, *sizes, C]."""
        batch, *rest = tf.TensorShape(input_shape).as_list()
        is_first = self.data_format == "channels_first"
        sizes = rest[1:] if is_first else rest[:-1]
        sizes = [length(size, window, stride, 1, self.padding)
                 for size, window, stride in zip(sizes, self.pool_size, self.strides)]
        return tf.TensorShape(
            [batch] + ([rest[0], *sizes] if is_first else [*sizes, rest[-1]]))

    def get_config(self):
        """Gives the arguments."""
        names = ("pool_size", "strides", "padding", "data_format")
        return dict(super().get_config(), **{name: getattr(self, name) for name in names})


class MaxPooling1D(_Pooling):
    """The largest of each window of [B, T, C]. Source: `tf.layers.MaxPooling1D`."""

    _RANK, _POOL = 1, staticmethod(tf.nn.max_pool)


class MaxPooling2D(_Pooling):
    """The largest of each window of [B, *S, C]. Source: `tf.layers.MaxPooling2D`."""

    _RANK, _POOL = 2, staticmethod(tf.nn.max_pool)


class AveragePooling1D(_Pooling):
    """The mean of each window of [B, T, C]. Source: `tf.layers.AveragePooling1D`."""

    _RANK, _POOL = 1, staticmethod(tf.nn.avg_pool)


class AveragePooling2D(_Pooling):
    """The mean of each window of [B, *S, C]. Source: `tf.layers.AveragePooling2D`."""

    _RANK, _POOL = 2, staticmethod(tf.nn.avg_pool)


def max_pooling1d(
    inputs: tf.Tensor,
    pool_size: Sides,
    strides: Sides,
    padding: str = "valid",
    data_format: str = "channels_last",
    name: Optional[str] = None,
) -> tf.Tensor:
    """Makes a `MaxPooling1D` layer and calls it."""
    return MaxPooling1D(pool_size, strides, padding, data_format, name=name).apply(inputs)


def max_pooling2d(
    inputs: tf.Tensor,
    pool_size: Sides,
    strides: Sides,
    padding: str = "valid",
    data_format: str = "channels_last",
    name: Optional[str] = None,
) -> tf.Tensor:
    """Makes a `MaxPooling2D` layer and calls it."""
    return MaxPooling2D(pool_size, strides, padding, data_format, name=name).apply(inputs)


def average_pooling1d(
    inputs: tf.Tensor,
    pool_size: Sides,
    strides: Sides,
    padding: str = "valid",
    data_format: str = "channels_last",
    name: Optional[str] = None,
) -> tf.Tensor:
    """Makes an `AveragePooling1D` layer and calls it."""
    return AveragePooling1D(pool_size, strides, padding, data_format, name=name).apply(inputs)


def average_pooling2d(
    inputs: tf.Tensor,
    pool_size: Sides,
    strides: Sides,
    padding: str = "valid",
    data_format: str = "channels_last",
    name: Optional[str] = None,
) -> tf.Tensor:
    """Makes an `AveragePooling2D` layer and calls it."""
    return AveragePooling2D(pool_size, strides, padding, data_format, name=name).apply(inputs)

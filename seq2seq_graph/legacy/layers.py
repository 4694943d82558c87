"""`tf.layers` of TensorFlow 1.15: dense, dropout, flatten.

Shapes: B batch, D input, U units.
"""

from typing import Any, Dict, Optional

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy import kernel_and_bias
from seq2seq_graph.legacy.activations import named_activation
from seq2seq_graph.legacy.argument_types import (
    Activation,
    Constraint,
    Initializer,
    Regularizer,
    Shape,
)
from seq2seq_graph.legacy.base_layer import Layer
from seq2seq_graph.legacy.initializers import named_initializer
from seq2seq_graph.legacy.input_spec import InputSpec
from seq2seq_graph.legacy.layers_dropout import Dropout, dropout
from seq2seq_graph.legacy.regularizers import named_regularizer

__all__ = ["Dense", "Dropout", "Flatten", "InputSpec", "Layer", "dense", "dropout", "flatten"]

_ZEROS = tf.zeros_initializer()


class Dense(Layer):
    """Multiplies the last axis by `kernel` [D, U], adds `bias` [U], applies `activation`.

    Args:
      units: U.
      activation: a function or the name of one; None leaves the result as it is.
      use_bias: False leaves the bias out.
      kernel_initializer, bias_initializer: None takes the scope's, else Glorot uniform.
      kernel_regularizer, bias_regularizer: their values join `losses`.
      activity_regularizer, trainable, name: as in `base_layer.Layer`.
      kernel_constraint, bias_constraint: functions for the optimizer to apply.

    Raises:
      TypeError: the inputs are not of a floating type.
      ValueError: the inputs' rank is below 2, or D is not known.

    Source: `tf.layers.Dense` of TensorFlow 1.15.
    """

    def __init__(
        self,
        units: int,
        activation: Activation = None,
        use_bias: bool = True,
        kernel_initializer: Initializer = None,
        bias_initializer: Initializer = _ZEROS,
        kernel_regularizer: Regularizer = None,
        bias_regularizer: Regularizer = None,
        activity_regularizer: Regularizer = None,
        kernel_constraint: Constraint = None,
        bias_constraint: Constraint = None,
        trainable: bool = True,
        name: Optional[str] = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            trainable=trainable,
            name=name,
            activity_regularizer=named_regularizer(activity_regularizer),
            **kwargs,
        )
        self.units = int(units)
        self.activation = named_activation(activation)
        self.use_bias = use_bias
        self.kernel_initializer = named_initializer(kernel_initializer)
        self.bias_initializer = named_initializer(bias_initializer)
        self.kernel_regularizer = named_regularizer(kernel_regularizer)
        self.bias_regularizer = named_regularizer(bias_regularizer)
        self.kernel_constraint = kernel_constraint
        self.bias_constraint = bias_constraint
        self.supports_masking = True
        self.input_spec = InputSpec(min_ndim=2)

    kernel: tf.Variable
    bias: Optional[tf.Variable]

    def build(self, input_shape: Shape) -> None:
        """Makes the variables for inputs [..., D]."""
        dtype = tf.as_dtype(self.dtype or tf.float32)
        if not (dtype.is_floating or dtype.is_complex):
            raise TypeError(f"Dense needs inputs of a floating type; got {dtype.name}")
        depth = tf.TensorShape(input_shape).as_list()[-1]
        if depth is None:
            raise ValueError(f"Dense needs a known last dimension; got inputs {input_shape}")
        self.input_spec = InputSpec(min_ndim=2, axes={-1: depth})
        kernel_and_bias.add(self, [depth, self.units], self.units)
        self.built = True

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """[..., D] -> [..., U]."""
        rank = inputs.shape.ndims
        if rank > 2:
            outputs = tf.tensordot(inputs, self.kernel, [[rank - 1], [0]])
            outputs.set_shape(inputs.shape.as_list()[:-1] + [self.units])
        elif isinstance(inputs, tf.SparseTensor):
            inputs = tf.cast(inputs, self.dtype)
            outputs = tf.sparse_tensor_dense_matmul(inputs, self.kernel)
        else:
            outputs = tf.matmul(tf.cast(inputs, self.dtype), self.kernel)
        if self.use_bias:
            outputs = tf.nn.bias_add(outputs, self.bias)
        return outputs if self.activation is None else self.activation(outputs)

    def compute_output_shape(self, input_shape: Shape) -> tf.TensorShape:
        """[..., D] -> [..., U]."""
        return tf.TensorShape(input_shape).with_rank_at_least(2)[:-1].concatenate(self.units)

    def get_config(self) -> Dict[str, Any]:
        """Gives the arguments, functions by their names."""
        return dict(super().get_config(), units=self.units, **kernel_and_bias.describe(self))


def dense(
    inputs: tf.Tensor,
    units: int,
    activation: Activation = None,
    use_bias: bool = True,
    kernel_initializer: Initializer = None,
    bias_initializer: Initializer = _ZEROS,
    kernel_regularizer: Regularizer = None,
    bias_regularizer: Regularizer = None,
    activity_regularizer: Regularizer = None,
    kernel_constraint: Constraint = None,
    bias_constraint: Constraint = None,
    trainable: bool = True,
    name: Optional[str] = None,
    reuse: Optional[bool] = None,
) -> tf.Tensor:
    """Makes a `Dense` layer in the scope `name` and calls it: [..., D] -> [..., U]."""
    layer = Dense(
        units,
        activation=activation,
        use_bias=use_bias,
        kernel_initializer=kernel_initializer,
        bias_initializer=bias_initializer,
        kernel_regularizer=kernel_regularizer,
        bias_regularizer=bias_regularizer,
        activity_regularizer=activity_regularizer,
        kernel_constraint=kernel_constraint,
        bias_constraint=bias_constraint,
        trainable=trainable,
        name=name,
        _scope=name,
        _reuse=reuse,
    )
    return layer.apply(inputs)


class Flatten(Layer):
    """Joins all axes but the first.

    Args:
      data_format: `channels_first` puts axis 1 last before that.

    Raises:
      ValueError: another format.

    Source: `tf.layers.Flatten` of TensorFlow 1.15.
    """

    def __init__(self, data_format: Optional[str] = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = (data_format or "channels_last").lower()
        if self.data_format not in ("channels_first", "channels_last"):
            raise ValueError(
                f"data_format={data_format!r}: give 'channels_first' or 'channels_last'")
        self.input_spec = InputSpec(min_ndim=1)

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """[B, ...] -> [B, product of the others]."""
        rank = inputs.shape.ndims
        if self.data_format == "channels_first" and rank is not None and rank > 1:
            inputs = tf.transpose(inputs, [0, *range(2, rank), 1])
        outputs = tf.reshape(inputs, (inputs.shape.as_list()[0] or tf.shape(inputs)[0], -1))
        outputs.set_shape(self.compute_output_shape(inputs.shape))
        return outputs

    def compute_output_shape(self, input_shape: Shape) -> tf.TensorShape:
        """[B, ...] -> [B, product of the others], None where one is not known."""
        first, *others = tf.TensorShape(input_shape).as_list()
        return tf.TensorShape([first, int(np.prod(others)) if all(others) else None])

    def get_config(self) -> Dict[str, Any]:
        """Gives the arguments."""
        return dict(super().get_config(), data_format=self.data_format)


def flatten(inputs: tf.Tensor, name: Optional[str] = None,
            data_format: str = "channels_last") -> tf.Tensor:
    """Makes a `Flatten` layer and calls it: [B, ...] -> [B, product of the others]."""
    return Flatten(name=name, data_format=data_format).apply(inputs)

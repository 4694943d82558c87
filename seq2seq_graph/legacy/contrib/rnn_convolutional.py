"""contrib's LSTMs over pictures: their products are convolutions (Shi et al. 2015).

Shapes: B batch, S the sizes of one, two or three dimensions, C channels in, F channels out.
"""

from typing import Any, Sequence, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Initializer, Scope
from seq2seq_graph.legacy.cell import RNNCell
from seq2seq_graph.legacy.rnn_cell_lstm import LSTMStateTuple


class ConvLSTMCell(RNNCell):
    """An LSTM whose inputs, outputs and states are [B, *S, channels].

    Variables: `kernel` [*kernel_shape, C + F, 4 * F], `biases` [4 * F].

    Args:
      conv_ndims: how many dimensions S has, 1 to 3.
      input_shape: the list [*S, C].
      output_channels: F; kernel_shape: the list of the kernel's sizes.
      use_bias, forget_bias: as in other LSTMs.
      skip_connection: whether the inputs are added to the outputs' channels.
      initializers: not used.

    Raises:
      ValueError: `input_shape` does not have `conv_ndims` + 1 sizes.

    Source: `tf.contrib.rnn.ConvLSTMCell` of TensorFlow 1.15.
    """

    def __init__(
        self,
        conv_ndims: int,
        input_shape: Sequence[int],
        output_channels: int,
        kernel_shape: Sequence[int],
        use_bias: bool = True,
        skip_connection: bool = False,
        forget_bias: float = 1.0,
        initializers: Initializer = None,
        name: str = "conv_lstm_cell",
    ) -> None:
        super().__init__(name=name)
        if conv_ndims != len(input_shape) - 1:
            raise ValueError(f"ConvLSTMCell: {input_shape} has not {conv_ndims} sizes and channels")
        self._conv_ndims = conv_ndims
        self._output_channels = output_channels
        self._kernel_shape = list(kernel_shape)
        self._use_bias = use_bias
        self._forget_bias = forget_bias
        self._skip_connection = skip_connection
        sizes, channels = list(input_shape[:-1]), output_channels
        state = tf.TensorShape([*sizes, channels])
        self._state_size = LSTMStateTuple(state, state)
        self._output_size = tf.TensorShape(
            [*sizes, channels + input_shape[-1] if skip_connection else channels])

    output_size = property(lambda self: self._output_size, doc="[*S, F], or with C more channels.")
    state_size = property(lambda self: self._state_size, doc="LSTMStateTuple of [*S, F] twice.")

    def call(self, inputs: tf.Tensor, state: LSTMStateTuple,
             scope: Scope = None) -> Tuple[tf.Tensor, LSTMStateTuple]:
        """Takes one step: [B, *S, C] and the state -> the output and the new state."""
        c, h = state
        gates = _conv([inputs, h], self._kernel_shape, 4 * self._output_channels, self._use_bias)
        i, j, f, o = tf.split(gates, 4, axis=self._conv_ndims + 1)
        c = tf.sigmoid(f + self._forget_bias) * c
        c += tf.sigmoid(i) * tf.tanh(j)
        output = tf.tanh(c) * tf.sigmoid(o)
        if self._skip_connection:
            output = tf.concat([output, inputs], axis=-1)
        return output, LSTMStateTuple(c, output)


class Conv1DLSTMCell(ConvLSTMCell):
    """`ConvLSTMCell` over one dimension."""

    def __init__(self, name: str = "conv_1d_lstm_cell", **kwargs: Any) -> None:
        super().__init__(conv_ndims=1, name=name, **kwargs)


class Conv2DLSTMCell(ConvLSTMCell):
    """`ConvLSTMCell` over two dimensions."""

    def __init__(self, name: str = "conv_2d_lstm_cell", **kwargs: Any) -> None:
        super().__init__(conv_ndims=2, name=name, **kwargs)


class Conv3DLSTMCell(ConvLSTMCell):
    """`ConvLSTMCell` over three dimensions."""

    def __init__(self, name: str = "conv_3d_lstm_cell", **kwargs: Any) -> None:
        super().__init__(conv_ndims=3, name=name, **kwargs)


def _conv(args, filter_size, num_features, bias, bias_start=0.0):
    """Convolves tensors [B, *S, ...], joined by their channels, to [B, *S, num_features].

    Raises:
      ValueError: a rank is not 3 to 5, or they differ.
    """
    shapes = [tensor.get_shape().as_list() for tensor in args]
    rank = len(shapes[0])
    if rank not in (3, 4, 5) or any(len(shape) != rank for shape in shapes):
        raise ValueError(f"a convolution needs inputs of one rank, 3 to 5; got {shapes}")
    convolve = {3: tf.nn.conv1d, 4: tf.nn.conv2d, 5: tf.nn.conv3d}[rank]
    strides = 1 if rank == 3 else rank * [1]
    channels = sum(shape[-1] for shape in shapes)
    kernel = tf.get_variable(
        "kernel", [*filter_size, channels, num_features], dtype=args[0].dtype)
    inputs = args[0] if len(args) == 1 else tf.concat(args, rank - 1)
    outputs = convolve(inputs, kernel, strides, padding="SAME")
    if not bias:
        return outputs
    return outputs + tf.get_variable(
        "biases", [num_features], dtype=args[0].dtype,
        initializer=tf.constant_initializer(bias_start))

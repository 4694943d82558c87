"""`tf.layers`' convolutions of TensorFlow 1.15, over one, two and three dimensions.

Shapes: B batch, S the sizes of the dimensions, C channels in, F filters.
"""


import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy import kernel_and_bias
from seq2seq_graph.legacy.activations import named_activation
from seq2seq_graph.legacy.base_layer import Layer
from seq2seq_graph.legacy.initializers import named_initializer
from seq2seq_graph.legacy.input_spec import InputSpec
from seq2seq_graph.legacy.regularizers import named_regularizer
from seq2seq_graph.legacy.window_sizes import check_word, length, sizes_of

_ZEROS = tf.zeros_initializer()
_FORMATS = {1: ("NWC", "NCW"), 2: ("NHWC", "NCHW"), 3: ("NDHWC", "NCDHW")}


class _Convolution(Layer):
    """Convolves [B, *S, C] with `kernel` [*kernel_size, C, F], adds `bias` [F].

    Args:
      filters: F.
      kernel_size, strides, dilation_rate: an int, or one for each dimension.
      padding: "valid", "same", or, over one dimension, "causal": an output sees no later input.
      data_format: "channels_last" or "channels_first", [B, C, *S].
      The others: as in `layers.Dense`.

    Raises:
      ValueError: an argument is none of these, or C is not known.
    """

    _RANK: int

    def __init__(
        self,
        filters,
        kernel_size,
        strides=1,
        padding="valid",
        data_format="channels_last",
        dilation_rate=1,
        activation=None,
        use_bias=True,
        kernel_initializer=None,
        bias_initializer=_ZEROS,
        kernel_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        kernel_constraint=None,
        bias_constraint=None,
        trainable=True,
        name=None,
        **kwargs,
    ):
        super().__init__(
            trainable=trainable,
            name=name,
            activity_regularizer=named_regularizer(activity_regularizer),
            **kwargs,
        )
        self.rank = self._RANK
        self.filters = filters
        self.kernel_size = sizes_of(kernel_size, self.rank, "kernel_size")
        self.strides = sizes_of(strides, self.rank, "strides")
        self.padding = check_word(
            padding, "padding", ("valid", "same") + (("causal",) if self.rank == 1 else ()))
        self.data_format = check_word(
            data_format, "data_format", ("channels_last", "channels_first"))
        self.dilation_rate = sizes_of(dilation_rate, self.rank, "dilation_rate")
        self.activation = named_activation(activation)
        self.use_bias = use_bias
        self.kernel_initializer = named_initializer(kernel_initializer)
        self.bias_initializer = named_initializer(bias_initializer)
        self.kernel_regularizer = named_regularizer(kernel_regularizer)
        self.bias_regularizer = named_regularizer(bias_regularizer)
        self.kernel_constraint = kernel_constraint
        self.bias_constraint = bias_constraint
        self.input_spec = InputSpec(ndim=self.rank + 2)

    @property
    def _is_first(self):
        return self.data_format == "channels_first"

    @property
    def _is_dense(self):
        return all(rate == 1 for rate in self.dilation_rate)

    def build(self, input_shape):
        """Makes the variables for inputs whose C is known."""
        axis = 1 if self._is_first else -1
        channels = tf.TensorShape(input_shape).as_list()[axis]
        if channels is None:
            raise ValueError(f"a convolution needs known channels; got shape {input_shape}")
        kernel_and_bias.add(self, [*self.kernel_size, channels, self.filters], self.filters)
        self.input_spec = InputSpec(ndim=self.rank + 2, axes={axis: channels})
        if self._is_dense:  # TensorFlow 1.15 makes this op here, and default seeds count ops
            tf.convert_to_tensor(self.dilation_rate, tf.int32, name="dilation_rate")
        self.built = True

    def call(self, inputs):
        """[B, *S, C] -> [B, *sizes, F]."""
        if self.padding == "causal":
            before = self.dilation_rate[0] * (self.kernel_size[0] - 1)
            around = [[0, 0], [before, 0]]
            around.insert(1 if self._is_first else 2, [0, 0])
            inputs = tf.pad(inputs, around)
        outputs = self._convolved(inputs)
        if self.use_bias and self._is_first and self.rank == 1:
            outputs += tf.reshape(self.bias, (1, self.filters, 1))
        elif self.use_bias:
            outputs = tf.nn.bias_add(
                outputs, self.bias, data_format="NCHW" if self._is_first else "NHWC")
        return outputs if self.activation is None else self.activation(outputs)

    def _convolved(self, inputs):
        padding = ("valid" if self.padding == "causal" else self.padding).upper()
        layout = _FORMATS[self.rank][self._is_first]
        if self._is_dense:
            return self._one(inputs, padding, layout)
        first = 2 if self._is_first else 1
        return tf.nn.with_space_to_batch(
            inputs, self.dilation_rate, padding,
            lambda inputs, _, padding: self._one(inputs, padding, layout),
            filter_shape=tf.TensorShape(self.kernel.shape),
            spatial_dims=range(first, first + self.rank), data_format=layout)

    def _one(self, inputs, padding, layout):
        if self.rank == 1:
            return tf.nn.conv1d(
                inputs, self.kernel, self.strides[0], padding, data_format=layout)
        strides = [1, 1, *self.strides] if self._is_first else [1, *self.strides, 1]
        convolve = tf.nn.conv2d if self.rank == 2 else tf.nn.conv3d
        return convolve(inputs, self.kernel, strides, padding, data_format=layout)

    def compute_output_shape(self, input_shape):
        """[B, *S, C] -> [B, *sizes, F]."""
        batch, *rest = tf.TensorShape(input_shape).as_list()
        sizes = rest[1:] if self._is_first else rest[:-1]
        sizes = [
            length(*size, self.padding)
            for size in zip(sizes, self.kernel_size, self.strides, self.dilation_rate)]
        channels = [self.filters]
        return tf.TensorShape([batch] + (channels + sizes if self._is_first else sizes + channels))

    def get_config(self):
        """Gives the arguments, functions by their names."""
        names = ("filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate")
        return dict(super().get_config(), **{name: getattr(self, name) for name in names},
                    **kernel_and_bias.describe(self))


class Conv1D(_Convolution):
    __doc__ = f"{_Convolution.__doc__}\n    Source: `tf.layers.Conv1D` of TensorFlow 1.15.\n    "
    _RANK = 1


class Conv2D(_Convolution):
    __doc__ = f"{_Convolution.__doc__}\n    Source: `tf.layers.Conv2D` of TensorFlow 1.15.\n    "
    _RANK = 2


class Conv3D(_Convolution):
    __doc__ = f"{_Convolution.__doc__}\n    Source: `tf.layers.Conv3D` of TensorFlow 1.15.\n    "
    _RANK = 3


def _functional(layer_class, dimensions):
    def convolve(
        inputs,
        filters,
        kernel_size,
        strides=1,
        padding="valid",
        data_format="channels_last",
        dilation_rate=1,
        activation=None,
        use_bias=True,
        kernel_initializer=None,
        bias_initializer=_ZEROS,
        kernel_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        kernel_constraint=None,
        bias_constraint=None,
        trainable=True,
        name=None,
        reuse=None,
    ):
        layer = layer_class(
            filters,
            kernel_size,
            strides=strides,
            padding=padding,
            data_format=data_format,
            dilation_rate=dilation_rate,
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
            _reuse=reuse,
            _scope=name,
        )
        return layer.apply(inputs)

    convolve.__doc__ = f"Makes a `Conv{dimensions}D` layer in the scope `name` and calls it."
    convolve.__name__ = convolve.__qualname__ = f"conv{dimensions}d"
    return convolve


conv1d, conv2d, conv3d = _functional(Conv1D, 1), _functional(Conv2D, 2), _functional(Conv3D, 3)

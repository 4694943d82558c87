"""`_linear` and `_Linear`, the weighted sum inside contrib's cells, which programs took too.

Shapes: B batch, D all inputs' depths together, P output.
"""

import tensorflow.compat.v1 as tf


class _Linear:
    """The map of inputs [B, ...] side by side, [B, D], to [B, P]: `kernel` [D, P], `bias` [P].

    Args:
      args: a tensor or a list of them, of the inputs' shapes.
      output_size: P.
      build_bias: whether there is a bias.
      bias_initializer: zeros unless given; `kernel_initializer`: the scope's unless given.

    Raises:
      ValueError: there is no input, or one is not of rank 2 or of unknown depth.

    Source: `tensorflow.contrib.rnn.python.ops.core_rnn_cell._Linear` of TensorFlow 1.15.
    """

    def __init__(
        self, args, output_size, build_bias, bias_initializer=None, kernel_initializer=None
    ):
        self._is_sequence = tf.nest.is_nested(args)
        self._build_bias = build_bias
        depth, dtype = _depth_and_type(args)
        with tf.variable_scope(tf.get_variable_scope()) as scope:
            self._weights = tf.get_variable(
                "kernel", [depth, output_size], dtype=dtype, initializer=kernel_initializer)
            if build_bias:
                self._biases = _bias(scope, output_size, dtype, bias_initializer)

    def __call__(self, args):
        """Maps a tensor or a list of tensors, as given to `__init__`, to [B, P]."""
        parts = args if self._is_sequence else [args]
        if len(parts) > 1:
            axis = tf.constant(1, tf.int32)
            outputs = tf.matmul(tf.concat(parts, axis), self._weights)
        else:
            outputs = tf.matmul(parts[0], self._weights)
        return tf.nn.bias_add(outputs, self._biases) if self._build_bias else outputs


def _linear(args, output_size, bias, bias_initializer=None, kernel_initializer=None):
    """Makes the variables of `_Linear` and maps: [B, ...] or a list of such -> [B, P]."""
    depth, dtype = _depth_and_type(args)
    parts = args if tf.nest.is_nested(args) else [args]
    with tf.variable_scope(tf.get_variable_scope()) as scope:
        weights = tf.get_variable(
            "kernel", [depth, output_size], dtype=dtype, initializer=kernel_initializer)
        inputs = parts[0] if len(parts) == 1 else tf.concat(parts, 1)
        outputs = tf.matmul(inputs, weights)
        if not bias:
            return outputs
        biases = _bias(scope, output_size, dtype, bias_initializer)
        return tf.nn.bias_add(outputs, biases)


def _bias(scope, size, dtype, initializer):
    with tf.variable_scope(scope) as inner:
        inner.set_partitioner(None)
        if initializer is None:
            initializer = tf.constant_initializer(0.0)
        return tf.get_variable("bias", [size], dtype=dtype, initializer=initializer)


def _depth_and_type(args):
    if args is None or (tf.nest.is_nested(args) and not args):
        raise ValueError("a linear map needs at least one input")
    parts = args if tf.nest.is_nested(args) else [args]
    depth = 0
    for part in parts:
        shape = part.get_shape()
        if shape.ndims != 2 or shape.as_list()[1] is None:
            raise ValueError(f"a linear map needs inputs [batch, known depth]; got shape {shape}")
        depth += shape.as_list()[1]
    return depth, parts[0].dtype

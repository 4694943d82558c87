"""`tf.contrib.learn.models`: a linear layer with its loss.

Source: `tf.contrib.learn.models` of TensorFlow 1.15.
"""

from typing import Any, Optional, Tuple

import tensorflow.compat.v1 as tf


def linear_regression(x: tf.Tensor, y: tf.Tensor, init_mean: Optional[float] = None,
                      init_stddev: float = 1.0) -> Tuple[tf.Tensor, tf.Tensor]:
    """Makes a linear layer and its mean squared error.

    Args:
      x: [B, H].
      y: [B] or [B, outputs].

    Returns:
      predictions as y, loss [].
    """
    size = 1 if len(y.get_shape()) == 1 else y.get_shape()[1]
    weights, bias = _layer("linear_regression", x, y, size, init_mean, init_stddev)
    with tf.name_scope(None, "mean_squared_error_regressor", [x, y]):
        predictions = tf.nn.xw_plus_b(x, weights, bias)
        if len(y.get_shape()) == 1 and len(predictions.get_shape()) == 2:
            predictions = tf.squeeze(predictions, axis=[1])
        return predictions, tf.losses.mean_squared_error(y, predictions)


def logistic_regression(x: tf.Tensor, y: tf.Tensor, class_weight: Any = None,
                        init_mean: Optional[float] = None,
                        init_stddev: float = 1.0) -> Tuple[tf.Tensor, tf.Tensor]:
    """Makes a linear layer with a softmax and its cross entropy.

    Args:
      x: [B, H].
      y: one-hot labels [B, classes].
      class_weight: [classes], what each class counts.

    Returns:
      probabilities [B, classes], loss [].
    """
    weights, bias = _layer("logistic_regression", x, y, y.get_shape()[-1], init_mean, init_stddev)
    with tf.name_scope(None, "softmax_classifier", [x, y]):
        logits = tf.nn.xw_plus_b(x, weights, bias)
        if class_weight is not None:
            logits = tf.multiply(logits, class_weight)
        return tf.nn.softmax(logits), tf.losses.softmax_cross_entropy(y, logits)


def _layer(name, x, y, size, mean, deviation):
    with tf.variable_scope(name):
        scope = tf.get_variable_scope().name
        tf.summary.histogram(f"{scope}.x", x)
        tf.summary.histogram(f"{scope}.y", y)
        dtype = x.dtype.base_dtype
        make = None if mean is None else tf.random_normal_initializer(mean, deviation, dtype=dtype)
        weights = tf.get_variable("weights", [x.get_shape()[1], size], dtype, make)
        bias = tf.get_variable("bias", [size], dtype, make)
        tf.summary.histogram(f"{scope}.weights", weights)
        tf.summary.histogram(f"{scope}.bias", bias)
        return weights, bias

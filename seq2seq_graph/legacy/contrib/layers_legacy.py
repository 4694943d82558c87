"""contrib's `legacy_fully_connected`: the dense layer of its first releases."""

import functools
from typing import Optional

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import (
    Collections,
    Initializer,
    Regularizer,
    TensorFunction,
)
from seq2seq_graph.legacy.checks import require_graph
from seq2seq_graph.legacy.contrib.layers_initializers import xavier_initializer
from seq2seq_graph.legacy.contrib.outputs import (
    last_dimension,
)

_XAVIER, _ZEROS = xavier_initializer(), tf.zeros_initializer()


def legacy_fully_connected(
    x: tf.Tensor,
    num_output_units: int,
    activation_fn: Optional[TensorFunction] = None,
    weight_init: Initializer = _XAVIER,
    bias_init: Initializer = _ZEROS,
    name: Optional[str] = None,
    weight_collections: Collections = (tf.GraphKeys.WEIGHTS,),
    bias_collections: Collections = (tf.GraphKeys.BIASES,),
    output_collections: Collections = (tf.GraphKeys.ACTIVATIONS,),
    trainable: bool = True,
    weight_regularizer: Regularizer = None,
    bias_regularizer: Regularizer = None,
) -> tf.Tensor:
    """The older `fully_connected`: variables `weights` and `bias`, collections of their kind.

    Raises:
      ValueError: the rank is below 2, or the last dimension is not known.
    """
    require_graph("legacy_fully_connected")

    def variable(key, shape, initializer, collections, regularizer):
        return tf.get_variable(
            key, shape=shape, dtype=x.dtype.base_dtype, initializer=initializer,
            collections={*(collections or ()), tf.GraphKeys.GLOBAL_VARIABLES},
            regularizer=regularizer, trainable=trainable)

    with tf.variable_scope(name, "fully_connected", [x]):
        x = tf.convert_to_tensor(x)
        depth = last_dimension(x.get_shape(), min_rank=2)
        rank = x.get_shape().ndims
        weights = variable("weights", [depth, num_output_units], weight_init, weight_collections,
                           weight_regularizer)
        y = tf.matmul(x if rank <= 2 else tf.reshape(x, [-1, depth]), weights)
        if bias_init is not None:
            y = tf.nn.bias_add(y, variable(
                "bias", [num_output_units], bias_init, bias_collections, bias_regularizer))
        if rank > 2:
            sizes = tf.unstack(tf.shape(x))
            sizes[-1] = num_output_units
            y = tf.reshape(y, tf.stack(sizes))
            y.set_shape(x.get_shape().as_list()[:-1] + [num_output_units])
        if activation_fn is not None:
            y = activation_fn(y)
        tf.add_to_collections([*(output_collections or ()), tf.GraphKeys.ACTIVATIONS], y)
        return y


legacy_linear = functools.partial(legacy_fully_connected, activation_fn=None)
legacy_relu = functools.partial(legacy_fully_connected, activation_fn=tf.nn.relu)

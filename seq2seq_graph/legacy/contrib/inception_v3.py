"""`tf.contrib.slim.nets.inception_v3`: the picture network that captioning programs start from.

Its blocks stand in one table. A line is a branch, read from left to right; a step of it is
`depth kernel place`, a convolution whose scope is `Conv2d_<place>_<kernel>`. A place with a 1,
as `1a`, moves two pixels at a time and pads nothing. Two steps joined by `+` read the same and
are put side by side.

Source: Szegedy et al. 2015, https://arxiv.org/abs/1512.00567; names as `tf.contrib.slim` of
TensorFlow 1.15 gives them.
"""

from typing import Any, Callable, Dict, Optional, Sequence, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Collections, Number, Scope
from seq2seq_graph.legacy.contrib.arg_scope import arg_scope
from seq2seq_graph.legacy.contrib.layers import fully_connected
from seq2seq_graph.legacy.contrib.layers_batch_norm import batch_norm
from seq2seq_graph.legacy.contrib.layers_convolution import conv2d
from seq2seq_graph.legacy.contrib.layers_initializers import variance_scaling_initializer
from seq2seq_graph.legacy.contrib.layers_pooling import avg_pool2d, max_pool2d
from seq2seq_graph.legacy.contrib.layers_shapes import dropout, softmax
from seq2seq_graph.legacy.contrib.regularizers import l2_regularizer

# One after the other: depth, stride, padding; without a depth it is a maximum over 3 x 3.
_STEM = (
    ("Conv2d_1a_3x3", 32, 2, "VALID"), ("Conv2d_2a_3x3", 32, 1, "VALID"),
    ("Conv2d_2b_3x3", 64, 1, "SAME"), ("MaxPool_3a_3x3", None, 2, "VALID"),
    ("Conv2d_3b_1x1", 80, 1, "VALID"), ("Conv2d_4a_3x3", 192, 1, "VALID"),
    ("MaxPool_5a_3x3", None, 2, "VALID"),
)
_SEVEN = """
    192 1x1 0a
    {0} 1x1 0a, {0} 1x7 0b, 192 7x1 0c
    {0} 1x1 0a, {0} 7x1 0b, {0} 1x7 0c, {0} 7x1 0d, 192 1x7 0e
    mean, 192 1x1 0b"""
_SPLIT = """
    320 1x1 0a
    384 1x1 0a, 384 1x3 0b + 384 3x1 {}
    448 1x1 0a, 384 3x3 0b, 384 1x3 0c + 384 3x1 0d
    mean, 192 1x1 0b"""
_FIVE = """
    64 1x1 0a
    48 1x1 {}, 64 5x5 {}
    64 1x1 0a, 96 3x3 0b, 96 3x3 0c
    mean, {} 1x1 0b"""
_BLOCKS = {
    "Mixed_5b": _FIVE.format("0a", "0b", 32),
    "Mixed_5c": _FIVE.format("0b", "0c Conv_1_0c_5x5", 64),
    "Mixed_5d": _FIVE.format("0a", "0b", 64),
    "Mixed_6a": """
        384 3x3 1a Conv2d_1a_1x1
        64 1x1 0a, 96 3x3 0b, 96 3x3 1a Conv2d_1a_1x1
        most""",
    "Mixed_6b": _SEVEN.format(128), "Mixed_6c": _SEVEN.format(160),
    "Mixed_6d": _SEVEN.format(160), "Mixed_6e": _SEVEN.format(192),
    "Mixed_7a": """
        192 1x1 0a, 320 3x3 1a
        192 1x1 0a, 192 1x7 0b, 192 7x1 0c, 192 3x3 1a
        most""",
    "Mixed_7b": _SPLIT.format("0b"), "Mixed_7c": _SPLIT.format("0c"),
}
_LAYERS = [conv2d, max_pool2d, avg_pool2d]


def inception_v3_base(inputs: tf.Tensor, final_endpoint: str = "Mixed_7c", min_depth: int = 16,
                      depth_multiplier: float = 1.0, scope: Scope = None,
                      ) -> Tuple[tf.Tensor, Dict[str, tf.Tensor]]:
    """Makes the network up to a layer.

    Args:
      inputs: [B, height, width, channels].
      final_endpoint: the layer's name, `Conv2d_1a_3x3` to `Mixed_7c`.
      min_depth: the fewest channels of a convolution.
      depth_multiplier: what all depths are multiplied with.

    Returns:
      The layer's output, and all of them by name.

    Raises:
      ValueError: no such layer, or a multiplier that is not above 0.
    """
    depth = _depths(depth_multiplier, min_depth)
    end_points: Dict[str, tf.Tensor] = {}
    with tf.variable_scope(scope, "InceptionV3", [inputs]):
        net = inputs
        for name, channels, stride, padding in _STEM:
            with arg_scope(_LAYERS, stride=stride, padding=padding):
                net = conv2d(net, depth(channels), _kernel(name[-3:]), scope=name) if (
                    channels) else max_pool2d(net, [3, 3], scope=name)
            end_points[name] = net
            if name == final_endpoint:
                return net, end_points
        with arg_scope(_LAYERS, stride=1, padding="SAME"):
            for name, branches in _BLOCKS.items():
                net = end_points[name] = _block(net, name, branches.strip().split("\n"), depth)
                if name == final_endpoint:
                    return net, end_points
    raise ValueError(f"Unknown final endpoint {final_endpoint}")


def _block(net, name, branches, depth):
    outputs = []
    with tf.variable_scope(name):
        for number, branch in enumerate(branches):
            with tf.variable_scope(f"Branch_{number}"):
                output = net
                for step in branch.split(","):
                    made = [_step(output, one.split(), depth) for one in step.split("+")]
                    output = made[0] if len(made) == 1 else tf.concat(made, 3)
                outputs.append(output)
        return tf.concat(outputs, 3)


def _step(inputs, words, depth):
    if words == ["mean"]:
        return avg_pool2d(inputs, [3, 3], scope="AvgPool_0a_3x3")
    if words == ["most"]:
        return max_pool2d(inputs, [3, 3], stride=2, padding="VALID", scope="MaxPool_1a_3x3")
    channels, kernel, place = words[:3]
    scope = words[3] if len(words) > 3 else f"Conv2d_{place}_{kernel}"
    halving = {"stride": 2, "padding": "VALID"} if place[0] == "1" else {}
    return conv2d(inputs, depth(int(channels)), _kernel(kernel), scope=scope, **halving)


def _kernel(text):
    return [int(size) for size in text.split("x")]


def _depths(multiplier, least):
    if multiplier <= 0:
        raise ValueError("depth_multiplier is not greater than zero.")
    return lambda channels: channels and max(int(channels * multiplier), least)


def inception_v3(inputs: tf.Tensor, num_classes: int = 1000, is_training: bool = True,
                 dropout_keep_prob: Number = 0.8, min_depth: int = 16,
                 depth_multiplier: float = 1.0, prediction_fn: Callable[..., tf.Tensor] = softmax,
                 spatial_squeeze: bool = True, reuse: Optional[bool] = None,
                 scope: Scope = "InceptionV3") -> Tuple[tf.Tensor, Dict[str, tf.Tensor]]:
    """Makes the network with its two classifiers.

    Args:
      inputs: [B, height, width, channels]; pictures of 299 x 299 it was made for.
      spatial_squeeze: give logits [B, classes], not [B, 1, 1, classes].

    Returns:
      The logits, and all layers by name.

    Raises:
      ValueError: a multiplier that is not above 0.
    """
    depth = _depths(depth_multiplier, min_depth)
    with tf.variable_scope(scope, "InceptionV3", [inputs, num_classes], reuse=reuse) as entered, \
            arg_scope([batch_norm, dropout], is_training=is_training):
        net, points = inception_v3_base(
            inputs, scope=entered, min_depth=min_depth, depth_multiplier=depth_multiplier)
        with arg_scope(_LAYERS, stride=1, padding="SAME"), tf.variable_scope("AuxLogits"):
            points["AuxLogits"] = _side_logits(
                points["Mixed_6e"], num_classes, depth, spatial_squeeze)
        with tf.variable_scope("Logits"):
            size = _within(net, [8, 8])
            net = avg_pool2d(net, size, padding="VALID", scope="AvgPool_1a_{}x{}".format(*size))
            net = dropout(net, keep_prob=dropout_keep_prob, scope="Dropout_1b")
            points["PreLogits"] = net
            logits = _logits(net, num_classes, "Conv2d_1c_1x1", spatial_squeeze)
        points["Logits"] = logits
        points["Predictions"] = prediction_fn(logits, scope="Predictions")
    return logits, points


inception_v3.default_image_size = 299  # type: ignore[attr-defined]


def _side_logits(net, classes, depth, squeeze):
    net = avg_pool2d(net, [5, 5], stride=3, padding="VALID", scope="AvgPool_1a_5x5")
    net = conv2d(net, depth(128), [1, 1], scope="Conv2d_1b_1x1")
    size = _within(net, [5, 5])
    net = conv2d(net, depth(768), size, padding="VALID", scope="Conv2d_2a_{}x{}".format(*size),
                 weights_initializer=tf.truncated_normal_initializer(0.0, 0.01))
    return _logits(net, classes, "Conv2d_2b_1x1", squeeze,
                   weights_initializer=tf.truncated_normal_initializer(0.0, 0.001))


def _logits(net, classes, scope, squeeze, **options):
    logits = conv2d(
        net, classes, [1, 1], activation_fn=None, normalizer_fn=None, scope=scope, **options)
    return tf.squeeze(logits, [1, 2], name="SpatialSqueeze") if squeeze else logits


def _within(net, size):
    """Gives the window, no larger than the picture where its size is known."""
    sides = net.get_shape().as_list()[1:3]
    return size if None in sides else [min(pair) for pair in zip(sides, size)]


def inception_v3_arg_scope(weight_decay: float = 0.00004,
                           batch_norm_var_collection: str = "moving_vars",
                           batch_norm_decay: float = 0.9997, batch_norm_epsilon: float = 0.001,
                           updates_collections: Collections = tf.GraphKeys.UPDATE_OPS,
                           use_fused_batchnorm: bool = True) -> Dict[Any, Dict[str, Any]]:
    """Gives the `arg_scope` that the network is trained with: weight decay, batch normalization."""
    moving: Sequence[str] = [batch_norm_var_collection]
    normalizer = {
        "decay": batch_norm_decay, "epsilon": batch_norm_epsilon,
        "updates_collections": updates_collections, "fused": use_fused_batchnorm,
        "variables_collections": {
            "beta": None, "gamma": None, "moving_mean": moving, "moving_variance": moving},
    }
    decay = l2_regularizer(weight_decay)
    with arg_scope([conv2d, fully_connected], weights_regularizer=decay), arg_scope(
            [conv2d], weights_initializer=variance_scaling_initializer(),
            activation_fn=tf.nn.relu, normalizer_fn=batch_norm,
            normalizer_params=normalizer) as scope:
        return scope

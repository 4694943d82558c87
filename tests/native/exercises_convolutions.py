"""Small programs with the convolutions and pooling of `tf.layers` and contrib: `native.form`."""

import functools

from native.form import errors, numbers, outcome

SHAPES = {1: (2, 5, 3), 2: (2, 4, 5, 2), 3: (1, 3, 3, 2, 2)}


def convolved(tf, dims, contrib=False, outputs=2, size=2, **options):
    shape = SHAPES[dims]
    x = tf.placeholder(tf.float32, [None] + list(shape[1:]))
    module = tf.contrib.layers if contrib else tf.layers
    convolve = getattr(module, f"conv{dims}d")
    name = "scope" if contrib else "name"
    found = {
        "first": convolve(x, outputs, size, **options),
        "named": convolve(x, outputs, size, **dict(options, **{name: "mine"})),
        "again": convolve(x, outputs, size, **dict(options, reuse=True, **{name: "mine"})),
    }
    return outcome(tf, found, {x: numbers(0, *shape)})


def pooled(tf):
    x = tf.placeholder(tf.float32, SHAPES[1])
    y = tf.placeholder(tf.float32, SHAPES[2])
    layers, contrib = tf.layers, tf.contrib.layers
    found = {
        "max1": layers.max_pooling1d(x, 2, 2), "mean1": layers.average_pooling1d(x, 3, 1, "same"),
        "max2": layers.max_pooling2d(y, [2, 2], 2), "mean2": layers.average_pooling2d(y, 2, (1, 2)),
        "object": layers.MaxPooling2D(2, 1, padding="SAME")(y),
        "contrib": [contrib.max_pool2d(y, 2), contrib.avg_pool2d(y, [2, 3], 1, padding="SAME")],
    }
    found = outcome(tf, found, {x: numbers(0, *SHAPES[1]), y: numbers(1, *SHAPES[2])})
    found["shapes"] = [
        str(layers.Conv2D(3, 2, (1, 2)).compute_output_shape([None, 4, 5, 2]).as_list()),
        str(layers.MaxPooling1D(2, 2).compute_output_shape([2, None, 3]).as_list()),
        str(layers.Conv1D(3, 2, padding="same", strides=2).compute_output_shape(
            [2, 5, 3]).as_list())]
    return found


def tower(tf):
    """How slim programs write it: an arg_scope over convolutions, batch_norm, a stack, fc."""
    slim = tf.contrib.slim
    x = tf.placeholder(tf.float32, SHAPES[2])
    with slim.arg_scope([slim.conv2d, slim.fully_connected], activation_fn=tf.nn.tanh,
                        weights_regularizer=slim.l2_regularizer(0.1)), slim.arg_scope(
                            [slim.conv2d], normalizer_fn=slim.batch_norm, stride=1):
        net = slim.repeat(x, 2, slim.conv2d, 3, [2, 2], scope="block")
        net = slim.max_pool2d(net, [2, 2], scope="pool")
        net = slim.flatten(net)
        net = slim.stack(net, slim.fully_connected, [3, 2], scope="fc")
    return outcome(tf, {"net": net}, {x: numbers(0, *SHAPES[2])})


def wrong(tf):
    layers, contrib = tf.layers, tf.contrib.layers

    def x(dims=2):
        return tf.zeros(SHAPES[dims])

    return errors(tf, {
        "rank": lambda: layers.conv2d(x(1), 2, 2),
        "channels": lambda: layers.conv1d(tf.placeholder(tf.float32, [2, 5, None]), 2, 2),
        "padding": lambda: layers.conv2d(x(), 2, 2, padding="most"),
        "causal 2": lambda: layers.conv2d(x(), 2, 2, padding="causal"),
        "format": lambda: layers.conv2d(x(), 2, 2, data_format="NHWC"),
        "size": lambda: layers.conv2d(x(), 2, [2, 2, 2]),
        "strides": lambda: layers.conv2d(x(), 2, 2, strides="ab"),
        "too large": lambda: layers.conv2d(x(), 2, 9),
        "pool strides": lambda: layers.max_pooling1d(x(1), 2, None),
        "pool rank": lambda: layers.max_pooling2d(x(1), 2, 2),
        "pool padding": lambda: layers.max_pooling2d(x(), 2, 2, padding="causal"),
        "contrib rank": lambda: contrib.conv2d(x(1), 2, 2),
        "contrib rank 2": lambda: contrib.convolution(tf.zeros([2, 3]), 2, 2),
        "contrib format": lambda: contrib.conv2d(x(), 2, 2, data_format="channels_last"),
        "contrib pool format": lambda: contrib.max_pool2d(x(), 2, data_format="NWC"),
    })


_P = functools.partial
EXERCISES = {
    "conv1d": _P(convolved, dims=1),
    "conv1d causal": _P(convolved, dims=1, padding="causal", activation="tanh"),
    "conv1d spread": _P(convolved, dims=1, dilation_rate=2, padding="same"),
    "conv2d": _P(convolved, dims=2, padding="same", strides=2, kernel_regularizer=lambda v: v[
        0, 0, 0, 0]),
    "conv2d spread": _P(convolved, dims=2, dilation_rate=(1, 2), use_bias=False),
    "conv3d": _P(convolved, dims=3, size=(2, 1, 2)),
    "contrib 1": _P(convolved, dims=1, contrib=True, activation_fn=None),
    "contrib 2": _P(convolved, dims=2, contrib=True, stride=2, size=[2, 3], activation_fn=None),
    "contrib 2 spread": _P(convolved, dims=2, contrib=True, rate=2, biases_initializer=None,
                           activation_fn=None),
    "pooled": pooled,
    "tower": tower,
    "wrong": wrong,
}

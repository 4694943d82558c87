"""Small programs with `tf.contrib.layers` and `tf.contrib.framework`: see `native.form`."""

import functools

import numpy as np

from native.form import errors, initial, numbers, one_order, outcome

B, D, U = 3, 4, 2
IDS = [[1, 4, 1], [2, 2, 0]]


def twice(tf, call, shape=(B, D), share=True, **more):
    x = tf.placeholder(tf.float32, [None] + list(shape[1:]))
    outputs = {"first": call(x), "second": call(x)}
    if share:
        outputs["named"] = call(x, scope="mine")
        outputs["again"] = call(x, scope="mine", reuse=True)
    outputs["scale"] = tf.get_variable("scale", []) + 0.0
    return outcome(tf, outputs, {x: numbers(0, *shape)}, **more)


def connected(tf, symbol="fully_connected", shape=(B, D), options=lambda tf: {}):
    return twice(tf, functools.partial(
        getattr(tf.contrib.layers, symbol), **dict({"num_outputs": U}, **options(tf))), shape)


def collected(tf):
    """Collections of variables and outputs, and the names they are under there."""
    x = tf.placeholder(tf.float32, [B, D])
    layers = tf.contrib.layers
    outputs = [
        layers.fully_connected(x, U, variables_collections=["all"], outputs_collections="outs"),
        layers.fully_connected(
            x, U, variables_collections={"weights": ["w"], "biases": ["b", "all"]},
            outputs_collections=["outs", tf.GraphKeys.ACTIVATIONS]),
        layers.layer_norm(x, variables_collections={"beta": ["b"]}, outputs_collections="outs"),
        layers.flatten(x, outputs_collections="outs"),
        layers.dropout(x, seed=1, outputs_collections="outs"),
        layers.one_hot_encoding(tf.constant([0, 1]), 2, outputs_collections="outs"),
    ]
    found = outcome(tf, {"outputs": outputs}, {x: numbers(0, B, D)})
    for name in ("all", "w", "b"):
        found["in/" + name] = [v.op.name for v in tf.get_collection(name)]
    found["outs"] = [t.aliases[-1] for t in tf.get_collection("outs")]
    found["activations"] = len(tf.get_collection(tf.GraphKeys.ACTIVATIONS))
    return found


def scope_regularizer(tf):
    """`variable_scope(regularizer=R)` and the layer's own: natively both are counted."""
    x = tf.placeholder(tf.float32, [B, D])

    def scoped(v):
        return 3.0 * tf.nn.l2_loss(v)

    layers = tf.contrib.layers
    with tf.variable_scope("s", regularizer=scoped):
        outputs = [
            layers.linear(x, U), layers.linear(x, U, weights_regularizer=tf.nn.l2_loss),
            layers.embed_sequence([[1]], 3, 2, regularizer=tf.nn.l2_loss),
            layers.embed_sequence([[1]], 3, 2), layers.layer_norm(x),
        ]
    with tf.variable_scope("s", reuse=True, regularizer=scoped):
        outputs.append(layers.linear(x, U, scope="fully_connected",
                                     weights_regularizer=tf.nn.l2_loss))
    found = outcome(tf, {"outputs": outputs}, {x: numbers(0, B, D)})
    found["names"] = [t.op.name for t in tf.losses.get_regularization_losses()]
    return found


def embeddings(tf):
    ids = tf.placeholder(tf.int32, [None, 3])
    layers = tf.contrib.layers
    table = tf.get_variable("table", [7, 2])
    parts = tf.get_variable("parts", [7, 2], partitioner=tf.fixed_size_partitioner(2))
    outputs = {
        "sequence": layers.embed_sequence(ids, 7, 2),
        "unique": layers.embed_sequence(ids, 7, 2, unique=True, scope="words"),
        "again": layers.embed_sequence(ids, 7, 2, scope="words", reuse=True),
        "without_sizes": layers.embed_sequence(ids, scope="words", reuse=True),
        "lookup": layers.embedding_lookup_unique(table, ids),
        "lookup_parts": layers.embedding_lookup_unique(parts, ids, partition_strategy="div"),
        "bag": layers.bow_encoder(ids, 7, 2),
        "bag_dense": layers.bow_encoder(ids, 7, 2, sparse_lookup=False),
        "sparse": layers.safe_embedding_lookup_sparse(
            [table], tf.SparseTensor([[0, 0], [0, 1], [2, 0]], [1, 2, 3], [3, 2])),
    }
    found = outcome(tf, outputs, {ids: IDS})
    del found["nodes"]  # the native sparse lookup is contrib's own, tf.nn's has other names
    return found


def layer_norm(tf, shape=(B, D), **options):
    return twice(tf, functools.partial(tf.contrib.layers.layer_norm, **options), shape)


def norm(tf, symbol, shape, **options):
    return twice(tf, functools.partial(getattr(tf.contrib.layers, symbol), **options), shape)


def batch_norm(tf, shape=(B, D), options=lambda tf: {}, share=True):
    def call(x, **more):
        return tf.contrib.layers.batch_norm(x, decay=0.9, **dict(options(tf), **more))

    return twice(tf, call, shape, share, updates=True)


def fed(tf):
    return {"is_training": tf.placeholder_with_default(True, []), "scale": True}


def weighed(tf):
    return {"batch_weights": tf.constant([0.5, 1.0, 2.0])}


def at_once(tf):
    return {"updates_collections": None, "scale": True}


def small(tf):
    """The layers without variables, and those made of others."""
    layers = tf.contrib.layers
    x = tf.placeholder(tf.float32, [None, 2, D])
    flat = tf.placeholder(tf.float32, [B, D])
    outputs = {
        "softmax": layers.softmax(x),
        "softmax_scope": layers.softmax(flat, scope="probabilities"),
        "one_hot": layers.one_hot_encoding(tf.constant([0, 2, 1]), 3),
        "one_hot_64": layers.one_hot_encoding(tf.constant([0, 2], tf.int64), 3, 0.9, 0.1),
        "unit": [layers.unit_norm(x, dim) for dim in range(3)],
        "maxout": layers.maxout(flat, 2),
        "flatten": layers.flatten(x),
        "bias": layers.bias_add(flat),
        "bias_relu": layers.bias_add(x, activation_fn=lambda t: t * t, regularizer=tf.nn.l2_loss),
        "dropout": layers.dropout(flat, 0.6, seed=3),
        "dropout_off": layers.dropout(flat, 0.6, is_training=False),
        "stack": layers.stack(flat, layers.fully_connected, [3, 2], activation_fn=None),
        "stack_named": layers.stack(flat, layers.linear, [[3], [2]], scope="tower"),
        "repeat": layers.repeat(flat, 2, layers.fully_connected, 3, activation_fn=None),
        "old": layers.legacy_fully_connected(flat, 2, weight_regularizer=tf.nn.l2_loss),
        "old_3": layers.legacy_linear(x, 2, bias_init=None),
    }
    sparse = layers.dense_to_sparse(tf.constant([[1, 0], [0, 2]]))
    outputs["sparse"] = [sparse.indices, sparse.values]
    feed = {x: numbers(0, B, 2, D), flat: numbers(1, B, D)}
    found = outcome(tf, outputs, feed)
    for name in ("weights", "biases", "activations"):
        found["in/" + name] = [v.op.name for v in tf.get_collection(name)]
    return found


def regularizers(tf):
    layers = tf.contrib.layers
    v = tf.get_variable("v", [2, 3])
    w = tf.get_variable("w", [2], regularizer=layers.l2_regularizer(0.3))
    tf.add_to_collection(tf.GraphKeys.WEIGHTS, w)
    made = {
        "l1": layers.l1_regularizer(0.1), "l2": layers.l2_regularizer(0.2),
        "l1_scope": layers.l1_regularizer(0.1, scope="mine"),
        "both": layers.l1_l2_regularizer(0.1, 0.2), "only_l1": layers.l1_l2_regularizer(0.1, 0.0),
        "only_l2": layers.l1_l2_regularizer(0.0, 0.2),
        "sum": layers.sum_regularizer([layers.l1_regularizer(0.5), None,
                                       layers.l2_regularizer(0.0)]),
    }
    outputs = {name: regularizer(v) for name, regularizer in made.items()}
    outputs["applied"] = layers.apply_regularization(made["l1"], [v, w])
    outputs["applied_collection"] = layers.apply_regularization(made["l2"])
    found = outcome(tf, outputs)
    found["off"] = [str(layers.l1_regularizer(0.0)(v)), str(layers.l2_regularizer(0.0)(v)),
                    str(layers.sum_regularizer([None])), len(layers.l1_regularizer(0.1).__name__)]
    return found


def initializers(tf):
    layers = tf.contrib.layers
    made = [
        layers.xavier_initializer(seed=1), layers.xavier_initializer(uniform=False, seed=2),
        layers.xavier_initializer_conv2d(seed=3), layers.variance_scaling_initializer(seed=4),
        layers.variance_scaling_initializer(1.0, "FAN_OUT", True, seed=5),
        layers.variance_scaling_initializer(3.0, "FAN_AVG", False, seed=6),
        layers.xavier_initializer(seed=7, dtype=tf.float64),
    ]
    for i, initializer in enumerate(made):
        for shape in ([3], [3, 4], [2, 3, 4], []):
            dtype = tf.float64 if i == 6 else tf.float32
            tf.get_variable(f"v{i}_{len(shape)}", shape, dtype=dtype, initializer=initializer)
    x = tf.zeros([B, D])
    layers.linear(x, U, weights_initializer=layers.xavier_initializer(seed=8))
    layers.embed_sequence([[1]], 5, 2, initializer=layers.xavier_initializer(seed=9))
    with tf.variable_scope("s", initializer=layers.xavier_initializer(seed=10)):
        layers.linear(x, U, weights_initializer=None, biases_initializer=None)
        layers.embed_sequence([[1]], 5, 2)
    return initial(tf)


def optimized(tf, optimizer="SGD", rate=0.1, steps=3, embed=False, options=lambda tf: {}):
    """Steps of `optimize_loss`: the losses it gives, the variables after, the summaries."""
    x = tf.placeholder(tf.float32, [B, D])
    hidden = tf.contrib.layers.fully_connected(x, U, activation_fn=tf.tanh)
    loss = tf.reduce_mean(hidden * hidden)
    if embed:
        loss += tf.reduce_mean(tf.contrib.layers.embed_sequence(tf.constant(IDS), 5, 2) ** 2)
    step = tf.train.get_or_create_global_step()
    optimizer = optimizer(tf) if callable(optimizer) else optimizer
    train = tf.contrib.layers.optimize_loss(
        loss, step, rate(tf) if callable(rate) else rate, optimizer, **options(tf))
    nodes = [f"{op.name} {op.type}" for op in tf.get_default_graph().get_operations()]
    merged = tf.summary.merge_all()
    found = {"nodes": nodes, "names": [v.op.name for v in tf.global_variables()], "losses": []}
    with tf.Session(config=one_order(tf)) as sess:
        sess.run(tf.global_variables_initializer())
        sess.run([tf.assign(v, numbers(i, *v.shape.as_list()))
                  for i, v in enumerate(tf.trainable_variables())])
        for i in range(steps):
            found["losses"].append(sess.run(train, {x: numbers(i, B, D)}))
        for variable in tf.trainable_variables() + [step]:
            found["after/" + variable.op.name] = sess.run(variable)
        if merged is not None:
            summary = tf.Summary.FromString(sess.run(merged, {x: numbers(0, B, D)}))
            found["summaries"] = sorted(value.tag for value in summary.value)
            found["scalars"] = np.array([value.simple_value for value in sorted(
                summary.value, key=lambda value: value.tag)], np.float32)
    found["losses"] = np.array(found["losses"], np.float32)
    return found


def multiplied(tf):
    name = "fully_connected/weights:0"
    return {"gradient_multipliers": {name: 0.5}, "clip_gradients": 0.05,
            "summaries": ["gradients", "gradient_norm", "loss"]}


def decayed(tf):
    return {"learning_rate_decay_fn": lambda rate, step: tf.train.exponential_decay(
        rate, step, 1, 0.5), "summaries": ["learning_rate"], "name": "mine"}


def adaptive(tf):
    step = tf.train.get_or_create_global_step()
    optimizers = tf.contrib.layers
    if not hasattr(optimizers, "adaptive_clipping_fn"):
        from tensorflow.contrib.layers.python.layers import optimizers
    return {"clip_gradients": optimizers.adaptive_clipping_fn(
        global_step=step, report_summary=True, static_max_norm=0.3)}


def updating(tf):
    counter = tf.get_variable("counter", [], trainable=False, initializer=tf.zeros_initializer())
    tf.add_to_collection(tf.GraphKeys.UPDATE_OPS, tf.assign(counter, counter + 1.0))
    return {"increment_global_step": False}


def summaries(tf):
    x = tf.placeholder(tf.float32, [B, D])
    layers = tf.contrib.layers
    relu, relu6 = tf.nn.relu(x, name="a"), tf.nn.relu6(x, name="b")
    for tensor in (relu, relu6, tf.tanh(x, name="c")):
        tf.add_to_collection(tf.GraphKeys.ACTIVATIONS, tensor)
    layers.summarize_activations()
    layers.summarize_activation(relu)
    layers.summarize_tensor(tf.reduce_sum(x, name="total"))
    layers.summarize_tensor(x, "mine")
    layers.summarize_tensors([relu, relu6])
    layers.summarize_collection(tf.GraphKeys.ACTIVATIONS, name_filter="b")
    found = outcome(tf, {"x": x}, {x: numbers(0, B, D)})
    found["none"] = str(layers.summarize_tensor(tf.constant("text")))
    with tf.Session(config=one_order(tf)) as sess:
        merged = sess.run(tf.summary.merge_all(), {x: numbers(0, B, D)})
    values = sorted(tf.Summary.FromString(merged).value, key=lambda value: value.tag)
    found["tags"] = [value.tag for value in values]
    found["scalars"] = np.array([value.simple_value for value in values], np.float32)
    return found


def scoped(tf):
    """`arg_scope`, in itself, in another, entered again, for the program's own functions."""
    layers, framework = tf.contrib.layers, tf.contrib.framework
    arg_scope = framework.arg_scope
    x = tf.placeholder(tf.float32, [B, D])

    @framework.add_arg_scope
    def scaled(inputs, factor=1.0, scope=None):
        return inputs * factor

    outputs = []
    with arg_scope([layers.fully_connected, scaled], scope=None), arg_scope(
            [layers.fully_connected], activation_fn=None, biases_initializer=None,
            weights_regularizer=layers.l2_regularizer(0.1)) as outer:
        outputs.append(layers.fully_connected(x, U))
        outputs.append(layers.fully_connected(x, U, activation_fn=tf.tanh))
        with arg_scope([scaled], factor=3.0):
            outputs.append(scaled(x))
            outputs.append(scaled(x, factor=2.0))
            outputs.append(layers.fully_connected(x, U))
    outputs.append(scaled(x))
    with arg_scope(outer):
        outputs.append(layers.fully_connected(x, U))
    with arg_scope([layers.batch_norm, layers.layer_norm], trainable=False):
        outputs.append(layers.layer_norm(x))
    with arg_scope([framework.model_variable, framework.variable], device="/cpu:0"):
        outputs.append(framework.model_variable("m", [2], collections=["mine"]) + 0.0)
    found = outcome(tf, {"outputs": outputs}, {x: numbers(0, B, D)})
    found["arguments"] = sorted(framework.arg_scoped_arguments(scaled))
    found["has"] = [str(framework.has_arg_scope(f)) for f in (
        scaled, layers.fully_connected, layers.linear, layers.stack)]
    found["name"] = [scaled.__name__, layers.fully_connected.__name__]
    return found


def finding(tf):
    """Variables found again by scope, suffix and name, and set."""
    framework = tf.contrib.framework
    with tf.variable_scope("a"):
        framework.model_variable("w", [2], regularizer=tf.nn.l2_loss)
        framework.variable("v", [2], trainable=False)
        with tf.variable_scope("b"):
            framework.model_variable("w", [3])
    framework.local_variable(1.0, name="local")
    framework.global_variable(1.0, name="global")
    tf.get_variable("w", [1])
    framework.add_model_variable(tf.global_variables()[1])
    calls = {
        "all": framework.get_variables(), "in_a": framework.get_variables("a"),
        "suffix": framework.get_variables(suffix="w"),
        "both": framework.get_variables("a", suffix="v"),
        "model": framework.get_model_variables(), "local": framework.get_local_variables(),
        "trainable": framework.get_trainable_variables("a"),
        "by_name": framework.get_variables_by_name("w"),
        "by_suffix": framework.get_variables_by_suffix("w", "a"),
        "restored": framework.get_variables_to_restore(["a"], ["a/b"]),
        "filtered": framework.filter_variables(
            tf.global_variables(), include_patterns=["w"], exclude_patterns=["b"]),
        "unique": [framework.get_unique_variable("a/w")],
    }
    found = outcome(tf, {"w": tf.global_variables()[0] + 0.0})
    found.update(("found/" + k, sorted(v.op.name for v in vs)) for k, vs in calls.items())
    found["full"] = framework.get_variable_full_name(calls["unique"][0])
    op, feed = framework.assign_from_values({"a/w": np.array([1.0, 2.0])})
    with tf.Session(config=one_order(tf)) as sess:
        sess.run(tf.global_variables_initializer())
        sess.run(op, feed)
        framework.assign_from_values_fn({"a/b/w": np.arange(3.0)})(sess)
        found["set"] = sess.run([calls["unique"][0], framework.get_unique_variable("a/b/w")][1])
    return found


def wrong(tf):
    layers, framework = tf.contrib.layers, tf.contrib.framework

    def x():
        return tf.zeros([B, D])

    def loss():
        return tf.reduce_sum(tf.get_variable("v", [2]))

    def optimize(rate=0.1, optimizer="SGD", **more):
        return layers.optimize_loss(
            more.pop("loss", None) or loss(), more.pop("step", None), rate, optimizer, **more)

    def enter(*arguments, **more):
        with framework.arg_scope(*arguments, **more):
            pass

    def plain(y=1):
        return y

    unknown = functools.partial(tf.placeholder, tf.float32, [2, None])
    return errors(tf, {
        "outputs of floats": lambda: layers.fully_connected(x(), 2.0),
        "outputs of true": lambda: layers.linear(x(), True),
        "normalizer": lambda: layers.fully_connected(x(), 2, normalizer_fn=3),
        "initializer": lambda: layers.fully_connected(x(), 2, weights_initializer="swoosh"),
        "initializer by name": lambda: layers.fully_connected(x(), 2, weights_initializer="zeros"),
        "same scope": lambda: [layers.relu(x(), 2, scope="a") for _ in range(2)],
        "layer norm axis": lambda: layers.layer_norm(x(), begin_norm_axis=2),
        "layer norm unknown": lambda: layers.layer_norm(unknown()),
        "layer norm no rank": lambda: layers.layer_norm(tf.placeholder(tf.float32)),
        "batch norm format": lambda: layers.batch_norm(x(), data_format="HWC"),
        "batch norm unknown": lambda: layers.batch_norm(unknown()),
        "batch norm renorm": lambda: layers.batch_norm(
            x(), renorm=True, updates_collections=None),
        "instance norm format": lambda: layers.instance_norm(x(), data_format="HWC"),
        "group norm groups": lambda: layers.group_norm(tf.zeros([1, 2, 2, 3]), groups=2),
        "group norm axis": lambda: layers.group_norm(tf.zeros([1, 2, 2, 4]), 2, channels_axis=9),
        "group norm same axis": lambda: layers.group_norm(
            tf.zeros([1, 2, 2, 4]), 2, reduction_axes=[-1]),
        "bias unknown": lambda: layers.bias_add(unknown()),
        "bias format": lambda: layers.bias_add(x(), data_format="NCHW"),
        "unit norm": lambda: layers.unit_norm(x(), 2),
        "softmax rank 1": lambda: layers.softmax(tf.zeros([3])),
        "softmax unknown": lambda: layers.softmax(unknown()),
        "maxout": lambda: layers.maxout(x(), 3),
        "stack of an int": lambda: layers.stack(x(), layers.linear, 3),
        "l1 integer": lambda: layers.l1_regularizer(1),
        "l2 below 0": lambda: layers.l2_regularizer(-0.1),
        "both integers": lambda: layers.l1_l2_regularizer(1, 1),
        "nothing to apply to": lambda: layers.apply_regularization(layers.l1_regularizer(0.1)),
        "no scalar": lambda: layers.apply_regularization(lambda v: v, [tf.zeros([2])]),
        "integer numbers": lambda: layers.xavier_initializer(dtype=tf.int32),
        "mode": lambda: layers.variance_scaling_initializer(mode="FAN"),
        "embed": lambda: layers.embed_sequence([[1]]),
        "bag": lambda: layers.bow_encoder([[1]], 0, 2),
        "rate of text": lambda: optimize("fast"),
        "rate below 0": lambda: optimize(-1.0),
        "rate integer": lambda: optimize(1),
        "no rate": lambda: optimize(None),
        "no rate class": lambda: optimize(None, tf.train.AdamOptimizer),
        "optimizer": lambda: optimize(optimizer="Best"),
        "optimizer 3": lambda: optimize(optimizer=3),
        "optimizer function": lambda: optimize(optimizer=lambda rate: rate),
        "clip": lambda: optimize(clip_gradients=3),
        "summary": lambda: optimize(summaries=["x"]),
        "vector loss": lambda: optimize(loss=tf.zeros([2])),
        "decay without step": lambda: optimize(learning_rate_decay_fn=lambda r, s: r),
        "step": lambda: optimize(step=tf.get_variable("s", [])),
        "scope of a function": lambda: enter(layers.fully_connected, trainable=False),
        "scope of no scoped": lambda: enter([plain], y=2),
        "scope with more": lambda: enter({}, y=2),
        "unique": lambda: framework.get_unique_variable("x"),
        "restore": lambda: framework.get_variables_to_restore("a"),
        "values": lambda: framework.assign_from_values({"x": np.zeros(2)}),
        "no checkpoint variables": lambda: framework.assign_from_checkpoint_fn("x", []),
    })


IMAGE = (2, 3, 3, 4)
_P = functools.partial
EXERCISES = {
    "connected": connected,
    "connected rank 3": _P(connected, shape=(B, 2, D)),
    "linear": _P(connected, symbol="linear"),
    "relu6": _P(connected, symbol="relu6", options=lambda tf: {"biases_initializer": None}),
    "elu": _P(connected, symbol="elu", options=lambda tf: {"trainable": False}),
    "connected normalized": _P(connected, options=lambda tf: {
        "normalizer_fn": tf.contrib.layers.layer_norm, "normalizer_params": {"center": False},
        "activation_fn": tf.tanh, "num_outputs": 5}),
    "connected regularized": _P(connected, options=lambda tf: {
        "weights_regularizer": tf.contrib.layers.l2_regularizer(0.5),
        "biases_regularizer": tf.contrib.layers.l1_regularizer(0.5), "activation_fn": None}),
    "collected": collected,
    "scope_regularizer": scope_regularizer,
    "embeddings": embeddings,
    "layer_norm": layer_norm,
    "layer_norm rank 3": _P(layer_norm, shape=(B, 2, D), begin_norm_axis=-1, center=False),
    "layer_norm params": _P(layer_norm, shape=(B, 2, D), begin_params_axis=1),
    "instance_norm": _P(norm, symbol="instance_norm", shape=IMAGE),
    "instance_norm first": _P(norm, symbol="instance_norm", shape=IMAGE, data_format="NCHW"),
    "group_norm": _P(norm, symbol="group_norm", shape=IMAGE, groups=2),
    "group_norm moments": _P(norm, symbol="group_norm", shape=IMAGE, groups=2, center=False,
                             mean_close_to_zero=True),
    "batch_norm": batch_norm,
    "batch_norm fed": _P(batch_norm, options=fed),
    "batch_norm used": _P(batch_norm, options=lambda tf: {"is_training": False}),
    "batch_norm image": _P(batch_norm, shape=IMAGE, options=lambda tf: {"scale": True}),
    "batch_norm image fed": _P(batch_norm, shape=IMAGE, options=fed),
    "batch_norm at once": _P(batch_norm, options=at_once),
    "batch_norm at once fed": _P(batch_norm, options=lambda tf: dict(fed(tf), **at_once(tf))),
    "batch_norm at once plain": _P(
        batch_norm, options=lambda tf: dict(at_once(tf), fused=False)),
    "batch_norm weighed": _P(batch_norm, options=weighed),
    "batch_norm weighed fed": _P(batch_norm, options=lambda tf: dict(weighed(tf), **fed(tf))),
    "batch_norm debiased": _P(batch_norm, share=False, options=lambda tf: {
        "zero_debias_moving_mean": True}),
    "batch_norm plain": _P(batch_norm, shape=(B, 2, D), options=lambda tf: {
        "variables_collections": ["mine"], "param_regularizers": {"beta": tf.nn.l2_loss},
        "param_initializers": {"beta": tf.ones_initializer()}}),
    "small": small,
    "regularizers": regularizers,
    "initializers": initializers,
    "optimized": optimized,
    "optimized adam": _P(optimized, optimizer="Adam", embed=True),
    "optimized momentum": _P(optimized, optimizer="Momentum", rate=lambda tf: tf.constant(0.05)),
    "optimized class": _P(optimized, optimizer=lambda tf: tf.train.AdagradOptimizer, rate=0.5,
                          options=multiplied),
    "optimized object": _P(
        optimized, optimizer=lambda tf: tf.train.RMSPropOptimizer(0.1), rate=None),
    "optimized function": _P(
        optimized, optimizer=lambda tf: functools.partial(tf.train.FtrlOptimizer), options=decayed),
    "optimized clipped": _P(optimized, embed=True, options=lambda tf: {"clip_gradients": 0.1}),
    "optimized adaptive": _P(optimized, options=adaptive),
    "optimized updating": _P(optimized, options=updating),
    "summaries": summaries,
    "scoped": scoped,
    "finding": finding,
    "wrong": wrong,
}

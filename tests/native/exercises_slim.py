"""Programs of `tf.contrib.slim` and its like: the picture network, train ops, loops, predictors."""

import os
import tempfile

import numpy as np

from native.form import errors, nodes, numbers, outcome, private

NETS = "contrib.slim.python.slim.nets.inception_v3"
SMALL = {"min_depth": 2, "depth_multiplier": 0.005}


def network(tf, end="Mixed_7c", size=75, **options):
    nets = private(tf, NETS)
    x = tf.placeholder(tf.float32, [1, size, size, 3])
    net, points = nets.inception_v3_base(x, final_endpoint=end, **dict(SMALL, **options))
    found = {"names": np.array(sorted(points)),
             "shapes": np.array([str(points[name].shape.as_list()) for name in sorted(points)])}
    found.update(outcome(tf, {"net": net}, {x: numbers(0, 1, size, size, 3)}))
    return found


def classifier(tf):
    """The whole network in its arg_scope, for training and after it."""
    nets, slim = private(tf, NETS), tf.contrib.slim
    x = tf.placeholder(tf.float32, [None, 107, 139, 3])
    with slim.arg_scope(nets.inception_v3_arg_scope(weight_decay=0.01)):
        logits, points = nets.inception_v3(
            x, num_classes=3, is_training=False, scope="Net", **SMALL)
        squeezed = nets.inception_v3(tf.zeros([1, 299, 299, 3]), 3, **SMALL)[0]
        trained, _ = nets.inception_v3(x, 3, True, 1.0, spatial_squeeze=False, scope="Net",
                                       reuse=True, **SMALL)
    found = {"squeezed": np.array(squeezed.shape.as_list()),
             "trained": np.array(str(trained.shape.as_list()))}
    found.update(structure(tf, points))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        logits_value = sess.run(logits, {x: numbers(0, 2, 107, 139, 3)})
    found["logits"] = np.array(logits_value.shape)
    return found


def structure(tf, points):
    return {
        "nodes": nodes(tf), "points": np.array(sorted(points)),
        "variables": np.array([f"{v.op.name} {v.shape.as_list()}" for v in tf.global_variables()]),
        "moving": np.array([v.op.name for v in tf.get_collection("moving_vars")]),
        "losses": np.array(len(tf.losses.get_regularization_losses()))}


def wrong(tf):
    nets, slim = private(tf, NETS), tf.contrib.slim
    x = tf.zeros([1, 75, 75, 3])
    variable = tf.get_variable("v", [])
    pairs = [(tf.constant(1.0), variable), (None, variable)]
    return errors(tf, {
        "end": lambda: nets.inception_v3_base(tf.zeros([1, 75, 75, 3]), "Mixed_8a", **SMALL),
        "multiplier": lambda: nets.inception_v3_base(x, depth_multiplier=0),
        "whole multiplier": lambda: nets.inception_v3(x, depth_multiplier=-1),
        "no op": lambda: slim.learning.train(None, None),
        "steps": lambda: slim.learning.train(x, None, number_of_steps=0),
        "saver": lambda: slim.learning.train(x, None, saver=1),
        "empty": lambda: slim.learning.multiply_gradients(pairs, {}),
        "list": lambda: slim.learning.multiply_gradients(pairs, [1]),
        "none": lambda: slim.learning.multiply_gradients(pairs[1:], {variable: 1.0}),
        "folder": lambda: tf.contrib.training.train(x, None),
        "no variables": lambda: tf.contrib.training.create_train_op(
            tf.zeros([]), tf.train.GradientDescentOptimizer(1.0)),
    })


def train_op(tf, slim=False, **options):
    """A train op's nodes, and the variables after it has run twice."""
    x = tf.placeholder(tf.float32, [2, 3])
    tables = tf.get_variable("table", [4, 3])
    w = tf.get_variable("w", [3, 1])
    unused = tf.get_variable("unused", [2])
    rows = tf.nn.embedding_lookup(tables, [1, 2])
    moving = tf.get_variable("moving", [], trainable=False)
    tf.add_to_collection(tf.GraphKeys.UPDATE_OPS, tf.assign_add(moving, 1.0))
    loss = tf.reduce_sum(tf.square(tf.matmul(x + rows, w))) * 10
    module = tf.contrib.slim.learning if slim else tf.contrib.training
    options = {key: value(tf) if callable(value) else value for key, value in options.items()}
    op = module.create_train_op(loss, tf.train.GradientDescentOptimizer(0.1), **options)
    found = {"nodes": nodes(tf), "collected": np.array(
        [t.name for t in tf.get_collection(tf.GraphKeys.TRAIN_OP)]),
        "summaries": np.array([s.op.name for s in tf.get_collection(tf.GraphKeys.SUMMARIES)])}
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for i, variable in enumerate([tables, w, unused, moving]):
            sess.run(tf.assign(variable, numbers(i, *variable.shape.as_list())))
        for step in range(2):
            found[f"loss {step}"] = sess.run(op, {x: numbers(9, 2, 3)})
        for variable in tf.global_variables():
            found["after/" + variable.op.name] = sess.run(variable)
    return found


def loops(tf):
    """Both loops to their last step, and what they saved."""
    found = {}
    for name in ("slim", "training"):
        folder = os.path.join(tempfile.mkdtemp(), name)
        with tf.Graph().as_default():
            w = tf.get_variable("w", initializer=tf.constant([1.0, 2.0]))
            ends = tf.train.limit_epochs(tf.constant(1.0), num_epochs=100)
            loss = tf.reduce_sum(w * w) * ends
            optimizer = tf.train.GradientDescentOptimizer(0.1)
            if name == "slim":
                op = tf.contrib.slim.learning.create_train_op(loss, optimizer)
                last = tf.contrib.slim.learning.train(
                    op, folder, number_of_steps=4, log_every_n_steps=2, save_summaries_secs=0,
                    save_interval_secs=0)
            else:
                op = tf.contrib.training.create_train_op(loss, optimizer)
                last = tf.contrib.training.train(
                    op, folder, hooks=[tf.train.StopAtStepHook(4)], save_summaries_steps=None)
        found[name + "/loss"] = np.array(last)
        found[name + "/saved"] = tf.train.load_variable(folder, "w")
        found[name + "/step"] = np.array(tf.train.load_variable(folder, "global_step"))
    return found


def predictor(tf):
    """A function of a SavedModel: by signature, by names, and what is no input."""
    folder = os.path.join(tempfile.mkdtemp(), "model")
    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.placeholder(tf.float32, [None, 2], "x")
        rate = tf.placeholder_with_default(2.0, [], "rate")
        y = tf.multiply(x, rate, "y")
        tf.get_variable("w", [1])
        sess.run(tf.global_variables_initializer())
        tf.saved_model.simple_save(sess, folder, {"words": x, "rate": rate}, {"out": y})
    make = tf.contrib.predictor.from_saved_model
    by_signature, by_name = make(folder), make(
        folder, input_names={"a": "x:0"}, output_names={"b": "y:0"})
    value = numbers(0, 3, 2)
    found = {"out": by_signature({"words": value})["out"],
             "rate": by_signature({"words": value, "rate": 3.0})["out"],
             "none": by_signature({"words": value, "rate": None})["out"],
             "b": by_name({"a": value})["b"],
             "inputs": np.array(sorted(by_signature.feed_tensors)),
             "outputs": np.array(sorted(by_signature.fetch_tensors)),
             "own": np.array(by_signature.session.graph is by_signature.graph)}
    found.update(errors(tf, {
        "unknown": lambda: by_signature({"x": value}),
        "half": lambda: make(folder, input_names={"a": "x:0"}),
        "both": lambda: make(folder, "serving_default", input_names={}, output_names={}),
    }))
    return found


def transformed(tf):
    return tf.contrib.training.clip_gradient_norms_fn(0.5)


EXERCISES = {
    "network": network,
    "network begun": lambda tf: network(tf, "Conv2d_4a_3x3", 31, min_depth=3, scope="Own"),
    "network halved": lambda tf: network(tf, "Mixed_6a", 75),
    "classifier": classifier,
    "wrong": wrong,
    "train op": train_op,
    "train op clipped": lambda tf: train_op(
        tf, transform_grads_fn=transformed, summarize_gradients=True),
    "train op bare": lambda tf: train_op(
        tf, update_ops=[], global_step=None, check_numerics=False, transform_grads_fn=None),
    "slim train op": lambda tf: train_op(
        tf, slim=True, clip_gradient_norm=0.3, gradient_multipliers={"w": 0.5, "table": 3.0}),
    "loops": loops,
    "predictor": predictor,
}

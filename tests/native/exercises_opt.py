"""Programs of `tf.contrib.opt`, `sparsemax`, `deprecated` and `compiler.jit`."""

import numpy as np

from native.form import numbers


def trained(tf, make, only=False, resource=False):
    """Three steps over a table of which some rows are read, and a matrix; slots at the end."""
    x = tf.placeholder(tf.int32, [3])
    with tf.variable_scope("net", use_resource=resource):
        table, w = tf.get_variable("table", [5, 3]), tf.get_variable("w", [3, 2])
    # Linear: natively weights shrink while the gradients are computed, in no order.
    loss = tf.reduce_sum(tf.nn.embedding_lookup(table, x) * numbers(8, 3, 3)) + tf.reduce_sum(
        w * numbers(9, 3, 2))
    optimizer = make(tf.contrib.opt, tf)
    step = optimizer.minimize(loss, decay_var_list=[w]) if only == "minimize" else (
        optimizer.apply_gradients(optimizer.compute_gradients(loss), decay_var_list=[w])
        if only else optimizer.minimize(loss))
    found = {}
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for i, variable in enumerate((table, w)):
            sess.run(tf.assign(variable, numbers(i, *variable.shape.as_list())))
        for ids in ([0, 2, 2], [1, 2, 4], [0, 0, 0]):
            sess.run(step, {x: ids})
        for variable in tf.global_variables():
            found[variable.op.name] = sess.run(variable)
    return found


def sparse(tf):
    logits = tf.placeholder(tf.float32, [None, None])
    labels = np.eye(6, dtype=np.float32)[:, :4] * [1, 1, 0.5, 1]
    p = tf.contrib.sparsemax.sparsemax(logits)
    loss = tf.contrib.sparsemax.sparsemax_loss(logits, p, labels.astype(np.float32))
    value = numbers(0, 6, 4) * 2
    value[3], value[4, 1] = [np.inf, 0, 0, 0], -np.inf
    value[5] = -np.inf
    gradient = tf.gradients(loss, logits)[0]
    with tf.Session() as sess:
        found = sess.run({"p": p, "loss": loss, "gradient": gradient}, {logits: value})
    return {name: np.nan_to_num(array, nan=99) for name, array in found.items()}


def summaries(tf):
    old = tf.contrib.deprecated
    made = [old.scalar_summary(["a", "b"], [1.0, 2.0]),
            old.histogram_summary("h", tf.constant([1.0, 2.0]), name="mine"),
            old.image_summary("i", tf.zeros([1, 2, 2, 3]), collections=["pictures"]),
            old.audio_summary("s", tf.zeros([1, 4]), 8000.0)]
    merged = [old.merge_summary(made[:2], ["merged"]), old.merge_all_summaries(),
              old.merge_all_summaries("none")]
    found = {name: np.array([str(s.op.name if s is not None else s) for s in summaries])
             for name, summaries in (("made", made), ("merged", merged))}
    with tf.Session() as sess:
        found["values"] = np.frombuffer(sess.run(merged[0]), np.uint8)
    for name in ("summaries", "pictures", "merged"):
        found["in " + name] = np.array(len(tf.get_collection(name)))
    return found


def jit(tf):
    with tf.contrib.compiler.jit.experimental_jit_scope():
        y = tf.tanh(tf.constant(0.5))
    return {"y": np.array(str(y.op.get_attr("_XlaCompile"))), "name": np.array(y.op.name)}


EXERCISES = {
    "lazy adam": lambda tf: trained(tf, lambda opt, tf: opt.LazyAdamOptimizer(0.1)),
    "lazy adam resource": lambda tf: trained(
        tf, lambda opt, tf: opt.LazyAdamOptimizer(0.1, 0.5, 0.7, 0.01), resource=True),
    "nadam": lambda tf: trained(tf, lambda opt, tf: opt.NadamOptimizer(0.1)),
    "nadam resource": lambda tf: trained(
        tf, lambda opt, tf: opt.NadamOptimizer(0.1, 0.5), resource=True),
    "adam w": lambda tf: trained(tf, lambda opt, tf: opt.AdamWOptimizer(0.1, 0.2)),
    "adam w only": lambda tf: trained(
        tf, lambda opt, tf: opt.AdamWOptimizer(0.1, 0.2), only=True, resource=True),
    "adam w minimize": lambda tf: trained(
        tf, lambda opt, tf: opt.AdamWOptimizer(0.1, 0.2), only="minimize"),
    "momentum w": lambda tf: trained(
        tf, lambda opt, tf: opt.MomentumWOptimizer(0.1, 0.2, 0.9, use_nesterov=True)),
    "extended": lambda tf: trained(
        tf, lambda opt, tf: opt.extend_with_decoupled_weight_decay(
            tf.train.AdagradOptimizer)(0.1, learning_rate=0.3)),
    "sparsemax": sparse,
    "summaries": summaries,
    "jit": jit,
}

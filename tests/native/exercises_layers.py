"""Small programs with `tf.layers`: see `native.form`."""

import functools

from native.form import errors, initial, numbers, one_order, outcome, structures

B, D, U = 3, 4, 2


def twice(tf, call, shape=(B, D), share=True, **more):
    """A layer called twice: a second one, and, where it has a name, the same again."""
    x = tf.placeholder(tf.float32, [None] + list(shape[1:]))
    outputs = {"first": call(x), "second": call(x)}
    if share:
        outputs["named"] = call(x, name="mine")
        outputs["again"] = call(x, name="mine", reuse=True)
    scale = tf.get_variable("scale", [])
    outputs["scale"] = scale + 0.0
    return outcome(tf, outputs, {x: numbers(0, *shape)}, **more)


def dense(tf, shape=(B, D), **options):
    def call(x, **more):
        return tf.layers.dense(x, U, **dict(options, **more))

    return twice(tf, call, shape)


def dense_object(tf):
    """A projection as decoders take it: made early, named, called later, its parts looked at."""
    layer = tf.layers.Dense(U, name="projection", kernel_regularizer=tf.nn.l2_loss,
                            activity_regularizer=tf.nn.l2_loss)
    before = [layer.name, str(layer.built), str(layer.dtype), len(layer.variables)]
    x = tf.placeholder(tf.float32, [B, D])
    with tf.variable_scope("decoder"):
        outputs = layer(x)
    with tf.variable_scope("other"):
        again = layer.apply(x)
    found = outcome(tf, {"outputs": outputs, "again": again}, {x: numbers(0, B, D)})
    found["before"] = before
    found["after"] = [layer.name, str(layer.built), str(layer.dtype), layer.scope_name,
                      layer.kernel.op.name, layer.bias.op.name, str(layer.units),
                      str(layer.compute_output_shape([B, D]).as_list()), layer.count_params()]
    found["losses"] = [len(layer.losses), len(layer.get_losses_for(None)),
                       len(layer.get_losses_for(x))]
    return found


def shared_by_reuse(tf):
    x = tf.placeholder(tf.float32, [B, D])
    outputs = []
    for _ in range(2):
        with tf.variable_scope("model", reuse=tf.AUTO_REUSE):
            outputs.append(tf.layers.dense(x, U, kernel_regularizer=tf.nn.l2_loss))
            outputs.append(tf.layers.dense(x, U, name="named"))
    return outcome(tf, {"outputs": outputs}, {x: numbers(0, B, D)})


def scope_regularizer(tf):
    """The scope's regularizer and the layer's own are both counted."""
    x = tf.placeholder(tf.float32, [B, D])
    with tf.variable_scope("s", regularizer=lambda v: 3.0 * tf.nn.l2_loss(v)):
        outputs = [tf.layers.dense(x, U), tf.layers.dense(x, U, kernel_regularizer=tf.nn.l2_loss)]
    found = outcome(tf, {"outputs": outputs}, {x: numbers(0, B, D)})
    found["names"] = [t.op.name for t in tf.losses.get_regularization_losses()]
    return found


def names_of_regularizers(tf):
    x = tf.placeholder(tf.float32, [B, D])
    outputs = [tf.layers.dense(x, U, kernel_regularizer=name, activation="tanh",
                               kernel_initializer="ones") for name in ("l1", "l2", "l1_l2")]
    return outcome(tf, {"outputs": outputs}, {x: numbers(0, B, D)})


def constrained(tf):
    def positive(value):
        return tf.maximum(value, 0.0)

    x = tf.placeholder(tf.float32, [B, D])
    outputs = tf.layers.dense(x, U, kernel_constraint=positive, bias_constraint=positive)
    train = tf.train.GradientDescentOptimizer(1.0).minimize(tf.reduce_sum(outputs * outputs))
    with tf.Session(config=one_order(tf)) as sess:
        sess.run(tf.global_variables_initializer())
        sess.run([tf.assign(v, numbers(i, *v.shape.as_list()))
                  for i, v in enumerate(tf.global_variables())])
        sess.run(train, {x: numbers(0, B, D)})
        return {"value/" + v.op.name: sess.run(v) for v in tf.global_variables()}


def own_layer(tf):
    class Scaled(tf.layers.Layer):
        def build(self, shape):
            self.scale = self.add_variable("scale", shape[-1:], initializer=tf.ones_initializer())
            self.seen = self.add_weight("seen", [], trainable=False)
            super(Scaled, self).build(shape)

        def call(self, inputs, factor=1.0):
            self.add_update(tf.assign(self.seen, self.seen + 1.0), inputs=inputs)
            self.add_loss(tf.reduce_sum(self.scale), inputs=None)
            return inputs * self.scale * factor

    x = tf.placeholder(tf.float32, [B, D])
    layer = Scaled(name="scaled")
    found = outcome(tf, {"outputs": [layer(x), layer(x, factor=2.0)]}, {x: numbers(0, B, D)})
    found["lists"] = [len(layer.updates), len(layer.losses), len(layer.trainable_weights),
                      len(layer.non_trainable_weights)]
    return found


def dropout(tf, **options):
    x = tf.placeholder(tf.float32, [B, D])
    outputs = [tf.layers.dropout(x, 0.4, seed=5, **options),
               tf.layers.dropout(x, 0.4, seed=5, training=True, **options),
               tf.layers.Dropout(0.5, seed=6, **options)(x, training=tf.constant(True))]
    fed = tf.placeholder_with_default(True, [])
    outputs.append(tf.layers.dropout(x, 0.3, seed=7, training=fed, **options))
    return outcome(tf, {"outputs": outputs}, {x: numbers(0, B, D)})


def flatten(tf):
    x = tf.placeholder(tf.float32, [None, 2, D])
    y = tf.placeholder(tf.float32, [B, 2, None])
    outputs = [tf.layers.flatten(x), tf.layers.flatten(y), tf.layers.Flatten()(x),
               tf.layers.flatten(x, data_format="channels_first")]
    feed = {x: numbers(0, B, 2, D), y: numbers(1, B, 2, D)}
    return outcome(tf, {"outputs": outputs}, feed)


def batch_norm(tf, shape=(B, D), training=True, **options):
    def call(x, **more):
        return tf.layers.batch_normalization(
            x, training=training, **dict(options, momentum=0.9, **more))

    return twice(tf, call, shape, updates=True)


def batch_norm_fed(tf, shape=(B, D), **options):
    return batch_norm(tf, shape, tf.placeholder_with_default(True, []), **options)


def batch_norm_object(tf):
    layer = tf.layers.BatchNormalization(name="norm", gamma_regularizer=tf.nn.l2_loss)
    x = tf.placeholder(tf.float32, [B, D])
    outputs = [layer(x, training=True), layer(x, training=False)]
    found = outcome(tf, {"outputs": outputs}, {x: numbers(0, B, D)}, updates=True)
    found["lists"] = [len(layer.updates), len(layer.losses), len(layer.weights),
                      len(layer.trainable_weights)]
    layer.trainable = False
    found["frozen"] = [len(layer.updates), len(layer.trainable_weights)]
    return found


def untrained(tf):
    x = tf.placeholder(tf.float32, [B, D])
    outputs = [tf.layers.dense(x, U, trainable=False),
               tf.layers.batch_normalization(x, training=True, trainable=False)]
    outputs.append(tf.get_variable("scale", []) + 0.0)
    return outcome(tf, {"outputs": outputs}, {x: numbers(0, B, D)})


def first_values(tf):
    x = tf.zeros([B, D])
    tf.layers.dense(x, U, kernel_initializer=tf.random_normal_initializer(seed=1))
    tf.layers.dense(x, U, kernel_initializer=tf.glorot_uniform_initializer(seed=2),
                    bias_initializer=tf.random_uniform_initializer(seed=3))
    with tf.variable_scope("s", initializer=tf.truncated_normal_initializer(seed=4)):
        tf.layers.dense(x, U)
        tf.layers.dense(x, U, bias_initializer=None)
    tf.layers.batch_normalization(x, renorm=True)
    return initial(tf)


def described(tf):
    x = tf.zeros([B, D])
    found = {}
    for layer in (tf.layers.Dense(U, activation=tf.nn.relu), tf.layers.Dropout(0.2, seed=1),
                  tf.layers.Flatten(), tf.layers.BatchNormalization()):
        name = type(layer).__name__
        found["config/" + name] = sorted(
            str(item) for item in layer.get_config().items() if "initializer" not in item[0])
        layer(x)
        found["after/" + name] = [layer.name, layer.scope_name, str(layer.built)]
        found["shape/" + name] = str(layer.compute_output_shape(x.shape))
    return dict(found, **structures(tf))


def wrong(tf):
    layers = tf.layers

    def x():
        return tf.zeros([B, D])

    return errors(tf, {
        "dense of rank 1": lambda: layers.dense(tf.zeros([3]), U),
        "dense of unknown depth": lambda: layers.dense(tf.placeholder(tf.float32, [2, None]), U),
        "dense of unknown rank": lambda: layers.dense(tf.placeholder(tf.float32), U),
        "dense of integers": lambda: layers.dense(tf.zeros([2, 2], tf.int32), U),
        "dense other depth": lambda: [
            layers.Dense(U)(t) for t in ()] or (lambda d: [d(x()), d(tf.zeros([2, 9]))])(
                layers.Dense(U)),
        "dense name twice": lambda: [layers.dense(x(), U, name="a") for _ in range(2)],
        "dense reuse of nothing": lambda: layers.dense(x(), U, name="a", reuse=True),
        "dense other units": lambda: [
            layers.dense(x(), n, name="a", reuse=tf.AUTO_REUSE) for n in (2, 3)],
        "dense units of text": lambda: layers.dense(x(), "many"),
        "dense activation": lambda: layers.dense(x(), U, activation="swoosh"),
        "dense initializer": lambda: layers.dense(x(), U, kernel_initializer="swoosh"),
        "dense regularizer": lambda: layers.dense(x(), U, kernel_regularizer="swoosh"),
        "dense argument": lambda: layers.Dense(U, colour="blue"),
        "scope too early": lambda: layers.Dense(U).scope_name,
        "count too early": lambda: layers.Dense(U).count_params(),
        "dropout training of text": lambda: layers.dropout(x(), training="yes"),
        "flatten format": lambda: layers.flatten(x(), data_format="sideways"),
        "norm axis": lambda: layers.batch_normalization(x(), axis=5),
        "norm axis of text": lambda: layers.batch_normalization(x(), axis="x"),
        "norm axis twice": lambda: layers.batch_normalization(x(), axis=[1, -1]),
        "norm unknown channels": lambda: layers.batch_normalization(
            tf.placeholder(tf.float32, [2, None])),
        "norm unknown rank": lambda: layers.batch_normalization(tf.placeholder(tf.float32)),
        "norm clipping": lambda: layers.batch_normalization(
            x(), renorm=True, renorm_clipping={"most": 1}),
        "norm virtual": lambda: layers.batch_normalization(x(), virtual_batch_size=-1),
        "a layer that gives nothing": lambda: type(
            "Nothing", (layers.Layer,), {"call": lambda self, inputs: None})()(x()),
        "weight on read": lambda: layers.Layer().add_weight(
            "w", [], trainable=True, synchronization=tf.VariableSynchronization.ON_READ),
        "spec of text": lambda: setattr(layers.Layer(), "input_spec", "x"),
        "spec axes": lambda: layers.InputSpec(axes={"a": 1}),
        "spec beyond": lambda: layers.InputSpec(ndim=2, axes={3: 1}),
    })


IMAGE = (2, 3, 3, 2)
EXERCISES = {
    "dense": dense,
    "dense rank 3": functools.partial(dense, shape=(B, 2, D)),
    "dense relu": functools.partial(dense, activation=lambda x: x * x, use_bias=False),
    "dense regularized": functools.partial(
        dense, kernel_regularizer=lambda v: v[0, 0], bias_regularizer=lambda v: v[0]),
    "dense_object": dense_object,
    "shared_by_reuse": shared_by_reuse,
    "scope_regularizer": scope_regularizer,
    "names_of_regularizers": names_of_regularizers,
    "constrained": constrained,
    "own_layer": own_layer,
    "dropout": dropout,
    "dropout shape": functools.partial(dropout, noise_shape=[None, 1]),
    "flatten": flatten,
    "batch_norm": batch_norm,
    "batch_norm used": functools.partial(batch_norm, training=False),
    "batch_norm fed": batch_norm_fed,
    "batch_norm rank 3": functools.partial(batch_norm, shape=(B, 2, D), axis=1),
    "batch_norm fused": functools.partial(batch_norm, shape=IMAGE),
    "batch_norm fused used": functools.partial(batch_norm, shape=IMAGE, training=False),
    "batch_norm fused fed": functools.partial(batch_norm_fed, shape=IMAGE),
    "batch_norm not fused": functools.partial(batch_norm, shape=IMAGE, fused=False),
    "batch_norm bare": functools.partial(batch_norm, shape=IMAGE, center=False, scale=False),
    "batch_norm renorm": functools.partial(
        batch_norm, renorm=True, renorm_clipping={"rmax": 1.5, "rmin": 0.5, "dmax": 2.0}),
    "batch_norm renorm fed": functools.partial(batch_norm_fed, renorm=True),
    "batch_norm virtual": functools.partial(batch_norm, shape=(4, D), virtual_batch_size=2),
    "batch_norm_object": batch_norm_object,
    "untrained": untrained,
    "first_values": first_values,
    "described": described,
    "wrong": wrong,
}

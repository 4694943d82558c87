"""The same small programs for the native symbols and for the port's: what must come out alike.

Each takes `legacy`, a Symbols, and gives arrays. On TensorFlow 1.15 `native_symbols()` are
contrib's and `tf.nn.rnn_cell`'s; the port's are made by the tests. Nothing here is the port's.
"""

import collections

import numpy as np
import tensorflow.compat.v1 as tf

from native.misuse import misuse

Symbols = collections.namedtuple("Symbols", "embed_sequence linear LSTMCell LSTMStateTuple")

BATCH, TIME, DEPTH, UNITS = 3, 4, 5, 6

CELL_OPTIONS = {
    "defaults": {},
    "use_peepholes": {"use_peepholes": True},
    "cell_clip": {"cell_clip": 0.1},
    "num_proj": {"num_proj": 2},
    "proj_clip": {"num_proj": 2, "proj_clip": 0.05},
    "forget_bias": {"forget_bias": 0.25},
    "state_is_tuple": {"state_is_tuple": False},
    "activation": {"activation": tf.nn.softsign},
    "activation_by_name": {"activation": "relu"},
    "hard_sigmoid": {"activation": "hard_sigmoid"},
    "name": {"name": "another_name"},
    "trainable": {"trainable": False},
    "together": {
        "use_peepholes": True,
        "cell_clip": 0.3,
        "num_proj": 4,
        "proj_clip": 0.2,
        "forget_bias": 0.5,
        "state_is_tuple": False,
        "activation": tf.sigmoid,
        "name": "together",
    },
}
SAMPLE_IDS = [[1, 4, 1, 0], [2, 2, 2, 2], [6, 0, 3, 1]]


def native_symbols():
    """Gives TensorFlow 1.15's own."""
    import tensorflow

    layers, cells = tensorflow.contrib.layers, tensorflow.nn.rnn_cell
    return Symbols(layers.embed_sequence, layers.linear, cells.LSTMCell, cells.LSTMStateTuple)


def numbers(seed, *shape):
    """Gives float32 numbers between -1 and 1."""
    return np.random.RandomState(seed).uniform(-1, 1, shape).astype(np.float32)


def outcome(outputs, feed):
    """Sets each variable to fixed numbers; gives variables, outputs and gradients by name."""
    names = [variable.op.name for variable in tf.global_variables()]
    trained = tf.trainable_variables()
    loss = tf.add_n(
        [tf.reduce_sum(output * output) for output in outputs.values()]
        + tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)
    )
    gradients = tf.gradients(loss, trained)
    fetches = {"output/" + name: output for name, output in outputs.items()}
    fetches.update(
        ("gradient/" + v.op.name, tf.convert_to_tensor(g)) for v, g in zip(trained, gradients)
    )
    assignments = [
        tf.assign(variable, numbers(i, *variable.shape.as_list()))
        for i, variable in enumerate(tf.global_variables())
    ]
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        sess.run(assignments)
        result = sess.run(fetches, feed)
    result["variables"] = np.array(names)
    result["collections"] = np.array(
        [
            len(tf.get_collection(collection))
            for collection in (
                tf.GraphKeys.TRAINABLE_VARIABLES,
                tf.GraphKeys.MODEL_VARIABLES,
                tf.GraphKeys.REGULARIZATION_LOSSES,
            )
        ]
    )
    return result


def cell(legacy, options):
    """Two steps through dynamic_rnn from a state that is not zero, for one set of options."""
    with tf.Graph().as_default():
        inputs = tf.placeholder(tf.float32, [None, TIME, DEPTH])
        lstm = legacy.LSTMCell(UNITS, **CELL_OPTIONS[options])
        width = lstm.output_size
        state = legacy.LSTMStateTuple(
            tf.constant(numbers(1, BATCH, UNITS)), tf.constant(numbers(2, BATCH, width))
        )
        if isinstance(lstm.state_size, int):
            state = tf.concat(state, 1)
        weight = tf.get_variable("scale", [])  # keeps a gradient where the cell is not trained
        outputs, state = tf.nn.dynamic_rnn(
            lstm, inputs * weight, initial_state=state, sequence_length=[4, 2, 1]
        )
        if isinstance(lstm.state_size, int):
            states = {"state": state}
        else:
            states = {"c": state.c, "h": state.h}
        return outcome(
            dict(states, outputs=outputs), {inputs: numbers(0, BATCH, TIME, DEPTH)}
        )


EMBED_OPTIONS = {
    "defaults": {},
    "unique": {"unique": True},
    "scope": {"scope": "words"},
    "trainable": {"trainable": False},
    "regularizer": {"regularizer": tf.nn.l2_loss},
    "initializer": {"initializer": tf.constant_initializer(0.5)},
}


def embed_sequence(legacy, options):
    """An embedding, and a second that reuses the first where the scope is named."""
    with tf.Graph().as_default():
        ids = tf.placeholder(tf.int32, [None, TIME])
        extra = EMBED_OPTIONS[options]
        outputs = {"first": legacy.embed_sequence(ids, 7, 2, **extra)}
        if "scope" in extra:
            outputs["second"] = legacy.embed_sequence(ids, reuse=True, **extra)
        else:
            outputs["second"] = legacy.embed_sequence(ids, 7, 3, **extra)
        outputs["scale"] = tf.get_variable("scale", [])
        return outcome(outputs, {ids: SAMPLE_IDS})


LINEAR_OPTIONS = {
    "defaults": {},
    "rank_2": {},
    "no_biases": {"biases_initializer": None},
    "activation_fn": {"activation_fn": tf.nn.relu},
    "regularizers": {"weights_regularizer": tf.nn.l2_loss, "biases_regularizer": tf.nn.l2_loss},
    "scope": {"scope": "projection"},
    "trainable": {"trainable": False},
}


def linear(legacy, options):
    """A linear layer on [B, T, D] (or [B, D]), and a second one."""
    with tf.Graph().as_default():
        rank_2 = options == "rank_2"
        shape = [BATCH, DEPTH] if rank_2 else [BATCH, TIME, DEPTH]
        inputs = tf.placeholder(tf.float32, [None] + shape[1:])
        extra = LINEAR_OPTIONS[options]
        outputs = {"first": legacy.linear(inputs, 2, **extra)}
        if "scope" in extra:
            outputs["second"] = legacy.linear(inputs, 2, reuse=True, **extra)
        else:
            outputs["second"] = legacy.linear(inputs, 3, **extra)
        outputs["scale"] = tf.get_variable("scale", [])
        return outcome(outputs, {inputs: numbers(0, *shape)})


def scopes(legacy, _):
    """The names of the variables that programs of several forms make."""
    found = {}

    def names(program):
        with tf.Graph().as_default():
            inputs = tf.placeholder(tf.float32, [None, TIME, DEPTH])
            program(inputs)
            found["names/" + program.__name__] = np.array(
                [variable.op.name for variable in tf.global_variables()]
            )

    def rnn(cell, inputs, scope=None):
        return tf.nn.dynamic_rnn(cell, inputs, dtype=tf.float32, scope=scope)

    @names
    def default_scope(inputs):
        rnn(legacy.LSTMCell(UNITS), inputs)

    @names
    def one_cell_in_two_scopes(inputs):
        lstm = legacy.LSTMCell(UNITS)
        rnn(lstm, inputs, "a")
        rnn(lstm, inputs, "b")

    @names
    def two_cells_by_hand(inputs):
        first, second = legacy.LSTMCell(UNITS), legacy.LSTMCell(UNITS)
        x = inputs[:, 0]
        _, state = first(x, first.zero_state(BATCH, tf.float32))
        second(x, state)

    @names
    def one_cell_by_hand(inputs):
        lstm = legacy.LSTMCell(UNITS)
        x = inputs[:, 0]
        _, state = lstm(x, lstm.zero_state(BATCH, tf.float32))
        lstm(x, state)

    @names
    def cell_with_a_scope(inputs):
        lstm = legacy.LSTMCell(UNITS)
        lstm(inputs[:, 0], lstm.get_initial_state(inputs[:, 0]), scope="given")

    @names
    def cell_that_reuses(inputs):
        rnn(legacy.LSTMCell(UNITS), inputs, "shared")
        rnn(legacy.LSTMCell(UNITS, reuse=True), inputs, "shared")

    @names
    def caller_that_reuses(inputs):
        with tf.variable_scope("outer"):
            rnn(legacy.LSTMCell(UNITS), inputs)
        with tf.variable_scope("outer", reuse=True):
            rnn(legacy.LSTMCell(UNITS), inputs)

    @names
    def inside_a_scope(inputs):
        with tf.variable_scope("outer"):
            legacy.embed_sequence(tf.constant([[1]]), 7, 2)
            legacy.linear(inputs, 2)
            rnn(legacy.LSTMCell(UNITS, num_proj=2, use_peepholes=True), inputs)

    @names
    def three_of_each(inputs):
        for _ in range(3):
            legacy.embed_sequence(tf.constant([[1]]), 7, 2)
            legacy.linear(inputs, 2)

    return found


def float64(legacy, _):
    """A cell of another type than the default."""
    with tf.Graph().as_default():
        inputs = tf.placeholder(tf.float64, [None, TIME, DEPTH])
        lstm = legacy.LSTMCell(UNITS, dtype=tf.float64, use_peepholes=True)
        outputs, state = tf.nn.dynamic_rnn(lstm, inputs, dtype=tf.float64)
        return outcome(
            {"outputs": outputs, "c": state.c, "h": state.h},
            {inputs: numbers(0, BATCH, TIME, DEPTH)},
        )


def initial_values(legacy, _):
    """What fixed seeds and the scope's own initializer give, to the bit on every version."""
    def seeded(seed):
        return tf.glorot_uniform_initializer(seed=seed)

    with tf.Graph().as_default():
        inputs = tf.zeros([BATCH, TIME, DEPTH])
        legacy.embed_sequence(tf.constant([[1]]), 7, 2, initializer=seeded(1))
        lstm = legacy.LSTMCell(UNITS, initializer=seeded(2), use_peepholes=True, num_proj=3)
        tf.nn.dynamic_rnn(lstm, inputs, dtype=tf.float32)
        legacy.linear(inputs, 2, weights_initializer=seeded(3))
        with tf.variable_scope("filled", initializer=tf.constant_initializer(0.5)):
            legacy.embed_sequence(tf.constant([[1]]), 7, 2)
            tf.nn.dynamic_rnn(legacy.LSTMCell(UNITS), inputs, dtype=tf.float32)
            legacy.linear(inputs, 2, weights_initializer=None)
        with tf.Session() as sess:
            sess.run(tf.global_variables_initializer())
            return {
                "initial/" + variable.op.name: sess.run(variable)
                for variable in tf.global_variables()
            }


EXERCISES = {
    "cell": (cell, CELL_OPTIONS),
    "embed_sequence": (embed_sequence, EMBED_OPTIONS),
    "linear": (linear, LINEAR_OPTIONS),
    "scopes": (scopes, [None]),
    "float64": (float64, [None]),
    "initial_values": (initial_values, [None]),
    "misuse": (misuse, [None]),
}


def run_all(legacy):
    """Runs every exercise with every set of options; keys are EXERCISE|OPTIONS|QUANTITY."""
    return {
        "|".join((exercise, str(options), quantity)): value
        for exercise, (function, all_options) in EXERCISES.items()
        for options in all_options
        for quantity, value in function(legacy, options).items()
    }

"""Wrong calls of the native symbols and of the port's: the same types of error must come out."""

import numpy as np
import tensorflow.compat.v1 as tf

BATCH, TIME, DEPTH, UNITS = 3, 4, 5, 6


def misuse(legacy, _):
    """The type of error that each wrong call raises."""
    x, ids = (lambda: tf.zeros([BATCH, DEPTH])), (lambda: tf.constant([[1]]))

    def step(inputs, state=None, **options):
        lstm = legacy.LSTMCell(UNITS, **options)
        lstm(inputs, lstm.zero_state(BATCH, tf.float32) if state is None else state)

    def twice(call):
        call()
        call()

    def rnn(depth=DEPTH, **arguments):
        inputs = tf.placeholder(tf.float32, [None, TIME, depth])
        tf.nn.dynamic_rnn(legacy.LSTMCell(UNITS), inputs, **arguments)

    calls = {
        "embed without sizes": lambda: legacy.embed_sequence(ids()),
        "embed without width": lambda: legacy.embed_sequence(ids(), 7),
        "embed reuse without scope": lambda: legacy.embed_sequence(ids(), 7, 2, reuse=True),
        "embed reuse of nothing": lambda: legacy.embed_sequence(ids(), 7, 2, scope="a", reuse=True),
        "embed same scope twice": lambda: twice(
            lambda: legacy.embed_sequence(ids(), 7, 2, scope="a")
        ),
        "embed float ids": lambda: legacy.embed_sequence(tf.constant([[1.0]]), 7, 2),
        "linear float outputs": lambda: legacy.linear(x(), 2.0),
        "linear numpy outputs": lambda: legacy.linear(x(), np.int64(2)),
        "linear rank 1": lambda: legacy.linear(tf.zeros([3]), 2),
        "linear unknown depth": lambda: legacy.linear(tf.placeholder(tf.float32, [2, None]), 2),
        "linear integers": lambda: legacy.linear(tf.constant([[1, 2]]), 2),
        "linear reuse without scope": lambda: legacy.linear(x(), 2, reuse=True),
        "linear same scope twice": lambda: twice(lambda: legacy.linear(x(), 2, scope="a")),
        "linear other size reused": lambda: (
            legacy.linear(x(), 2, scope="a"), legacy.linear(x(), 3, scope="a", reuse=True)
        ),
        "cell rank 3": lambda: step(tf.zeros([1, 2, 3])),
        "cell unknown depth": lambda: step(tf.placeholder(tf.float32, [2, None])),
        "cell integers": lambda: step(tf.constant([[1, 2]])),
        "cell integer dtype": lambda: step(x(), dtype=tf.int32),
        "cell unknown activation": lambda: step(x(), activation="swoosh"),
        "cell unknown argument": lambda: step(x(), colour="blue"),
        "cell state of three": lambda: step(x(), state=(x(), x(), x())),
        "cell state of other size": lambda: step(x(), state=(x(), x())),
        "cell reuse of nothing": lambda: step(x(), reuse=True),
        "cell other depth later": lambda: (
            lambda lstm: [
                lstm(tf.zeros([BATCH, n]), lstm.zero_state(BATCH, tf.float32)) for n in (2, 3)
            ]
        )(legacy.LSTMCell(UNITS)),
        "initial state of nothing": lambda: legacy.LSTMCell(UNITS).get_initial_state(),
        "initial state that contradicts": lambda: legacy.LSTMCell(UNITS).get_initial_state(
            x(), batch_size=BATCH + 1
        ),
        "initial state of other type": lambda: legacy.LSTMCell(UNITS).get_initial_state(
            x(), dtype=tf.float64
        ),
        "rnn without type": rnn,
        "rnn unknown depth": lambda: rnn(None, dtype=tf.float32),
        "rnn same scope twice": lambda: twice(lambda: rnn(dtype=tf.float32)),
    }
    found = {}
    for name, call in calls.items():
        with tf.Graph().as_default():
            try:
                call()
                found["error/" + name] = np.array("none")
            except Exception as error:
                found["error/" + name] = np.array(type(error).__name__)
    return found

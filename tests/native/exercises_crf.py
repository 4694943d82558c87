"""`tf.contrib.crf` as old programs use it: see `native.form`."""

import functools

import numpy as np

from native.form import errors, numbers, one_order, outcome

BATCH, TIME, TAGS = 3, 5, 4
LENGTHS = [5, 3, 0]
SHAPES = {
    "known": [BATCH, TIME, TAGS], "unknown": [None, None, TAGS], "one": [BATCH, 1, TAGS],
    "unknown_one": [None, None, TAGS],
}


def _inputs(tf, kind, lengths=tuple(LENGTHS)):
    time = 1 if "one" in kind else TIME
    value = 3 * numbers(1, BATCH, time, TAGS)
    scores = tf.get_variable("scores", [BATCH, time, TAGS])
    inputs = scores + tf.placeholder_with_default(value, SHAPES[kind])
    inputs.set_shape(SHAPES[kind])
    if "unknown" in kind:
        inputs = tf.placeholder_with_default(inputs, SHAPES[kind])
    tags = np.random.RandomState(2).randint(0, TAGS, (BATCH, time))
    tags = tf.placeholder_with_default(tags.astype(np.int32), SHAPES[kind][:2])
    return inputs, tags, tf.minimum(tf.constant(lengths), time)


def likelihood(tf, kind):
    """The likelihood, its parts, and the best tags."""
    crf = tf.contrib.crf
    inputs, tags, lengths = _inputs(tf, kind)
    found, transitions = crf.crf_log_likelihood(inputs, tags, lengths)
    long_tags = tf.cast(tags, tf.int64)
    return outcome(tf, {
        "likelihood": found,
        "score": crf.crf_sequence_score(inputs, tags, lengths, transitions),
        "score_int64": crf.crf_sequence_score(
            inputs, long_tags, tf.cast(lengths, tf.int64), transitions),
        "log_norm": crf.crf_log_norm(inputs, lengths, transitions),
        "decoded": crf.crf_decode(inputs, transitions, lengths),
        "multitag": crf.crf_multitag_sequence_score(
            inputs, tf.one_hot(tags, TAGS, on_value=True, off_value=False), lengths, transitions),
    })


def parts(tf):
    crf = tf.contrib.crf
    inputs, tags, lengths = _inputs(tf, "known")
    transitions = tf.get_variable("moves", [TAGS, TAGS], tf.float32)
    found, same = crf.crf_log_likelihood(inputs, tags, lengths, transitions)
    assert same is transitions
    return outcome(tf, {
        "likelihood": found,
        "unary": crf.crf_unary_score(tags, lengths, inputs),
        "unary_int64": crf.crf_unary_score(tf.cast(tags, tf.int64), lengths, inputs),
        "binary": crf.crf_binary_score(tags, lengths, transitions),
        "several_tags": crf.crf_multitag_sequence_score(
            inputs, tf.constant(numbers(5, BATCH, TIME, TAGS) > -0.5), tf.constant([5, 4, 2]),
            transitions),
    })


def cells(tf):
    crf = tf.contrib.crf
    transitions = tf.get_variable("transitions", [TAGS, TAGS])
    x, y = tf.constant(numbers(1, BATCH, TAGS)), tf.constant(numbers(2, BATCH, TAGS))
    forward, best = crf.CrfForwardRnnCell(transitions), crf.CrfDecodeForwardRnnCell(transitions)
    back = crf.CrfDecodeBackwardRnnCell(TAGS)
    sums, found = forward(x, y), best(x, y)
    result = outcome(tf, {
        "sums": sums, "best": found, "back": back(found[0], tf.constant([[1], [0], [3]]))})
    result["sizes"] = np.array([
        size for cell in (forward, best, back) for size in (cell.state_size, cell.output_size)])
    return result


def viterbi(tf):
    tags, score = tf.contrib.crf.viterbi_decode(numbers(1, TIME, TAGS), numbers(2, TAGS, TAGS))
    one, one_score = tf.contrib.crf.viterbi_decode(numbers(3, 1, TAGS), numbers(2, TAGS, TAGS))
    kinds = np.array([type(tags).__name__, type(score).__name__])
    return {"tags": tags, "score": score, "one": one, "one_score": one_score, "kinds": kinds}


def as_viterbi(tf):
    """The graph's decoding gives what NumPy's does, example by example."""
    potentials, transitions = numbers(6, BATCH, TIME, TAGS), numbers(7, TAGS, TAGS)
    lengths = [5, 2, 4]
    tags, score = tf.contrib.crf.crf_decode(
        potentials, tf.constant(transitions), tf.constant(lengths))
    with tf.Session(config=one_order(tf)) as sess:
        tags, score = sess.run([tags, score])
    same = []
    for row, length in enumerate(lengths):
        best, best_score = tf.contrib.crf.viterbi_decode(potentials[row, :length], transitions)
        same.append(list(tags[row, :length]) == list(best) and abs(best_score - score[row]) < 1e-5)
    return {"tags": tags, "same": np.array(same)}


def wrong_calls(tf):
    crf = tf.contrib.crf
    inputs, tags = np.zeros([2, 3, 4], np.float32), np.zeros([2, 3], np.int32)
    moves = np.zeros([4, 4], np.float32)

    def scored(inputs=inputs, tags=tags, lengths=(3, 2), moves=moves):
        return crf.crf_log_likelihood(
            tf.constant(inputs), tf.constant(tags), tf.constant(lengths), tf.constant(moves))

    return errors(tf, {
        "right": scored,
        "rank": lambda: scored(inputs=inputs[0]),
        "tags": lambda: scored(tags=tags[0]),
        "moves": lambda: scored(moves=moves[:3, :3]),
        "lengths": lambda: scored(lengths=(3, 2, 1)),
        "unknown_tags": lambda: crf.crf_log_likelihood(
            tf.placeholder(tf.float32, [2, 3, None]), tf.constant(tags), tf.constant([3, 2])),
    })


EXERCISES = {f.__name__: f for f in (parts, cells, viterbi, as_viterbi, wrong_calls)}
EXERCISES.update({
    f"likelihood_{kind}": functools.partial(likelihood, kind=kind) for kind in SHAPES})

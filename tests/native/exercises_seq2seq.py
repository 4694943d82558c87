"""`tf.contrib.seq2seq` as old programs use it: the same programs for 1.15's own and the rebuilt.

Each exercise takes `tf`, the real TensorFlow 1.15 or the rebuilt tree, and gives arrays by name.
"""

import functools

import numpy as np

from native.form import errors, numbers, one_order, outcome

BATCH, TIME, DEPTH, UNITS, VOCABULARY, MEMORY_TIME, MEMORY_DEPTH = 3, 4, 5, 6, 7, 5, 4
LENGTHS = [4, 2, 3]
MEMORY_LENGTHS = [5, 3, 1]

STEP_IDS = [[[1, 2, 3], [4, 5, 6]], [[4, 5, 6], [1, 1, 2]], [[7, 8, 9], [0, 3, 9]]]
PARENT_IDS = [[[0, 0, 0], [0, 0, 0]], [[0, 1, 1], [2, 0, 1]], [[2, 1, 2], [0, 0, 1]]]


def gather_tree(tf):
    results = {}
    cases = {
        "plain": ([3, 3], 10), "lengths": ([1, 2], 10), "longer": ([9, 0], 10),
        "negative": ([-1, 3], 10), "end_token": ([3, 3], 5), "end_token_first": ([3, 3], 1),
    }
    with tf.Session(config=one_order(tf)) as sess:
        steps, parents = np.array(STEP_IDS, np.int32), np.array(PARENT_IDS, np.int32)
        for name, (lengths, end_token) in cases.items():
            beams = tf.contrib.seq2seq.gather_tree(steps, parents, lengths, end_token)
            results[name] = sess.run(beams)
        random = np.random.RandomState(0)
        for trial in range(5):
            t, b, w = random.randint(1, 7), random.randint(1, 4), random.randint(1, 5)
            beams = tf.contrib.seq2seq.gather_tree(
                random.randint(0, 6, (t, b, w)).astype(np.int32),
                random.randint(0, w, (t, b, w)).astype(np.int32),
                random.randint(0, t + 2, b).astype(np.int32), 2)
            results[f"random_{trial}"] = sess.run(beams)
    return results


def gather_tree_errors(tf):
    steps, parents = np.array(STEP_IDS, np.int32), np.array(PARENT_IDS, np.int32)
    below, above = parents.copy(), parents.copy()
    below[2, 0, 1], above[2, 1, 2] = -1, 4
    roots = parents.copy()
    roots[0] = -1  # never followed
    cases = {
        "parent_below": (steps, below, [3, 3], 10), "parent_above": (steps, above, [3, 3], 10),
        "roots": (steps, roots, [3, 3], 10), "behind_the_end": (steps, below, [2, 2], 10),
        "rank": (steps[0], parents[0], [3], 10), "steps": (steps, parents[:2], [3, 3], 10),
        "lengths_rank": (steps, parents, 3, 10), "lengths": (steps, parents, [3, 3, 3], 10),
        "end_token": (steps, parents, [3, 3], [10]),
        "int64": (steps.astype(np.int64), parents, [3, 3], 10),
        "floats": (steps.astype(np.float32), parents, [3, 3], 10),
    }

    def run(arguments):
        with tf.Session(config=one_order(tf)) as sess:
            sess.run(tf.contrib.seq2seq.gather_tree(*arguments))

    return errors(tf, {k: functools.partial(run, v) for k, v in cases.items()})


def tile_batch(tf):
    tensors = {
        "known": tf.constant(numbers(0, 2, 3)), "vector": tf.constant([1, 2, 3]),
        "unknown": tf.placeholder_with_default(numbers(1, 2, 1, 2), [None, None, 2]),
    }
    state = tf.nn.rnn_cell.LSTMStateTuple(tensors["known"], (tensors["unknown"],))
    outputs = {k: tf.contrib.seq2seq.tile_batch(v, 3) for k, v in tensors.items()}
    outputs["state"] = tf.contrib.seq2seq.tile_batch(state, multiplier=2, name="tiled")
    result = outcome(tf, outputs)
    result.update(errors(tf, {
        "rank": lambda: tf.contrib.seq2seq.tile_batch(tf.placeholder(tf.float32), 2),
        "scalar": lambda: tf.contrib.seq2seq.tile_batch(tf.constant(1.0), 2),
    }))
    return result


LOSS_OPTIONS = {
    "defaults": {},
    "time": {"average_across_batch": False},
    "batch": {"average_across_timesteps": False},
    "neither": {"average_across_timesteps": False, "average_across_batch": False},
    "sums": {"average_across_timesteps": False, "average_across_batch": False,
             "sum_over_timesteps": True, "sum_over_batch": True},
    "sum_time": {"average_across_timesteps": False, "average_across_batch": False,
                 "sum_over_timesteps": True},
    "sum_batch": {"average_across_timesteps": False, "average_across_batch": False,
                  "sum_over_batch": True},
    "average_and_sum": {"average_across_timesteps": False, "sum_over_timesteps": True},
    "name": {"name": "cost"},
}


def sequence_loss(tf):
    logits = tf.get_variable("logits", [BATCH, TIME, VOCABULARY])
    targets = tf.placeholder_with_default(
        np.arange(BATCH * TIME).reshape(BATCH, TIME) % VOCABULARY, [None, TIME])
    weights = tf.constant([[1, 1, 0.5, 0], [0, 0, 0, 0], [1, 1, 1, 0]], tf.float32)
    loss = tf.contrib.seq2seq.sequence_loss
    outputs = {k: loss(logits, targets, weights, **v) for k, v in LOSS_OPTIONS.items()}
    outputs["own_function"] = loss(
        logits, targets, weights,
        softmax_loss_function=lambda labels, logits: tf.reduce_sum(
            tf.one_hot(labels, VOCABULARY) * logits, -1))
    outputs["no_weight"] = loss(logits, targets, tf.zeros([BATCH, TIME]))
    result = outcome(tf, outputs)

    def call(shapes=((2, 3, 4), (2, 3), (2, 3)), **options):
        logits, targets, weights = [np.zeros(shape, np.float32) for shape in shapes]
        loss(tf.constant(logits), tf.constant(targets.astype(int)), tf.constant(weights), **options)

    result.update(errors(tf, {
        "logits": lambda: call([(2, 3), (2, 3), (2, 3)]),
        "targets": lambda: call([(2, 3, 4), (6,), (2, 3)]),
        "weights": lambda: call([(2, 3, 4), (2, 3), (6,)]),
        "time": lambda: call(sum_over_timesteps=True),
        "batch": lambda: call(sum_over_batch=True),
    }))
    return result


def _inputs(tf, static_batch=False):
    batch = BATCH if static_batch else None
    return tf.placeholder_with_default(numbers(50, BATCH, TIME, DEPTH), [batch, TIME, DEPTH])


def _decoded(tf, decoder, **options):
    outputs, state, lengths = tf.contrib.seq2seq.dynamic_decode(decoder, **options)
    return tensors(tf, {"outputs": outputs, "state": state, "lengths": lengths})


def tensors(tf, nested):
    """Gives the same with TensorArrays stacked."""
    return tf.nest.map_structure(
        lambda part: part.stack() if isinstance(part, tf.TensorArray) else part, nested)


DECODE_OPTIONS = {
    "defaults": {},
    "output_time_major": {"output_time_major": True},
    "impute_finished": {"impute_finished": True},
    "maximum_iterations": {"maximum_iterations": 2},
    "maximum_iterations_0": {"maximum_iterations": 0},
    "many_iterations": {"maximum_iterations": 9, "impute_finished": True},
    "scope": {"scope": "other", "parallel_iterations": 1, "swap_memory": True},
}


def training(tf, kind):
    """A cell, a TrainingHelper and an output layer, under one set of dynamic_decode's options."""
    s = tf.contrib.seq2seq
    cell = tf.nn.rnn_cell.GRUCell(UNITS)
    helper = s.TrainingHelper(_inputs(tf), tf.constant(LENGTHS))
    state = cell.zero_state(tf.size(LENGTHS), tf.float32)
    layer = tf.layers.Dense(VOCABULARY, use_bias=False, name="projection")
    decoder = s.BasicDecoder(cell, helper, state, output_layer=layer)
    return outcome(tf, _decoded(tf, decoder, **DECODE_OPTIONS[kind]))


def training_lstm(tf):
    """Time-major inputs, a known batch, two layers and no output layer."""
    s, c = tf.contrib.seq2seq, tf.nn.rnn_cell
    cell = c.MultiRNNCell([c.BasicLSTMCell(UNITS), c.BasicLSTMCell(UNITS)])
    inputs = tf.transpose(_inputs(tf, static_batch=True), [1, 0, 2])
    helper = s.TrainingHelper(inputs, LENGTHS, time_major=True, name="read")
    decoder = s.BasicDecoder(cell, helper, cell.zero_state(BATCH, tf.float32))
    outputs = _decoded(tf, decoder, impute_finished=True)
    outputs["helper"] = (helper.inputs, helper.sequence_length, helper.batch_size)
    return outcome(tf, outputs)


def nothing_to_read(tf):
    """All lengths 0: no step is taken."""
    s = tf.contrib.seq2seq
    cell = tf.nn.rnn_cell.GRUCell(UNITS)
    helper = s.TrainingHelper(_inputs(tf), tf.zeros([BATCH], tf.int32))
    decoder = s.BasicDecoder(cell, helper, cell.zero_state(BATCH, tf.float32))
    return outcome(tf, _decoded(tf, decoder), gradients=False)


def _embedding(tf):
    return tf.get_variable("embedding", [VOCABULARY, DEPTH])


HELPERS = {
    "greedy": lambda tf, s: s.GreedyEmbeddingHelper(_embedding(tf), [1, 2, 3], 0),
    "greedy_function": lambda tf, s: s.GreedyEmbeddingHelper(
        lambda ids: tf.one_hot(ids, DEPTH), tf.fill([tf.constant(BATCH)], 1), tf.constant(4)),
    "sample": lambda tf, s: s.SampleEmbeddingHelper(_embedding(tf), [1, 2, 3], 0, seed=7),
    "temperature": lambda tf, s: s.SampleEmbeddingHelper(
        _embedding(tf), [1, 2, 3], 0, softmax_temperature=0.5, seed=8),
    "inference": lambda tf, s: s.InferenceHelper(
        sample_fn=lambda outputs: outputs[:, :DEPTH], sample_shape=[DEPTH],
        sample_dtype=tf.float32, start_inputs=tf.constant(numbers(3, BATCH, DEPTH)),
        end_fn=lambda sample_ids: tf.reduce_sum(sample_ids, 1) > 100),
    "inference_next": lambda tf, s: s.InferenceHelper(
        sample_fn=lambda outputs: tf.argmax(outputs, -1, output_type=tf.int32), sample_shape=[],
        sample_dtype=tf.int32, start_inputs=tf.constant(numbers(3, BATCH, DEPTH)),
        end_fn=lambda sample_ids: tf.equal(sample_ids, 2),
        next_inputs_fn=lambda ids: tf.one_hot(ids, DEPTH)),
    "scheduled_embedding": lambda tf, s: s.ScheduledEmbeddingTrainingHelper(
        _inputs(tf), LENGTHS, _embedding(tf), 0.5, seed=1, scheduling_seed=2),
    "scheduled_embedding_vector": lambda tf, s: s.ScheduledEmbeddingTrainingHelper(
        tf.transpose(_inputs(tf), [1, 0, 2]), LENGTHS, lambda ids: tf.one_hot(ids, DEPTH),
        0.75, time_major=True, seed=3, scheduling_seed=4, name="scheduled"),
    "scheduled_output": lambda tf, s: s.ScheduledOutputTrainingHelper(
        tf.placeholder_with_default(numbers(51, BATCH, TIME, VOCABULARY), [None, TIME, VOCABULARY]),
        LENGTHS, 0.5, seed=5),
    "scheduled_output_next": lambda tf, s: s.ScheduledOutputTrainingHelper(
        _inputs(tf), LENGTHS, 0.5, seed=6, next_inputs_fn=lambda outputs: outputs[:, :DEPTH]),
    "scheduled_output_auxiliary": lambda tf, s: s.ScheduledOutputTrainingHelper(
        _inputs(tf), LENGTHS, 0.5, seed=6, next_inputs_fn=lambda outputs: outputs[:, :DEPTH],
        auxiliary_inputs=numbers(52, BATCH, TIME, 2)),
    "scheduled_output_auxiliary_time_major": lambda tf, s: s.ScheduledOutputTrainingHelper(
        numbers(53, TIME, BATCH, VOCABULARY), LENGTHS, 0.5, time_major=True, seed=9,
        auxiliary_inputs=numbers(54, TIME, BATCH, 2)),
}


def helper(tf, kind):
    tf.set_random_seed(11)
    s = tf.contrib.seq2seq
    cell = tf.nn.rnn_cell.GRUCell(UNITS)
    made = HELPERS[kind](tf, s)
    layer = tf.layers.Dense(VOCABULARY, name="projection")
    decoder = s.BasicDecoder(cell, made, cell.zero_state(BATCH, tf.float32), layer)
    # One iteration at a time: else those of a loop race for the next random numbers.
    return outcome(tf, _decoded(tf, decoder, maximum_iterations=6, parallel_iterations=1))


def custom_helper(tf):
    """Feeds zeros for a number of steps; samples are the step's number and the largest place."""
    s = tf.contrib.seq2seq
    zeros = tf.zeros([BATCH, DEPTH])
    made = s.CustomHelper(
        initialize_fn=lambda: (tf.fill([BATCH], False), zeros),
        sample_fn=lambda time, outputs, state: tf.stack(
            [tf.fill([BATCH], time), tf.argmax(outputs, -1, output_type=tf.int32)], 1),
        next_inputs_fn=lambda time, outputs, state, sample_ids: (
            time + 1 >= tf.constant(LENGTHS), zeros, state),
        sample_ids_shape=[2], sample_ids_dtype=tf.int32)
    before = errors(tf, {"batch_size": lambda: made.batch_size})
    cell = tf.nn.rnn_cell.BasicRNNCell(UNITS)
    decoder = s.BasicDecoder(cell, made, cell.zero_state(BATCH, tf.float32))
    result = outcome(tf, _decoded(tf, decoder))
    return dict(result, **before)


def own_decoder(tf):
    """A decoder of a program's own: counts down, tracks its own end, and finalizes."""
    class Countdown(tf.contrib.seq2seq.Decoder):
        batch_size = property(lambda self: tf.constant(BATCH))
        output_size = property(lambda self: {"left": tf.TensorShape([]), "twice": 2})
        output_dtype = property(lambda self: {"left": tf.int32, "twice": tf.float32})
        tracks_own_finished = property(lambda self: True)

        def initialize(self, name=None):
            return tf.fill([BATCH], False), tf.constant(LENGTHS), tf.zeros([BATCH, 2])

        def step(self, time, inputs, state, name=None):
            left = inputs - 1
            twice = tf.tile(tf.cast(left, tf.float32)[:, tf.newaxis], [1, 2]) * 2
            return {"left": left, "twice": twice}, state + twice, left, left <= 0

        def finalize(self, outputs, final_state, sequence_lengths):
            return outputs, (final_state, sequence_lengths)

    return outcome(tf, _decoded(tf, Countdown(), impute_finished=True))


def _each(function, names):
    return {f"{function.__name__}_{name}": functools.partial(function, **{"kind": name})
            for name in names}


EXERCISES = {f.__name__: f for f in (
    gather_tree, gather_tree_errors, tile_batch, sequence_loss, training_lstm, nothing_to_read,
    custom_helper, own_decoder)}
EXERCISES.update(_each(training, DECODE_OPTIONS), **_each(helper, HELPERS))

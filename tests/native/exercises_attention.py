"""Attention of `tf.contrib.seq2seq` as old programs use it: see `native.form`."""

import functools

import numpy as np

from native.exercises_seq2seq import tensors
from native.form import errors, nodes, numbers, one_order, outcome, private

BATCH, TIME, DEPTH, UNITS, MEMORY_TIME, MEMORY_DEPTH = 3, 4, 5, 6, 5, 4
LENGTHS = [4, 2, 3]
MEMORY_LENGTHS = [5, 3, 1]


def memory(tf, batch=None, time=None, dtype=np.float32):
    value = numbers(60, BATCH, MEMORY_TIME, MEMORY_DEPTH).astype(dtype)
    return tf.placeholder_with_default(value, [batch, time, MEMORY_DEPTH])


def _luong(tf, **options):
    return tf.contrib.seq2seq.LuongAttention(UNITS, memory(tf), **options)


def _bahdanau(tf, **options):
    return tf.contrib.seq2seq.BahdanauAttention(3, memory(tf), **options)


def _luong_monotonic(tf, **options):
    return tf.contrib.seq2seq.LuongMonotonicAttention(UNITS, memory(tf), **options)


def _bahdanau_monotonic(tf, **options):
    return tf.contrib.seq2seq.BahdanauMonotonicAttention(3, memory(tf), **options)


NOISE = {"sigmoid_noise": 0.5, "sigmoid_noise_seed": 3}
MECHANISMS = {
    "luong": _luong,
    "luong_scaled": functools.partial(_luong, scale=True, memory_sequence_length=MEMORY_LENGTHS),
    "luong_hardmax": lambda tf: _luong(
        tf, probability_fn=tf.contrib.seq2seq.hardmax, memory_sequence_length=MEMORY_LENGTHS),
    "luong_mask_value": functools.partial(
        _luong, memory_sequence_length=MEMORY_LENGTHS, score_mask_value=-2.0, name="look"),
    "luong_custom_keys": functools.partial(
        _luong, custom_key_value_fn=lambda keys, values: (keys * 2.0, values + 1.0)),
    "luong_static": lambda tf: tf.contrib.seq2seq.LuongAttention(
        UNITS, memory(tf, BATCH, MEMORY_TIME), tf.constant(MEMORY_LENGTHS)),
    "bahdanau": _bahdanau,
    "bahdanau_lengths": functools.partial(_bahdanau, memory_sequence_length=MEMORY_LENGTHS),
    "bahdanau_normalized": functools.partial(
        _bahdanau, normalize=True, memory_sequence_length=MEMORY_LENGTHS),
    "luong_monotonic": functools.partial(
        _luong_monotonic, scale=True, memory_sequence_length=MEMORY_LENGTHS),
    "luong_monotonic_recursive": functools.partial(
        _luong_monotonic, mode="recursive", score_bias_init=0.25),
    "luong_monotonic_hard": functools.partial(_luong_monotonic, mode="hard"),
    "luong_monotonic_noise": functools.partial(_luong_monotonic, **NOISE),
    "bahdanau_monotonic": functools.partial(_bahdanau_monotonic, normalize=True),
    "bahdanau_monotonic_mask": functools.partial(
        _bahdanau_monotonic, memory_sequence_length=MEMORY_LENGTHS, score_mask_value=-9.0,
        mode="recursive"),
    "bahdanau_monotonic_noise": functools.partial(
        _bahdanau_monotonic, score_bias_init=-1.0, **NOISE),
}


def decoded(tf, cell, state=None, **options):
    """Decodes with teacher forcing; gives what comes out, TensorArrays stacked."""
    s = tf.contrib.seq2seq
    inputs = tf.placeholder_with_default(numbers(50, BATCH, TIME, DEPTH), [None, TIME, DEPTH])
    helper = s.TrainingHelper(inputs, tf.constant(LENGTHS))
    state = cell.zero_state(tf.shape(inputs)[0], tf.float32) if state is None else state
    decoder = s.BasicDecoder(cell, helper, state)
    outputs, state, lengths = s.dynamic_decode(decoder, **options)
    return tensors(tf, {"outputs": outputs, "state": state, "lengths": lengths})


def mechanism(tf, kind):
    """Each mechanism in a wrapper, its alignments kept."""
    tf.set_random_seed(5)
    wrapped = tf.contrib.seq2seq.AttentionWrapper(
        tf.nn.rnn_cell.GRUCell(UNITS), MECHANISMS[kind](tf), attention_layer_size=4,
        alignment_history=True)
    # Nothing reaches the memory through a maximum: None in one kind of loop, zeros in another.
    gradients = kind not in ("luong_hardmax", "luong_monotonic_hard")
    return outcome(tf, decoded(tf, wrapped, parallel_iterations=1), gradients=gradients)


WRAPPERS = {
    "defaults": lambda tf: {},
    "cell_output": lambda tf: {"output_attention": False, "attention_layer_size": UNITS},
    "input_fn": lambda tf: {"cell_input_fn": lambda inputs, attention: inputs + attention[:, :1]},
    "layer": lambda tf: {
        "attention_layer": tf.layers.Dense(2, activation=tf.tanh, name="after")},
    "attention_fn": lambda tf: {"attention_fn": lambda mechanism, query, state, layer: (
        query[:, :MEMORY_DEPTH], *mechanism(query, state))},
    "name": lambda tf: {"name": "looks", "attention_layer_size": 3, "dtype": tf.float32},
    "initial_cell_state": lambda tf: {"initial_cell_state": tf.nn.rnn_cell.LSTMStateTuple(
        tf.constant(numbers(1, BATCH, UNITS)), tf.constant(numbers(2, BATCH, UNITS)))},
}


def wrapper(tf, kind):
    """AttentionWrapper's other arguments, around an LSTM."""
    wrapped = tf.contrib.seq2seq.AttentionWrapper(
        tf.nn.rnn_cell.LSTMCell(UNITS), _bahdanau(tf), **WRAPPERS[kind](tf))
    result = outcome(tf, decoded(tf, wrapped))
    result["sizes"] = np.array([str(wrapped.output_size), str(wrapped.state_size.attention)])
    return result


def several_mechanisms(tf, attention_layer_size=(2, 3)):
    wrapped = tf.contrib.seq2seq.AttentionWrapper(
        tf.nn.rnn_cell.BasicLSTMCell(UNITS), [_luong(tf), _bahdanau(tf)],
        attention_layer_size=attention_layer_size, alignment_history=True)
    return outcome(tf, decoded(tf, wrapped, impute_finished=True))


def one_in_a_list(tf):
    s = tf.contrib.seq2seq
    layer = tf.layers.Dense(3, use_bias=False)
    wrapped = s.AttentionWrapper(
        tf.nn.rnn_cell.GRUCell(UNITS), [_luong(tf)], attention_layer=[layer])
    return outcome(tf, decoded(tf, wrapped, scope="words"))


def clone(tf):
    """An encoder's state inside the zero state, shapes known and not; two layers, nmt's way."""
    c, s = tf.nn.rnn_cell, tf.contrib.seq2seq
    encoded = tf.placeholder_with_default(numbers(3, BATCH, UNITS), [None, UNITS])
    known = tf.constant(numbers(4, BATCH, UNITS))
    cell = s.AttentionWrapper(
        c.MultiRNNCell([c.GRUCell(UNITS), c.GRUCell(UNITS)]), _luong(tf),
        attention_layer_size=UNITS)
    state = cell.zero_state(tf.shape(encoded)[0], tf.float32).clone(cell_state=(encoded, known))
    found = outcome(tf, dict(decoded(tf, cell, state), cloned=state))
    found["fields"] = np.array(state._fields)
    return found


def clone_static(tf):
    s = tf.contrib.seq2seq
    mechanism = s.LuongAttention(UNITS, memory(tf, BATCH, MEMORY_TIME))
    cell = s.AttentionWrapper(tf.nn.rnn_cell.GRUCell(UNITS), mechanism)
    zero = cell.zero_state(BATCH, tf.float32)
    unknown = tf.placeholder_with_default(numbers(3, BATCH, UNITS), None)
    scalar = tf.placeholder_with_default(7, None)
    state = zero.clone(cell_state=unknown, time=scalar, attention=tf.ones([BATCH, MEMORY_DEPTH]))
    return outcome(tf, {"state": state, "zero": zero})


def training_step(tf):
    """Luong's model with input feeding, trained three steps: its whole graph, Adam's ops too."""
    wrapped = tf.contrib.seq2seq.AttentionWrapper(
        tf.nn.rnn_cell.LSTMCell(UNITS), _luong(tf), attention_layer_size=UNITS)
    outputs = decoded(tf, wrapped)["outputs"]
    logits = tf.layers.dense(outputs.rnn_output, 3)
    targets = tf.constant(np.arange(BATCH * TIME).reshape(BATCH, TIME) % 3)
    weights = tf.sequence_mask(LENGTHS, TIME, tf.float32)
    loss = tf.contrib.seq2seq.sequence_loss(logits, targets, weights)
    train_op = tf.train.AdamOptimizer(0.01).minimize(loss)
    found = {"nodes": nodes(tf)}
    with tf.Session(config=one_order(tf)) as sess:
        sess.run(tf.global_variables_initializer())
        sess.run([
            tf.assign(variable, numbers(i, *variable.shape.as_list()))
            for i, variable in enumerate(tf.trainable_variables())])
        found["losses"] = np.array([sess.run([loss, train_op])[0] for _ in range(3)])
    return found


def own_mechanism(tf):
    """A mechanism as programs write it: of the base class's parts, with a state of its own."""
    module = private(tf, "contrib.seq2seq.python.ops.attention_wrapper")

    class Location(module._BaseAttentionMechanism):
        def __init__(self, memory, lengths):
            super().__init__(
                query_layer=tf.layers.Dense(3, name="query_layer", use_bias=False), memory=memory,
                memory_layer=tf.layers.Dense(
                    3, name="memory_layer", use_bias=False, dtype=tf.float32),
                probability_fn=lambda score, _: tf.nn.softmax(score),
                memory_sequence_length=lengths, name="Location")

        def __call__(self, query, state):
            with tf.variable_scope(None, "location", [query]):
                v = tf.get_variable("v", [3])
                score = module._bahdanau_score(self.query_layer(query), self._keys, v) + state
            alignments = self._probability_fn(score, state)
            return alignments, alignments + state

    mechanism = Location(memory(tf), MEMORY_LENGTHS)
    cell = tf.contrib.seq2seq.AttentionWrapper(tf.nn.rnn_cell.GRUCell(UNITS), mechanism)
    found = decoded(tf, cell)
    found["masked"] = module._maybe_mask_score(
        tf.ones([BATCH, MEMORY_TIME]), MEMORY_LENGTHS, score_mask_value=-3.0)
    found["memory"] = module._prepare_memory(memory(tf), MEMORY_LENGTHS)
    return outcome(tf, found)


def doubles(tf):
    """A mechanism, a cell and a wrapper of float64, by hand."""
    s = tf.contrib.seq2seq
    mechanism = s.BahdanauAttention(
        3, memory(tf, dtype=np.float64), MEMORY_LENGTHS, normalize=True, dtype=tf.float64)
    cell = s.AttentionWrapper(
        tf.nn.rnn_cell.GRUCell(UNITS, dtype=tf.float64), mechanism, attention_layer_size=2,
        dtype=tf.float64)
    state = cell.zero_state(BATCH, tf.float64)
    inputs = tf.constant(numbers(8, BATCH, DEPTH).astype(np.float64))
    output, state = cell(inputs, state)
    output, state = cell(inputs, state)
    return outcome(tf, {"output": output, "state": state})


def functions(tf):
    """hardmax, safe_cumprod and monotonic_attention by themselves."""
    s = tf.contrib.seq2seq
    p = tf.sigmoid(tf.get_variable("p", [BATCH, MEMORY_TIME]) * 3)
    previous = tf.nn.softmax(tf.constant(numbers(1, BATCH, MEMORY_TIME)))
    modes = ("recursive", "parallel", "hard")
    found = {mode: s.monotonic_attention(p, previous, mode) for mode in modes}
    found["unknown_batch"] = s.monotonic_attention(
        tf.placeholder_with_default(numbers(2, 2, 3), [None, None]),
        tf.placeholder_with_default(numbers(3, 2, 3), [None, None]), "recursive")
    found["hardmax"] = s.hardmax(numbers(4, 2, 3, 4))
    found["hardmax_ties"] = s.hardmax(tf.placeholder_with_default([[1.0, 1.0, 0.0]], [None, None]))
    found["cumprod"] = s.safe_cumprod(p, axis=1)
    found["cumprod_zeros"] = s.safe_cumprod([0.0, 0.5, 2.0], exclusive=True, reverse=True)
    return dict(outcome(tf, found), **errors(
        tf, {"mode": lambda: s.monotonic_attention([[1.0]], [[1.0]], "other")}))


def wrong_calls(tf):
    s, c = tf.contrib.seq2seq, tf.nn.rnn_cell
    flat = [3, MEMORY_TIME, None]

    def wrap(**options):
        options = dict(
            {"cell": c.GRUCell(UNITS), "attention_mechanism": _luong(tf)}, **options)
        return s.AttentionWrapper(**options)

    def step(depth=UNITS, state=None, batch=BATCH):
        cell = wrap(cell=c.GRUCell(depth))
        zero = cell.zero_state(batch, tf.float32)
        cell(tf.zeros([batch, DEPTH]), zero if state is None else state)

    def static(batch):
        mechanism = s.LuongAttention(UNITS, memory(tf, BATCH, MEMORY_TIME))
        wrap(attention_mechanism=mechanism).zero_state(batch, tf.float32)

    def when_run(lengths=None, batch=BATCH):
        cell = wrap(attention_mechanism=_luong(tf, memory_sequence_length=lengths))
        output, _ = cell(tf.zeros([batch, DEPTH]), cell.zero_state(tf.constant(batch), tf.float32))
        with tf.Session(config=one_order(tf)) as sess:
            sess.run(tf.global_variables_initializer())
            sess.run(output)

    def cloned(**fields):
        mechanism = s.LuongAttention(UNITS, memory(tf, BATCH, MEMORY_TIME))
        wrap(attention_mechanism=mechanism).zero_state(BATCH, tf.float32).clone(**fields)

    return errors(tf, {
        "cell": lambda: wrap(cell=3),
        "mechanism": lambda: wrap(attention_mechanism=3),
        "mechanisms": lambda: wrap(attention_mechanism=[_luong(tf), 3]),
        "input_fn": lambda: wrap(cell_input_fn=3),
        "size_and_layer": lambda: wrap(attention_layer_size=3, attention_layer=tf.layers.Dense(3)),
        "sizes": lambda: wrap(attention_layer_size=[3, 4]),
        "layers": lambda: wrap(attention_layer=[tf.layers.Dense(3)] * 2),
        "query_width": lambda: step(depth=4),
        "state": lambda: step(state=tf.zeros([BATCH, UNITS])),
        "memory_depth": lambda: s.LuongAttention(UNITS, tf.placeholder(tf.float32, flat)),
        "probability_fn": lambda: _luong(tf, probability_fn=3),
        "zero_state": lambda: static(BATCH + 1),
        "zero_state_right": lambda: static(BATCH),
        "batch": lambda: when_run(batch=BATCH + 1),
        "length": lambda: when_run(lengths=[0, 1, 2]),
        "right": lambda: when_run(lengths=[1, 2, 3]),
        "initial_cell_state": lambda: wrap(
            attention_mechanism=s.LuongAttention(UNITS, memory(tf, BATCH, MEMORY_TIME)),
            initial_cell_state=tf.zeros([BATCH + 1, UNITS])),
        "clone": lambda: cloned(cell_state=tf.zeros([BATCH, UNITS + 1])),
        "clone_time": lambda: cloned(time=tf.zeros([1], tf.int32)),
        "clone_field": lambda: cloned(other=3),
        "not_implemented": lambda: s.AttentionMechanism().state_size,
        "noise": lambda: _luong_monotonic(tf, mode="other"),
    })


def _each(function, names):
    return {f"{function.__name__}_{name}": functools.partial(function, kind=name) for name in names}


EXERCISES = {f.__name__: f for f in (
    several_mechanisms, one_in_a_list, clone, clone_static, training_step, own_mechanism, doubles,
    functions, wrong_calls)}
EXERCISES["several_mechanisms_plain"] = functools.partial(
    several_mechanisms, attention_layer_size=None)
EXERCISES.update(_each(mechanism, MECHANISMS), **_each(wrapper, WRAPPERS))

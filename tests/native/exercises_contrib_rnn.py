"""Small programs with the other cells of `tf.contrib.rnn`: see `native.form`."""

import functools

import numpy as np

from native.form import errors, initial, numbers, outcome, private

B, T, D, H = 2, 3, 4, 4
CELLS = "contrib.rnn.python.ops.rnn_cell"


def steps(tf, make, depth=D, dynamic=True, lengths=(3, 1)):
    """Three steps through dynamic_rnn, then two by hand in a scope of their own."""
    cell = make(tf.contrib.rnn, tf)
    inputs = tf.placeholder(tf.float32, [None, T, depth])
    outputs, state = tf.nn.dynamic_rnn(
        cell, inputs, sequence_length=list(lengths), dtype=tf.float32)
    found = outcome(
        tf, {"outputs": outputs, "state": state}, {inputs: numbers(0, B, T, depth)})
    found["sizes"] = [str(cell.state_size), str(cell.output_size)]
    found["weights"] = [v.op.name for v in cell.weights]
    return found


def by_hand(tf, make, depth=D):
    cell = make(tf.contrib.rnn, tf)
    x = tf.placeholder(tf.float32, [B, depth])
    state = cell.zero_state(B, tf.float32)
    outputs = []
    for _ in range(2):
        output, state = cell(x, state)
        outputs.append(output)
    return outcome(tf, {"outputs": outputs, "state": state}, {x: numbers(0, B, depth)})


def weight_norm(tf, **options):
    return by_hand(tf, lambda *_: private(tf, CELLS).WeightNormLSTMCell(H, **options))


def convolution(tf, dims, **options):
    shape = [[4], [3, 2], [2, 2, 3]][dims - 1] + [2]
    cell = getattr(tf.contrib.rnn, f"Conv{dims}DLSTMCell")(
        input_shape=shape, output_channels=3, kernel_shape=[2] * dims, **options)
    inputs = tf.placeholder(tf.float32, [B, 2] + shape)
    outputs, state = tf.nn.dynamic_rnn(cell, inputs, dtype=tf.float32)
    return outcome(tf, {"outputs": outputs, "state": state}, {inputs: numbers(0, B, 2, *shape)})


def phased(tf, **options):
    cell = tf.contrib.rnn.PhasedLSTMCell(H, **options)
    time = tf.placeholder(tf.float32, [B, T, 1])
    x = tf.placeholder(tf.float32, [B, T, D])
    outputs, state = tf.nn.dynamic_rnn(cell, (time, x), dtype=tf.float32)
    feed = {x: numbers(0, B, T, D), time: np.arange(B * T, dtype=np.float32).reshape(B, T, 1)}
    found = outcome(tf, {"outputs": outputs, "state": state}, feed)
    return found


def fused(tf, lengths=None, **options):
    cell = tf.contrib.rnn.LSTMBlockFusedCell(H, **options)
    inputs = tf.placeholder(tf.float32, [T, B, D])
    outputs, state = cell(inputs, dtype=tf.float32, sequence_length=lengths)
    more, last = cell(inputs, initial_state=state, sequence_length=lengths)
    found = outcome(tf, {"outputs": outputs, "state": state, "more": more, "last": last},
                    {inputs: numbers(0, T, B, D)})
    found["weights"] = [v.op.name for v in cell.weights] + [str(cell.num_units)]
    return found


def adapted(tf, dynamic=False, reverse=False, as_list=False, lengths=None):
    rnn = tf.contrib.rnn
    cell = rnn.FusedRNNCellAdaptor(rnn.GRUCell(H), use_dynamic_rnn=dynamic)
    if reverse:
        cell = rnn.TimeReversedFusedRNN(cell)
    inputs = tf.placeholder(tf.float32, [T, B, D])
    given = tf.unstack(inputs) if as_list else inputs
    outputs, state = cell(given, dtype=tf.float32, sequence_length=lengths, scope="mine")
    return outcome(tf, {"outputs": outputs, "state": state}, {inputs: numbers(0, T, B, D)})


def reversed_block(tf):
    rnn = tf.contrib.rnn
    cell = rnn.TimeReversedFusedRNN(rnn.LSTMBlockFusedCell(H))
    inputs = tf.placeholder(tf.float32, [T, B, D])
    outputs, state = cell(inputs, dtype=tf.float32, sequence_length=[2, 3])
    return outcome(tf, {"outputs": outputs, "state": state}, {inputs: numbers(0, T, B, D)})


def stacked(tf, dynamic=True, states=False, **options):
    rnn = tf.contrib.rnn
    cells = [[rnn.LSTMCell(3), rnn.GRUCell(2)] for _ in range(2)]
    first = None
    if states:
        first = [[cell.zero_state(B, tf.float32) for cell in row] for row in cells]
    inputs = tf.placeholder(tf.float32, [B, T, D])
    more = {"dtype": tf.float32, "sequence_length": [3, 2]}
    if states:
        more.update(initial_states_fw=first[0], initial_states_bw=first[1])
    if dynamic:
        found = rnn.stack_bidirectional_dynamic_rnn(*cells, inputs=inputs, **dict(more, **options))
    else:
        found = rnn.stack_bidirectional_rnn(
            *cells, inputs=tf.unstack(inputs, axis=1), **dict(more, **options))
    return outcome(tf, {"all": found}, {inputs: numbers(0, B, T, D)})


def static(tf, lengths=None):
    """The functions that compat.v1 kept, with the rebuilt cells."""
    rnn = tf.contrib.rnn
    inputs = tf.placeholder(tf.float32, [B, T, D])
    parts = tf.unstack(inputs, axis=1)
    outputs = {
        "static": rnn.static_rnn(rnn.MultiRNNCell([rnn.LSTMCell(H), rnn.GRUCell(3)]), parts,
                                 dtype=tf.float32, sequence_length=lengths, scope="a"),
        "bidirectional": rnn.static_bidirectional_rnn(
            rnn.BasicLSTMCell(H), rnn.BasicRNNCell(3), parts, dtype=tf.float32,
            sequence_length=lengths, scope="b"),
    }
    return outcome(tf, outputs, {inputs: numbers(0, B, T, D)})


def state_saving(tf):
    class Saver(object):
        def __init__(self):
            self.saved = {}

        def state(self, name):
            return tf.fill([B, H], 0.5, name="before_" + name)

        def save_state(self, name, value):
            self.saved[name] = value
            return tf.identity(value)

    rnn, saver = tf.contrib.rnn, Saver()
    inputs = tf.placeholder(tf.float32, [B, T, D])
    outputs, state = rnn.static_state_saving_rnn(
        rnn.LSTMCell(H), tf.unstack(inputs, axis=1), saver, ("c", "h"))
    found = outcome(tf, {"outputs": outputs, "state": state}, {inputs: numbers(0, B, T, D)})
    found["saved"] = sorted(saver.saved)
    return found


def others(tf):
    """`raw_rnn` and `bidirectional_dynamic_rnn` with the rebuilt cells, and the two helps."""
    rnn = tf.contrib.rnn
    inputs = tf.placeholder(tf.float32, [B, T, D])
    array = tf.TensorArray(tf.float32, T).unstack(rnn.transpose_batch_time(inputs))
    cell = rnn.LSTMCell(H)

    def loop(time, output, state, loop_state):
        finished = time >= tf.constant([3, 2])
        following = cell.zero_state(B, tf.float32) if output is None else state
        read = tf.cond(tf.reduce_all(finished), lambda: tf.zeros([B, D]), lambda: array.read(time))
        return finished, read, following, output, None

    emitted, last, _ = tf.nn.raw_rnn(cell, loop)
    both = tf.nn.bidirectional_dynamic_rnn(
        rnn.GRUCell(H), rnn.LSTMCell(3), inputs, sequence_length=[3, 1], dtype=tf.float32)
    outputs = {"raw": emitted.stack(), "last": last, "both": both,
               "vector": rnn.transpose_batch_time(tf.constant([1.0, 2.0]))}
    found = outcome(tf, outputs, {inputs: numbers(0, B, T, D)})
    unknown = tf.placeholder(tf.float32, [None, None, 2])
    found["batch"] = [str(rnn.best_effort_input_batch_size([unknown, inputs])),
                      rnn.best_effort_input_batch_size([unknown]).op.type]
    return found


def layer_norm_dropout(tf):
    return by_hand(tf, lambda rnn, _: rnn.LayerNormBasicLSTMCell(
        H, dropout_keep_prob=0.5, dropout_prob_seed=4))


def first_values(tf):
    rnn = tf.contrib.rnn
    x = tf.zeros([B, H])
    with tf.variable_scope("s", initializer=tf.random_uniform_initializer(-1, 1, seed=1)):
        for cell in (rnn.LayerNormBasicLSTMCell(H, norm_gain=0.5, norm_shift=0.1), rnn.NASCell(H),
                     rnn.UGRNNCell(H), rnn.LSTMBlockCell(H), rnn.GRUBlockCellV2(H),
                     rnn.CoupledInputForgetGateLSTMCell(H), rnn.SRUCell(H),
                     rnn.GLSTMCell(H, initializer=tf.orthogonal_initializer(seed=2))):
            cell(x, cell.zero_state(B, tf.float32))
        rnn.LSTMBlockFusedCell(H)(tf.zeros([T, B, D]), dtype=tf.float32)
    return initial(tf)


def exchanged(tf):
    """The one-op cells take the variables of the others: the names that checkpoints have."""
    rnn, found = tf.contrib.rnn, {}
    for name in ("LSTMCell", "LSTMBlockCell", "GRUCell", "GRUBlockCellV2", "GRUBlockCell"):
        with tf.Graph().as_default():
            cell = getattr(rnn, name)(H)
            tf.nn.dynamic_rnn(cell, tf.zeros([B, T, D]), dtype=tf.float32)
            found[name] = [v.op.name for v in tf.global_variables()]
    return found


def wrong(tf):
    rnn = tf.contrib.rnn

    def step(cell, x=None, state=None):
        x = tf.zeros([B, D]) if x is None else x
        return cell(x, cell.zero_state(B, tf.float32) if state is None else state)

    def unknown():
        return tf.placeholder(tf.float32, [B, None])

    def stack(*cells, **more):
        return rnn.stack_bidirectional_dynamic_rnn(
            *cells, inputs=tf.zeros([B, T, D]), dtype=tf.float32, **more)

    gru = functools.partial(rnn.GRUCell, H)
    calls = {
        "block state": lambda: step(rnn.LSTMBlockCell(H), state=[tf.zeros([B, H])] * 3),
        "block unknown": lambda: step(rnn.LSTMBlockCell(H), unknown()),
        "gru block nothing": rnn.GRUBlockCell,
        "gru block both": lambda: rnn.GRUBlockCell(3, 3),
        "gru block state": lambda: step(rnn.GRUBlockCell(H), state=tf.zeros([B, 9])),
        "gru block unknown": lambda: step(rnn.GRUBlockCell(H), unknown()),
        "fused nothing": lambda: rnn.LSTMBlockFusedCell(H)(tf.zeros([T, B, D])),
        "fused rank 2": lambda: rnn.LSTMBlockFusedCell(H)(tf.zeros([B, D]), dtype=tf.float32),
        "fused state": lambda: rnn.LSTMBlockFusedCell(H)(
            tf.zeros([T, B, D]), initial_state=[tf.zeros([B, H])]),
        "fused list": lambda: rnn.LSTMBlockFusedCell(H)(
            [tf.zeros([B, D])] * 3, dtype=tf.float32),
        "abstract wrapper": rnn.LSTMBlockWrapper,
        "abstract fused": rnn.FusedRNNCell,
        "groups": lambda: rnn.GLSTMCell(5, number_of_groups=2),
        "groups of projection": lambda: rnn.GLSTMCell(4, num_proj=3, number_of_groups=2),
        "groups of inputs": lambda: step(
            rnn.GLSTMCell(4, number_of_groups=2), tf.zeros([B, 3])),
        "groups unknown": lambda: step(rnn.GLSTMCell(4), unknown()),
        "shards": lambda: step(rnn.CoupledInputForgetGateLSTMCell(H, num_unit_shards=99)),
        "crossing": lambda: step(rnn.IntersectionRNNCell(9)),
        "conv shape": lambda: rnn.ConvLSTMCell(2, [3, 2], 3, [2]),
        "conv rank": lambda: step(rnn.Conv1DLSTMCell(
            input_shape=[4, 2], output_channels=3, kernel_shape=[2])),
        "stack of none": lambda: stack([], [gru()]),
        "stack of none back": lambda: stack([gru()], []),
        "stack of one": lambda: stack(gru(), [gru()]),
        "stack of a tuple": lambda: stack([gru()], (gru(),)),
        "stack uneven": lambda: stack([gru()], [gru(), gru()]),
        "stack states": lambda: stack([gru()], [gru()], initial_states_fw=[]),
        "stack states of tuple": lambda: stack([gru()], [gru()], initial_states_bw=(1,)),
        "best effort": lambda: rnn.best_effort_input_batch_size([tf.zeros([2])]),
        "static of no list": lambda: rnn.static_rnn(gru(), tf.zeros([B, D]), dtype=tf.float32),
        "static of no cell": lambda: rnn.static_rnn(3, [tf.zeros([B, D])], dtype=tf.float32),
    }
    for name in ("NASCell", "UGRNNCell", "IntersectionRNNCell", "SRUCell", "IndRNNCell",
                 "IndyGRUCell", "IndyLSTMCell", "CoupledInputForgetGateLSTMCell"):
        calls["unknown " + name] = functools.partial(
            lambda name: step(getattr(rnn, name)(H), unknown()), name)
    return errors(tf, calls)


_P = functools.partial
_SIMPLE = {
    "LayerNormBasicLSTMCell": {"": {}, "off": {"layer_norm": False, "forget_bias": 0.5},
                               "begun": {"norm_gain": 0.5, "norm_shift": 0.2}},
    "CoupledInputForgetGateLSTMCell": {
        "": {}, "all": {"use_peepholes": True, "num_proj": 2, "proj_clip": 0.2,
                        "num_unit_shards": 3, "num_proj_shards": 2},
        "one": {"state_is_tuple": False, "forget_bias": 0.0}, "norm": {"layer_norm": True}},
    "GLSTMCell": {"": {}, "groups": {"number_of_groups": 2, "num_proj": 2}},
    "NASCell": {"": {}, "all": {"num_proj": 3, "use_bias": True, "name": "mine"}},
    "UGRNNCell": {"": {}, "bias": {"forget_bias": 0.0}},
    "IntersectionRNNCell": {"": {}},
    "SRUCell": {"": {}},
    "IndRNNCell": {"": {}},
    "IndyGRUCell": {"": {}, "named": {"name": "mine"}},
    "IndyLSTMCell": {"": {}, "bias": {"forget_bias": 0.0}},
    "LSTMBlockCell": {"": {}, "peephole": {"use_peephole": True, "cell_clip": 0.3}},
    "GRUBlockCell": {"": {}},
    "GRUBlockCellV2": {"": {}},
}
EXERCISES = {
    f"{name} {option}".strip(): _P(
        steps, make=_P(lambda rnn, _, name, arguments: getattr(rnn, name)(H, **arguments),
                       name=name, arguments=arguments))
    for name, options in _SIMPLE.items() for option, arguments in options.items()
}
EXERCISES.update({
    "IntersectionRNNCell projected": _P(
        steps, depth=3, make=lambda rnn, _: rnn.IntersectionRNNCell(H, num_in_proj=H)),
    "LSTMBlockCell by hand": _P(by_hand, make=lambda rnn, _: rnn.LSTMBlockCell(H)),
    "layer_norm_dropout": layer_norm_dropout,
    "weight_norm": weight_norm,
    "weight_norm all": _P(weight_norm, use_peepholes=True, cell_clip=0.5, num_proj=3,
                          proj_clip=0.3),
    "weight_norm off": _P(weight_norm, norm=False),
    "convolution 1": _P(convolution, dims=1),
    "convolution 2": _P(convolution, dims=2, use_bias=False),
    "convolution 3": _P(convolution, dims=3, forget_bias=0.5),
    "phased": phased,
    "phased peepholes": _P(phased, use_peepholes=True, trainable_ratio_on=False),
    "fused": fused,
    "fused lengths": _P(fused, lengths=[3, 1], use_peephole=True, cell_clip=0.4),
    "adapted": adapted,
    "adapted list": _P(adapted, as_list=True, lengths=[1, 3]),
    "adapted dynamic": _P(adapted, dynamic=True, lengths=[1, 3]),
    "adapted reverse": _P(adapted, dynamic=True, reverse=True, lengths=[1, 3]),
    "adapted reverse list": _P(adapted, reverse=True, as_list=True),
    "reversed_block": reversed_block,
    "stacked": stacked,
    "stacked states": _P(stacked, states=True),
    "stacked scope": _P(stacked, scope="mine", sequence_length=None),
    "stacked static": _P(stacked, dynamic=False),
    "static": static,
    "static lengths": _P(static, lengths=[3, 1]),
    "state_saving": state_saving,
    "others": others,
    "first_values": first_values,
    "exchanged": exchanged,
    "wrong": wrong,
})

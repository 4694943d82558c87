"""Small programs with cells around cells: see `native.form`."""

import functools

import numpy as np

from native.form import errors, initial, numbers, outcome, private

B, T, D, H = 2, 3, 3, 4
CORE = "contrib.rnn.python.ops.core_rnn_cell"


def by_hand(tf, cell, depth=D, steps=2, **more):
    """Two steps; dropout in a while loop is not to be repeated on 1.15 itself."""
    x = tf.placeholder(tf.float32, [B, depth])
    state = cell.zero_state(B, tf.float32)
    outputs = []
    for _ in range(steps):
        output, state = cell(x, state)
        outputs.append(output)
    found = outcome(tf, {"outputs": outputs, "state": state}, {x: numbers(0, B, depth)}, **more)
    found["sizes"] = [str(cell.state_size), str(cell.output_size)]
    return found


def lstm(tf, **options):
    return tf.nn.rnn_cell.LSTMCell(H, **options)


def dropout(tf, stack=False, **options):
    cell = lstm(tf)
    if stack:
        cell = tf.nn.rnn_cell.MultiRNNCell([cell, tf.nn.rnn_cell.GRUCell(H)])
    wrapped = tf.nn.rnn_cell.DropoutWrapper(cell, seed=7, **options)
    found = by_hand(tf, wrapped)
    found["weights"] = [len(wrapped.weights), len(wrapped.trainable_variables)]
    found["kind"] = [str(wrapped.wrapped_cell is cell), str(wrapped.built)]
    return found


def fed_dropout(tf):
    """The share of what is kept is fed, and known to be 1 or not alone at the run."""
    keep = tf.placeholder_with_default(0.5, [])
    cell = tf.nn.rnn_cell.DropoutWrapper(
        lstm(tf), output_keep_prob=keep, input_keep_prob=np.float32(0.7), state_keep_prob=keep,
        seed=3)
    return by_hand(tf, cell)


def chosen_states(tf):
    def visitor(state):
        kind = type(state).__name__
        if kind == "LSTMStateTuple":
            return type(state)(c=True, h=False)
        return True

    cell = tf.nn.rnn_cell.MultiRNNCell([lstm(tf), tf.nn.rnn_cell.GRUCell(3)])
    return by_hand(tf, tf.nn.rnn_cell.DropoutWrapper(
        cell, state_keep_prob=0.5, seed=1, dropout_state_filter_visitor=visitor))


def variational(tf):
    cell = tf.nn.rnn_cell.DropoutWrapper(
        lstm(tf), input_keep_prob=0.6, output_keep_prob=0.7, state_keep_prob=0.8,
        variational_recurrent=True, input_size=tf.TensorShape([D]), dtype=tf.float32, seed=11)
    inputs = tf.placeholder(tf.float32, [None, T, D])
    outputs, state = tf.nn.dynamic_rnn(cell, inputs, dtype=tf.float32)
    return outcome(tf, {"outputs": outputs, "state": state}, {inputs: numbers(0, B, T, D)})


def seeds(tf):
    """The op seeds that a wrapper makes of its own."""
    cell = tf.nn.rnn_cell.DropoutWrapper(
        tf.nn.rnn_cell.MultiRNNCell([lstm(tf), lstm(tf)]), 0.5, 0.5, 0.5, seed=42)
    cell(tf.zeros([B, D]), cell.zero_state(B, tf.float32))
    ops = tf.get_default_graph().get_operations()
    return {"seeds": [op.get_attr("seed2") for op in ops if op.type == "RandomUniform"]}


def residual(tf, own=False):
    def function(inputs, outputs):
        return inputs - 2 * outputs

    cell = tf.nn.rnn_cell.GRUCell(H)
    options = {"residual_fn": function} if own else {}
    return by_hand(tf, tf.nn.rnn_cell.ResidualWrapper(cell, **options), depth=H)


def device(tf):
    cell = tf.nn.rnn_cell.DeviceWrapper(tf.nn.rnn_cell.GRUCell(H), "/cpu:0")
    found = by_hand(tf, cell)
    found["devices"] = sorted({
        op.device for op in tf.get_default_graph().get_operations() if op.type == "MatMul"})
    return found


def deep(tf):
    """What real programs stack, through dynamic_rnn."""
    cells = tf.nn.rnn_cell
    cell = cells.MultiRNNCell([
        cells.ResidualWrapper(cells.DropoutWrapper(cells.BasicLSTMCell(D), input_keep_prob=1.0)),
        cells.DeviceWrapper(cells.DropoutWrapper(cells.GRUCell(H)), "/cpu:0"),
    ])
    inputs = tf.placeholder(tf.float32, [None, T, D])
    outputs, state = tf.nn.dynamic_rnn(cell, inputs, sequence_length=[3, 2], dtype=tf.float32)
    found = outcome(tf, {"outputs": outputs, "state": state}, {inputs: numbers(0, B, T, D)})
    found["weights"] = [v.op.name for v in cell.weights]
    return found


def contrib(tf, make, depth=D):
    return by_hand(tf, make(tf.contrib.rnn, tf.nn.rnn_cell.GRUCell(H)), depth=depth)


def highway(tf, **options):
    cell = tf.contrib.rnn.HighwayWrapper(tf.nn.rnn_cell.GRUCell(H), **options)
    return by_hand(tf, cell, depth=H, steps=1)


def embedding(tf, dynamic=False):
    cell = tf.contrib.rnn.EmbeddingWrapper(lstm(tf), 5, 3)
    ids = tf.placeholder(tf.int32, [B, T])
    if dynamic:
        outputs, state = tf.nn.dynamic_rnn(cell, tf.expand_dims(ids, 2), dtype=tf.float32)
    else:
        outputs, state = tf.nn.static_rnn(cell, tf.unstack(ids, axis=1), dtype=tf.float32)
    return outcome(tf, {"outputs": outputs, "state": state}, {ids: [[0, 1, 4], [2, 2, 3]]})


def attention(tf, **options):
    tuples = options.get("state_is_tuple", True)
    cell = tf.contrib.rnn.AttentionCellWrapper(
        lstm(tf, state_is_tuple=tuples), attn_length=3, **options)
    return by_hand(tf, cell)


def linears(tf):
    from_core = private(tf, CORE)
    x, y = tf.placeholder(tf.float32, [B, D]), tf.placeholder(tf.float32, [B, 2])
    outputs = {}
    with tf.variable_scope("a"):
        outputs["one"] = from_core._linear(x, 2, False)
    with tf.variable_scope("b", partitioner=tf.fixed_size_partitioner(2)):
        outputs["two"] = from_core._linear([x, y], 3, True)
    with tf.variable_scope("c"):
        outputs["bias"] = from_core._linear(
            [x], 2, True, bias_initializer=tf.constant_initializer(0.5))
    with tf.variable_scope("d"):
        linear = from_core._Linear([x, y], 2, True)
        outputs["object"] = [linear([x, y]), linear([x, y])]
    return outcome(tf, outputs, {x: numbers(0, B, D), y: numbers(1, B, 2)})


def first_values(tf):
    cells, x = tf.contrib.rnn, tf.zeros([B, D])
    made = [
        cells.EmbeddingWrapper(cells.GRUCell(H), 5, 3, tf.truncated_normal_initializer(seed=1)),
        cells.InputProjectionWrapper(cells.GRUCell(H), 2),
        cells.OutputProjectionWrapper(cells.GRUCell(H), 2),
        cells.AttentionCellWrapper(cells.GRUCell(H), 2),
    ]
    with tf.variable_scope("s", initializer=tf.random_uniform_initializer(-1, 1, seed=2)):
        for cell in made:
            inputs = tf.zeros([B, 1], tf.int32) if cell is made[0] else x
            cell(inputs, cell.zero_state(B, tf.float32))
        wrapper = cells.HighwayWrapper(cells.GRUCell(D), couple_carry_transform_gates=False)
        wrapper(x, wrapper.zero_state(B, tf.float32))
    return initial(tf)


def wrong(tf):
    cells, contrib, core = tf.nn.rnn_cell, tf.contrib.rnn, private(tf, CORE)

    def step(cell, depth=D):
        return cell(tf.zeros([B, depth]), cell.zero_state(B, tf.float32))

    gru = functools.partial(cells.GRUCell, H)
    return errors(tf, {
        "no cell": lambda: cells.DropoutWrapper(3),
        "no cell residual": lambda: cells.ResidualWrapper(None),
        "no cell device": lambda: cells.DeviceWrapper("x", "/cpu:0"),
        "a share of 2": lambda: cells.DropoutWrapper(gru(), output_keep_prob=2.0),
        "a share below 0": lambda: cells.DropoutWrapper(gru(), input_keep_prob=-0.1),
        "visitor": lambda: cells.DropoutWrapper(gru(), dropout_state_filter_visitor=3),
        "no type": lambda: cells.DropoutWrapper(gru(), variational_recurrent=True),
        "no size": lambda: cells.DropoutWrapper(
            gru(), 0.5, variational_recurrent=True, dtype=tf.float32),
        "a visitor's word": lambda: step(cells.DropoutWrapper(
            gru(), state_keep_prob=0.5, dropout_state_filter_visitor=lambda s: "x")),
        "shapes differ": lambda: step(cells.ResidualWrapper(gru())),
        "highway shapes differ": lambda: step(contrib.HighwayWrapper(gru())),
        "highway twice": lambda: [step(c, H) for c in [contrib.HighwayWrapper(gru())] * 2],
        "no classes": lambda: contrib.EmbeddingWrapper(gru(), 0, 3),
        "embedding of no cell": lambda: contrib.EmbeddingWrapper(None, 2, 3),
        "embedding of floats": lambda: step(contrib.EmbeddingWrapper(gru(), 5, 3)),
        "no output": lambda: contrib.OutputProjectionWrapper(gru(), 0),
        "output of no cell": lambda: contrib.OutputProjectionWrapper(1, 2),
        "input of no cell": lambda: contrib.InputProjectionWrapper(1, 2),
        "attention of no cell": lambda: contrib.AttentionCellWrapper(1, 2),
        "no length": lambda: contrib.AttentionCellWrapper(gru(), 0),
        "attention, one tensor": lambda: contrib.AttentionCellWrapper(
            cells.LSTMCell(H), 2, state_is_tuple=False),
        "linear of nothing": lambda: core._linear([], 2, True),
        "linear of None": lambda: core._linear(None, 2, True),
        "linear of rank 3": lambda: core._linear(
            tf.zeros([1, 2, 3]), 2, True),
        "linear of any depth": lambda: core._linear(
            tf.placeholder(tf.float32, [1, None]), 2, True),
    })


EXERCISES = {
    "dropout": functools.partial(dropout, input_keep_prob=0.5, output_keep_prob=0.6),
    "dropout none": dropout,
    "dropout state": functools.partial(dropout, state_keep_prob=0.5),
    "dropout stack": functools.partial(
        dropout, stack=True, state_keep_prob=0.7, output_keep_prob=0.9),
    "fed_dropout": fed_dropout,
    "chosen_states": chosen_states,
    "variational": variational,
    "seeds": seeds,
    "residual": residual,
    "residual own": functools.partial(residual, own=True),
    "device": device,
    "deep": deep,
    "input projection": functools.partial(
        contrib, make=lambda cells, cell: cells.InputProjectionWrapper(cell, 2)),
    "input projection relu": functools.partial(
        contrib, make=lambda cells, cell: cells.InputProjectionWrapper(
            cell, 2, activation=lambda x: x * x)),
    "output projection": functools.partial(
        contrib, make=lambda cells, cell: cells.OutputProjectionWrapper(cell, 2)),
    "output projection square": functools.partial(
        contrib, make=lambda cells, cell: cells.OutputProjectionWrapper(
            cell, 2, activation=lambda x: x * x)),
    "compiled": functools.partial(
        contrib, make=lambda cells, cell: cells.CompiledWrapper(cell)),
    "highway": highway,
    "highway own gates": functools.partial(highway, couple_carry_transform_gates=False),
    "embedding": embedding,
    "embedding dynamic": functools.partial(embedding, dynamic=True),
    "attention": attention,
    "attention sizes": functools.partial(attention, attn_size=2, attn_vec_size=3, input_size=2),
    "attention one": functools.partial(attention, state_is_tuple=False),
    "linears": linears,
    "first_values": first_values,
    "wrong": wrong,
}

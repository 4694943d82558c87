"""Small programs with the cells of `tf.nn.rnn_cell`: see `native.form`."""

import copy
import functools

from native.form import errors, initial, numbers, outcome, structures

B, T, D, H = 2, 3, 3, 4


def steps(tf, cell, dynamic=True, **arguments):
    """Three steps of a cell, the rows of unequal length."""
    inputs = tf.placeholder(tf.float32, [None, T, D])
    outputs, state = tf.nn.dynamic_rnn(
        cell, inputs, sequence_length=[3, 1], dtype=tf.float32, **arguments)
    return outcome(tf, {"outputs": outputs, "state": state}, {inputs: numbers(0, B, T, D)})


def one(tf, symbol, **options):
    return steps(tf, getattr(tf.nn.rnn_cell, symbol)(H, **options))


def by_hand(tf):
    """Two steps without dynamic_rnn, from states of every form of batch size."""
    found = {}
    x = tf.placeholder(tf.float32, [B, D])
    for name in ("BasicRNNCell", "BasicLSTMCell", "LSTMCell", "GRUCell"):
        cell = getattr(tf.nn.rnn_cell, name)(H)
        state = cell.zero_state(x.get_shape()[0], tf.float32)
        output, state = cell(x, state)
        found[name] = cell(output[:, :D], state)
        found[name + "_dynamic"] = cell(x, cell.zero_state(tf.shape(x)[0], tf.float32))
        found[name + "_inputs"] = cell(x, cell.get_initial_state(inputs=x))
    return outcome(tf, found, {x: numbers(0, B, D)})


def stacked(tf, state_is_tuple=True):
    kinds = (tf.nn.rnn_cell.GRUCell, tf.nn.rnn_cell.BasicRNNCell) if not state_is_tuple else (
        tf.nn.rnn_cell.LSTMCell, tf.nn.rnn_cell.GRUCell)
    cell = tf.nn.rnn_cell.MultiRNNCell(
        [kind(n) for kind, n in zip(kinds, (H, 3))], state_is_tuple=state_is_tuple)
    found = steps(tf, cell)
    found["sizes"] = [str(cell.state_size), str(cell.output_size), str(cell.built)]
    found["weights"] = [v.op.name for v in cell.trainable_weights]
    return found


def state_of_stack(tf):
    """What programs do with the states of a stack."""
    cell = tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.BasicLSTMCell(H) for _ in range(2)])
    batch = tf.placeholder_with_default(B, [])
    state = cell.zero_state(batch, tf.float32)
    inputs = tf.placeholder(tf.float32, [None, T, D])
    with tf.variable_scope("model"):
        for t in range(T):
            if t > 0:
                tf.get_variable_scope().reuse_variables()
            output, state = cell(inputs[:, t], state)
    return outcome(tf, {"output": output, "state": state}, {inputs: numbers(0, B, T, D)})


def own_cell(tf, by_call=True):
    """A cell as programs derive it, its variables by get_variable."""

    class Minimal(tf.nn.rnn_cell.RNNCell):
        def __init__(self, units):
            super(Minimal, self).__init__()
            self.units = units

        @property
        def state_size(self):
            return self.units

        @property
        def output_size(self):
            return self.units

        def step(self, inputs, state):
            w = tf.get_variable("w", [D, self.units])
            u = tf.get_variable("u", [self.units, self.units], trainable=False)
            new = tf.tanh(tf.matmul(inputs, w) + tf.matmul(state, u))
            return new, new

        if by_call:
            def call(self, inputs, state):
                return self.step(inputs, state)
        else:
            def __call__(self, inputs, state, scope=None):
                with tf.variable_scope(scope or type(self).__name__):
                    return self.step(inputs, state)

    cell = Minimal(H)
    found = steps(tf, cell)
    if by_call:
        found["weights"] = [v.op.name for v in cell.weights]
        found["scope_name"] = [cell.scope_name, cell.name, str(cell.dtype)]
    return found


def layer_cell(tf):
    """A cell that makes its variables in build, one of them regularized."""

    class Built(tf.nn.rnn_cell.RNNCell):
        def __init__(self, units, **kwargs):
            super(Built, self).__init__(**kwargs)
            self.units = units

        state_size = property(lambda self: (self.units, self.units))
        output_size = property(lambda self: self.units)

        def build(self, shape):
            self.w = self.add_variable(
                "w", [int(shape[-1]), self.units], regularizer=tf.nn.l2_loss)
            self.b = self.add_weight("b", [self.units], initializer=tf.ones_initializer())
            self.built = True

        def call(self, inputs, state):
            a, b = state
            return tf.matmul(inputs, self.w) + a, (b + self.b, a)

    x = tf.placeholder(tf.float32, [B, D])
    cell = Built(H, name="mine")
    output, state = cell(x, cell.zero_state(B, tf.float32))
    output, state = cell(x, state)
    found = outcome(tf, {"output": output, "state": state}, {x: numbers(0, B, D)})
    found["losses"] = len(cell.losses)
    found["variables"] = [v.op.name for v in cell.variables]
    return found


def asking(tf):
    """A cell that asks a tensor in an `if`: 1.15 rewrites it as `tf.cond`."""

    class Asking(tf.nn.rnn_cell.RNNCell):
        state_size = property(lambda self: D)
        output_size = property(lambda self: D)

        def call(self, inputs, state):
            new = inputs
            if tf.reduce_sum(inputs) > 0.0:
                new = inputs + state
            return new, new

    x = tf.placeholder(tf.float32, [B, D])
    cell = Asking()
    first, state = cell(x, tf.ones([B, D]))
    second, state = cell(-x, state)
    found = outcome(tf, {"first": first, "second": second}, {x: numbers(0, B, D)})
    del found["nodes"]  # AutoGraph itself differs between versions
    return found


def copied(tf):
    """Copies of a cell, as `[copy.deepcopy(cell) for _ in range(n)]` makes a stack of it."""
    x = tf.placeholder(tf.float32, [B, D])
    cell = tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.LSTMCell(D), output_keep_prob=0.9, seed=1)
    stack = tf.nn.rnn_cell.MultiRNNCell([copy.deepcopy(cell) for _ in range(2)])
    outputs = {"stack": stack(x, stack.zero_state(B, tf.float32))}
    outputs["cell"] = cell(x, cell.zero_state(B, tf.float32))
    found = outcome(tf, outputs, {x: numbers(0, B, D)})
    layer = tf.layers.Dense(2)
    found["apart"] = [copy.deepcopy(layer).name, str(copy.deepcopy(layer).built)]
    return found


def sharing(tf):
    """The names that reuse in its many forms gives."""
    found = {}
    cells = tf.nn.rnn_cell

    def case(function):
        with tf.Graph().as_default():
            x = tf.zeros([B, D])
            function(x)
            found["names/" + function.__name__] = [v.op.name for v in tf.global_variables()]

    def step(cell, x, **arguments):
        return cell(x, cell.zero_state(B, tf.float32), **arguments)

    @case
    def two_objects(x):
        step(cells.GRUCell(H), x), step(cells.GRUCell(H), x)

    @case
    def a_name(x):
        step(cells.GRUCell(H, name="a"), x)
        step(cells.GRUCell(H, name="a", reuse=True), x)

    @case
    def auto_reuse(x):
        for _ in range(2):
            with tf.variable_scope("s", reuse=tf.AUTO_REUSE):
                step(cells.BasicLSTMCell(H), x)

    @case
    def a_scope(x):
        with tf.variable_scope("s") as scope:
            cell = cells.BasicRNNCell(H)
            step(cell, x, scope=scope)
            step(cell, x, scope="other")

    @case
    def a_stack_of_one_object(x):
        step(cells.MultiRNNCell([cells.BasicRNNCell(D)] * 2), x)

    @case
    def partitioned_by_scope(x):
        with tf.variable_scope("s", partitioner=tf.fixed_size_partitioner(2)):
            step(cells.LSTMCell(H), x)
            step(cells.GRUCell(H), x)

    @case
    def untrained(x):
        step(cells.LSTMCell(H, trainable=False), x)
        assert not tf.trainable_variables()

    @case
    def regularized(x):
        with tf.variable_scope("s", regularizer=tf.nn.l2_loss):
            step(cells.LSTMCell(H), x)
        assert len(tf.losses.get_regularization_losses()) == 2

    return found


def odd(tf):
    """What programs write where an integer or a function is meant."""
    cells = tf.nn.rnn_cell
    x = tf.placeholder(tf.float32, [B, D])
    dimension = tf.zeros([1, H]).get_shape()[1]
    made = {
        "float_units": cells.LSTMCell(4.0),
        "dimension": cells.GRUCell(dimension),
        "empty_activation": cells.LSTMCell(H, activation=""),
        "shards": cells.LSTMCell(H, num_unit_shards=2, num_proj=3, num_proj_shards=2),
        "names": cells.GRUCell(H, activation="relu", kernel_initializer="zeros",
                               bias_initializer="ones"),
        "class": cells.LSTMCell(H, initializer=tf.zeros_initializer),
        "hard": cells.BasicLSTMCell(H, activation="hard_sigmoid"),
    }
    outputs = {}
    for name, cell in made.items():
        with tf.variable_scope(name):
            outputs[name] = cell(x, cell.zero_state(B, tf.float32))
    return outcome(tf, outputs, {x: numbers(0, B, D)})


def random(tf):
    """First values from initializers with op seeds, by objects, names and scopes."""
    cells = tf.nn.rnn_cell
    x = tf.zeros([B, D])
    made = [
        cells.LSTMCell(H, initializer=tf.random_uniform_initializer(-1, 1, seed=1), num_proj=3),
        cells.LSTMCell(H, initializer=tf.orthogonal_initializer(seed=2)),
        cells.GRUCell(H, kernel_initializer=tf.truncated_normal_initializer(seed=3)),
        cells.GRUCell(H, kernel_initializer={"class_name": "RandomNormal", "config": {"seed": 4}}),
        cells.GRUCell(H, kernel_initializer={"class_name": "random_uniform",
                                             "config": {"seed": 5}}),
        cells.GRUCell(H, kernel_initializer={"class_name": "he_normal", "config": {"seed": 6}}),
        cells.GRUCell(H, kernel_initializer={"class_name": "lecun_uniform", "config": {"seed": 7}}),
    ]
    for cell in made:
        cell(x, cell.zero_state(B, tf.float32))
    with tf.variable_scope("s", initializer=tf.glorot_normal_initializer(seed=8)):
        cell = cells.BasicLSTMCell(H)
        cell(x, cell.zero_state(B, tf.float32))
    return initial(tf)


def described(tf):
    """What a cell says of itself."""
    cells, found = tf.nn.rnn_cell, {}
    for name in ("BasicRNNCell", "BasicLSTMCell", "LSTMCell", "GRUCell"):
        cell = getattr(cells, name)(H, activation="relu")
        found["first/" + name] = [cell.name, str(cell.dtype), str(cell.built), str(cell.trainable),
                                  str(cell.graph), str(cell.state_size), str(cell.output_size)]
        cell(tf.zeros([B, D]), cell.zero_state(B, tf.float32))
        found["then/" + name] = [cell.name, str(cell.dtype), str(cell.built), cell.scope_name]
        found["config/" + name] = sorted(str(item) for item in cell.get_config().items())
        found["count/" + name] = cell.count_params()
        cell.trainable = False
        found["lists/" + name] = [len(cell.weights), len(cell.trainable_variables),
                                  len(cell.non_trainable_variables), len(cell.losses),
                                  len(cell.updates)]
    return dict(found, **structures(tf))


def wrong(tf):
    cells = tf.nn.rnn_cell

    def x():
        return tf.zeros([B, D])

    def step(name, inputs=None, state=None, **options):
        cell = getattr(cells, name)(H, **options)
        inputs = x() if inputs is None else inputs
        return cell(inputs, cell.zero_state(B, tf.float32) if state is None else state)

    calls = {
        "no cells": lambda: cells.MultiRNNCell([]),
        "a cell, no list": lambda: cells.MultiRNNCell(cells.GRUCell(H)),
        "tuples, one tensor": lambda: cells.MultiRNNCell(
            [cells.LSTMCell(H)], state_is_tuple=False),
        "stack, one state": lambda: cells.MultiRNNCell([cells.GRUCell(H)])(x(), x()),
        "abstract size": lambda: cells.RNNCell().state_size,
        "abstract output": lambda: cells.RNNCell().output_size,
        "scope too early": lambda: cells.LSTMCell(H).scope_name,
        "count too early": lambda: cells.LSTMCell(H).count_params(),
        "input of nothing": lambda: cells.LSTMCell(H).input,
        "zero state of nothing": lambda: cells.LSTMCell(H).zero_state(None, tf.float32),
        "half a unit": lambda: step("LSTMCell", num_proj=1.5),
        "no shards": lambda: step("LSTMCell", num_unit_shards=0),
        "input spec": lambda: setattr(cells.LSTMCell(H), "input_spec", 3),
        "wide name": lambda: step("GRUCell", name="a b"),
    }
    for name in ("BasicRNNCell", "BasicLSTMCell", "LSTMCell", "GRUCell"):
        calls.update({
            name + " rank 3": functools.partial(step, name, tf.zeros),
            name + " integers": functools.partial(step, name, dtype=tf.int32),
            name + " activation": functools.partial(step, name, activation="swoosh"),
            name + " activation 3": functools.partial(step, name, activation=3),
            name + " other": functools.partial(step, name, colour="blue"),
            name + " reuse": functools.partial(step, name, reuse=True),
            name + " state": functools.partial(step, name, state=3),
        })
    return errors(tf, calls)


def boundaries(tf):
    """Types beside float32."""
    x = tf.placeholder(tf.float64, [B, D])
    cells = tf.nn.rnn_cell
    outputs = {}
    for name in ("BasicRNNCell", "BasicLSTMCell", "LSTMCell", "GRUCell"):
        cell = getattr(cells, name)(H, dtype=tf.float64)
        outputs[name] = cell(x, cell.zero_state(B, tf.float64))
    half = cells.LSTMCell(H)
    outputs["half"] = half(tf.cast(x, tf.float16), half.zero_state(B, tf.float16))[1].c.dtype == (
        tf.float16) and outputs["LSTMCell"][0]
    return outcome(tf, outputs, {x: numbers(0, B, D)})


_OPTIONS = {
    "BasicRNNCell": {"": {}, "relu": {"activation": "relu"}},
    "BasicLSTMCell": {"": {}, "bias_0": {"forget_bias": 0.0}, "one": {"state_is_tuple": False}},
    "LSTMCell": {
        "": {}, "peepholes": {"use_peepholes": True, "cell_clip": 0.4},
        "projection": {"num_proj": 2, "proj_clip": 0.3},
        "one": {"state_is_tuple": False, "num_proj": 3, "forget_bias": 0.5},
    },
    "GRUCell": {"": {}, "softsign": {"activation": "softsign", "name": "mine"}},
}

EXERCISES = {
    f"{name} {option}".strip(): functools.partial(one, symbol=name, **arguments)
    for name, options in _OPTIONS.items() for option, arguments in options.items()
}
EXERCISES.update({
    "by_hand": by_hand,
    "stacked": stacked,
    "stacked_one": functools.partial(stacked, state_is_tuple=False),
    "state_of_stack": state_of_stack,
    "own_cell": own_cell,
    "own_cell_old": functools.partial(own_cell, by_call=False),
    "layer_cell": layer_cell,
    "asking": asking,
    "copied": copied,
    "sharing": sharing,
    "odd": odd,
    "random": random,
    "described": described,
    "wrong": wrong,
    "boundaries": boundaries,
})

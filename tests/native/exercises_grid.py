"""Programs of cells over time and frequency, of grids, and of cuDNN's GRU: see `native.form`."""

import contextlib
import functools

from native.form import errors, numbers, outcome

B, T, D, H = 2, 3, 6, 3


def by_hand(tf, make, width=None, scoped=False):
    """Two steps, the second with the variables of the first.

    Args:
      width: that of the state, where the cell does not say it.
      scoped: whether the program must say so by a scope.
    """
    cell = make(tf)
    x = tf.placeholder(tf.float32, [B, D])
    feed = {x: numbers(0, B, D)}
    if width:
        state = tf.placeholder(tf.float32, [B, width])
        feed[state] = numbers(1, B, width)
    else:
        state = cell.zero_state(B, tf.float32)
    outputs = []
    for i in range(2):
        with tf.variable_scope("steps", reuse=i > 0) if scoped else contextlib.ExitStack():
            output, state = cell(x, state)
        outputs.append(output)
    found = outcome(tf, {"outputs": outputs, "state": state}, feed)
    found["sizes"] = [str(cell.state_size), str(cell.output_size)]
    return found


def steps(tf, make, depth=D):
    cell = make(tf)
    inputs = tf.placeholder(tf.float32, [B, T, depth])
    outputs, state = tf.nn.dynamic_rnn(cell, inputs, sequence_length=[3, 1], dtype=tf.float32)
    return outcome(tf, {"outputs": outputs, "state": state}, {inputs: numbers(0, B, T, depth)})


def grid_lstm(name, **options):
    return lambda tf: getattr(tf.contrib.rnn, name)(H, **dict(WINDOWS, **options))


def grid_rnn(name, **options):
    return lambda tf: getattr(tf.contrib.grid_rnn, name)(H, **options)


def not_recurrent(tf, name, **options):
    """A first dimension that is fully connected: 1.15 needs the scope's initializer for it."""
    with tf.variable_scope("root", initializer=tf.constant_initializer(0.5)):
        return by_hand(tf, lambda tf: getattr(tf.contrib.grid_rnn, name)(
            H, non_recurrent_fn=tf.tanh, **options), scoped=True)


def wrong(tf):
    rnn, grid = tf.contrib.rnn, tf.contrib.grid_rnn

    def step(cell, depth=D):
        return cell(tf.zeros([B, depth]), cell.zero_state(B, tf.float32))

    return errors(tf, {
        "no blocks": lambda: rnn.GridLSTMCell(H, feature_size=2, frequency_skip=2),
        "other blocks": lambda: step(rnn.GridLSTMCell(
            H, **dict(WINDOWS, num_frequency_blocks=[4]))),
        "two blocks": lambda: step(rnn.GridLSTMCell(
            H, **dict(WINDOWS, num_frequency_blocks=[1, 2]))),
        "ends": lambda: step(rnn.GridLSTMCell(H, **dict(
            WINDOWS, start_freqindex_list=[0], end_freqindex_list=[6, 7]))),
        "shards": lambda: step(rnn.GridLSTMCell(H, num_unit_shards=99, **WINDOWS)),
        "unknown": lambda: rnn.TimeFreqLSTMCell(H, feature_size=2)(
            tf.placeholder(tf.float32, [B, None]), tf.zeros([B, 2 * H])),
        "no dimension": lambda: grid.GridRNNCell(H, 0),
        "a dimension too many": lambda: grid.GridRNNCell(H, 2, input_dims=2),
        "no cell": lambda: grid.GridRNNCell(H, 2, cell_fn=lambda units: units),
        "states": lambda: grid.Grid2LSTMCell(H)(tf.zeros([B, D]), ((1, 2),)),
        "tied": lambda: not_recurrent(tf, "Grid3LSTMCell", tied=True),
        "gru unknown": lambda: tf.contrib.cudnn_rnn.CudnnCompatibleGRUCell(H)(
            tf.placeholder(tf.float32, [B, None]), tf.zeros([B, H])),
    })


WINDOWS = {"feature_size": 2, "frequency_skip": 2, "num_frequency_blocks": [3]}
_ALL = {"use_peepholes": True, "cell_clip": 0.2, "num_unit_shards": 2, "forget_bias": 0.5}
_BLOCKS = {"num_frequency_blocks": [1, 2], "start_freqindex_list": [0, 2],
           "end_freqindex_list": [2, 6]}
_P = functools.partial
EXERCISES = {
    "time frequency": _P(by_hand, width=6 * H, make=lambda tf: tf.contrib.rnn.TimeFreqLSTMCell(
        H, feature_size=2, frequency_skip=2)),
    "time frequency all": _P(by_hand, width=10 * H, make=lambda tf: tf.contrib.rnn.TimeFreqLSTMCell(
        H, feature_size=2, **_ALL)),
    "grid": _P(steps, make=grid_lstm("GridLSTMCell")),
    "grid all": _P(by_hand, make=grid_lstm("GridLSTMCell", **_ALL)),
    "grid shared": _P(by_hand, make=grid_lstm(
        "GridLSTMCell", share_time_frequency_weights=True, use_peepholes=True)),
    "grid coupled": _P(by_hand, make=grid_lstm(
        "GridLSTMCell", couple_input_forget_gates=True, use_peepholes=True)),
    "grid blocks": _P(by_hand, make=grid_lstm("GridLSTMCell", **_BLOCKS)),
    "grid one tensor": _P(by_hand, make=grid_lstm(
        "GridLSTMCell", state_is_tuple=False, couple_input_forget_gates=True,
        share_time_frequency_weights=True)),
    "both ways": _P(by_hand, make=grid_lstm("BidirectionalGridLSTMCell", **_BLOCKS)),
    "both ways further on": _P(by_hand, make=grid_lstm(
        "BidirectionalGridLSTMCell", backward_slice_offset=1)),
    "both ways before": _P(by_hand, make=grid_lstm(
        "BidirectionalGridLSTMCell", backward_slice_offset=-1)),
    "Grid1BasicRNNCell": _P(steps, make=grid_rnn("Grid1BasicRNNCell")),
    "Grid1BasicLSTMCell": _P(steps, make=grid_rnn("Grid1BasicLSTMCell")),
    "Grid1LSTMCell": _P(by_hand, scoped=True, make=grid_rnn("Grid1LSTMCell", use_peepholes=True)),
    "Grid2BasicRNNCell": _P(by_hand, scoped=True, make=grid_rnn("Grid2BasicRNNCell", tied=True)),
    "Grid2BasicLSTMCell": _P(by_hand, scoped=True, make=grid_rnn("Grid2BasicLSTMCell")),
    "Grid2LSTMCell": _P(steps, make=grid_rnn("Grid2LSTMCell", forget_bias=0.5)),
    "Grid2LSTMCell one tensor": _P(by_hand, scoped=True, make=grid_rnn(
        "Grid2LSTMCell", state_is_tuple=False, output_is_tuple=False)),
    "Grid3LSTMCell": _P(by_hand, scoped=True, make=grid_rnn("Grid3LSTMCell", tied=True)),
    "Grid2GRUCell": _P(by_hand, scoped=True, make=grid_rnn("Grid2GRUCell")),
    "Grid2GRUCell one tensor": _P(by_hand, scoped=True, make=grid_rnn(
        "Grid2GRUCell", state_is_tuple=True, output_is_tuple=False)),
    "GridRNNCell": _P(by_hand, scoped=True, make=grid_rnn(
        "GridRNNCell", num_dims=3, input_dims=[0, 1], output_dims=[0, 2], priority_dims=2)),
    "not recurrent": _P(not_recurrent, name="Grid2LSTMCell"),
    "not recurrent of three": _P(not_recurrent, name="Grid3LSTMCell"),
    "cudnn gru": _P(steps, make=lambda tf: tf.contrib.cudnn_rnn.CudnnCompatibleGRUCell(H)),
    "wrong": wrong,
}

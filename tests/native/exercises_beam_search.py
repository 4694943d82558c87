"""`BeamSearchDecoder` of `tf.contrib.seq2seq` as old programs use it: see `native.form`."""

import functools

import numpy as np

from native.exercises_seq2seq import tensors
from native.form import errors, numbers, outcome, private

BATCH, DEPTH, UNITS, VOCABULARY, WIDTH, MEMORY_TIME = 2, 3, 4, 6, 3, 5
START, END = [1, 2], 0

DECODERS = {
    "defaults": {},
    "length_penalty": {"length_penalty_weight": 1.0},
    "width_1": {"beam_width": 1},
    "width_more_than_vocabulary": {"beam_width": VOCABULARY + 2},
    "no_layer": {"output_layer": None},
    "tensor_weight": {"length_penalty_weight": np.float32(0.6)},
}


def _search(tf, cell, state, beam_width=WIDTH, output_layer="projection", **options):
    s = tf.contrib.seq2seq
    embedding = tf.get_variable("embedding", [VOCABULARY, DEPTH])
    if output_layer:
        output_layer = tf.layers.Dense(VOCABULARY, use_bias=False, name=output_layer)
    decode = {key: options.pop(key) for key in ("output_time_major",) if key in options}
    options = dict({"embedding": embedding, "start_tokens": START}, **options)
    decoder = s.BeamSearchDecoder(
        cell, end_token=END, initial_state=state, beam_width=beam_width,
        output_layer=output_layer, **options)
    outputs, state, lengths = s.dynamic_decode(decoder, maximum_iterations=6, **decode)
    return tensors(tf, {"outputs": outputs, "state": state, "lengths": lengths})


def plain(tf, kind):
    """A GRU without attention."""
    options = dict(DECODERS[kind])
    width = options.get("beam_width", WIDTH)
    units = VOCABULARY if "output_layer" in options else UNITS
    cell = tf.nn.rnn_cell.GRUCell(units)
    encoded = tf.constant(numbers(9, BATCH, units))
    state = tf.contrib.seq2seq.tile_batch(encoded, width)
    return _outcome(tf, _search(tf, cell, state, **options))


def _outcome(tf, found):
    """The nodes of the search itself: `gather_tree` is made of others than natively."""
    result = outcome(tf, found, gradients=False)
    result["nodes"] = np.array([
        line for line in result["nodes"] if "GatherTree" not in line])
    return result


def _attention(tf, lengths=(5, 3), static=False, width=WIDTH, **options):
    s = tf.contrib.seq2seq
    shape = [BATCH if static else None, MEMORY_TIME if static else None, UNITS]
    memory = tf.placeholder_with_default(numbers(60, BATCH, MEMORY_TIME, UNITS), shape)
    memory, lengths = s.tile_batch((memory, tf.constant(lengths)), width)
    mechanism = s.LuongAttention(UNITS, memory, memory_sequence_length=lengths)
    return s.AttentionWrapper(
        tf.nn.rnn_cell.BasicLSTMCell(UNITS), mechanism, attention_layer_size=UNITS, **options)


ATTENTION = {
    "defaults": ({}, {}),
    "history": ({"alignment_history": True}, {}),
    "history_static": ({"alignment_history": True, "static": True}, {}),
    "history_left": ({"alignment_history": True}, {"reorder_tensor_arrays": False}),
    "coverage": ({"alignment_history": True}, {
        "coverage_penalty_weight": 0.3, "length_penalty_weight": 0.5}),
    "time_major": ({}, {"output_time_major": True}),
}


def attention(tf, kind):
    """An LSTM with attention, its first state an encoder's."""
    wrapper, options = ATTENTION[kind]
    options = dict(options)
    if kind == "history":
        # A batch that is not known: what is kept of all steps is put in the beams' order.
        options["start_tokens"] = tf.placeholder_with_default(START, [None])
    cell = _attention(tf, **wrapper)
    encoded = tf.nn.rnn_cell.LSTMStateTuple(
        tf.constant(numbers(1, BATCH, UNITS)), tf.constant(numbers(2, BATCH, UNITS)))
    encoded = tf.contrib.seq2seq.tile_batch(encoded, WIDTH)
    zero = cell.zero_state(BATCH * WIDTH, tf.float32).clone(cell_state=encoded)
    return _outcome(tf, _search(tf, cell, zero, **options))


def several_cells(tf):
    """The lowest of three cells looks (gnmt), with a coverage penalty; the embedding a function."""
    cell = tf.nn.rnn_cell.MultiRNNCell(
        [_attention(tf), tf.nn.rnn_cell.GRUCell(UNITS), _attention(tf, lengths=(1, 5))])
    table = tf.get_variable("table", [VOCABULARY, DEPTH])
    state = cell.zero_state(tf.constant(BATCH * WIDTH), tf.float32)
    return _outcome(tf, _search(
        tf, cell, state, coverage_penalty_weight=0.2,
        embedding=lambda ids: tf.nn.embedding_lookup(table, ids)))


def several_mechanisms(tf):
    s = tf.contrib.seq2seq
    memory = s.tile_batch(tf.constant(numbers(60, BATCH, MEMORY_TIME, UNITS)), WIDTH)
    mechanisms = [s.LuongAttention(UNITS, memory), s.BahdanauAttention(3, memory)]
    cell = s.AttentionWrapper(tf.nn.rnn_cell.GRUCell(UNITS), mechanisms)
    state = cell.zero_state(BATCH * WIDTH, tf.float32)
    return _outcome(tf, _search(tf, cell, state, coverage_penalty_weight=0.2))


def private_parts(tf):
    """What programs import to write a beam search of their own."""
    module = private(tf, "contrib.seq2seq.python.ops.beam_search_decoder")
    finished = tf.constant([[True, False, False], [False, False, True]])
    probs = tf.constant(numbers(3, BATCH, WIDTH, VOCABULARY))
    lengths = tf.constant([[1, 2, 3], [4, 5, 6]], tf.int64)
    found = {
        "masked": module._mask_probs(probs, END, finished),
        "penalty": module._length_penalty(lengths, 0.7),
        "gathered": module._tensor_gather_helper(
            tf.constant([[2, 0, 0], [1, 1, 2]]), probs, tf.constant(BATCH), WIDTH,
            [BATCH * WIDTH, -1]),
        "from_array": module.gather_tree_from_array(
            tf.constant(numbers(4, 2, BATCH, WIDTH, 2)),
            tf.constant([[[0, 0, 0], [0, 0, 0]], [[1, 0, 2], [2, 2, 1]]]),
            tf.constant([[2, 2, 1], [2, 1, 1]])),
    }
    result = _outcome(tf, found)
    result["no_penalty"] = np.array(module._length_penalty(lengths, 0.0))
    return result


def sizes(tf):
    """The decoder's properties, as other programs' decoders read them."""
    cell = tf.nn.rnn_cell.GRUCell(UNITS)
    layer = tf.layers.Dense(VOCABULARY)
    decoder = tf.contrib.seq2seq.BeamSearchDecoder(
        cell, lambda ids: tf.one_hot(ids, DEPTH), START, END,
        cell.zero_state(BATCH * WIDTH, tf.float32), WIDTH, layer)
    size, dtype = decoder.output_size, decoder.output_dtype
    finished, inputs, state = decoder.initialize()
    output, state, inputs, finished = decoder.step(0, inputs, state)
    result = outcome(tf, {"output": output, "state": state, "inputs": inputs, "finished": finished},
                     gradients=False)
    result["sizes"] = np.array(
        [str(size.scores.as_list()), dtype.scores.name, dtype.predicted_ids.name,
         str(decoder.tracks_own_finished), type(size).__name__] + list(size._fields))
    return result


def wrong_calls(tf):
    def search(**options):
        cell = tf.nn.rnn_cell.GRUCell(UNITS)
        arguments = {
            "cell": cell, "embedding": tf.zeros([VOCABULARY, DEPTH]), "start_tokens": START,
            "end_token": END, "initial_state": tf.zeros([BATCH * WIDTH, UNITS]),
            "beam_width": WIDTH, "output_layer": tf.layers.Dense(VOCABULARY)}
        return tf.contrib.seq2seq.BeamSearchDecoder(**dict(arguments, **options))

    def decode(impute_finished=False, **options):
        tf.contrib.seq2seq.dynamic_decode(
            search(**options), maximum_iterations=2, impute_finished=impute_finished)

    return errors(tf, {
        "right": decode,
        "impute_finished": lambda: decode(impute_finished=True),
        "cell": lambda: search(cell=3),
        "layer": lambda: search(output_layer=3),
        "start_tokens": lambda: search(start_tokens=1),
        "end_token": lambda: search(end_token=[0]),
        "state": lambda: search(initial_state=tf.zeros([BATCH, UNITS])),
        "state_rank": lambda: search(initial_state=tf.placeholder(tf.float32)),
        "coverage": lambda: decode(coverage_penalty_weight=0.5),
    })


def _each(function, names):
    return {f"{function.__name__}_{name}": functools.partial(function, kind=name) for name in names}


EXERCISES = {f.__name__: f for f in (
    several_cells, several_mechanisms, private_parts, sizes, wrong_calls)}
EXERCISES.update(_each(plain, DECODERS), **_each(attention, ATTENTION))

"""What attention and its like are in a program for TensorFlow 1.15, as changes of its text.

`OPTIONS` are a case's keys beside the sizes, each the field of ModelConfig of the same name; a case
without one has the document's value. Needs NumPy only, nothing of this package.
"""

import argparse
from typing import Any, Dict, List

import numpy as np

OPTIONS = {
    "attention": "none",
    "input_feeding": False,
    "bidirectional": False,
    "stack_bidirectional": False,
    "encoder_layers": 1,
    "decoder_layers": 1,
    "residual": False,
    "tied_embeddings": False,
    "stop_at_length": False,
}

_LENGTHS = "tf.reduce_sum(tf.cast(encoder_inputs > 0, tf.int32), 1)"

_BOTH_WAYS = """\
backward_lstm = {cell}
encoder_outputs, both_states = tf.nn.bidirectional_dynamic_rnn(
    encoder_lstm, backward_lstm, encoder_inputs_embedded, sequence_length={lengths},
    dtype=tf.float32, scope='encoder')
encoder_outputs = tf.concat(encoder_outputs, 2)
forward, backward = [[s] if encoder_layers == 1 else list(s) for s in both_states]
encoder_states = list(zip(forward, backward))
"""

_STACKED = """\
backward_lstm = [{cell} for _ in range(encoder_layers)]
encoder_outputs, forward, backward = tf.contrib.rnn.stack_bidirectional_dynamic_rnn(
    [{cell} for _ in range(encoder_layers)], backward_lstm, encoder_inputs_embedded,
    sequence_length={lengths}, dtype=tf.float32, scope='encoder')
encoder_states = list(zip(forward, backward))
"""

_ONE_WAY = """\
encoder_outputs, encoder_states = tf.nn.dynamic_rnn(
    encoder_lstm, encoder_inputs_embedded, sequence_length={lengths}, dtype=tf.float32,
    scope='encoder')
encoder_states = [encoder_states] if encoder_layers == 1 else list(encoder_states)
"""

_STATES = """\
while len(encoder_states) < decoder_layers:
    encoder_states.insert(0, encoder_states[0])
encoder_states = encoder_states[len(encoder_states) - decoder_layers:]
"""

_BRIDGE = """\
for i, (forward, backward) in enumerate(encoder_states):
    with tf.variable_scope('bridge' if decoder_layers == 1 else 'bridge/cell_%d' % i):
        encoder_states[i] = tf.nn.rnn_cell.LSTMStateTuple(
            tf.layers.dense(tf.concat([forward.c, backward.c], 1), decoder_hidden_units, name='c'),
            tf.layers.dense(tf.concat([forward.h, backward.h], 1), decoder_hidden_units, name='h'))
"""

_ATTENTION = """
attention_mechanism = tf.contrib.seq2seq.{mechanism}(
    decoder_hidden_units, encoder_outputs, memory_sequence_length={lengths}, {scaled}=True)
decoder_lstm = tf.contrib.seq2seq.AttentionWrapper(
    decoder_lstm, attention_mechanism, alignment_history=True, cell_input_fn={reads},
    attention_layer=tf.layers.Dense(
        decoder_hidden_units, tf.tanh, use_bias=False, name='attention_layer'))
encoder_states = decoder_lstm.zero_state(tf.shape(encoder_inputs)[0], tf.float32).clone(
    cell_state=encoder_states)"""

_MECHANISMS = {"luong": ("LuongAttention", "scale"), "bahdanau": ("BahdanauAttention", "normalize")}

_TIED = """\
with tf.variable_scope('EmbedSequence_1', reuse=True):
    vectors = tf.get_variable('embeddings', [vocab_size, decoder_hidden_units])
with tf.variable_scope('fully_connected'):
    biases = tf.get_variable('biases', [vocab_size], initializer=tf.zeros_initializer())
decoder_logits = tf.matmul(
    tf.reshape(decoder_outputs, [-1, decoder_hidden_units]), vectors, transpose_b=True)
decoder_logits = tf.reshape(
    tf.nn.bias_add(decoder_logits, biases), [-1, max_output_length, vocab_size])
"""


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Adds a flag for each of `OPTIONS`."""
    for name, usual in OPTIONS.items():
        how: Dict[str, Any] = {"action": "store_true"} if isinstance(usual, bool) else {
            "type": type(usual), "default": usual}
        if name == "attention":
            how["choices"] = ["none", *_MECHANISMS]
        parser.add_argument("--" + name.replace("_", "-"), **how)


def check(parser: argparse.ArgumentParser, args: Dict[str, Any]) -> None:
    """Ends the program with a line where a number is too small or options need another one."""
    for name, value in args.items():
        if isinstance(value, int) and not isinstance(value, bool) and value < (name != "seed"):
            parser.error("--%s is %d; give at least %d" % (
                name.replace("_", "-"), value, name != "seed"))
    layers = max(args["encoder_layers"], args["decoder_layers"])
    for wrong, message in (
        (args["input_feeding"] and args["attention"] == "none",
         "--input-feeding feeds what attention made; give --attention too"),
        (args["residual"] and layers == 1,
         "--residual joins layers; give --encoder-layers or --decoder-layers of at least 2"),
        (args["stack_bidirectional"] and not (args["bidirectional"] and args["encoder_layers"] > 1),
         "--stack-bidirectional joins the ways of layers; give --bidirectional and "
         "--encoder-layers of at least 2"),
        (args["stack_bidirectional"] and args["residual"],
         "TensorFlow's stack_bidirectional_dynamic_rnn knows no residuals; leave --residual out"),
        (args["tied_embeddings"]
         and args["decoder_embedding_size"] != args["decoder_hidden_units"],
         "--tied-embeddings takes the vectors for the output's weights; give "
         "--decoder-embedding-size and --decoder-hidden-units the same number"),
        (args["encoder_hidden_units"] != args["decoder_hidden_units"],
         "the decoder starts from the encoder's state; give --encoder-hidden-units and "
         "--decoder-hidden-units the same number"),
    ):
        if wrong:
            parser.error(message)


def options_of(case: Dict[str, np.ndarray]) -> Dict[str, Any]:
    """Reads the options of a case that are not the document's."""
    found = {name: np.asarray(case[name]).item() for name in OPTIONS if name in case}
    return {name: value for name, value in found.items() if value != OPTIONS[name]}


def drawn(
    case: Dict[str, np.ndarray], shapes: Dict[str, List[int]]
) -> Dict[str, np.ndarray]:
    """Draws the initial weights, key -> shape, of a case that has none: those of options.

    Within 0.2, as of the document's: with wider ones the network is chaotic at its sizes, and two
    ways to round end far apart.
    """
    random = np.random.RandomState(0)
    if any(key in case for key in shapes):
        return {}
    return {
        key: random.uniform(-0.2, 0.2, shape).astype(np.float32) for key, shape in shapes.items()
    }


def changed(source: str, **options: Any) -> str:
    """Returns the repaired program's text with some of `OPTIONS`; without any, as it is."""
    if not options:
        return source
    options = dict(OPTIONS, **options)
    lengths = _LENGTHS if options["stop_at_length"] else None
    for old, new in _changes(options, lengths):
        assert source.count(old) == 1, (old, source.count(old))
        source = source.replace(old, new)
    return source


def _changes(options, lengths):
    cells = {side: _cell(side, options) for side in ("encoder", "decoder")}
    for side, cell in cells.items():
        yield f"tf.nn.rnn_cell.LSTMCell({side}_hidden_units)", cell
    reading, cell = _BOTH_WAYS if options["bidirectional"] else _ONE_WAY, cells["encoder"]
    if options["stack_bidirectional"]:
        assert not options["residual"], "TensorFlow's function knows no residuals"
        reading, cell = _STACKED, "tf.nn.rnn_cell.LSTMCell(encoder_hidden_units)"
    numbers = "".join(f"{side}_layers = {options[side + '_layers']}\n" for side in cells)
    yield (
        "_, encoder_states = tf.nn.dynamic_rnn(encoder_lstm, encoder_inputs_embedded, "
        "dtype=tf.float32, scope='encoder')\n",
        numbers + reading.format(cell=cell, lengths=lengths) + _STATES
        + _BRIDGE * options["bidirectional"]
        + "encoder_states = encoder_states[0] if decoder_layers == 1 else tuple(encoder_states)\n",
    )
    start = "decoder_outputs, _ = tf.nn.dynamic_rnn("
    if options["attention"] != "none":
        mechanism, scaled = _MECHANISMS[options["attention"]]
        reads = None if options["input_feeding"] else "lambda inputs, attention: inputs"
        known = lengths and f"tf.maximum({lengths}, 1)"
        attending = _ATTENTION.format(
            mechanism=mechanism, scaled=scaled, lengths=known, reads=reads)
        yield start, attending.lstrip() + "\ndecoder_outputs, decoder_states = tf.nn.dynamic_rnn("
        yield (
            "initial_state=encoder_states, scope='decoder')",
            "initial_state=encoder_states, dtype=tf.float32, scope='decoder')\n"
            "alignments = tf.transpose(decoder_states.alignment_history.stack(), [1, 0, 2])",
        )
    if options["tied_embeddings"]:
        yield "decoder_logits = tf.contrib.layers.linear(decoder_outputs, vocab_size)\n", _TIED


def _cell(side, options):
    count = options[side + "_layers"]
    cell = f"tf.nn.rnn_cell.LSTMCell({side}_hidden_units)"
    if count == 1:
        return cell
    upper = f"tf.nn.rnn_cell.ResidualWrapper({cell})" if options["residual"] else cell
    return f"tf.nn.rnn_cell.MultiRNNCell([{', '.join([cell] + [upper] * (count - 1))}])"

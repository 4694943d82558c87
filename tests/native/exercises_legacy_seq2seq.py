"""`tf.contrib.legacy_seq2seq` as old programs use it: see `native.form`."""

import functools

import numpy as np

from native.form import errors, numbers, outcome, private

B, D, H, E, SOURCE, TARGET = 2, 3, 4, 3, 5, 6
STEPS_IN, STEPS_OUT = 3, 2


def floats(tf, steps, seed=0, batch=None):
    return [tf.placeholder_with_default(numbers(seed + i, B, D), [batch, D]) for i in range(steps)]


def symbols(tf, steps, count, seed=0, batch=None):
    random = np.random.RandomState(seed)
    return [
        tf.placeholder_with_default(random.randint(0, count, B).astype(np.int32), [batch])
        for _ in range(steps)]


def ends(tf, batch=None):
    """Source and target symbols."""
    return symbols(tf, STEPS_IN, SOURCE, 1, batch), symbols(tf, STEPS_OUT, TARGET, 2, batch)


def gru(tf):
    return tf.nn.rnn_cell.GRUCell(H)


def lstm(tf):
    return tf.nn.rnn_cell.BasicLSTMCell(H)


def stack(tf):
    return tf.nn.rnn_cell.MultiRNNCell([lstm(tf), gru(tf)])


def projection(tf, size=H, count=TARGET):
    return tf.get_variable("proj_w", [size, count]), tf.get_variable("proj_b", [count])


def result(tf, outputs_and_state):
    return outcome(tf, dict(zip(("outputs", "state"), outputs_and_state)))


def rnn_decoder(tf, loop=False, scope=None):
    cell = gru(tf)
    loop_function = None
    if loop:
        def loop_function(prev, i):
            w = tf.get_variable("w", [H, D])
            return tf.matmul(prev, w) * i
        with tf.variable_scope(scope or "rnn_decoder"), tf.variable_scope("loop_function"):
            tf.get_variable("w", [H, D])
    state = tf.constant(numbers(5, B, H))
    return result(tf, tf.contrib.legacy_seq2seq.rnn_decoder(
        floats(tf, 3), state, cell, loop_function=loop_function, scope=scope))


def basic(tf, cell=gru):
    return result(tf, tf.contrib.legacy_seq2seq.basic_rnn_seq2seq(
        floats(tf, STEPS_IN), floats(tf, STEPS_OUT, 7), cell(tf)))


def tied(tf, scope=None):
    return result(tf, tf.contrib.legacy_seq2seq.tied_rnn_seq2seq(
        floats(tf, STEPS_IN, batch=B), floats(tf, STEPS_OUT, 7, batch=B), stack(tf), scope=scope))


def argmax_and_embed(tf):
    """The loop function that programs import by its private path."""
    module = private(tf, "contrib.legacy_seq2seq.python.ops.seq2seq")
    embedding = tf.get_variable("embedding", [TARGET, E])
    logits, outputs = tf.constant(numbers(3, B, TARGET)), tf.constant(numbers(4, B, H))
    loop = module._extract_argmax_and_embed
    return outcome(tf, {
        "plain": loop(embedding)(logits, 3),
        "stopped": loop(embedding, update_embedding=False)(logits, 3),
        "projected": loop(embedding, output_projection=projection(tf))(outputs, 3),
    })


def embedding_decoder(tf, **options):
    cell = gru(tf)
    if "output_projection" in options:
        options["output_projection"] = projection(tf)
    else:
        cell = tf.contrib.rnn.OutputProjectionWrapper(cell, TARGET)
    return result(tf, tf.contrib.legacy_seq2seq.embedding_rnn_decoder(
        symbols(tf, 3, TARGET, 4), tf.constant(numbers(5, B, H)), cell, TARGET, E, **options))


def _feed(tf, feed_previous):
    """"tensor" stands for a boolean that is known when it is run."""
    kinds = {"tensor_true": True, "tensor_false": False}
    if feed_previous in kinds:
        return tf.placeholder_with_default(kinds[feed_previous], [])
    return feed_previous


def embedding_model(tf, feed_previous=False, cell=lstm, project=False, batch=None, **options):
    if project:
        options["output_projection"] = projection(tf)
    sources, targets = ends(tf, batch)
    return result(tf, tf.contrib.legacy_seq2seq.embedding_rnn_seq2seq(
        sources, targets, cell(tf), SOURCE, TARGET, E, feed_previous=_feed(tf, feed_previous),
        **options))


def embedding_tied(tf, feed_previous=False, cell=lstm, project=False, batch=None, **options):
    if project:
        options["output_projection"] = projection(tf)
    sources, targets = ends(tf, batch)
    return result(tf, tf.contrib.legacy_seq2seq.embedding_tied_rnn_seq2seq(
        sources, targets, cell(tf), TARGET, E, feed_previous=_feed(tf, feed_previous), **options))


def attention_decoder(tf, loop=False, memory_time=5, **options):
    value = numbers(9, B, 5, D)
    memory = tf.placeholder_with_default(value, [None, memory_time, D])
    if loop:
        options["loop_function"] = lambda prev, i: prev[:, :D] * i
    return result(tf, tf.contrib.legacy_seq2seq.attention_decoder(
        floats(tf, 3), lstm(tf).zero_state(B, tf.float32), memory, lstm(tf), **options))


def embedding_attention_decoder(tf, **options):
    if "output_projection" in options:
        options["output_projection"] = projection(tf)
    else:
        options["output_size"] = TARGET
    inputs, state = symbols(tf, 3, TARGET, 4), tf.constant(numbers(5, B, H))
    memory = tf.constant(numbers(9, B, 5, D))
    return result(tf, tf.contrib.legacy_seq2seq.embedding_attention_decoder(
        inputs, state, memory, gru(tf), TARGET, E, **options))


def embedding_attention(tf, feed_previous=False, cell=lstm, project=False, **options):
    if project:
        options["output_projection"] = projection(tf)
    sources, targets = ends(tf)
    return result(tf, tf.contrib.legacy_seq2seq.embedding_attention_seq2seq(
        sources, targets, cell(tf), SOURCE, TARGET, E, feed_previous=_feed(tf, feed_previous),
        **options))


def one2many(tf, feed_previous=False, **options):
    sources, targets = ends(tf)
    found = tf.contrib.legacy_seq2seq.one2many_rnn_seq2seq(
        sources, {"a": targets, "b": sources[:1]}, lstm(tf), {"a": lstm(tf), "b": lstm(tf)},
        SOURCE, {"a": TARGET, "b": SOURCE}, E, feed_previous=_feed(tf, feed_previous), **options)
    return result(tf, found)


def losses(tf):
    s = tf.contrib.legacy_seq2seq
    logits = [tf.get_variable(f"logits_{i}", [B, TARGET]) for i in range(3)]
    targets = symbols(tf, 3, TARGET)
    weights = [tf.constant(w) for w in ([1.0, 0.5], [1.0, 0.0], [0.0, 0.0])]
    nothing = [tf.zeros([B])] * 3

    def chosen(labels, logits):
        return tf.reduce_sum(tf.one_hot(labels, TARGET) * logits, -1)

    found = {
        "by_example": s.sequence_loss_by_example(logits, targets, weights),
        "by_example_sum": s.sequence_loss_by_example(
            logits, targets, weights, average_across_timesteps=False, name="summed"),
        "loss": s.sequence_loss(logits, targets, weights),
        "loss_sum": s.sequence_loss(logits, targets, weights, average_across_batch=False),
        "loss_time": s.sequence_loss(logits, targets, weights, average_across_timesteps=False),
        "own": s.sequence_loss(logits, targets, weights, softmax_loss_function=chosen),
        "nothing": s.sequence_loss(logits, targets, nothing),
    }
    wrong = {
        "targets": lambda: s.sequence_loss_by_example([1], [], [1]),
        "weights": lambda: s.sequence_loss([1], [1], []),
    }
    return dict(outcome(tf, found), **errors(tf, wrong))


def buckets(tf, per_example_loss=False, own_loss=False):
    s = tf.contrib.legacy_seq2seq
    sources, targets = symbols(tf, 4, SOURCE, 1), symbols(tf, 4, TARGET, 2)
    weights = [tf.constant(numbers(i, B) ** 2) for i in range(3)]

    def dense_loss(labels, logits):
        one_hot = tf.one_hot(labels, TARGET)
        return tf.nn.softmax_cross_entropy_with_logits(labels=one_hot, logits=logits)

    options = {"softmax_loss_function": dense_loss} if own_loss else {}
    outputs, found = s.model_with_buckets(
        sources, targets[:3], targets[1:], weights, [(2, 2), (4, 3)],
        lambda x, y: s.embedding_attention_seq2seq(
            x, y, gru(tf), SOURCE, TARGET, E, num_heads=2),
        per_example_loss=per_example_loss, **options)
    return outcome(tf, {"outputs": outputs, "losses": found})


def wrong_calls(tf):
    s = tf.contrib.legacy_seq2seq
    memory = np.zeros([B, 5, D], np.float32)

    def attention(inputs=None, memory=memory, heads=1):
        cell = gru(tf)
        s.attention_decoder(
            floats(tf, 1) if inputs is None else inputs, tf.zeros([B, H]),
            memory if tf.is_tensor(memory) else tf.constant(memory), cell, num_heads=heads)

    def many(**options):
        sources, targets = ends(tf)
        arguments = {
            "encoder_inputs": sources, "decoder_inputs_dict": {"a": targets},
            "enc_cell": gru(tf), "dec_cells_dict": {"a": gru(tf)},
            "num_encoder_symbols": SOURCE, "num_decoder_symbols_dict": {"a": TARGET},
            "embedding_size": E}
        s.one2many_rnn_seq2seq(**dict(arguments, **options))

    def bucketed(sources, targets, weights):
        s.model_with_buckets(
            [tf.zeros([B], tf.int32)] * sources, [tf.zeros([B], tf.int32)] * 3,
            [tf.zeros([B], tf.int32)] * targets, [tf.zeros([B])] * weights, [(2, 3)],
            lambda x, y: s.embedding_rnn_seq2seq(x, y, gru(tf), SOURCE, TARGET, E))

    def projected(function, shapes):
        w, b = [tf.zeros(shape) for shape in shapes]
        sources, targets = ends(tf)
        if function == "embedding_tied_rnn_seq2seq":
            s.embedding_tied_rnn_seq2seq(
                sources, targets, gru(tf), TARGET, E, output_projection=(w, b))
        else:
            getattr(s, function)(
                sources, targets, gru(tf), SOURCE, TARGET, E, output_projection=(w, b))

    wrong_w, wrong_b = ([H, TARGET + 1], [TARGET]), ([H, TARGET], [TARGET + 1])
    return errors(tf, {
        "right": attention, "right_many": many, "right_buckets": lambda: bucketed(2, 3, 3),
        "no_inputs": lambda: attention(inputs=[]),
        "no_heads": lambda: attention(heads=0),
        "memory": lambda: attention(memory=tf.placeholder(tf.float32, [B, 5, None])),
        "input": lambda: attention(inputs=[tf.placeholder(tf.float32, [B, None])]),
        "input_rank": lambda: attention(inputs=[tf.zeros([B, D, 1])]),
        "encoder_cell": lambda: many(enc_cell=3),
        "decoder_cell": lambda: many(dec_cells_dict={"a": 3}),
        "names": lambda: many(dec_cells_dict={"b": gru(tf)}),
        "sources": lambda: bucketed(1, 3, 3), "targets": lambda: bucketed(2, 2, 3),
        "weights": lambda: bucketed(2, 3, 2),
        "projection_w": lambda: projected("embedding_rnn_seq2seq", wrong_w),
        "projection_b": lambda: projected("embedding_rnn_seq2seq", wrong_b),
        "projection_tied": lambda: projected("embedding_tied_rnn_seq2seq", wrong_w),
        "projection_attention": lambda: projected("embedding_attention_seq2seq", wrong_b),
        "twice": lambda: [rnn_decoder(tf) for _ in range(2)],
    })


FED = (False, True, "tensor_true", "tensor_false")
EXERCISES = {f.__name__: f for f in (
    rnn_decoder, basic, tied, argmax_and_embed, embedding_decoder, attention_decoder,
    embedding_attention_decoder, losses, buckets, wrong_calls)}
VARIANTS = {
    "rnn_decoder_loop": (rnn_decoder, {"loop": True, "scope": "own"}),
    "basic_lstm": (basic, {"cell": lstm}),
    "tied_scope": (tied, {"scope": "own"}),
    "embedding_decoder_fed": (embedding_decoder, {"feed_previous": True}),
    "embedding_decoder_projected": (embedding_decoder, {
        "feed_previous": True, "output_projection": True, "scope": "own",
        "update_embedding_for_previous": False}),
    "embedding_model_stack": (embedding_model, {
        "cell": stack, "feed_previous": "tensor_true", "dtype": np.float32, "scope": "own"}),
    "embedding_model_gru": (embedding_model, {"cell": gru, "feed_previous": "tensor_true"}),
    "embedding_model_projected": (embedding_model, {"project": True, "feed_previous": True}),
    "embedding_tied_gru": (embedding_tied, {"cell": gru, "feed_previous": "tensor_true"}),
    "embedding_tied_batch": (embedding_tied, {"batch": B, "feed_previous": "tensor_false"}),
    "embedding_tied_projected": (embedding_tied, {"project": True, "feed_previous": True}),
    "embedding_tied_symbols": (embedding_tied, {"num_decoder_symbols": 4, "scope": "own"}),
    "attention_decoder_heads": (attention_decoder, {"num_heads": 2, "output_size": 5}),
    "attention_decoder_initial": (attention_decoder, {
        "initial_state_attention": True, "loop": True, "memory_time": None, "scope": "own"}),
    "embedding_attention_decoder_fed": (embedding_attention_decoder, {
        "feed_previous": True, "num_heads": 2, "initial_state_attention": True}),
    "embedding_attention_decoder_projected": (embedding_attention_decoder, {
        "feed_previous": True, "output_projection": True, "scope": "own",
        "update_embedding_for_previous": False}),
    "embedding_attention_stack": (embedding_attention, {
        "cell": stack, "num_heads": 2, "feed_previous": "tensor_true",
        "initial_state_attention": True}),
    "embedding_attention_projected": (embedding_attention, {
        "project": True, "feed_previous": "tensor_false", "scope": "own"}),
    "buckets_by_example": (buckets, {"per_example_loss": True, "own_loss": True}),
}
EXERCISES.update({name: functools.partial(f, **kw) for name, (f, kw) in VARIANTS.items()})
EXERCISES.update({
    f"{f.__name__}_{fed}": functools.partial(f, feed_previous=fed)
    for f in (embedding_model, embedding_tied, embedding_attention, one2many) for fed in FED})

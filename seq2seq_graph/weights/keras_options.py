"""What attention and its like are in Keras, of Keras' own layers alone: any Keras 3 loads them.

A variable that is no layer's kernel is an Embedding of one row here, which is looked up by zeros:
that is how a model of Keras' own layers has one. Where a step reads what the step before attended
to, the steps are written out, `max_output_length` of them.

Shapes: B batch, T_in and T_out time, E embedding, H hidden units, M the memory's width, H or 2 H.
An LSTM's state is Keras', h before c, each [B, H]. Keras is imported where it is used.
"""

from typing import Any, Callable, NamedTuple, Optional, Sequence

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.weights import gates

_NOTHING = -1e9  # as Keras' own attention has it: exp of it is 0


class Encoded(NamedTuple):
    """What the decoder begins with."""

    memory: Any  # [B, T_in, M]
    real: Any  # bool [B, T_in], where there is a token; None: everywhere
    states: Sequence[Any]  # of each of the decoder's layers


def documents(config: ModelConfig) -> bool:
    """Whether encoder and decoder are the document's."""
    return config.attention == "none" and not config.bidirectional and (
        config.encoder_layers == config.decoder_layers == 1)


def row(keras: Any, name: str, size: Optional[int], ids: Any, initializer: str = "ones") -> Any:
    """Makes a variable of so many numbers, and gives it as [B, 1, size].

    Args:
      ids: int32 [B, T].
    """
    variable = keras.layers.Embedding(
        1, size, initializer, embeddings_regularizer=keras.regularizers.L2(0.0), name=name)
    return variable(keras.ops.zeros_like(ids[:, :1]))


def encode(keras: Any, config: ModelConfig, sources: Any, embedded: Any) -> Encoded:
    """Reads the sources, from both ends if the configuration says so.

    Args:
      sources: int32 [B, T_in], turned round if the source is.
      embedded: [B, T_in, E].
    """
    ops = keras.ops
    real = ops.not_equal(sources, 0) if config.stop_at_length else None
    directions = []
    for number, cells in enumerate(gates.encoder_cells(config)):
        # Turned round, padding comes first, and the state is held at zeros there.
        x, mask = (ops.flip(tensor, 1) if number and tensor is not None else tensor
                   for tensor in (embedded, real))
        outputs, states = _run_layers(keras, config, cells, x, None, mask)
        directions.append((ops.flip(outputs, 1) if number else outputs, states))
    outputs, states = zip(*directions)
    memory = ops.concatenate(outputs, 2) if config.bidirectional else outputs[0]
    if real is not None:  # Keras repeats an output where nothing is read
        memory = memory * ops.cast(real, "float32")[:, :, None]
    if config.bidirectional:
        states = [[ops.concatenate(part, 1) for part in zip(*both)] for both in zip(*states)]
    else:
        states = states[0]
    return Encoded(memory, real, _bridged(keras, config, states))


def _bridged(keras, config, states):
    states = gates.from_the_top(states, config.decoder_layers)
    for number, (c, h) in enumerate(gates.bridges(config)):
        states[number] = [
            keras.layers.Dense(config.decoder_hidden_units, name=name)(part)
            for name, part in zip((h, c), states[number])
        ]
    return states


def _run_layers(keras, config, cells, inputs, states, mask):
    """Runs LSTMs, the lowest first; gives the top one's outputs, [B, T, H], and all last states."""
    units, last = config.decoder_hidden_units, []
    for number, cell in enumerate(cells):
        read = inputs
        if number and config.dropout:  # once a sequence
            read = keras.layers.Dropout(config.dropout, noise_shape=(None, 1, units))(inputs)
        lstm = keras.layers.LSTM(units, return_sequences=True, return_state=True, name=cell)
        outputs, *state = lstm(read, mask=mask, initial_state=states and states[number])
        residual = number and config.residual
        inputs = _added(keras, cell)([inputs, outputs]) if residual else outputs
        last.append(state)
    return inputs, last


def _added(keras, cell):
    return keras.layers.Add(name=cell + RESIDUAL)


RESIDUAL = "_residual"  # the end of the names of the layers that add


def decode(keras: Any, config: ModelConfig, embedded: Any, encoded: Encoded, targets: Any) -> Any:
    """Runs the decoder over the embedded tokens before each target; gives [B, T_out, H].

    Args:
      embedded: [B, T_out, E].
      targets: int32 [B, T_out].
    """
    cells = gates.decoder_cells(config)
    look = _looker(keras, config, encoded, targets) if config.attention != "none" else None
    if config.input_feeding:
        return _feed(keras, config, cells, embedded, encoded.states, look, targets)
    outputs, _ = _run_layers(keras, config, cells, embedded, encoded.states, None)
    return look(outputs) if look else outputs


def _looker(keras, config, encoded, ids) -> Callable:
    """Gives the function of queries, [B, T, H], to what goes on to the projection, [B, T, H]."""
    ops, layers, units = keras.ops, keras.layers, config.decoder_hidden_units
    keys = layers.Dense(units, use_bias=False, name="memory_layer")(encoded.memory)
    g = row(keras, "attention_g", 1, ids)  # [B, 1, 1]
    query_layer = v = hidden = None
    if config.attention == "bahdanau":
        query_layer = layers.Dense(units, name="query_layer")
        v = row(keras, "attention_v", units, ids, "glorot_uniform")  # [B, 1, H]
        v = g * v * ops.rsqrt(ops.sum(ops.square(v), 2, keepdims=True))
    if encoded.real is not None:
        # A row's first step is looked at in any case: a softmax needs one.
        place = ops.cumsum(ops.ones_like(encoded.real, dtype="int32"), 1)
        hidden = ops.cast(
            ops.logical_and(ops.logical_not(encoded.real), place > 1), "float32")[:, None]
    attention_layer = layers.Dense(units, "tanh", use_bias=False, name="attention_layer")

    def look(queries):
        if query_layer is None:
            scores = g * ops.matmul(queries, ops.transpose(keys, [0, 2, 1]))  # [B, T, T_in]
        else:
            both = query_layer(queries)[:, :, None] + keys[:, None]  # [B, T, T_in, H]
            scores = ops.sum(v[:, :, None] * ops.tanh(both), 3)
        if hidden is not None:
            scores = scores + _NOTHING * hidden
        context = ops.matmul(ops.softmax(scores), encoded.memory)  # [B, T, M]
        return attention_layer(ops.concatenate([queries, context], 2))

    return look


def _feed(keras, config, cells, embedded, states, look, targets):
    """Writes the steps out; a target longer than there are steps is an error of Keras."""
    ops, layers, units = keras.ops, keras.layers, config.decoder_hidden_units
    length = config.max_output_length
    lstms = [layers.LSTMCell(units, name=cell) for cell in cells]
    ones = ops.ones_like(states[0][0])
    masks = [layers.Dropout(config.dropout)(ones) if number and config.dropout else None
             for number in range(len(cells))]
    adds = [_added(keras, cell) for cell in cells]
    states, attended, outputs = list(states), 0.0 * ones, []
    if config.cut_batches:  # as many as there are steps, the last ones zeros
        zeros = ops.tile(0.0 * embedded[:, :1], [1, length, 1])
        embedded = ops.concatenate([embedded, zeros], 1)
    for t in range(length):
        below = ops.concatenate([embedded[:, t], attended], 1)
        for number, (lstm, mask, add) in enumerate(zip(lstms, masks, adds)):
            read = below if mask is None else below * mask
            h, states[number] = lstm(read, states[number])
            below = add([below, h]) if number and config.residual else h
        attended = look(below[:, None])[:, 0]
        outputs.append(attended)
    written = ops.stack(outputs, 1)  # [B, length, H]
    if not config.cut_batches:
        return written
    places = ops.cumsum(ops.ones_like(targets[0]), 0) - 1  # int32 [T_out]
    return ops.take(written, places, 1)


def tied_logits(
    keras: Any, config: ModelConfig, outputs: Any, embedding: Any, targets: Any
) -> Any:
    """Gives logits [B, T_out, V] by the rows of an Embedding layer: all of them are looked up.

    Args:
      outputs: [B, T_out, H].
      targets: int32 [B, T_out].
    """
    ops = keras.ops
    every = ops.tile(ops.ones_like(targets[:1, :1]), [1, config.vocab_size])
    vectors = embedding(ops.cumsum(every, 1) - 1)  # [1, V, H]
    biases = row(keras, "projection_bias", config.vocab_size, targets, "zeros")
    return ops.matmul(outputs, ops.transpose(vectors, [0, 2, 1])) + biases


def told(layers: Sequence[str]) -> dict:
    """Reads from the names of a model's layers what no shape of a weight tells."""
    return {"residual": any(name.endswith(RESIDUAL) for name in layers)}

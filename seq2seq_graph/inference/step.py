"""The model one step at a time, for decoding: no gradients.

The encoder's reading of a whole batch, and the decoder's single step, on the variables of the
training graph; `lstms` says how these are read.

Shapes: B batch, T_in time, V vocabulary, E embedding, H hidden.
"""

from typing import Any, Callable, NamedTuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.inference.attending import attention, memory_maker
from seq2seq_graph.inference.lstms import above, all_steps, layers, reader, variables
from seq2seq_graph.options import sources
from seq2seq_graph.options.bidirectional import from_the_top
from seq2seq_graph.variables import (
    BIASES,
    DECODER,
    ENCODER,
    WEIGHTS,
    bridges,
    decoder_cells,
    encoder_cells,
)
from seq2seq_graph.vocabulary import PAD


class State(NamedTuple):
    """What the decoder hands on from step to step."""

    cells: Any  # each layer's (c, h), float32 [B, H]
    attention: Any = ()  # float32 [B, H], what the last step attended to; () where none is fed


class Encoded(NamedTuple):
    """What the decoder begins with."""

    state: State
    memory: Any = ()  # an `attending.Memory`; () without attention


def encoder(config: ModelConfig) -> Callable:
    """Prepares the encoder; gives a function that reads a batch.

    The function takes int32 [B, T_in], T_in at least 1, and gives an Encoded, equal to what
    `model.encode` gives without dropout, to rounding.
    """
    plain = config.attention == "none" and not config.bidirectional and config.encoder_layers == 1
    read = _last_state(config) if plain else _all_states(config)
    if config.stack_bidirectional:
        read = _stacked_states(config)
    attends = config.attention != "none"
    remember = memory_maker(config) if attends else None
    bridge = _bridge(config)
    units = config.decoder_hidden_units

    def encode(encoder_inputs):
        lengths = sources.source_lengths(encoder_inputs) if config.stop_at_length else None
        outputs, states = read(encoder_inputs, lengths)
        cells = bridge(from_the_top(states, config.decoder_layers))
        fed = tf.zeros([tf.shape(encoder_inputs)[0], units]) if config.input_feeding else ()
        return Encoded(State(cells, fed), remember(outputs, lengths) if attends else ())

    return encode


def _last_state(config):
    """Prepares the encoder of the document's form, of which only the last state is asked for."""
    units, cell = config.encoder_hidden_units, reader(config, ENCODER.embeddings,
                                                      encoder_cells(config)[0][0])

    def shut(tokens, c, h=None):
        """Takes a step that gives zeros in rows whose token is padding."""
        c, h = cell(tokens, c, h)
        if not config.stop_at_length:
            return c, h
        real = tf.cast(tokens > PAD, tf.float32)[:, tf.newaxis]
        return c * real, h * real

    def read(encoder_inputs, lengths):
        del lengths
        if config.reverse_source != config.stop_at_length:
            encoder_inputs = sources.reverse_sources(encoder_inputs)
        if config.stop_at_length:
            # Turned round, padding comes first: the state is kept at zero until the source begins,
            # and no step has to choose between old and new state.
            encoder_inputs = encoder_inputs[:, ::-1]
        time_major = tf.transpose(encoder_inputs)  # [T_in, B]
        first = _first_real_step(time_major) if config.stop_at_length else 0
        zeros = tf.zeros([tf.shape(encoder_inputs)[0], units])
        _, c, h = tf.while_loop(
            lambda t, c, h: t < tf.shape(time_major)[0],
            lambda t, c, h: (t + 1, *shut(tf.gather(time_major, t), c, h)),
            [first + 1, *shut(tf.gather(time_major, first), zeros)],
            shape_invariants=[tf.TensorShape([])] + [tf.TensorShape([None, units])] * 2,
            back_prop=False,
        )
        return None, [(c, h)]

    return read


def _first_real_step(time_major):
    """Returns the first step, int32 [], of int32 [T, B] at which not every row has padding."""
    real = tf.reduce_max(time_major, 1) > PAD  # [T]
    return tf.argmax(tf.cast(real, tf.int32), output_type=tf.int32)


def _all_states(config):
    """Prepares an encoder that gives its outputs at all steps, and each layer's last state."""
    takes = [layers(config, ENCODER.embeddings, scopes) for scopes in encoder_cells(config)]
    sizes = config.encoder_layers, config.encoder_hidden_units

    def read(encoder_inputs, lengths):
        if config.reverse_source:
            encoder_inputs = sources.reverse_sources(encoder_inputs)
        if config.bidirectional:
            return _both_ways(*takes, encoder_inputs, lengths, *sizes)
        return all_steps(takes[0], encoder_inputs, lengths, *sizes)

    return read


def _stacked_states(config):
    """Prepares layers that each read both ways of the one below, as `_all_states`."""
    lowest, *others = zip(*encoder_cells(config))
    takes = [[layers(config, ENCODER.embeddings, [scope]) for scope in lowest]]
    takes += [[above(config, scope) for scope in pair] for pair in others]

    def read(encoder_inputs, lengths):
        inputs, states = encoder_inputs, []
        if config.reverse_source:
            inputs = sources.reverse_sources(encoder_inputs)
        for number, (forward, backward) in enumerate(takes):
            outputs, state = _both_ways(
                forward, backward, inputs, lengths, 1, config.encoder_hidden_units)
            inputs = inputs + outputs if config.residual and number else outputs
            states += state
        return inputs, states

    return read


def _both_ways(forward, backward, inputs, lengths, *sizes):
    def turned(tensor):
        if lengths is None:
            return tf.reverse(tensor, [1])
        return tf.reverse_sequence(tensor, lengths, seq_axis=1, batch_axis=0)

    outputs, states = all_steps(forward, inputs, lengths, *sizes)
    others, other_states = all_steps(backward, turned(inputs), lengths, *sizes)
    both = tf.nest.map_structure(lambda one, two: tf.concat([one, two], 1), states, other_states)
    return tf.concat([outputs, turned(others)], 2), both


def _bridge(config):
    """Prepares the bridges of `options.bidirectional.to_decoder`: layers' states -> the same."""
    linear = [
        [variables(config, [f"{scope}/{part}/kernel", f"{scope}/{part}/bias"]) for part in "ch"]
        for scope in bridges(config)
    ]

    def bridge(states):
        if not linear:
            return tuple(states)
        return tuple(
            tuple(tf.nn.bias_add(tf.matmul(x, kernel), bias)
                  for x, (kernel, bias) in zip(state, of_layer))
            for state, of_layer in zip(states, linear)
        )

    return bridge


def decoder_step(config: ModelConfig) -> Callable:
    """Prepares the decoder; gives a function that takes one step.

    The function takes the previous tokens, int32 [B], a State and the encoder's memory; it gives
    the next token's logits, float32 [B, V], and the new State.
    """
    take = layers(config, DECODER.embeddings, decoder_cells(config))
    attend = attention(config) if config.attention != "none" else None
    tied = config.tied_embeddings
    weights, biases = variables(config, (DECODER.embeddings if tied else WEIGHTS, BIASES))

    def step(previous, state, memory=()):
        fed = state.attention if config.input_feeding else None
        output, cells = take(previous, state.cells, fed)
        if attend is not None:
            output = attend(output, memory)
        logits = tf.nn.bias_add(tf.matmul(output, weights, transpose_b=tied), biases)
        return logits, State(cells, output if config.input_feeding else ())

    return step

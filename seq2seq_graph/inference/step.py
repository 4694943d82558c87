"""The two LSTMs one step at a time, for decoding: no gradients, few and large operations.

What a step does with its input token depends on the token alone. So, unless the vocabulary is
large, the embedding matrix is multiplied with the kernel's input half once, before the loop; a step
is then a look-up and one product of [B, H] and [H, 4 * H]. The variables are the training graph's,
by name, and made if they are not there. They are read when a side is prepared: what is prepared
can then be used within a function that XLA compiles.

Shapes: B batch, T_in time, V vocabulary, E embedding, H hidden.
"""

from typing import Callable

import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.options import sources
from seq2seq_graph.variables import (
    BIASES,
    DECODER,
    ENCODER,
    FORGET_BIAS,
    WEIGHTS,
    Side,
    shapes,
)
from seq2seq_graph.vocabulary import PAD

# With more tokens than a batch has, their products are made as they come. A batch has some
# thousands: as many rows as `generation` decodes at once, times the steps.
LARGE_VOCABULARY = 2048


def encoder(config: ModelConfig) -> Callable:
    """Prepares the encoder; gives a function that reads a batch.

    The function takes int32 [B, T_in], T_in at least 1, and gives the encoder's last state, c and
    h, float32 [B, H], equal to `model.encode` without dropout, to rounding.
    """
    units = config.encoder_hidden_units
    cell = _cell(config, ENCODER, shut_at_padding=config.stop_at_length)

    def read(encoder_inputs):
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
            lambda t, c, h: (t + 1, *cell(tf.gather(time_major, t), c, h)),
            [first + 1, *cell(tf.gather(time_major, first), zeros)],
            shape_invariants=[tf.TensorShape([])] + [tf.TensorShape([None, units])] * 2,
            back_prop=False,
        )
        return c, h

    return read


def decoder_step(config: ModelConfig) -> Callable:
    """Prepares the decoder; gives a function that takes one step.

    The function takes the previous tokens, int32 [B], and c and h, float32 [B, H]; it gives the
    next token's logits, float32 [B, V], and the new c and h.
    """
    cell = _cell(config, DECODER)
    weights, biases = _variables(config, (WEIGHTS, BIASES))

    def step(previous, c, h):
        c, h = cell(previous, c, h)
        return tf.nn.bias_add(tf.matmul(h, weights), biases), c, h

    return step


def _cell(config, side: Side, shut_at_padding=False):
    """Returns the function of tokens [B], c and h, [B, H], to the next c and h; no h is zeros.

    Where `shut_at_padding`, a row whose token is padding gets zeros.
    """
    embeddings, kernel, bias = _variables(config, side)
    vocab_size, embedding_size = embeddings.shape.as_list()
    units = bias.shape.as_list()[0] // 4
    bias += tf.constant([0.0] * 2 * units + [FORGET_BIAS] * units + [0.0] * units)
    of_inputs, recurrent = kernel[:embedding_size], kernel[embedding_size:]
    if vocab_size < LARGE_VOCABULARY:
        table = tf.matmul(embeddings, of_inputs) + bias  # [V, 4 * H]

    def gates_of(tokens, h):
        if vocab_size < LARGE_VOCABULARY:
            looked_up = tf.gather(table, tokens)
            return looked_up if h is None else looked_up + tf.matmul(h, recurrent)
        embedded = tf.gather(embeddings, tokens)  # [B, E]
        if h is None:
            return tf.matmul(embedded, of_inputs) + bias
        return tf.matmul(tf.concat([embedded, h], 1), kernel) + bias

    def cell(tokens, c, h=None):
        i, j, f, o = tf.split(gates_of(tokens, h), 4, 1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(j)
        if shut_at_padding:
            c *= tf.cast(tokens > PAD, tf.float32)[:, tf.newaxis]
        return c, tf.sigmoid(o) * tf.tanh(c)  # h is zero where c is

    return cell


def _variables(config, names):
    with tf.variable_scope(tf.get_variable_scope(), reuse=tf.AUTO_REUSE):
        return [
            tf.identity(tf.get_variable(
                name, shape, initializer=tf.glorot_uniform_initializer() if len(shape) > 1
                else tf.zeros_initializer()))
            for name, shape in ((name, shapes(config)[name]) for name in names)
        ]


def _first_real_step(time_major):
    """Returns the first step, int32 [], of int32 [T, B] at which not every row has padding."""
    real = tf.reduce_max(time_major, 1) > PAD  # [T]
    return tf.argmax(tf.cast(real, tf.int32), output_type=tf.int32)

"""The two LSTMs one step at a time, for decoding: no gradients, few and large operations.

What a step does with its input token depends on the token alone, so the embedding matrix is
multiplied with the kernel's input half once, before the loop; a step is then a look-up and one
product of [B, H] and [H, 4 * H]. The variables are the training graph's, by name, and made if they
are not there.

Shapes: B batch, T_in time, V vocabulary, E embedding, H hidden.
"""

from typing import Callable, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph import sources
from seq2seq_graph.config import ModelConfig
from seq2seq_graph.layout import FORGET_BIAS
from seq2seq_graph.vocabulary import PAD


def encoder_states(
    encoder_inputs: tf.Tensor, config: ModelConfig
) -> Tuple[tf.Tensor, tf.Tensor]:
    """Reads int32 [B, T_in] into the encoder's last state, c and h, float32 [B, H].

    Equal to `model.encode` without dropout, to rounding.
    """
    units = config.encoder_hidden_units
    table, recurrent = _weights(
        "EmbedSequence", "encoder", config.vocab_size, config.encoder_embedding_size, units
    )
    if config.reverse_source != config.stop_at_length:
        encoder_inputs = sources.reverse_sources(encoder_inputs)
    if config.stop_at_length:
        # Turned round, padding comes first, and with its input gate shut the state stays zero
        # until the source begins. So no step has to choose between old and new state.
        encoder_inputs = encoder_inputs[:, ::-1]
        table = tf.where(tf.range(config.vocab_size) > PAD, table, _shut(table, units))
    time_major = tf.transpose(encoder_inputs)  # [T_in, B]

    def one_step(t, c, h):
        gates = tf.gather(table, tf.gather(time_major, t)) + tf.matmul(h, recurrent)
        return (t + 1, *_lstm(gates, c))

    zeros = tf.zeros([tf.shape(encoder_inputs)[0], units])
    _, c, h = tf.while_loop(
        lambda t, c, h: t < tf.shape(time_major)[0],
        one_step,
        [0, zeros, zeros],
        shape_invariants=[tf.TensorShape([])] + [tf.TensorShape([None, units])] * 2,
        back_prop=False,
    )
    return c, h


def decoder_step(config: ModelConfig) -> Callable:
    """Prepares the decoder; gives a function that takes one step.

    The function takes the previous tokens, int32 [B], and c and h, float32 [B, H]; it gives the
    next token's logits, float32 [B, V], and the new c and h.
    """
    units = config.decoder_hidden_units
    table, recurrent = _weights(
        "EmbedSequence_1", "decoder", config.vocab_size, config.decoder_embedding_size, units
    )
    weights = _variable("fully_connected/weights", [units, config.vocab_size])
    biases = _variable("fully_connected/biases", [config.vocab_size])

    def step(previous, c, h):
        c, h = _lstm(tf.gather(table, previous) + tf.matmul(h, recurrent), c)
        return tf.nn.bias_add(tf.matmul(h, weights), biases), c, h

    return step


def _weights(embedding_scope, lstm_scope, vocab_size, embedding_size, units):
    """Gives what each token adds to the gates, [V, 4 * H], and the kernel's lower half."""
    embeddings = _variable(embedding_scope + "/embeddings", [vocab_size, embedding_size])
    kernel = _variable(lstm_scope + "/lstm_cell/kernel", [embedding_size + units, 4 * units])
    bias = _variable(lstm_scope + "/lstm_cell/bias", [4 * units])
    forget = tf.constant([0.0] * 2 * units + [FORGET_BIAS] * units + [0.0] * units)
    table = tf.matmul(embeddings, kernel[:embedding_size]) + (bias + forget)
    return table, kernel[embedding_size:]


def _variable(name, shape):
    with tf.variable_scope(tf.get_variable_scope(), reuse=tf.AUTO_REUSE):
        return tf.get_variable(name, shape, initializer=tf.glorot_uniform_initializer()
                               if len(shape) > 1 else tf.zeros_initializer())


def _lstm(gates, c):
    """Gives the new c and h, [B, H], of gates [B, 4 * H] in the order i, j, f, o."""
    i, j, f, o = tf.split(gates, 4, axis=1)
    c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(j)
    return c, tf.sigmoid(o) * tf.tanh(c)


def _shut(table, units):
    return tf.concat([tf.fill([tf.shape(table)[0], units], -float("inf")), table[:, units:]], 1)

"""LSTMs for decoding, on top of each other, one step at a time: few and large operations.

What a step does with its input token depends on the token alone. So, unless the vocabulary is
large, the embedding matrix is multiplied with the kernel's input half once, before the loop; a step
is then a look-up and one product of [B, H] and [H, 4 * H]. The variables are the training graph's,
by name, and made if they are not there. They are read when the LSTMs are prepared: what is prepared
can then be used within a function that XLA compiles.

Shapes: B batch, T time, V vocabulary, E embedding, H hidden.
"""

from typing import Any, Callable, List, Optional, Sequence, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.variables import FORGET_BIAS, shapes

# With more tokens than a batch has, their products are made as they come. A batch has some
# thousands: as many rows as `generation` decodes at once, times the steps.
LARGE_VOCABULARY = 2048


def variables(config: ModelConfig, names: Sequence[str]) -> List[tf.Tensor]:
    """Reads variables of the default graph, or makes them, by name."""
    with tf.variable_scope(tf.get_variable_scope(), reuse=tf.AUTO_REUSE):
        return [
            tf.identity(tf.get_variable(
                name, shape, initializer=tf.glorot_uniform_initializer() if len(shape) > 1
                else tf.zeros_initializer()))
            for name, shape in ((name, shapes(config)[name]) for name in names)
        ]


def layers(config: ModelConfig, embeddings: str, scopes: Sequence[str]) -> Callable:
    """Prepares LSTMs on top of each other.

    Args:
      config: the sizes; `residual`.
      embeddings: the name of the matrix that the lowest layer's tokens are looked up in.
      scopes: of the LSTMs, the lowest first.

    Returns:
      The function of tokens, int32 [B], of each layer's (c, h), [B, H], and of what the lowest
      reads beside them, [B, D] or None; it gives the top layer's output, [B, H], and the new
      (c, h) of each layer.
    """
    lowest = reader(config, embeddings, scopes[0])
    others = [_cell(config, scope) for scope in scopes[1:]]

    def take(tokens, states, fed=None):
        c, h = lowest(tokens, *states[0], fed)
        output, new_states = h, [(c, h)]
        for cell, state in zip(others, states[1:]):
            c, h = cell(output, *state)
            new_states.append((c, h))
            output = output + h if config.residual else h
        return output, tuple(new_states)

    return take


def above(config: ModelConfig, scope: str) -> Callable:
    """Prepares one LSTM that reads what another layer gave: [B, D] and ((c, h),), as `layers`."""
    cell = _cell(config, scope)

    def take(inputs, states):
        c, h = cell(inputs, *states[0])
        return h, ((c, h),)

    return take


def reader(config: ModelConfig, embeddings: str, scope: str) -> Callable:
    """Prepares the LSTM that reads tokens.

    Returns:
      The function of tokens [B], c and h, [B, H], and what is read beside the tokens, to the next
      c and h; no h is zeros.
    """
    matrix, kernel, bias = variables(config, (embeddings, scope + "/kernel", scope + "/bias"))
    vocab_size, embedding_size = matrix.shape.as_list()
    bias += _forget_bias(bias)
    of_inputs, others = kernel[:embedding_size], kernel[embedding_size:]
    if vocab_size < LARGE_VOCABULARY:
        table = tf.matmul(matrix, of_inputs) + bias  # [V, 4 * H]

    def gates_of(tokens, h, fed):
        beside = [part for part in (fed, h) if part is not None]
        if vocab_size < LARGE_VOCABULARY:
            gates = tf.gather(table, tokens)
            return gates + tf.matmul(tf.concat(beside, 1), others) if beside else gates
        embedded = tf.gather(matrix, tokens)  # [B, E]
        if not beside:
            return tf.matmul(embedded, of_inputs) + bias
        return tf.matmul(tf.concat([embedded, *beside], 1), kernel) + bias

    def cell(tokens, c, h=None, fed=None):
        return _next(gates_of(tokens, h, fed), c)

    return cell


def _cell(config, scope):
    """Prepares an LSTM that reads another's output: [B, H], c and h -> the next c and h."""
    kernel, bias = variables(config, (scope + "/kernel", scope + "/bias"))
    bias += _forget_bias(bias)
    return lambda inputs, c, h: _next(tf.matmul(tf.concat([inputs, h], 1), kernel) + bias, c)


def _next(gates, c):
    i, j, f, o = tf.split(gates, 4, 1)
    c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(j)
    return c, tf.sigmoid(o) * tf.tanh(c)


def _forget_bias(bias):
    units = bias.shape.as_list()[0] // 4
    return tf.constant([0.0] * 2 * units + [FORGET_BIAS] * units + [0.0] * units)


def all_steps(
    take: Callable, inputs: tf.Tensor, lengths: Optional[tf.Tensor], count: int, units: int
) -> Tuple[tf.Tensor, Any]:
    """Reads [B, T], or [B, T, D], from zero states.

    Args:
      take: from `layers` or `above`.
      inputs: int32 tokens, or what a layer below gave; T at least 1.
      lengths: int32 [B]: behind them outputs are zeros and states are held; None runs all T.
      count: of the layers.
      units: H.

    Returns:
      The outputs, float32 [B, T, H], and the last (c, h) of each layer.
    """
    time_major = tf.transpose(inputs, [1, 0, 2][: len(inputs.shape)])  # [T, B] or [T, B, D]
    steps, rows = tf.shape(time_major)[0], tf.shape(time_major)[1]
    zeros = tf.zeros([rows, units])
    outputs = tf.TensorArray(tf.float32, steps, element_shape=[None, units])

    def step(t, states, outputs):
        output, new_states = take(tf.gather(time_major, t), states)
        if lengths is not None:
            real = tf.tile((t < lengths)[:, tf.newaxis], [1, units])
            output = tf.where(real, output, tf.zeros_like(output))
            new_states = tf.nest.map_structure(
                lambda new, old: tf.where(real, new, old), new_states, states)
        return t + 1, new_states, outputs.write(t, output)

    _, states, outputs = tf.while_loop(
        lambda t, *_: t < steps, step, [0, ((zeros, zeros),) * count, outputs], back_prop=False)
    return tf.transpose(outputs.stack(), [1, 0, 2]), states

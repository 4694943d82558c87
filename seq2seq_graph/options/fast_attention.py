"""`attention.wrap`'s cell run fast: the same variables, the same numbers to rounding.

The context goes into a step through the lower rows of the attention layer alone. So the memory is
multiplied with them once, before all steps, as it is for the keys; a step's products are then of
[B, H]. Where no step reads what the step before attended to, all steps are taken at once: the plain
LSTM over all of them, then one product of all its outputs with all keys. With input feeding it is
`feeding_loop`.

Shapes: B batch, T time, T_in the memory's, M its width, D input, H units.
"""

from typing import Callable, NamedTuple, Optional, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.contrib.seq2seq.attention_state import AttentionWrapperState
from seq2seq_graph.options import feeding_loop, scores, stacked
from seq2seq_graph.options.attention import DrawnAttention


class Look(NamedTuple):
    """What is the same at each step."""

    keys: tf.Tensor  # [B, T_in, H], times Luong's scale, or with Bahdanau's bias
    values: tf.Tensor  # [B, T_in, H], the memory times the attention layer's lower rows
    hidden: Optional[tf.Tensor]  # [B, T_in], minus infinity behind a source's length
    layer: tf.Tensor  # [H, H], the attention layer's upper rows, for the LSTM's output
    query: Optional[tf.Tensor]  # [H, H], Bahdanau's query layer
    v: Optional[tf.Tensor]  # [H], Bahdanau's, normalized and scaled


def run(
    cell: DrawnAttention, inputs: tf.Tensor, rnn: Callable, initial_state: AttentionWrapperState,
    scope: str,
) -> Tuple[tf.Tensor, AttentionWrapperState]:
    """Runs a decoder's cell with attention over all steps.

    Args:
      cell: from `attention.wrap`; what it wraps is an LSTMCell of `fused_rnn`'s kind, or layers.
      inputs: float32 [B, T, D], T at least 1.
      rnn: runs the wrapped cell where no step is fed; of `dynamic_rnn`'s signature.
      initial_state, scope: as for `dynamic_rnn`.

    Returns:
      outputs, float32 [B, T, H], and the last state.
    """
    with tf.variable_scope(scope):
        # Its first step makes the variables, by the names that dynamic_rnn gives. Nothing runs it.
        _, state = cell(inputs[:, 0], initial_state)
        state.alignment_history.stack()  # TensorFlow warns of an array that none reads
        look = _look(cell)
    with tf.name_scope(scope):
        if cell.input_feeding:
            layers = stacked.taken_apart(cell.wrapped)
            outputs, alignments, states = feeding_loop.run(layers, inputs, initial_state, look)
        else:
            queries, states = rnn(cell.wrapped, inputs, initial_state=initial_state.cell_state,
                                  scope="all_steps")
            outputs, alignments = _all_at_once(queries, look)
        return outputs, _last(outputs, alignments, states)


def _look(cell):
    mechanism, = cell._attention_mechanisms
    attention_layer, = cell._attention_layers
    units = cell.wrapped.output_size
    upper, lower = attention_layer.kernel[:units], attention_layer.kernel[units:]
    values = _times(mechanism.values, lower)
    hidden = None
    if cell.sequence_length is not None:
        real = tf.sequence_mask(cell.sequence_length, tf.shape(values)[1])  # [B, T_in]
        zeros = tf.zeros(tf.shape(real), values.dtype)
        hidden = tf.where(real, zeros, zeros - float("inf"))
    with tf.variable_scope("attention_wrapper", reuse=True):
        if cell.kind == "luong":
            scale = tf.get_variable("luong_attention/attention_g", [])
            return Look(scale * mechanism.keys, values, hidden, upper, None, None)
        with tf.variable_scope("bahdanau_attention"):
            v, b = (tf.get_variable(f"attention_{name}", [units]) for name in "vb")
            scale = tf.get_variable("attention_g", [])
    v = scale * v * tf.rsqrt(tf.reduce_sum(tf.square(v)))
    query = tf.identity(mechanism.query_layer.kernel)
    return Look(mechanism.keys + b, values, hidden, upper, query, v)


def _all_at_once(queries, look):
    """Attends for all steps: [B, T, H] -> the outputs [B, T, H] and alignments [B, T, T_in]."""
    if look.v is None:
        scored = tf.matmul(queries, look.keys, transpose_b=True)  # [B, T, T_in]
    else:
        scored = scores.additive(_times(queries, look.query), look.keys, look.v)
    if look.hidden is not None:
        scored += look.hidden[:, tf.newaxis]
    alignments = tf.nn.softmax(scored)
    outputs = tf.tanh(_times(queries, look.layer) + tf.matmul(alignments, look.values))
    return outputs, alignments


def _times(tensor, matrix):
    """Multiplies [B, T, N] with [N, H] as one product."""
    product = tf.matmul(tf.reshape(tensor, [-1, matrix.shape.as_list()[0]]), matrix)
    product = tf.reshape(
        product, tf.concat([tf.shape(tensor)[:2], [matrix.shape.as_list()[1]]], 0))
    product.set_shape([*tensor.shape.as_list()[:2], matrix.shape.as_list()[1]])
    return product


def _last(outputs, alignments, states):
    time_major = tf.transpose(alignments, [1, 0, 2])  # [T, B, T_in]
    length = tf.shape(time_major)[0]
    return AttentionWrapperState(
        cell_state=states, attention=outputs[:, -1], time=length, alignments=time_major[-1],
        alignment_history=tf.TensorArray(alignments.dtype, length).unstack(time_major),
        attention_state=time_major[-1],
    )

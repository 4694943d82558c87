"""One training step of an attention model, as a program of 2019 has it; `tf` is handed in.

It is the same text for TensorFlow 1.15's own symbols and for the rebuilt ones. B batch, T_in and
T_out time, V vocabulary, E embedding, H hidden.
"""

from typing import Any, NamedTuple

from seq2seq_graph.benchmarks.cases import Case

MAX_NORM = 5.0  # of all gradients together
START = 1


class AttentionStep(NamedTuple):
    """What a loop needs of the graph: Tensors, and the operation that trains."""

    encoder_inputs: Any  # int32 [B, T_in]
    decoder_targets: Any  # int32 [B, T_out]
    loss: Any  # scalar
    train: Any


def build(tf: Any, case: Case, attention: str) -> AttentionStep:
    """Builds encoder, attention decoder and Adam in the default graph.

    Args:
      tf: TensorFlow 1, or its rebuilt tree.
      attention: `luong` or `bahdanau`.
    """
    seq2seq = tf.contrib.seq2seq
    encoder_inputs = tf.placeholder(tf.int32, [None, case.input_length])
    decoder_targets = tf.placeholder(tf.int32, [None, case.output_length])
    batch = tf.shape(encoder_inputs)[0]
    lengths = tf.fill([batch], case.input_length)

    with tf.variable_scope("encoder"):
        embedding = tf.get_variable("embedding", [case.vocab_size, case.embedding_size])
        cell = tf.nn.rnn_cell.LSTMCell(case.hidden_units)
        encoder_outputs, encoder_state = tf.nn.dynamic_rnn(  # [B, T_in, H], ([B, H], [B, H])
            cell, tf.nn.embedding_lookup(embedding, encoder_inputs), lengths, dtype=tf.float32)

    with tf.variable_scope("decoder"):
        mechanism = {"luong": seq2seq.LuongAttention, "bahdanau": seq2seq.BahdanauAttention}
        cell = seq2seq.AttentionWrapper(
            tf.nn.rnn_cell.LSTMCell(case.hidden_units),
            mechanism[attention](case.hidden_units, encoder_outputs, lengths),
            attention_layer_size=case.hidden_units)
        first = cell.zero_state(batch, tf.float32).clone(cell_state=encoder_state)
        starts = tf.fill([batch, 1], START)
        decoder_inputs = tf.concat([starts, decoder_targets[:, :-1]], 1)  # [B, T_out]
        embedding = tf.get_variable("embedding", [case.vocab_size, case.embedding_size])
        helper = seq2seq.TrainingHelper(
            tf.nn.embedding_lookup(embedding, decoder_inputs),
            tf.fill([batch], case.output_length))
        decoder = seq2seq.BasicDecoder(cell, helper, first, tf.layers.Dense(case.vocab_size))
        outputs, _, _ = seq2seq.dynamic_decode(decoder)

    loss = seq2seq.sequence_loss(
        outputs.rnn_output, decoder_targets,
        tf.ones([batch, case.output_length]))
    variables = tf.trainable_variables()
    gradients, _ = tf.clip_by_global_norm(tf.gradients(loss, variables), MAX_NORM)
    train = tf.train.AdamOptimizer().apply_gradients(zip(gradients, variables))
    return AttentionStep(encoder_inputs, decoder_targets, loss, train)

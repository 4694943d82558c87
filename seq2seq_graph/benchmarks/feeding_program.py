"""Decoding with attention as a program for TensorFlow 1.15 has it, on its own `tf.contrib`.

B batch, K hypotheses of each source, T_in and T_out time, V vocabulary, E embedding, H hidden.
"""

from typing import Any, Dict, Tuple

from seq2seq_graph.benchmarks.cases import Case
from seq2seq_graph.variables import BIASES, DECODER, ENCODER, WEIGHTS
from seq2seq_graph.vocabulary import END, START

# This program's name -> this package's; the others are the same.
RENAMED: Dict[str, str] = {
    "decoder/projection/kernel": WEIGHTS, "decoder/projection/bias": BIASES}


def build(tf: Any, case: Case) -> Tuple[Any, Any]:
    """Builds encoder and decoder in the default graph; greedy, or a beam of `case.width`.

    Returns:
      The placeholder, int32 [B, T_in], and the ids, int32 [B, T_out], of the best hypothesis.
    """
    seq2seq, K, H = tf.contrib.seq2seq, case.width, case.hidden_units
    size = [case.vocab_size, case.embedding_size]
    encoder_inputs = tf.placeholder(tf.int32, [None, case.input_length])
    embedded = tf.nn.embedding_lookup(tf.get_variable(ENCODER.embeddings, size), encoder_inputs)
    outputs, (forward, backward) = tf.nn.bidirectional_dynamic_rnn(
        tf.nn.rnn_cell.LSTMCell(H), tf.nn.rnn_cell.LSTMCell(H), embedded, dtype=tf.float32,
        scope="encoder")
    memory = tf.concat(outputs, 2)  # [B, T_in, 2 H]
    with tf.variable_scope("bridge"):
        state = tf.nn.rnn_cell.LSTMStateTuple(*(
            tf.layers.dense(tf.concat([getattr(forward, part), getattr(backward, part)], 1), H,
                            name=part)
            for part in "ch"))
    if K > 1:
        memory, state = seq2seq.tile_batch(memory, K), seq2seq.tile_batch(state, K)
    cell = seq2seq.AttentionWrapper(
        tf.nn.rnn_cell.LSTMCell(H), seq2seq.LuongAttention(H, memory, scale=True),
        attention_layer=tf.layers.Dense(H, tf.tanh, use_bias=False, name="attention_layer"))
    batch = tf.shape(encoder_inputs)[0]
    first = cell.zero_state(batch * K, tf.float32).clone(cell_state=state)
    embedding, starts = tf.get_variable(DECODER.embeddings, size), tf.fill([batch], START)
    projection = tf.layers.Dense(case.vocab_size, name="projection")
    if K > 1:
        decoder = seq2seq.BeamSearchDecoder(
            cell, embedding, starts, END, first, K, output_layer=projection)
    else:
        helper = seq2seq.GreedyEmbeddingHelper(embedding, starts, END)
        decoder = seq2seq.BasicDecoder(cell, helper, first, projection)
    written, _, _ = seq2seq.dynamic_decode(
        decoder, maximum_iterations=case.output_length, scope="decoder")
    ids = written.predicted_ids[:, :, 0] if K > 1 else written.sample_id
    return encoder_inputs, ids

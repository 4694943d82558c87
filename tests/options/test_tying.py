import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.model import build_training_graph


def test_the_output_is_the_product_with_each_target_tokens_vector():
    config = ModelConfig(
        vocab_size=7, max_input_length=2, max_output_length=3, encoder_embedding_size=2,
        encoder_hidden_units=4, decoder_embedding_size=4, decoder_hidden_units=4,
        tied_embeddings=True, attention="luong")
    with tf.Graph().as_default(), tf.Session() as sess:
        graph = build_training_graph(config, seed=1)
        variables = {v.op.name: v for v in tf.trainable_variables()}
        assert "fully_connected/weights" not in variables
        matrix = variables["EmbedSequence_1/embeddings"]
        gradient = tf.convert_to_tensor(tf.gradients(graph.loss, matrix)[0])
        sess.run(tf.global_variables_initializer())
        sess.run(variables["fully_connected/biases"].assign(np.arange(7.0)))
        feed = {graph.encoder_inputs: [[4, 5]], graph.decoder_targets: [[6, 2, 0]]}
        logits, vectors, gradient = sess.run([graph.decoder_logits, matrix, gradient], feed)
    outputs = np.linalg.lstsq(vectors, (logits[0] - np.arange(7)).T, rcond=None)[0]  # [H, T_out]
    np.testing.assert_allclose((vectors @ outputs).T, logits[0] - np.arange(7), atol=1e-5)
    assert logits.shape == (1, 3, 7) and (np.abs(gradient).max(1) > 0).all()  # each row is one

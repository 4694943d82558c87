"""The document's graph: two embeddings, two LSTMs, a linear layer, and the mean cross entropy.

Shapes: B batch, T_in `max_input_length`, T_out `max_output_length`, V `vocab_size`,
E embedding, H hidden units. Everything is batch-major, as in the document.
"""

import functools
from typing import NamedTuple, Optional

import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.legacy import rnn_cell
from seq2seq_graph.legacy.checks import require_graph
from seq2seq_graph.legacy.contrib import layers
from seq2seq_graph.options import losses, recurrence, sources
from seq2seq_graph.options.dropout import dropout
from seq2seq_graph.options.towers import in_towers


class TrainingGraph(NamedTuple):
    """The tensors that the document names, in its order."""

    encoder_inputs: tf.Tensor  # int32 [B, T_in], placeholder
    decoder_targets: tf.Tensor  # int32 [B, T_out], placeholder
    encoder_states: rnn_cell.LSTMStateTuple  # float32, c and h [B, H]
    decoder_inputs: tf.Tensor  # int32 [B, T_out], the targets after the start token
    decoder_logits: tf.Tensor  # float32 [B, T_out, V]
    decoder_prediction: tf.Tensor  # int64 [B, T_out], given the true previous token
    cross_entropy: tf.Tensor  # float32 [B, T_out]
    loss: tf.Tensor  # float32 []


def build_training_graph(
    config: ModelConfig, seed: Optional[int] = None, step: Optional[tf.Tensor] = None
) -> TrainingGraph:
    """Builds the document's graph, up to its loss, in the default graph.

    Args:
      config: the sizes.
      seed: gives every initializer an op seed of its own, so that the same seed gives the same
        weights, to the bit, on every TensorFlow; None leaves them to chance, as the document does.
      step: int32 [], the training step's number from 0, or negative outside training: dropout
        draws by it. None builds no dropout.

    Returns:
      The graph's tensors. `decoder_inputs` is the targets moved right by one, the start token
      first; `loss` is the sum of the cross entropy over all B * T_out tokens, padding among them,
      divided by B * T_out, unless the configuration corrects it.

    Raises:
      RuntimeError: there is no graph to build in; write `with tf.Graph().as_default():`.

    Source: the document's blocks, in its order; its defects 1 to 6, 11 and 12 repaired.
    """
    require_graph("build_training_graph")
    config.require_vocab_size()
    lengths = config.max_input_length, config.max_output_length
    max_input_length, max_output_length = (None, None) if config.cut_batches else lengths
    encoder_inputs = tf.placeholder(
        shape=(None, max_input_length), dtype=tf.int32, name="encoder_inputs"
    )
    decoder_targets = tf.placeholder(
        shape=(None, max_output_length), dtype=tf.int32, name="decoder_targets"
    )

    passed = in_towers(
        functools.partial(forward, config, seed), config.towers, step, encoder_inputs,
        decoder_targets,
    )
    loss_of = losses.masked_mean_loss if config.mask_padding else losses.mean_loss
    loss = loss_of(passed.smoothed_cross_entropy, decoder_targets)
    return TrainingGraph(encoder_inputs, decoder_targets, *passed[:-1], loss)


class Forward(NamedTuple):
    """What the document computes of a batch, or of a tower's part of it, before the loss."""

    encoder_states: rnn_cell.LSTMStateTuple  # float32, c and h [B, H]
    decoder_inputs: tf.Tensor  # int32 [B, T_out]
    decoder_logits: tf.Tensor  # float32 [B, T_out, V]
    decoder_prediction: tf.Tensor  # int64 [B, T_out]
    cross_entropy: tf.Tensor  # float32 [B, T_out]
    smoothed_cross_entropy: tf.Tensor  # float32 [B, T_out]; the same without `label_smoothing`


def forward(
    config: ModelConfig,
    seed: Optional[int],
    step: Optional[tf.Tensor],
    encoder_inputs: tf.Tensor,
    decoder_targets: tf.Tensor,
) -> Forward:
    """Goes from int32 [B, T_in] and int32 [B, T_out] to the cross entropy of each token.

    Args:
      config, seed, step: as for `build_training_graph`.

    Source: the document's blocks from the encoder to `cross_entropy`.
    """
    encoder_states = encode(encoder_inputs, config, seed, step)  # c and h [B, H]
    decoder_inputs = shift_right(decoder_targets, config.start_token)  # [B, T_out]
    decoder_logits = decode(decoder_inputs, encoder_states, config, seed, step)  # [B, T_out, V]
    decoder_prediction = tf.argmax(decoder_logits, 2)  # [B, T_out]
    cross_entropy_of = (
        losses.sparse_cross_entropy if config.sparse_labels else losses.one_hot_cross_entropy
    )
    cross_entropy = cross_entropy_of(decoder_targets, decoder_logits)  # [B, T_out]
    smoothed_cross_entropy = (
        losses.smoothed(cross_entropy, decoder_logits, config.label_smoothing)
        if config.label_smoothing else cross_entropy
    )
    return Forward(
        encoder_states, decoder_inputs, decoder_logits, decoder_prediction, cross_entropy,
        smoothed_cross_entropy,
    )


def encode(
    encoder_inputs: tf.Tensor,
    config: ModelConfig,
    seed: Optional[int] = None,
    step: Optional[tf.Tensor] = None,
) -> rnn_cell.LSTMStateTuple:
    """Reads int32 [B, T_in] into the encoder's last state, c and h, float32 [B, H].

    Source: the document's block 인코더 LSTM 셀 정의.
    """
    sequence_length = sources.source_lengths(encoder_inputs) if config.stop_at_length else None
    if config.reverse_source:
        encoder_inputs = sources.reverse_sources(encoder_inputs)
    encoder_inputs_embedded = layers.embed_sequence(
        encoder_inputs,
        config.vocab_size,
        config.encoder_embedding_size,
        initializer=_initializer(seed, 0),
    )  # [B, T_in, E]
    encoder_inputs_embedded = _dropout(encoder_inputs_embedded, config, seed, step, 5)
    encoder_lstm = rnn_cell.LSTMCell(config.encoder_hidden_units, initializer=_initializer(seed, 1))
    _, encoder_states = recurrence.rnn_of(config.rnn, config.encoder_hidden_units)(
        encoder_lstm,
        encoder_inputs_embedded,
        sequence_length=sequence_length,
        dtype=tf.float32,
        scope="encoder",
    )
    return encoder_states


def shift_right(decoder_targets: tf.Tensor, start_token: int) -> tf.Tensor:
    """Puts the start token before int32 [B, T_out] and drops the last token: teacher forcing.

    Source: the document's `decoder_inputs`, its defects 2, 3, 4 and 6 repaired.
    """
    start = tf.fill([tf.shape(decoder_targets)[0], 1], start_token)  # [B, 1]
    return tf.concat([start, decoder_targets[:, :-1]], 1)


def decode(
    decoder_inputs: tf.Tensor,
    encoder_states: rnn_cell.LSTMStateTuple,
    config: ModelConfig,
    seed: Optional[int] = None,
    step: Optional[tf.Tensor] = None,
) -> tf.Tensor:
    """Runs over int32 [B, T_out] from the encoder's state; returns logits, float32 [B, T_out, V].

    Source: the document's block 디코더 LSTM 셀 정의 and its `decoder_logits`.
    """
    decoder_inputs_embedded = layers.embed_sequence(
        decoder_inputs,
        config.vocab_size,
        config.decoder_embedding_size,
        initializer=_initializer(seed, 2),
    )  # [B, T_out, E]
    decoder_inputs_embedded = _dropout(decoder_inputs_embedded, config, seed, step, 6)
    decoder_lstm = rnn_cell.LSTMCell(config.decoder_hidden_units, initializer=_initializer(seed, 3))
    decoder_outputs, _ = recurrence.rnn_of(config.rnn, config.decoder_hidden_units)(
        decoder_lstm, decoder_inputs_embedded, initial_state=encoder_states, scope="decoder"
    )  # [B, T_out, H]
    decoder_outputs = _dropout(decoder_outputs, config, seed, step, 7)
    return layers.linear(
        decoder_outputs, config.vocab_size, weights_initializer=_initializer(seed, 4)
    )


def _initializer(seed, position):
    # TensorFlow derives the seed of an unseeded op from a graph-level seed and the op's number in
    # the graph, which versions change; a seed on the op itself stays. Glorot uniform is what all
    # five variables get in the document as well. TrainingConfig keeps seeds of two runs apart.
    return tf.glorot_uniform_initializer(seed=_op_seed(seed, position))


def _op_seed(seed, position):
    return None if seed is None else seed * 1000 + position


def _dropout(tensor, config, seed, step, position):
    if not config.dropout or step is None:
        return tensor
    return dropout(tensor, config.dropout, step, _op_seed(seed, position) or position)

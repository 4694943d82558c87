"""The document's graph: two embeddings, two LSTMs, a linear layer, and the mean cross entropy.

Shapes: B batch, T_in `max_input_length`, T_out `max_output_length`, V `vocab_size`,
E embedding, H hidden units. Everything is batch-major, as in the document.
"""

import functools
from typing import Any, Callable, NamedTuple, Optional, Sequence, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.legacy import rnn_cell
from seq2seq_graph.legacy.checks import require_graph
from seq2seq_graph.legacy.contrib import layers
from seq2seq_graph.options import attention, bidirectional, losses, recurrence, sources, stacked
from seq2seq_graph.options.dropout import dropout
from seq2seq_graph.options.seeds import MASKS, initializer, initializers, op_seed
from seq2seq_graph.options.towers import in_towers
from seq2seq_graph.options.tying import tied_linear


class TrainingGraph(NamedTuple):
    """The tensors that the document names, in its order; then what options add."""

    encoder_inputs: tf.Tensor  # int32 [B, T_in], placeholder
    decoder_targets: tf.Tensor  # int32 [B, T_out], placeholder
    encoder_states: Any  # float32, c and h [B, H]; with decoder_layers a tuple of such
    decoder_inputs: tf.Tensor  # int32 [B, T_out], the targets after the start token
    decoder_logits: tf.Tensor  # float32 [B, T_out, V]
    decoder_prediction: tf.Tensor  # int64 [B, T_out], given the true previous token
    cross_entropy: tf.Tensor  # float32 [B, T_out]
    loss: tf.Tensor  # float32 []
    alignments: Any = ()  # float32 [B, T_out, T_in], where each step looks; () without attention


def build_training_graph(
    config: ModelConfig,
    seed: Optional[int] = None,
    step: Optional[tf.Tensor] = None,
    devices: Sequence[Any] = (),
) -> TrainingGraph:
    """Builds the document's graph, up to its loss, in the default graph.

    Args:
      config: the sizes.
      seed: gives every initializer an op seed of its own, so that the same seed gives the same
        weights, to the bit, on every TensorFlow; None leaves them to chance, as the document does.
      step: int64 [], the training step's number from 0, or negative outside training: dropout
        draws by it. None builds no dropout.
      devices: where towers are computed, as for `in_towers`.

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

    passed: Forward = in_towers(
        functools.partial(forward, config, seed), config.towers, step, encoder_inputs,
        decoder_targets, devices=devices,
    )
    loss_of = losses.masked_mean_loss if config.mask_padding else losses.mean_loss
    loss = loss_of(passed.smoothed_cross_entropy, decoder_targets)
    return TrainingGraph(encoder_inputs, decoder_targets, *passed[:-2], loss, passed.alignments)


class Forward(NamedTuple):
    """What the document computes of a batch, or of a tower's part of it, before the loss."""

    encoder_states: Any  # float32, c and h [B, H], or a tuple of such
    decoder_inputs: tf.Tensor  # int32 [B, T_out]
    decoder_logits: tf.Tensor  # float32 [B, T_out, V]
    decoder_prediction: tf.Tensor  # int64 [B, T_out]
    cross_entropy: tf.Tensor  # float32 [B, T_out]
    smoothed_cross_entropy: tf.Tensor  # float32 [B, T_out]; the same without `label_smoothing`
    alignments: Any  # float32 [B, T_out, T_in]; () without attention


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
    encoded = encode(encoder_inputs, config, seed, step)
    decoder_inputs = shift_right(decoder_targets, config.start_token)  # [B, T_out]
    decoder_logits, alignments = decode(decoder_inputs, encoded, config, seed, step)
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
        encoded.states, decoder_inputs, decoder_logits, decoder_prediction, cross_entropy,
        smoothed_cross_entropy, alignments,
    )


class Encoded(NamedTuple):
    """What the encoder makes of a batch."""

    outputs: tf.Tensor  # float32 [B, T_in, H], bidirectional [B, T_in, 2 * H]; attention's memory
    states: Any  # float32, c and h [B, H]; with decoder_layers a tuple of such
    lengths: Optional[tf.Tensor]  # int32 [B], where the encoder stops at it


def encode(
    encoder_inputs: tf.Tensor,
    config: ModelConfig,
    seed: Optional[int] = None,
    step: Optional[tf.Tensor] = None,
) -> Encoded:
    """Reads int32 [B, T_in]; the states are what the decoder begins with.

    Source: the document's block 인코더 LSTM 셀 정의.
    """
    sequence_length = sources.source_lengths(encoder_inputs) if config.stop_at_length else None
    if config.reverse_source:
        encoder_inputs = sources.reverse_sources(encoder_inputs)
    encoder_inputs_embedded = layers.embed_sequence(
        encoder_inputs,
        config.vocab_size,
        config.encoder_embedding_size,
        initializer=initializer(seed, 0, config.embedding_range),
    )  # [B, T_in, E]
    encoder_inputs_embedded = _dropout(encoder_inputs_embedded, config, seed, step, 5)
    encoder_lstm = _lstm(config, "encoder", encoder_inputs, seed, step, 1, 20)
    rnn = recurrence.rnn_of(config.rnn, config.encoder_hidden_units)
    if config.bidirectional:
        backward_lstm = _lstm(config, "encoder", encoder_inputs, seed, step, 40, 41)
        ways = bidirectional.stacked_ways if config.stack_bidirectional else bidirectional.both_ways
        rnn = ways(rnn, backward_lstm)
    encoder_outputs, encoder_states = rnn(
        encoder_lstm,
        encoder_inputs_embedded,
        sequence_length=sequence_length,
        dtype=tf.float32,
        scope="encoder",
    )
    encoder_states = bidirectional.to_decoder(
        encoder_states, config.decoder_hidden_units, config.decoder_layers,
        lambda number: initializer(seed, 80 + number),
    )
    return Encoded(encoder_outputs, encoder_states, sequence_length)


def shift_right(decoder_targets: tf.Tensor, start_token: int) -> tf.Tensor:
    """Puts the start token before int32 [B, T_out] and drops the last token: teacher forcing.

    Source: the document's `decoder_inputs`, its defects 2, 3, 4 and 6 repaired.
    """
    start = tf.fill([tf.shape(decoder_targets)[0], 1], start_token)  # [B, 1]
    return tf.concat([start, decoder_targets[:, :-1]], 1)


def decode(
    decoder_inputs: tf.Tensor,
    encoded: Encoded,
    config: ModelConfig,
    seed: Optional[int] = None,
    step: Optional[tf.Tensor] = None,
) -> Tuple[tf.Tensor, Any]:
    """Runs over int32 [B, T_out] from the encoder's state.

    Returns:
      Logits, float32 [B, T_out, V]; alignments, float32 [B, T_out, T_in], or () without attention.

    Source: the document's block 디코더 LSTM 셀 정의 and its `decoder_logits`.
    """
    decoder_inputs_embedded = layers.embed_sequence(
        decoder_inputs,
        config.vocab_size,
        config.decoder_embedding_size,
        initializer=initializer(seed, 2, config.embedding_range),
    )  # [B, T_out, E]
    decoder_inputs_embedded = _dropout(decoder_inputs_embedded, config, seed, step, 6)
    decoder_lstm = _lstm(config, "decoder", decoder_inputs, seed, step, 3, 60)
    encoder_states = encoded.states
    if config.attention != "none":
        memory = _dropout(encoded.outputs, config, seed, step, 8, config.memory_dropout)
        decoder_lstm, encoder_states = attention.wrap(
            decoder_lstm, encoder_states, memory, config.attention, encoded.lengths,
            config.input_feeding, initializers(seed, 120),
        )
    decoder_outputs, decoder_states = recurrence.rnn_of(config.rnn, config.decoder_hidden_units)(
        decoder_lstm, decoder_inputs_embedded, initial_state=encoder_states, dtype=tf.float32,
        scope="decoder",
    )  # [B, T_out, H]
    decoder_outputs = _dropout(decoder_outputs, config, seed, step, 7)
    linear: Callable = tied_linear if config.tied_embeddings else layers.linear
    decoder_logits = linear(
        decoder_outputs, config.vocab_size, weights_initializer=initializer(seed, 4)
    )
    return decoder_logits, attention.alignments(decoder_states)


def _lstm(config, side, ids, seed, step, lowest, others):
    """Makes a side's cell: the document's line, and on top of it what its layers ask for.

    Dropout between layers draws once a sequence, for the B rows of `ids`, [B, T]. `lowest` and
    `others` are the numbers of the initializers, of the lowest layer and for those on top.
    """
    units, count = getattr(config, f"{side}_hidden_units"), getattr(config, f"{side}_layers")
    width = 2 * units if config.stack_bidirectional and side == "encoder" else units
    lstm = rnn_cell.LSTMCell(units, initializer=initializer(seed, lowest))
    return stacked.on_top(
        lstm, count, lambda number: initializer(seed, others + number), config.residual,
        lambda number: _dropout(
            tf.ones([tf.shape(ids)[0], width]), config, seed, step, MASKS + others + number)
        if config.dropout and step is not None else None,
    )


def _dropout(tensor, config, seed, step, position, rate=None):
    rate = config.dropout if rate is None else rate
    if not rate or step is None:
        return tensor
    once = config.variational_dropout and len(tensor.shape) == 3
    return dropout(tensor, rate, step, op_seed(seed, position) or position, once)

"""The attention model in Keras 3, the decoder's cell one of its own, as its users write one.

Shapes: B batch, K hypotheses of each source, T time, E embedding, H hidden, V vocabulary.
"""

from typing import Any, Dict

import numpy as np

from seq2seq_graph import variables
from seq2seq_graph.benchmarks.cases import Case


def build(case: Case, weights: Dict[str, np.ndarray], unroll: bool = False) -> Any:
    """Builds the model of `feeding_engines` with these weights.

    Returns:
      A Keras model of [sources, shifted targets] -> logits [B, T, V]. For decoding, its `encode`
      reads sources and gives the first states; its `step` goes from tokens [B * K] and states to
      logits and states.
    """
    import keras
    from keras import ops

    layers: Any = keras.layers
    E, H, V, K = case.embedding_size, case.hidden_units, case.vocab_size, case.width

    class AttentionCell(layers.Layer):
        """An LSTMCell that reads what it attended to, and attends."""

        def __init__(self):
            super().__init__()
            self.lstm = layers.LSTMCell(H)
            self.attention_layer = layers.Dense(H, "tanh", use_bias=False)
            self.state_size, self.output_size = [H, H, H], H
            self.keys: Any = None  # [B, H, T], of the batch, before the steps
            self.values: Any = None  # [B, T, 2 H]
            self.hypotheses = 1

        def build(self, input_shape):
            self.lstm.build([None, E + H])
            self.attention_layer.build([None, 3 * H])
            self.g = self.add_weight(shape=(), initializer="ones", name="g")

        def call(self, inputs, states):
            query, (h, c) = self.lstm(ops.concatenate([inputs, states[0]], 1), states[1:])
            by_source = ops.reshape(query, [-1, self.hypotheses, H])
            alignments = ops.softmax(self.g * ops.matmul(by_source, self.keys))  # [B, K, T]
            context = ops.reshape(ops.matmul(alignments, self.values), [-1, 2 * H])
            attention = self.attention_layer(ops.concatenate([query, context], 1))
            return attention, [attention, h, c]

    class Model(keras.Model):
        def __init__(self):
            super().__init__()
            self.source, self.target = layers.Embedding(V, E), layers.Embedding(V, E)
            self.encoder = layers.Bidirectional(
                layers.LSTM(H, return_sequences=True, return_state=True))
            self.bridge_c, self.bridge_h = layers.Dense(H), layers.Dense(H)
            self.memory_layer = layers.Dense(H, use_bias=False)
            self.cell = AttentionCell()
            self.decoder = layers.RNN(self.cell, return_sequences=True, unroll=unroll)
            self.projection = layers.Dense(V)

        def encode(self, sources):
            memory, *states = self.encoder(self.source(sources))
            h, c = (ops.concatenate(pair, 1) for pair in (states[::2], states[1::2]))
            h, c = self.bridge_h(h), self.bridge_c(c)
            self.cell.keys = ops.transpose(self.memory_layer(memory), [0, 2, 1])
            self.cell.values = memory
            return [ops.zeros_like(h), h, c]

        def call(self, batch):
            self.cell.hypotheses = 1
            states = self.encode(batch[0])
            return self.projection(self.decoder(self.target(batch[1]), initial_state=states))

        def step(self, tokens, states):
            self.cell.hypotheses = K
            output, states = self.cell(self.target(tokens), states)
            return self.projection(output), states

    model = Model()
    some = np.zeros([1, 2], np.int32)
    model([some, some])
    _set(model, weights, E, H)
    return model


def _set(model, weights, E, H):
    model.source.embeddings.assign(weights[variables.ENCODER.embeddings])
    model.target.embeddings.assign(weights[variables.DECODER.embeddings])
    for side, lstm in (("fw", model.encoder.forward_layer), ("bw", model.encoder.backward_layer)):
        _set_lstm(lstm.cell, weights, f"encoder/{side}/lstm_cell", E)
    _set_lstm(model.cell.lstm, weights, variables.WRAPPER + "/lstm_cell", E + H)
    for layer, name in ((model.bridge_c, "bridge/c"), (model.bridge_h, "bridge/h")):
        layer.set_weights([weights[name + "/kernel"], weights[name + "/bias"]])
    model.memory_layer.set_weights([weights[variables.MEMORY_LAYER]])
    model.cell.attention_layer.set_weights([weights[variables.ATTENTION_LAYER]])
    model.cell.g.assign(weights[variables.LUONG + "attention_g"])
    model.projection.set_weights([weights[variables.WEIGHTS], weights[variables.BIASES]])


def _set_lstm(cell, weights, scope, depth):
    kernel, bias = in_order(weights, scope)
    cell.set_weights([kernel[:depth], kernel[depth:], bias])


def in_order(weights: Dict[str, np.ndarray], scope: str) -> Any:
    """Gives kernel and bias with the gates in the order i, f, j, o, the forget bias added."""
    kernel, bias = (
        np.split(weights[f"{scope}/{name}"], 4, -1) for name in ("kernel", "bias"))
    bias[2] = bias[2] + variables.FORGET_BIAS
    return tuple(np.concatenate([parts[n] for n in (0, 2, 1, 3)], -1) for parts in (kernel, bias))

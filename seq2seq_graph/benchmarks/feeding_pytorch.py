"""The attention model in PyTorch: `nn.LSTM` encodes; the decoder is a loop over `nn.LSTMCell`.

Shapes: B batch, K hypotheses of each source, T time, E embedding, H hidden, V vocabulary.
"""

from typing import Any, Dict

import numpy as np

from seq2seq_graph import variables
from seq2seq_graph.benchmarks.cases import Case
from seq2seq_graph.benchmarks.feeding_keras import in_order


def build(case: Case, weights: Dict[str, np.ndarray]) -> Any:
    """Builds the module of `feeding_engines` with these weights.

    Returns:
      A module of sources and shifted targets -> logits [B, T, V]. For decoding, its `encode` reads
      sources and gives the first states and the memory; its `step` goes from tokens [B * K], states
      and memory to logits and states.
    """
    import torch
    from torch import nn

    E, H, V = case.embedding_size, case.hidden_units, case.vocab_size

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.source, self.target = nn.Embedding(V, E), nn.Embedding(V, E)
            self.encoder = nn.LSTM(E, H, batch_first=True, bidirectional=True)
            self.bridge_c, self.bridge_h = nn.Linear(2 * H, H), nn.Linear(2 * H, H)
            self.memory_layer = nn.Linear(2 * H, H, bias=False)
            self.cell = nn.LSTMCell(E + H, H)
            self.g = nn.Parameter(torch.ones([]))
            self.attention_layer = nn.Linear(3 * H, H, bias=False)
            self.projection = nn.Linear(H, V)

        def encode(self, sources):
            memory, (h, c) = self.encoder(self.source(sources))
            h = self.bridge_h(torch.cat([h[0], h[1]], 1))
            c = self.bridge_c(torch.cat([c[0], c[1]], 1))
            keys = (self.g * self.memory_layer(memory)).transpose(1, 2)  # [B, H, T]
            return (torch.zeros_like(h), h, c), (keys, memory)

        def attend(self, embedded, states, memory):
            attention, h, c = states
            keys, values = memory
            h, c = self.cell(torch.cat([embedded, attention], 1), (h, c))
            alignments = torch.bmm(h.view(len(keys), -1, H), keys).softmax(2)  # [B, K, T]
            context = torch.bmm(alignments, values).view(-1, 2 * H)
            attention = torch.tanh(self.attention_layer(torch.cat([h, context], 1)))
            return attention, h, c

        def forward(self, sources, before):
            states, memory = self.encode(sources)
            outputs = []
            for embedded in self.target(before).unbind(1):
                states = self.attend(embedded, states, memory)
                outputs.append(states[0])
            return self.projection(torch.stack(outputs, 1))

        def step(self, tokens, states, memory):
            states = self.attend(self.target(tokens), states, memory)
            return self.projection(states[0]), states

    model = Model()
    with torch.no_grad():
        _set(model, weights, torch)
    return model


def _set(model, weights, torch):
    def give(parameter, array):
        parameter.copy_(torch.from_numpy(np.array(array, order="C")))

    def give_lstm(scope, depth, names):
        kernel, bias = in_order(weights, scope)
        for parameter, array in zip(names, (
                kernel[:depth].T, kernel[depth:].T, bias, np.zeros_like(bias))):
            give(parameter, array)

    E, H = model.source.weight.shape[1], model.cell.hidden_size
    give(model.source.weight, weights[variables.ENCODER.embeddings])
    give(model.target.weight, weights[variables.DECODER.embeddings])
    parts = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    for side, end in (("fw", "_l0"), ("bw", "_l0_reverse")):
        give_lstm(f"encoder/{side}/lstm_cell", E,
                  [getattr(model.encoder, part + end) for part in parts])
    give_lstm(variables.WRAPPER + "/lstm_cell", E + H, [getattr(model.cell, p) for p in parts])
    for layer, name in ((model.bridge_c, "bridge/c"), (model.bridge_h, "bridge/h")):
        give(layer.weight, weights[name + "/kernel"].T)
        give(layer.bias, weights[name + "/bias"])
    give(model.memory_layer.weight, weights[variables.MEMORY_LAYER].T)
    give(model.attention_layer.weight, weights[variables.ATTENTION_LAYER].T)
    give(model.g, weights[variables.LUONG + "attention_g"])
    give(model.projection.weight, weights[variables.WEIGHTS].T)
    give(model.projection.bias, weights[variables.BIASES])

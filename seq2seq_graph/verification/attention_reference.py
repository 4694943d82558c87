"""The document's model with attention in plain NumPy, float64: `numpy_reference` and what is added.

Read it beside the equations of Luong, Pham and Manning 2015 and Bahdanau, Cho and Bengio 2015. It
knows both scores, input feeding, the source's lengths, an encoder that reads both ways, and tied
embeddings; of layers it knows one. Not made to be fast.

Shapes: B batch, T_in and T_out time, H units, M the memory's width, H or 2 H. `d_x` is the
derivative of the loss by x, of x's shape. NumPy only.
"""

from typing import List, NamedTuple, Tuple

import numpy as np

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.numpy_reference import Arrays, Step, lstm_step, lstm_step_backward
from seq2seq_graph.variables import (
    ATTENTION_LAYER,
    BAHDANAU,
    BIASES,
    DECODER,
    ENCODER,
    LUONG,
    MEMORY_LAYER,
    WEIGHTS,
    decoder_cells,
    encoder_cells,
)


class Look(NamedTuple):
    """One step's look at the memory, taken apart."""

    query: np.ndarray  # [B, H], the LSTM's output
    inner: np.ndarray  # Luong: query . keys, [B, T_in]; Bahdanau: the tanh, [B, T_in, H]
    alignments: np.ndarray  # [B, T_in], the shares
    both: np.ndarray  # [B, H + M], the query beside the context
    attention: np.ndarray  # [B, H], what goes on


class Reading(NamedTuple):
    """What a direction of the encoder read."""

    order: np.ndarray  # int [B, T_in], which token of the source is read at each step
    steps: List[Step]  # T_in of them; what they give behind a source's end is not used
    real: np.ndarray  # float [T_in, B, 1]: 1 where there is a token to read


class Forward(NamedTuple):
    """All that the backward pass needs of the forward pass."""

    config: ModelConfig
    ids: Tuple[np.ndarray, ...]  # encoder_inputs, decoder_inputs, decoder_targets
    readings: List[Reading]  # forwards, and backwards if it reads both ways
    memory: np.ndarray  # [B, T_in, M]
    states: Tuple[np.ndarray, ...]  # c and h, [B, M], the encoder's last
    steps: List[Step]  # T_out of the decoder
    looks: List[Look]  # T_out; none without attention
    outputs: np.ndarray  # [B, T_out, H]
    logits: np.ndarray  # [B, T_out, V]
    probabilities: np.ndarray  # [B, T_out, V]
    loss: float


def require_one_layer(config: ModelConfig) -> None:
    """Raises InputError where layers are asked for, which these equations do not have."""
    if config.encoder_layers != 1 or config.decoder_layers != 1:
        raise InputError("the reference in NumPy knows one layer a side; give a case of one")


def _read(weights, scope, ids, lengths, backwards):
    places = np.arange(ids.shape[1])[None]  # [1, T_in]
    order = np.where(places < lengths, lengths - 1 - places, places) if backwards else (
        np.broadcast_to(places, ids.shape))
    real = (places < lengths).T[:, :, None].astype(float)  # [T_in, B, 1]
    c = h = np.zeros([len(ids), len(weights[scope + "/bias"]) // 4])
    steps, outputs = [], np.zeros([*ids.shape, h.shape[1]])
    for t, is_real in enumerate(real):
        x = weights[ENCODER.embeddings][np.take_along_axis(ids, order, 1)[:, t]]
        steps.append(lstm_step(x, c, h, weights[scope + "/kernel"], weights[scope + "/bias"]))
        c, h = (is_real * new + (1 - is_real) * old for new, old in ((steps[-1].c, c),
                                                                    (steps[-1].h, h)))
        outputs[np.arange(len(ids)), order[:, t]] = is_real * h
    return Reading(order, steps, real), outputs, (c, h)


def _softmax(scores):
    exponentials = np.exp(scores - scores.max(-1, keepdims=True))
    return exponentials / exponentials.sum(-1, keepdims=True)


def _look(weights, config, query, keys, memory, hidden):
    if config.attention == "luong":
        inner = np.einsum("bh,bth->bt", query, keys)
        scores = weights[LUONG + "attention_g"] * inner
    else:
        processed = query @ weights[BAHDANAU + "query_layer/kernel"]  # [B, H]
        inner = np.tanh(keys + processed[:, None] + weights[BAHDANAU + "attention_b"])
        v, g = weights[BAHDANAU + "attention_v"], weights[BAHDANAU + "attention_g"]
        scores = inner @ (g * v / np.linalg.norm(v))
    alignments = _softmax(np.where(hidden, -np.inf, scores))
    context = np.einsum("bt,btm->bm", alignments, memory)
    both = np.concatenate([query, context], 1)
    return Look(query, inner, alignments, both, np.tanh(both @ weights[ATTENTION_LAYER]))


def forward(
    weights: Arrays, encoder_inputs: np.ndarray, decoder_targets: np.ndarray, config: ModelConfig
) -> Forward:
    """Computes logits and loss from int [B, T_in] and int [B, T_out]."""
    width = encoder_inputs.shape[1]
    lengths = (encoder_inputs != 0).sum(1, keepdims=True) if config.stop_at_length else (
        np.full([len(encoder_inputs), 1], width))
    scopes = [layers[0] for layers in encoder_cells(config)]
    parts = [_read(weights, scope, encoder_inputs, lengths, number == 1)
             for number, scope in enumerate(scopes)]
    memory = np.concatenate([outputs for _, outputs, _ in parts], 2)
    states = tuple(np.concatenate(both, 1) for both in zip(*(last for _, _, last in parts)))
    c, h = states
    if config.bidirectional:
        c, h = (state @ weights[f"bridge/{part}/kernel"] + weights[f"bridge/{part}/bias"]
                for part, state in zip("ch", states))

    start = np.full([len(decoder_targets), 1], config.start_token)
    decoder_inputs = np.concatenate([start, decoder_targets[:, :-1]], 1)
    scope, = decoder_cells(config)
    keys = memory @ weights[MEMORY_LAYER] if config.attention != "none" else None
    hidden = np.arange(width)[None] >= np.maximum(lengths, 1)  # [B, T_in]
    steps: List[Step] = []
    looks: List[Look] = []
    fed = np.zeros_like(h)  # [B, H]
    for ids in decoder_inputs.T:
        x = weights[DECODER.embeddings][ids]
        if config.input_feeding:
            x = np.concatenate([x, fed], 1)
        steps.append(lstm_step(x, c, h, weights[scope + "/kernel"], weights[scope + "/bias"]))
        c, h = steps[-1].c, steps[-1].h
        if keys is not None:
            looks.append(_look(weights, config, h, keys, memory, hidden))
            fed = looks[-1].attention
    outputs = np.stack([look.attention for look in looks] or [step.h for step in steps], 1)
    logits = outputs @ _projection(weights, config) + weights[BIASES]
    probabilities = _softmax(logits)
    true = np.take_along_axis(probabilities, decoder_targets[:, :, None], 2)
    return Forward(
        config, (encoder_inputs, decoder_inputs, decoder_targets), [part[0] for part in parts],
        memory, states, steps, looks, outputs, logits, probabilities, float(-np.log(true).mean()),
    )


def _projection(weights, config):
    return weights[DECODER.embeddings].T if config.tied_embeddings else weights[WEIGHTS]


def backward(weights: Arrays, passed: Forward) -> Arrays:
    """Computes the loss's gradient by each weight."""
    config, (_, decoder_inputs, decoder_targets) = passed.config, passed.ids
    gradients = {name: np.zeros_like(weight) for name, weight in weights.items()}
    one_hot = np.eye(passed.logits.shape[2])[decoder_targets]
    d_logits = (passed.probabilities - one_hot) / decoder_targets.size
    d_projection = np.einsum("bth,btv->hv", passed.outputs, d_logits)
    if config.tied_embeddings:
        gradients[DECODER.embeddings] += d_projection.T
    else:
        gradients[WEIGHTS] += d_projection
    gradients[BIASES] += d_logits.sum((0, 1))

    scope, = decoder_cells(config)
    kernel = weights[scope + "/kernel"]
    depth = weights[DECODER.embeddings].shape[1]
    d_outputs = d_logits @ _projection(weights, config).T  # [B, T_out, H]
    d_c = d_h = d_fed = np.zeros_like(d_outputs[:, 0])  # [B, H]
    d_memory = np.zeros_like(passed.memory)
    d_keys = np.zeros([*passed.memory.shape[:2], d_h.shape[1]])
    for t in reversed(range(len(passed.steps))):
        d_query = d_outputs[:, t]
        if passed.looks:
            d_query, more_keys, more_memory = _look_backward(
                weights, gradients, passed, passed.looks[t], d_query + d_fed)
            d_keys, d_memory = d_keys + more_keys, d_memory + more_memory
        d_gates, d_x, d_c, d_h = lstm_step_backward(passed.steps[t], d_c, d_h + d_query, kernel)
        gradients[scope + "/kernel"] += passed.steps[t].x_h.T @ d_gates
        gradients[scope + "/bias"] += d_gates.sum(0)
        np.add.at(gradients[DECODER.embeddings], decoder_inputs[:, t], d_x[:, :depth])
        if config.input_feeding:
            d_fed = d_x[:, depth:]
    if passed.looks:
        gradients[MEMORY_LAYER] += np.einsum("btm,bth->mh", passed.memory, d_keys)
        d_memory += d_keys @ weights[MEMORY_LAYER].T
    _encoder_backward(weights, gradients, passed, d_memory, (d_c, d_h))
    return gradients


def _look_backward(weights, gradients, passed, look, d_attention):
    """Gives d_query [B, H], d_keys [B, T_in, H] and d_memory [B, T_in, M]."""
    d_inner = d_attention * (1 - look.attention**2)
    gradients[ATTENTION_LAYER] += look.both.T @ d_inner
    d_query, d_context = np.split(
        d_inner @ weights[ATTENTION_LAYER].T, [look.query.shape[1]], axis=1)
    d_alignments = np.einsum("bm,btm->bt", d_context, passed.memory)
    d_memory = look.alignments[:, :, None] * d_context[:, None]
    mean = (look.alignments * d_alignments).sum(1, keepdims=True)
    d_scores = look.alignments * (d_alignments - mean)  # the softmax's
    if passed.config.attention == "luong":
        g = weights[LUONG + "attention_g"]
        gradients[LUONG + "attention_g"] += (d_scores * look.inner).sum()
        keys = passed.memory @ weights[MEMORY_LAYER]
        d_keys = g * d_scores[:, :, None] * look.query[:, None]
        return d_query + g * np.einsum("bt,bth->bh", d_scores, keys), d_keys, d_memory
    v, g = weights[BAHDANAU + "attention_v"], weights[BAHDANAU + "attention_g"]
    norm = np.linalg.norm(v)
    d_scaled = np.einsum("bt,bth->h", d_scores, look.inner)  # by g v / |v|
    gradients[BAHDANAU + "attention_g"] += d_scaled @ v / norm
    gradients[BAHDANAU + "attention_v"] += g * (d_scaled / norm - v * (d_scaled @ v) / norm**3)
    d_keys = d_scores[:, :, None] * (g * v / norm) * (1 - look.inner**2)
    gradients[BAHDANAU + "attention_b"] += d_keys.sum((0, 1))
    name = BAHDANAU + "query_layer/kernel"
    gradients[name] += look.query.T @ d_keys.sum(1)
    return d_query + d_keys.sum(1) @ weights[name].T, d_keys, d_memory


def _encoder_backward(weights, gradients, passed, d_memory, d_states):
    if passed.config.bidirectional:
        for part, state, d_state in zip("ch", passed.states, d_states):
            gradients[f"bridge/{part}/kernel"] += state.T @ d_state
            gradients[f"bridge/{part}/bias"] += d_state.sum(0)
        d_states = [d_state @ weights[f"bridge/{part}/kernel"].T
                    for part, d_state in zip("ch", d_states)]
    count = len(passed.readings)
    for number, (order, steps, real) in enumerate(passed.readings):
        scope = encoder_cells(passed.config)[number][0]
        d_outputs = np.split(d_memory, count, axis=2)[number]
        d_c, d_h = (np.split(d_state, count, axis=1)[number] for d_state in d_states)
        rows = np.arange(len(order))
        for t in reversed(range(len(steps))):
            d_h = d_h + real[t] * d_outputs[rows, order[:, t]]
            d_gates, d_x, new_c, new_h = lstm_step_backward(
                steps[t], real[t] * d_c, real[t] * d_h, weights[scope + "/kernel"])
            d_c, d_h = new_c + (1 - real[t]) * d_c, new_h + (1 - real[t]) * d_h
            gradients[scope + "/kernel"] += steps[t].x_h.T @ d_gates
            gradients[scope + "/bias"] += d_gates.sum(0)
            np.add.at(gradients[ENCODER.embeddings],
                      np.take_along_axis(passed.ids[0], order, 1)[:, t], d_x)

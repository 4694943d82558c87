"""The document's model in plain NumPy, forward, backward and Adam, in float64: the reference.

Read it beside the equations; nothing is shared with the TensorFlow code but the names of the
weights, so that what both compute is likely to be right. Not made to be fast.

Shapes: B batch, T_in and T_out time, V vocabulary, E embedding, H hidden units. `d_x` is the
derivative of the loss by x, of x's shape. Weights and gradients are dictionaries by the
variables' names, `EmbedSequence/embeddings` [V, E] and so on, float64.
"""

from typing import Dict, List, NamedTuple, Tuple

import numpy as np

Arrays = Dict[str, np.ndarray]


class Step(NamedTuple):
    """One step of an LSTM, taken apart: what came in, its four gates, what goes out."""

    x_h: np.ndarray  # [B, E + H], the input beside the output of the step before
    c_before: np.ndarray  # [B, H], the memory before the step
    i: np.ndarray  # [B, H], input gate, 0 to 1: how much of the new content is written
    j: np.ndarray  # [B, H], new content, -1 to 1
    f: np.ndarray  # [B, H], forget gate, 0 to 1: how much of the memory is kept
    o: np.ndarray  # [B, H], output gate, 0 to 1: how much of the memory is shown
    c: np.ndarray  # [B, H], the memory after the step
    h: np.ndarray  # [B, H], the output


class Forward(NamedTuple):
    """All that the backward pass needs of the forward pass."""

    encoder_inputs: np.ndarray  # int [B, T_in]
    decoder_inputs: np.ndarray  # int [B, T_out], the targets after the start token
    decoder_targets: np.ndarray  # int [B, T_out]
    encoder_steps: List[Step]  # T_in of them
    decoder_steps: List[Step]  # T_out of them
    logits: np.ndarray  # [B, T_out, V]
    probabilities: np.ndarray  # [B, T_out, V], softmax of the logits
    loss: float  # cross entropy summed over all tokens, padding among them, by B * T_out


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Gives 1 / (1 + exp(-x)), written so that no exp overflows."""
    return 0.5 * (1 + np.tanh(0.5 * x))


def lstm_step(
    x: np.ndarray, c: np.ndarray, h: np.ndarray, kernel: np.ndarray, bias: np.ndarray
) -> Step:
    """Takes one step from x [B, E] and the state c, h [B, H]; kernel [E + H, 4 H], bias [4 H]."""
    x_h = np.concatenate([x, h], 1)  # [B, E + H]
    i, j, f, o = np.split(x_h @ kernel + bias, 4, axis=1)  # each [B, H]
    i, j, f, o = sigmoid(i), np.tanh(j), sigmoid(f + 1.0), sigmoid(o)  # 1.0: the forget bias
    c_after = f * c + i * j
    return Step(x_h, c, i, j, f, o, c_after, o * np.tanh(c_after))


def lstm(
    inputs: np.ndarray, c: np.ndarray, h: np.ndarray, kernel: np.ndarray, bias: np.ndarray
) -> List[Step]:
    """Reads inputs [B, T, E] from the state c, h [B, H]."""
    steps = []
    for x in inputs.transpose(1, 0, 2):  # [B, E]
        steps.append(lstm_step(x, c, h, kernel, bias))
        c, h = steps[-1].c, steps[-1].h
    return steps


def lstm_step_backward(
    step: Step, d_c: np.ndarray, d_h: np.ndarray, kernel: np.ndarray
) -> Tuple[np.ndarray, ...]:
    """Goes back over one step.

    Args:
      step: of the forward pass.
      d_c, d_h: [B, H], what the loss says of the state after it.
      kernel: [E + H, 4 H].

    Returns:
      d_gates [B, 4 H], by what went into the sigmoids and the tanh; d_x [B, E]; d_c, d_h [B, H] of
      the state before.
    """
    _, c_before, i, j, f, o, c, _ = step
    d_c = d_c + d_h * o * (1 - np.tanh(c) ** 2)
    d_gates = np.concatenate(
        [
            d_c * j * i * (1 - i),
            d_c * i * (1 - j**2),
            d_c * c_before * f * (1 - f),
            d_h * np.tanh(c) * o * (1 - o),
        ],
        1,
    )
    d_x, d_h = np.split(d_gates @ kernel.T, [kernel.shape[0] - d_h.shape[1]], axis=1)
    return d_gates, d_x, d_c * f, d_h


def lstm_backward(
    steps: List[Step], d_outputs: np.ndarray, d_c: np.ndarray, d_h: np.ndarray, kernel: np.ndarray
) -> Tuple[np.ndarray, ...]:
    """Goes back through time.

    Args:
      steps: T, of the forward pass.
      d_outputs: [B, T, H], what the loss says of each step's h directly.
      d_c, d_h: [B, H], what it says of the last state beside that.
      kernel: [E + H, 4 H].

    Returns:
      d_inputs [B, T, E]; d_c, d_h [B, H] of the first state; d_kernel and d_bias.
    """
    d_inputs: List[np.ndarray] = []
    d_kernel, d_bias = np.zeros_like(kernel), np.zeros(kernel.shape[1])
    for step, d_output in zip(reversed(steps), d_outputs.transpose(1, 0, 2)[::-1]):
        d_gates, d_x, d_c, d_h = lstm_step_backward(step, d_c, d_h + d_output, kernel)
        d_kernel += step.x_h.T @ d_gates
        d_bias += d_gates.sum(0)
        d_inputs.insert(0, d_x)
    return np.stack(d_inputs, 1), d_c, d_h, d_kernel, d_bias


def forward(
    weights: Arrays, encoder_inputs: np.ndarray, decoder_targets: np.ndarray, start_token: int
) -> Forward:
    """Computes logits and loss from int [B, T_in] and int [B, T_out]."""
    kernel, bias = weights["encoder/lstm_cell/kernel"], weights["encoder/lstm_cell/bias"]
    zero = np.zeros([len(encoder_inputs), len(bias) // 4])  # [B, H]
    embedded = weights["EmbedSequence/embeddings"][encoder_inputs]  # [B, T_in, E]
    encoder_steps = lstm(embedded, zero, zero, kernel, bias)
    c, h = encoder_steps[-1].c, encoder_steps[-1].h  # all that the decoder learns of the source

    start = np.full([len(decoder_targets), 1], start_token)  # [B, 1]
    decoder_inputs = np.concatenate([start, decoder_targets[:, :-1]], 1)  # [B, T_out]
    embedded = weights["EmbedSequence_1/embeddings"][decoder_inputs]  # [B, T_out, E]
    kernel, bias = weights["decoder/lstm_cell/kernel"], weights["decoder/lstm_cell/bias"]
    decoder_steps = lstm(embedded, c, h, kernel, bias)
    outputs = np.stack([step.h for step in decoder_steps], 1)  # [B, T_out, H]
    logits = outputs @ weights["fully_connected/weights"] + weights["fully_connected/biases"]

    exponentials = np.exp(logits - logits.max(2, keepdims=True))  # [B, T_out, V]
    probabilities = exponentials / exponentials.sum(2, keepdims=True)
    true = np.take_along_axis(probabilities, decoder_targets[:, :, None], 2)  # [B, T_out, 1]
    return Forward(
        encoder_inputs, decoder_inputs, decoder_targets, encoder_steps, decoder_steps, logits,
        probabilities, float(-np.log(true).mean()),
    )


def backward(weights: Arrays, passed: Forward) -> Arrays:
    """Computes the loss's gradient by each weight."""
    gradients = {name: np.zeros_like(weight) for name, weight in weights.items()}
    one_hot = np.eye(passed.logits.shape[2])[passed.decoder_targets]  # [B, T_out, V]
    d_logits = (passed.probabilities - one_hot) / passed.decoder_targets.size
    outputs = np.stack([step.h for step in passed.decoder_steps], 1)  # [B, T_out, H]
    gradients["fully_connected/weights"] = np.einsum("bth,btv->hv", outputs, d_logits)
    gradients["fully_connected/biases"] = d_logits.sum((0, 1))

    d_outputs = d_logits @ weights["fully_connected/weights"].T  # [B, T_out, H]
    d_c = d_h = np.zeros_like(outputs[:, 0])  # [B, H]: nobody reads the decoder's last state
    for side, embedding, ids, steps in (
        ("decoder", "EmbedSequence_1", passed.decoder_inputs, passed.decoder_steps),
        ("encoder", "EmbedSequence", passed.encoder_inputs, passed.encoder_steps),
    ):
        kernel = f"{side}/lstm_cell/kernel"
        d_inputs, d_c, d_h, gradients[kernel], gradients[f"{side}/lstm_cell/bias"] = lstm_backward(
            steps, d_outputs, d_c, d_h, weights[kernel]
        )
        # A row that the batch looks up twice gets both derivatives.
        np.add.at(gradients[embedding + "/embeddings"], ids, d_inputs)
        # The decoder began with the encoder's state; of the encoder's outputs only that is read.
        d_outputs = np.zeros([len(ids), len(passed.encoder_steps), d_h.shape[1]])
    return gradients


def adam(weights: Arrays, gradients: Arrays, m: Arrays, v: Arrays, step: int,
         learning_rate: float = 0.001, beta1: float = 0.9, beta2: float = 0.999,
         epsilon: float = 1e-8) -> None:
    """Takes Adam's step number `step`, from 1, changing weights and both moments in place.

    Source: Kingma and Ba 2015, section 2, last paragraph, the form of TensorFlow 1.15's
    AdamOptimizer: epsilon is added to a square root of v that is not corrected ("epsilon hat").
    """
    rate = learning_rate * np.sqrt(1 - beta2**step) / (1 - beta1**step)
    for name, gradient in gradients.items():
        m[name] += (1 - beta1) * (gradient - m[name])
        v[name] += (1 - beta2) * (gradient**2 - v[name])
        weights[name] -= rate * m[name] / (np.sqrt(v[name]) + epsilon)

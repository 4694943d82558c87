"""Greedy choice and beam search over the models of `feeding_keras` and `feeding_pytorch`.

A hypothesis that has ended stays in the beam as it is. Each takes the K likeliest tokens of a
hypothesis before it compares hypotheses, and makes no log-softmax but for its sum.

Shapes: B batch, K hypotheses of each source, T time, V vocabulary.
"""

from typing import Any, Callable

from seq2seq_graph.benchmarks.cases import Case
from seq2seq_graph.vocabulary import END, PAD, START


def keras_greedy(model: Any, sources: Any, case: Case) -> Any:
    """Gives int32 [B, T] of int32 [B, T_in]."""
    from keras import ops

    def step(t, tokens, ended, states, ids):
        logits, states = model.step(tokens, states)
        tokens = ops.cast(ops.argmax(logits, -1), "int32")
        tokens = ops.where(ended, PAD, tokens)
        ids = ops.slice_update(ids, [0, t], tokens[:, None])
        return t + 1, tokens, ops.logical_or(ended, ops.equal(tokens, END)), states, ids

    rows = ops.zeros_like(sources[:, 0])
    *_, ids = ops.while_loop(
        lambda t, tokens, ended, *_: ops.logical_not(ops.all(ended)), step,
        [0, rows + START, ops.cast(rows, "bool"), model.encode(sources),
         ops.tile(rows[:, None], [1, case.output_length])],
        maximum_iterations=case.output_length)
    return ids


def keras_beam(model: Any, sources: Any, case: Case) -> Any:
    """Gives int32 [B, T] of int32 [B, T_in], the best of K."""
    from keras import ops

    K, T = case.width, case.output_length
    batch = ops.shape(sources)[0]
    first_row = K * ops.arange(batch, dtype="int32")[:, None]  # [B, 1]

    def step(t, tokens, ended, states, log_p, ids):
        logits, states = model.step(ops.reshape(tokens, [-1]), states)  # [B * K, V]
        best, extension = ops.top_k(logits, K)  # [B * K, K]
        best = best - ops.logsumexp(logits, -1, keepdims=True)
        stays = ops.reshape(ended, [-1, 1])  # [B * K, 1]
        alone = ops.where(ops.arange(K) == 0, 0.0, -float("inf"))
        best = ops.reshape(ops.where(stays, alone, best), [batch, K, K])
        extension = ops.reshape(ops.where(stays, END, extension), [batch, K * K])
        total = ops.reshape(log_p[:, :, None] + best, [batch, K * K])
        log_p, places = ops.top_k(total, K)  # [B, K]
        rows = ops.reshape(first_row + places // K, [-1])
        tokens = ops.take_along_axis(extension, places, 1)
        states = [ops.take(state, rows, 0) for state in states]
        ids = ops.take(ids, rows, 0)
        ids = ops.slice_update(ids, [0, t], ops.reshape(tokens, [-1, 1]))
        return t + 1, tokens, ops.equal(tokens, END), states, log_p, ids

    zeros = ops.zeros_like(sources[:, :1])  # [B, 1]
    begins = ops.where(ops.arange(K) == 0, 0.0, -float("inf"))[None]
    states = [ops.repeat(state, K, 0) for state in model.encode(sources)]
    *_, ids = ops.while_loop(
        lambda t, tokens, ended, *_: ops.logical_not(ops.all(ended)), step,
        [0, ops.tile(zeros + START, [1, K]), ops.cast(ops.tile(zeros, [1, K]), "bool"), states,
         ops.cast(zeros, "float32") + begins, ops.tile(zeros, [K, T])],
        maximum_iterations=T)
    return ops.reshape(ids, [-1, K, T])[:, 0]


def pytorch_greedy(model: Any, step: Callable, sources: Any, case: Case) -> Any:
    """Gives int64 [B, T] of int64 [B, T_in]."""
    import torch

    states, memory = model.encode(sources)
    tokens = torch.full([len(sources)], START)
    ended, chosen = torch.zeros(len(sources), dtype=torch.bool), []
    for _ in range(case.output_length):
        logits, states = step(tokens, states, memory)
        tokens = logits.argmax(-1).masked_fill(ended, PAD)
        chosen.append(tokens)
        ended = ended | (tokens == END)
        if ended.all():
            break
    return torch.stack(chosen, 1)


def pytorch_beam(model: Any, step: Callable, sources: Any, case: Case) -> Any:
    """Gives int64 [B, T] of int64 [B, T_in], the best of K."""
    import torch

    K, batch = case.width, len(sources)
    states, memory = model.encode(sources)
    states = tuple(state.repeat_interleave(K, 0) for state in states)
    first_row = K * torch.arange(batch)[:, None]
    alone = torch.full([K], -float("inf"))
    alone[0] = 0.0
    log_p, tokens = alone.repeat(batch, 1), torch.full([batch, K], START)
    ended, ids = torch.zeros(batch, K, dtype=torch.bool), torch.empty(batch * K, 0).long()
    for _ in range(case.output_length):
        logits, states = step(tokens.flatten(), states, memory)  # [B * K, V]
        best, extension = logits.topk(K)  # [B * K, K]
        best = best - logits.logsumexp(-1, keepdim=True)
        stays = ended.view(-1, 1)
        best = torch.where(stays, alone, best).view(batch, K, K)
        extension = extension.masked_fill(stays, END).view(batch, K * K)
        log_p, places = (log_p[:, :, None] + best).view(batch, K * K).topk(K)  # [B, K]
        rows = (first_row + places // K).flatten()
        tokens = extension.gather(1, places)
        states = tuple(state[rows] for state in states)
        ids = torch.cat([ids[rows], tokens.view(-1, 1)], 1)
        ended = tokens == END
        if ended.all():
            break
    return ids.view(batch, K, -1)[:, 0]

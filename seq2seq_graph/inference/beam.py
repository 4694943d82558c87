"""Beam search. Shapes: B batch, T_out time, V vocabulary, K beam width, N n-best."""

from typing import Any, Callable, NamedTuple, Optional, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.inference.hypotheses import forbidden_tokens, penalty, rows_of, written
from seq2seq_graph.vocabulary import END, PAD


def beam_search(
    config: ModelConfig, step: Callable, state: Any, length: int, width: int, n_best: int = 1,
    length_penalty: float = 0.0, target_size: Optional[int] = None,
) -> Tuple[tf.Tensor, tf.Tensor]:
    """Extends the `width` best hypotheses at each step and keeps the finished ones beside them.

    A hypothesis that gets END among the `width` likeliest of all extensions is finished: the best
    `width` of these are kept, whatever goes on, and compared with the rest at the end. It stops
    when there are `n_best` of them and none that goes on can overtake them.

    Args:
      config, step, state, length, target_size: as for `greedy.greedy`.
      width, n_best, length_penalty: as for `search.build_decoding`.

    Returns:
      ids, int32 [B, N, T_out], and scores, float32 [B, N], best first.
    """
    forbidden, batch = forbidden_tokens(config, target_size), rows_of(state)
    rows = tf.range(batch)[:, None]  # [B, 1]
    full_penalty = penalty(length, length_penalty)  # the largest: no score ends higher

    def going_on(t, settled, *_):
        return tf.logical_and(t < length, tf.logical_not(settled))

    def one_step(t, settled, previous, state, log_p, ids, finished):
        logits, state = step(previous, state)  # [B * K, V]
        log_p, parents, tokens = _extensions(logits, forbidden, log_p, width)  # [B, 2 * K]
        extended = written(tf.gather(ids, parents), t, tf.reshape(tokens, [-1]))
        extended = tf.reshape(extended, [batch, -1, length])
        ends = tf.equal(tokens, END)
        ending = tf.where(ends, log_p, tf.fill(tf.shape(log_p), -float("inf")))[:, :width]
        new = Finished(ending / penalty(t + 1, length_penalty), extended[:, :width])
        finished = _best_of(finished, new, width)
        live = tf.where(ends, tf.fill(tf.shape(log_p), -float("inf")), log_p)
        log_p, places = tf.nn.top_k(live, width)  # [B, K]: at most K of 2 K have ended
        places = tf.reshape(places + rows * tf.shape(live)[1], [-1])  # [B * K]
        parents, tokens = (tf.gather(tf.reshape(x, [-1]), places) for x in (parents, tokens))
        state = _rows(state, parents)
        ids = tf.gather(tf.reshape(extended, [-1, length]), places)
        rivals = log_p[:, 0] / full_penalty  # no token raises a log-probability
        settled = tf.reduce_all(rivals <= finished.scores[:, n_best - 1])
        return t + 1, settled, tokens, state, tf.reshape(log_p, [-1]), ids, finished

    first_alone = tf.constant([0.0] + [-float("inf")] * (width - 1))
    copies = tf.reshape(tf.tile(rows, [1, width]), [-1])  # [B * K]
    none = Finished(tf.fill([batch, width], -float("inf")), tf.fill([batch, width, length], PAD))
    *_, log_p, ids, finished = tf.while_loop(
        going_on,
        one_step,
        [0, False, tf.fill([batch * width], config.start_token), _rows(state, copies),
         tf.tile(first_alone, [batch]), tf.fill([batch * width, length], PAD), none],
        back_prop=False,
    )
    # What was stopped before its end is no better than the last of the n_best finished.
    scores = tf.reshape(log_p, [batch, width]) / full_penalty
    unfinished = Finished(scores, tf.reshape(ids, [batch, width, length]))
    scores, ids = _best_of(finished, unfinished, n_best)
    return tf.where(tf.tile(scores[:, :, None] > -float("inf"), [1, 1, length]),
                    ids, tf.zeros_like(ids)), scores


def _rows(state, places):
    return tf.nest.map_structure(lambda tensor: tf.gather(tensor, places), state)


class Finished(NamedTuple):
    """Hypotheses to which nothing is added any more, the best first; no such one has -inf."""

    scores: tf.Tensor  # float32 [B, K]
    ids: tf.Tensor  # int32 [B, K, T_out]


def _extensions(logits, forbidden, log_p, width):
    """Returns the 2 * K likeliest extensions of a source's K hypotheses, the likeliest first.

    Args:
      logits, forbidden, log_p: float32 [B * K, V], [V] and [B * K].

    Returns:
      Their log-probabilities, float32 [B, 2 * K]; the rows they extend, int32 [B * 2 * K]; their
      tokens, int32 [B, 2 * K]. With a vocabulary of one there are K.
    """
    choices = min(width + 1, logits.shape.as_list()[1])  # END may be one of them
    best, tokens = tf.nn.top_k(logits + forbidden, choices)  # [B * K, choices]
    best = best - tf.reduce_logsumexp(logits, 1, keepdims=True) + log_p[:, None]
    best, tokens = (tf.reshape(x, [-1, width * choices]) for x in (best, tokens))
    best, places = tf.nn.top_k(best, min(2 * width, width * choices))
    rows = tf.range(tf.shape(best)[0])[:, None]  # [B, 1]
    flat = tf.reshape(places + rows * (width * choices), [-1])  # [B * 2 * K]
    chosen = tf.reshape(tf.gather(tf.reshape(tokens, [-1]), flat), tf.shape(best))
    return best, flat // choices, chosen


def _best_of(one, other, count):
    """Returns the best of two Finished; of equal ones those of the first."""
    scores = tf.concat([one.scores, other.scores], 1)
    ids = tf.concat([one.ids, other.ids], 1)
    best, places = tf.nn.top_k(scores, count)
    flat = tf.reshape(places + tf.range(tf.shape(scores)[0])[:, None] * tf.shape(scores)[1], [-1])
    rows = tf.reshape(ids, [-1, ids.shape.as_list()[2]])
    return Finished(best, tf.reshape(tf.gather(rows, flat), [-1, count, rows.shape.as_list()[1]]))

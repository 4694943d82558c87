"""Free-running decoding in the graph: what the model writes when it reads its own output.

The document's `decoder_prediction` is given the true previous token. Here each token is given the
ones that were chosen before it, by greedy choice or by beam search, in one `tf.while_loop` that
stops as soon as nothing can change any more. The weights are those of the training graph, by name.

Shapes: B batch, T_in and T_out time, V vocabulary, E embedding, H hidden, K beam width, N n-best.
"""

from typing import Callable, NamedTuple, Optional, Tuple

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.config import LARGEST_SIZE, ModelConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.inference.step import decoder_step, encoder
from seq2seq_graph.legacy.checks import require_graph
from seq2seq_graph.vocabulary import END, PAD, START, UNKNOWN

_LARGEST_PENALTY = 5.0  # alpha; Wu et al. used 0.2 to 1. At 40 a score is -0.0 in float32


class Decoding(NamedTuple):
    """What is fed and what comes out."""

    encoder_inputs: tf.Tensor  # int32 [B, T_in], placeholder; T_in may change from run to run
    ids: tf.Tensor  # int32 [B, N, T_out], best first; PAD behind END
    scores: tf.Tensor  # float32 [B, N], falling; -inf: no such hypothesis, its ids are PAD
    compiled: bool  # each new B or T_in is compiled anew, which takes a second and more


def build_decoding(
    config: ModelConfig,
    width: int = 1,
    n_best: int = 1,
    length_penalty: float = 0.0,
    max_output_length: Optional[int] = None,
    compiled: bool = False,
    target_size: Optional[int] = None,
) -> Decoding:
    """Builds greedy decoding (`width` 1) or beam search in the default graph.

    The graph may hold the training graph already: then its variables are shared. Alone, the
    variables are made under the same names, to be restored from a checkpoint. Dropout is not
    built. Without `stop_at_length` the encoder reads padding, so feed sources padded to
    `max_input_length`, as in training; with it, any padding gives the same result.

    Args:
      config: of the training graph.
      width: hypotheses kept for each source, K.
      n_best: how many of them to return, N.
      length_penalty: alpha; a hypothesis of log-probability s and n tokens, END among them, has
        the score s / ((5 + n) / 6) ** alpha. 0 leaves it the log-probability.
      max_output_length: tokens at most, END among them; None takes the configuration's. What has
        not ended by then is returned as it is, without END.
      compiled: by XLA, as one operation; the same numbers to rounding. It pays with many sources,
        always as many and as long at once.
      target_size: ids of the target's vocabulary; where the source's is the larger one, the ids
        behind it stand for no token, and are never chosen. None takes all ids.

    Raises:
      InputError: a number is not positive or past `LARGEST_SIZE`, `n_best` is above `width`,
        `length_penalty` is negative or above 5.
      RuntimeError: there is no graph to build in.

    Source: Sutskever, Vinyals and Le 2014, section 3.2; the penalty is that of Wu et al. 2016,
    equation 14.
    """
    require_graph("build_decoding")
    length = config.max_output_length if max_output_length is None else max_output_length
    _check(width, n_best, length_penalty, length)
    encoder_inputs = tf.placeholder(tf.int32, [None, None], "encoder_inputs")
    read, step = encoder(config), decoder_step(config)

    def decode(encoder_inputs):
        c, h = read(encoder_inputs)  # [B, H]
        if width > 1:
            return beam_search(
                config, step, c, h, length, width, n_best, length_penalty, target_size)
        argmax = _first_largest if compiled else _argmax
        ids, scores = greedy(config, step, c, h, length, argmax, target_size)
        scores = scores / _penalty(_lengths(ids), length_penalty)
        return ids[:, tf.newaxis], scores[:, tf.newaxis]

    ids, scores = (_compiled(decode) if compiled else decode)(encoder_inputs)
    return Decoding(encoder_inputs, ids, scores, compiled)


def _check(width, n_best, length_penalty, length):
    for name, value in (("width", width), ("n_best", n_best), ("max_output_length", length)):
        if not isinstance(value, int) or value < 1:
            raise InputError(f"{name} is {value!r}; it must be an integer of at least 1")
    if length > LARGEST_SIZE:
        raise InputError(f"max_output_length is {length}; it must be at most {LARGEST_SIZE}")
    if n_best > width:
        raise InputError(f"n_best is {n_best} and width {width}: a beam has no more than its width")
    if not 0 <= length_penalty <= _LARGEST_PENALTY:  # False for NaN
        raise InputError(
            f"length_penalty is {length_penalty!r}; it must be from 0 to {_LARGEST_PENALTY:g}, or "
            "the scores vanish"
        )


def _compiled(function):
    option = "experimental_compile" if tf.__version__.startswith("1.") else "jit_compile"
    return tf.function(function, autograph=False, **{option: True})


def _argmax(rows):
    return tf.argmax(rows, 1, output_type=tf.int32)


def _first_largest(rows):
    """Returns the argmax of float32 [B, V], int32 [B]: XLA's own takes one number at a time."""
    largest = tf.equal(rows, tf.reduce_max(rows, 1, keepdims=True))
    size = tf.shape(rows)[1]
    return tf.reduce_min(tf.where_v2(largest, tf.range(size), size), 1)


def greedy(
    config: ModelConfig, step: Callable, c: tf.Tensor, h: tf.Tensor, length: int,
    argmax: Callable = _argmax, target_size: Optional[int] = None,
) -> Tuple[tf.Tensor, tf.Tensor]:
    """Takes the likeliest token at each step, until every source has ended.

    Args:
      config: the sizes.
      step: from `step.decoder_step`.
      c, h: the encoder's last state, float32 [B, H].
      length: T_out.
      argmax: float32 [B, V] -> int32 [B].
      target_size: as for `build_decoding`.

    Returns:
      ids, int32 [B, T_out], and their log-probabilities, float32 [B].
    """
    forbidden, batch = _forbidden(config, target_size), tf.shape(h)[0]

    def going_on(t, previous, c, h, ended, ids, scores):
        return tf.logical_and(t < length, tf.logical_not(tf.reduce_all(ended)))

    def one_step(t, previous, c, h, ended, ids, scores):
        logits, c, h = step(previous, c, h)  # [B, V]
        allowed = logits + forbidden
        chosen = argmax(allowed)  # [B]
        # Seen to take half the time of the fused cross entropy.
        cost = tf.reduce_logsumexp(logits, 1) - tf.reduce_max(allowed, 1)
        # What is chosen behind an END is chosen while other sources still go on.
        chosen = tf.where(ended, tf.fill([batch], PAD), chosen)
        scores -= tf.where(ended, tf.zeros([batch]), cost)
        ended = tf.logical_or(ended, tf.equal(chosen, END))
        return t + 1, chosen, c, h, ended, _written(ids, t, chosen), scores

    *_, ids, scores = tf.while_loop(
        going_on,
        one_step,
        [0, tf.fill([batch], config.start_token), c, h, tf.fill([batch], False),
         tf.fill([batch, length], PAD), tf.zeros([batch])],
        back_prop=False,
    )
    return ids, scores


def beam_search(
    config: ModelConfig, step: Callable, c: tf.Tensor, h: tf.Tensor, length: int, width: int,
    n_best: int = 1, length_penalty: float = 0.0, target_size: Optional[int] = None,
) -> Tuple[tf.Tensor, tf.Tensor]:
    """Extends the `width` best hypotheses at each step and keeps the finished ones beside them.

    A hypothesis that gets END among the `width` likeliest of all extensions is finished: the best
    `width` of these are kept, whatever goes on, and compared with the rest at the end. It stops
    when there are `n_best` of them and none that goes on can overtake them.

    Args:
      config, step, c, h, length, target_size: as for `greedy`.
      width, n_best, length_penalty: as for `build_decoding`.

    Returns:
      ids, int32 [B, N, T_out], and scores, float32 [B, N], best first.
    """
    forbidden, batch = _forbidden(config, target_size), tf.shape(h)[0]
    rows = tf.range(batch)[:, None]  # [B, 1]
    full_penalty = _penalty(length, length_penalty)  # the largest: no score ends higher

    def going_on(t, settled, *_):
        return tf.logical_and(t < length, tf.logical_not(settled))

    def one_step(t, settled, previous, c, h, log_p, ids, finished):
        logits, c, h = step(previous, c, h)  # [B * K, V]
        log_p, parents, tokens = _extensions(logits, forbidden, log_p, width)  # [B, 2 * K]
        extended = _written(tf.gather(ids, parents), t, tf.reshape(tokens, [-1]))
        extended = tf.reshape(extended, [batch, -1, length])
        ends = tf.equal(tokens, END)
        ending = tf.where(ends, log_p, tf.fill(tf.shape(log_p), -float("inf")))[:, :width]
        new = Finished(ending / _penalty(t + 1, length_penalty), extended[:, :width])
        finished = _best_of(finished, new, width)
        live = tf.where(ends, tf.fill(tf.shape(log_p), -float("inf")), log_p)
        log_p, places = tf.nn.top_k(live, width)  # [B, K]: at most K of 2 K have ended
        places = tf.reshape(places + rows * tf.shape(live)[1], [-1])  # [B * K]
        parents, tokens = (tf.gather(tf.reshape(x, [-1]), places) for x in (parents, tokens))
        c, h = tf.gather(c, parents), tf.gather(h, parents)
        ids = tf.gather(tf.reshape(extended, [-1, length]), places)
        rivals = log_p[:, 0] / full_penalty  # no token raises a log-probability
        settled = tf.reduce_all(rivals <= finished.scores[:, n_best - 1])
        return t + 1, settled, tokens, c, h, tf.reshape(log_p, [-1]), ids, finished

    first_alone = tf.constant([0.0] + [-float("inf")] * (width - 1))
    copies = tf.reshape(tf.tile(rows, [1, width]), [-1])  # [B * K]
    none = Finished(tf.fill([batch, width], -float("inf")), tf.fill([batch, width, length], PAD))
    *_, log_p, ids, finished = tf.while_loop(
        going_on,
        one_step,
        [0, False, tf.fill([batch * width], config.start_token), tf.gather(c, copies),
         tf.gather(h, copies), tf.tile(first_alone, [batch]),
         tf.fill([batch * width, length], PAD), none],
        back_prop=False,
    )
    # What was stopped before its end is no better than the last of the n_best finished.
    scores = tf.reshape(log_p, [batch, width]) / full_penalty
    unfinished = Finished(scores, tf.reshape(ids, [batch, width, length]))
    scores, ids = _best_of(finished, unfinished, n_best)
    return tf.where(tf.tile(scores[:, :, None] > -float("inf"), [1, 1, length]),
                    ids, tf.zeros_like(ids)), scores


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


def _forbidden(config, target_size):
    """Returns float32 [V]: minus infinity where a token can never be chosen, 0 elsewhere."""
    never = {PAD, START, UNKNOWN, config.start_token} - {END}
    forbidden = np.zeros(config.vocab_size, np.float32)
    forbidden[[i for i in never if i < config.vocab_size]] = -np.inf
    if target_size is not None:
        forbidden[target_size:] = -np.inf
    return tf.constant(forbidden)


def _penalty(lengths, alpha):
    return ((5.0 + tf.cast(lengths, tf.float32)) / 6.0) ** alpha


def _lengths(ids):
    return tf.reduce_sum(tf.cast(tf.not_equal(ids, PAD), tf.int32), -1)


def _written(ids, t, tokens):
    """Writes int32 [B] into column t of int32 [B, T_out], where PAD stands, which is 0."""
    return ids + tf.one_hot(t, ids.shape.as_list()[1], dtype=tf.int32) * tokens[:, tf.newaxis]

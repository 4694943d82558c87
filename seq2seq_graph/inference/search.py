"""Free-running decoding in the graph: what the model writes when it reads its own output.

The document's `decoder_prediction` is given the true previous token. Here each token is given the
ones that were chosen before it, by greedy choice or by beam search, in one `tf.while_loop` that
stops as soon as nothing can change any more. The weights are those of the training graph, by name.

Shapes: B batch, T_in and T_out time, V vocabulary, H hidden, K beam width, N n-best.
"""

import functools
from typing import NamedTuple, Optional

import tensorflow.compat.v1 as tf

from seq2seq_graph.config import LARGEST_SIZE, ModelConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.inference.beam import beam_search
from seq2seq_graph.inference.decoding_flags import LARGEST_PENALTY
from seq2seq_graph.inference.greedy import first_largest, greedy, plain_argmax
from seq2seq_graph.inference.hypotheses import lengths, penalty
from seq2seq_graph.inference.step import decoder_step, encoder
from seq2seq_graph.legacy.checks import require_graph


class Decoding(NamedTuple):
    """What is fed and what comes out."""

    encoder_inputs: tf.Tensor  # int32 [B, T_in], can be fed; T_in may change from run to run
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
    encoder_inputs: Optional[tf.Tensor] = None,
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
      encoder_inputs: int32 [B, T_in], T_in at least 1; None makes a placeholder.

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
    if encoder_inputs is None:
        encoder_inputs = tf.placeholder(tf.int32, [None, None], "encoder_inputs")
    read, step = encoder(config), decoder_step(config)

    def decode(encoder_inputs):
        state, memory = read(encoder_inputs)
        take = functools.partial(step, memory=memory)
        if width > 1:
            return beam_search(
                config, take, state, length, width, n_best, length_penalty, target_size)
        argmax = first_largest if compiled else plain_argmax
        ids, scores = greedy(config, take, state, length, argmax, target_size)
        scores = scores / penalty(lengths(ids), length_penalty)
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
    if not 0 <= length_penalty <= LARGEST_PENALTY:  # False for NaN
        raise InputError(
            f"length_penalty is {length_penalty!r}; it must be from 0 to {LARGEST_PENALTY:g}, or "
            "the scores vanish"
        )


def _compiled(function):
    option = "experimental_compile" if tf.__version__.startswith("1.") else "jit_compile"
    return tf.function(function, autograph=False, **{option: True})

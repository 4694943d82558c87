"""How likely a model takes the true answer to be among others: a score for open talk.

Where a question has many right answers, what the model writes is seldom the listed one, and BLEU
measures nothing. Here each source's target stands among others of the same part, drawn by a seed,
and all are ordered: by the model's log-probability, where what is often said stands first whatever
was asked; and by what the source adds to it.
"""

import dataclasses
from typing import Any, List, NamedTuple, Sequence, Tuple

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.data.batches import rows_within
from seq2seq_graph.data.datasets import to_matrix
from seq2seq_graph.data.pairs import Pair, listed_targets
from seq2seq_graph.errors import InputError
from seq2seq_graph.model import TrainingGraph, build_training_graph
from seq2seq_graph.runs import checkpoint
from seq2seq_graph.runs.run_directory import Run
from seq2seq_graph.vocabulary import END, PAD

Tokens = Tuple[str, ...]


class Ranking(NamedTuple):
    """Where the true answer stands among `size`."""

    size: int
    sources: int
    first: float  # share of sources of which it is the likeliest
    reciprocal_rank: float  # mean of 1 / rank
    added_first: float  # the same two by what the source adds
    added_reciprocal_rank: float

    @property
    def chance(self) -> Tuple[float, float]:
        """The two shares of one who guesses."""
        return 1 / self.size, float(np.mean(1 / np.arange(1, self.size + 1)))


def rank(
    prefix: str, run: Run, pairs: Sequence[Pair], sizes: Sequence[int], seed: int = 0,
    length_penalty: float = 0.0,
) -> List[Ranking]:
    """Ranks the first listed target of each source among others, by a checkpoint.

    An equally likely one counts as likelier. A source that the model cannot read has the last rank.

    Args:
      prefix: the checkpoint's.
      run: what its directory holds.
      pairs: N of (source tokens, target tokens).
      sizes: numbers of candidates, the true one among them; each at least 2.
      seed: of the draw; smaller sets are parts of larger ones.
      length_penalty: alpha, as for `search.build_decoding`.

    Raises:
      InputError: the part has too few targets, a number is too small, or the run has no checkpoint
        that can be read.
    """
    most = max(sizes)
    if min(sizes) < 2:
        raise InputError(f"rank is {min(sizes)}; it must be at least 2, the true answer counted")
    candidates = drawn(pairs, most, seed)  # [S, most]
    listed = list(listed_targets(pairs))
    targets = list(dict.fromkeys(tuple(target) for _, target in pairs))
    readable = [i for i, source in enumerate(listed)
                if 0 < len(source) <= run.model.max_input_length]
    # The targets may be longer than any in training; lengths are no part of the weights.
    config = dataclasses.replace(run.model, cut_batches=True, sparse_labels=True)
    scores = np.full(candidates.shape, -np.inf)
    with tf.Graph().as_default(), tf.Session() as sess:
        graph = build_training_graph(config)
        checkpoint.restore_for_use(sess, prefix)
        sess.graph.finalize()
        scores[readable] = log_probabilities(
            sess, graph, config,
            [run.source_vocabulary.encode(listed[i]) for i in readable],
            [run.target_vocabulary.encode(target) + [END] for target in targets],
            candidates[readable], length_penalty,
        )
    gains = np.full(candidates.shape, -np.inf)
    gains[readable] = added(scores[readable], candidates[readable])
    return [Ranking(size, len(scores), *_places(scores[:, :size]), *_places(gains[:, :size]))
            for size in sizes]


def added(scores: np.ndarray, candidates: np.ndarray) -> np.ndarray:
    """Returns what each source adds to its candidates: the score, less the mean of the candidate's
    scores after the other sources that it was drawn for; 0 where there is none.

    Args:
      scores: float [S, N].
      candidates: int [S, N], from `drawn`; the first is the source's own.

    Source: a form of Li et al. 2016's mutual information, its mean over sources in place of a
    language model.
    """
    is_drawn = np.ones(scores.shape)
    is_drawn[:, 0] = 0
    sums, counts = (
        np.bincount(candidates.ravel(), weights=values.ravel())[candidates] - values
        for values in (scores * is_drawn, is_drawn))
    return np.where(counts > 0, scores - sums / np.maximum(counts, 1), 0.0)


def _places(scores):
    ranks = 1 + (scores[:, 1:] >= scores[:, :1]).sum(axis=1)
    return float(np.mean(ranks == 1)), float(np.mean(1 / ranks))


def drawn(pairs: Sequence[Pair], size: int, seed: int) -> np.ndarray:
    """Draws the candidates of each source, int [S, size]: numbers of the distinct targets.

    The first is the first listed target; the others are listed for other sources alone. Sources and
    targets are numbered in the order of their appearance.

    Raises:
      InputError: there are too few targets.
    """
    numbers = {target: i for i, target in enumerate(
        dict.fromkeys(tuple(target) for _, target in pairs))}
    rows = []
    for i, listed in enumerate(listed_targets(pairs).values()):
        own = [numbers[target] for target in dict.fromkeys(listed)]
        if len(numbers) - len(own) < size - 1:
            most = len(numbers) - len(own) + 1
            raise InputError(
                f"rank is {size}, but there are {len(numbers):,} different targets, {len(own)} of "
                f"them of one source; " + (f"give at most {most}" if most > 1 else "leave it out"))
        # A few more than are needed, in case the source's own are among them.
        random = np.random.RandomState([seed, i])
        others = _without_repeats(random, len(numbers), size - 1 + len(own))
        others = others[~np.isin(others, own)][: size - 1]
        rows.append([own[0], *others])
    return np.array(rows)


def _without_repeats(random, count, size):
    """Draws `size` of `count` numbers, without making all of them where they are many."""
    if size * 4 > count:
        return random.permutation(count)[:size]
    found: dict = {}
    while len(found) < size:
        found.update(dict.fromkeys(random.randint(count, size=size).tolist()))
    return np.array(list(found)[:size])


def log_probabilities(
    sess: tf.Session, graph: TrainingGraph, config: ModelConfig, sources: Sequence[List[int]],
    targets: Sequence[List[int]], candidates: np.ndarray, length_penalty: float = 0.0,
) -> np.ndarray:
    """Returns the log-probability of each candidate after its source, float64 [S, N].

    Args:
      sess, graph, config: of the training graph, built without a step: nothing is dropped.
      sources: S id sequences.
      targets: id sequences, each with its END.
      candidates: int [S, N], numbers of targets.
      length_penalty: alpha; divides by ((5 + tokens) / 6) ** alpha.
    """
    lengths = np.array([len(target) for target in targets])
    flat = candidates.reshape(-1)
    scores = np.zeros(len(flat))
    # Like lengths together, so that little padding is computed; the longest first.
    order: Any = np.argsort(-lengths[flat], kind="stable")
    while len(order):
        longest = int(lengths[flat[order[0]]])
        count = rows_within(config, longest)
        rows, order = order[:count], order[count:]
        decoder_targets = to_matrix([targets[i] for i in flat[rows]], longest)
        batch = [sources[i] for i in rows // candidates.shape[1]]
        width = max(map(len, batch)) if config.stop_at_length else config.max_input_length
        cross_entropy = sess.run(graph.cross_entropy, {
            graph.encoder_inputs: to_matrix(batch, width),
            graph.decoder_targets: decoder_targets,
        })
        scores[rows] = -(cross_entropy * (decoder_targets != PAD)).sum(axis=1, dtype=np.float64)
    scores /= ((5 + lengths[flat]) / 6) ** length_penalty
    return scores.reshape(candidates.shape)

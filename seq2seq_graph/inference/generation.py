"""A trained run put to use: lines of text in, what the model writes out, in order.

Lines are decoded in blocks, so that memory stays bounded, and within a block in batches of like
lengths. Every line has an answer.
"""

import contextlib
import dataclasses
import itertools
from concurrent.futures import ThreadPoolExecutor
from typing import Iterable, Iterator, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.data.batches import MOST_ROWS, NUMBERS_AT_ONCE, numbers_a_token
from seq2seq_graph.data.datasets import to_matrix
from seq2seq_graph.data.encoding.workers import cores
from seq2seq_graph.data.text import one_line
from seq2seq_graph.inference.reader import Reader
from seq2seq_graph.inference.search import Decoding, build_decoding
from seq2seq_graph.model import TrainingGraph, build_training_graph
from seq2seq_graph.runs import checkpoint, run_directory
from seq2seq_graph.runs.alignments import Alignment, of_ids, require_attention, until_end
from seq2seq_graph.vocabulary import PAD

BLOCK = 8192  # lines read before the first of them is answered
_LARGEST_BATCH = 128  # sources; with more, what a step makes leaves the processor's cache
_LARGEST_COMPILED_BATCH = 1024  # what a step makes is written and read less often there


class Generator(NamedTuple):
    """A run whose weights are loaded."""

    run: run_directory.Run
    sess: tf.Session
    decoding: Decoding
    batch_size: int
    graph: Optional[TrainingGraph] = None  # where it is asked for
    alignments: bool = False  # whether a hypothesis says where its steps looked


class Hypothesis(NamedTuple):
    """What the model writes for a source."""

    text: str  # tokens joined as the run's targets are; nothing in it ends a line or a field
    score: float  # log-probability in nats, divided by the length penalty
    alignment: Optional[Alignment] = None  # of the best one, where it is asked for


@contextlib.contextmanager
def open_run(
    directory: str,
    width: int = 1,
    n_best: int = 1,
    length_penalty: float = 0.0,
    max_output_length: Optional[int] = None,
    compiled: bool = False,
    alignments: bool = False,
    with_graph: bool = False,
) -> Iterator[Generator]:
    """Opens a run directory for decoding, with the checkpoint that `checkpoint.best` names.

    Args:
      directory: what `scripts/train.py` left.
      width, n_best, length_penalty, max_output_length, compiled: as for
        `search.build_decoding`.
      alignments: say of each line's best hypothesis where its steps looked.
      with_graph: build the training graph too, of the same weights.

    Raises:
      InputError: the directory or its checkpoint cannot be used, or a number cannot be; alignments
        are asked of a model without attention.
    """
    run = run_directory.load(directory)
    if alignments:
        require_attention(run.model, directory)
    # What was written may be longer than any target in training.
    open_ended = dataclasses.replace(run.model, cut_batches=True)
    with tf.Graph().as_default(), tf.Session(
            config=session_config(run.model, compiled)) as sess:
        graph = build_training_graph(open_ended) if alignments or with_graph else None
        decoding = build_decoding(
            run.model, width, n_best, length_penalty, max_output_length, compiled,
            len(run.target_vocabulary),
        )
        checkpoint.restore_for_use(sess, checkpoint.best(directory))
        sess.graph.finalize()
        size = batch_size(run.model, width, compiled)
        yield Generator(run, sess, decoding, size, graph, alignments)


def batch_size(config: ModelConfig, width: int, compiled: bool = False) -> int:
    """Counts the sources to decode at once: many, within bounded memory."""
    most = _LARGEST_COMPILED_BATCH if compiled else _LARGEST_BATCH
    numbers = width * numbers_a_token(config)
    return max(1, min(most, NUMBERS_AT_ONCE // numbers))


def decode(
    sess: tf.Session,
    decoding: Decoding,
    config: ModelConfig,
    sources: Sequence[Sequence[int]],
    batch_size: int = MOST_ROWS,
    threads: int = 0,
) -> Tuple[np.ndarray, np.ndarray]:
    """Decodes M sources of at most `max_input_length` ids each, M at least 1.

    `threads` is as for `decode_batches`.

    Returns:
      ids, int32 [M, N, T_out], and scores, float32 [M, N], in the order of the sources.
    """
    order = sorted(range(len(sources)), key=lambda i: len(sources[i]))
    batches = []
    for start in range(0, len(order), batch_size):
        batch = [sources[i] for i in order[start : start + batch_size]]
        # Only an encoder that stops at the length may be spared the padding.
        length = max(map(len, batch)) if config.stop_at_length else config.max_input_length
        if decoding.compiled:  # for one shape; a copy of a source takes no step more than it
            batch += batch[:1] * (batch_size - len(batch))
            length = config.max_input_length
        batches.append(to_matrix(batch, length))
    ids, scores = decode_batches(sess, decoding, batches, threads)
    back = np.argsort(order)  # what stands behind them are the copies
    return ids[back], scores[back]


def decode_batches(
    sess: tf.Session, decoding: Decoding, batches: Sequence[np.ndarray], threads: int = 0
) -> Tuple[np.ndarray, np.ndarray]:
    """Decodes int32 [B, T_in] each, one on each core: one token waits for the one before it, so a
    batch alone leaves cores idle. Returns what `decode` does, in the order of the batches.

    `threads` is how many cores; 0 takes all.
    """
    in_its_own_thread = tf.RunOptions(inter_op_thread_pool=-1)

    def run(batch):
        return sess.run(
            [decoding.ids, decoding.scores], {decoding.encoder_inputs: batch}, in_its_own_thread
        )

    with ThreadPoolExecutor(threads or cores()) as pool:
        ids, scores = zip(*pool.map(run, batches))
    return np.concatenate(ids), np.concatenate(scores)


def session_config(
    config: ModelConfig, compiled: bool = False, inter_op: int = 1
) -> tf.ConfigProto:
    """Makes the Session's configuration: the cores are taken by batches, not within one.

    `inter_op` threads take what else the Session runs.
    """
    # What may go side by side, such as the two ways, XLA hands to a pool of as many threads as an
    # op may take. In a pool of one each core's batch would wait for the other's.
    intra_op = cores() if compiled and config.bidirectional else 1
    return tf.ConfigProto(
        intra_op_parallelism_threads=intra_op, inter_op_parallelism_threads=inter_op)


def generate(
    generator: Generator, reader: Reader, lines: Iterable[bytes], block: int = BLOCK
) -> Iterator[List[Hypothesis]]:
    """Yields for each line, in order, its hypotheses, best first; none for a line of no token.

    Args:
      generator: from `open_run`.
      reader: of the same run.
      lines: as a binary file yields them.
      block: lines to read before the first is answered; 1 answers each at once.
    """
    lines = iter(lines)
    while True:
        sources = [reader.read(line) for line in itertools.islice(lines, block)]
        if not sources:
            return
        yield from answer(generator, sources)


def answer(
    generator: Generator, sources: Sequence[Sequence[int]]
) -> Iterator[List[Hypothesis]]:
    """Yields what `generate` does for sources of ids, each of at most `max_input_length`."""
    answers = iter(_hypotheses(generator, [source for source in sources if source]))
    for source in sources:
        yield next(answers) if source else []


def _hypotheses(generator, sources):
    if not sources:
        return
    run, (all_ids, all_scores) = generator.run, decode(
        generator.sess, generator.decoding, generator.run.model, sources, generator.batch_size
    )
    join = run.joiner("target")
    for source, ids, scores in zip(sources, all_ids, all_scores.tolist()):
        found = [
            Hypothesis(one_line(join(run.target_vocabulary.decode(row))), score)
            for row, score in zip(ids, scores)
            if row[0] != PAD
        ]
        if generator.alignments and found:
            found[0] = found[0]._replace(alignment=look(generator, source, ids[0]))
        yield found


def look(generator: Generator, source: Sequence[int], target: Sequence[int]) -> Alignment:
    """Runs the training graph along a target: the same weights, the same steps.

    Args:
      generator: with a training graph, of a model with attention.
      source, target: ids, padding behind the target or not.
    """
    graph, run, target = generator.graph, generator.run, until_end(target)
    assert graph is not None
    weights = generator.sess.run(graph.alignments, {
        graph.encoder_inputs: to_matrix([source], run.model.max_input_length),
        graph.decoder_targets: [target],
    })
    return of_ids(run, source, target, weights[0])


def lines_of(hypotheses: Sequence[Hypothesis], n_best: int = 1) -> List[str]:
    """Returns the `n_best` lines that answer a source, empty where there is no hypothesis.

    For one hypothesis its text; for more, score TAB text, so that an empty text can be told from
    none.
    """
    texts = [text if n_best == 1 else f"{score:.4f}\t{text}" for text, score, _ in hypotheses]
    return texts + [""] * (n_best - len(texts))

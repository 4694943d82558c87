"""A trained run scored on pairs: given the true tokens before, and left to itself.

Nothing is left out. What the model cannot read (a source over `max_input_length`) is wrong, every
token of its targets too; targets may be of any length.
"""

import dataclasses
from typing import Callable, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.data import text
from seq2seq_graph.data.batches import rows_within
from seq2seq_graph.data.datasets import and_repeats, to_matrix
from seq2seq_graph.data.pairs import (
    DEFAULT_TOKENS,
    Pair,
    Repeats,
    drop_repeats,
    listed_targets,
    parts_before,
    read_pairs,
)
from seq2seq_graph.data.side_by_side import read_side_by_side
from seq2seq_graph.errors import InputError
from seq2seq_graph.inference import generation
from seq2seq_graph.inference.search import build_decoding
from seq2seq_graph.model import build_training_graph
from seq2seq_graph.runs import checkpoint, opening, origins, run_directory
from seq2seq_graph.runs.run_directory import Run
from seq2seq_graph.scoring import accuracy, by_length
from seq2seq_graph.scoring.free_running import FreeRunning, score
from seq2seq_graph.vocabulary import END, PAD, UNKNOWN


class TeacherForced(NamedTuple):
    """Scores with each token given the true ones before it, END a token."""

    token_accuracy: float  # share of all target tokens
    perplexity: float  # of the targets whose source can be read
    exact_match: float  # share of sources of which a listed target is wholly predicted


class Evaluation(NamedTuple):
    """Both, what they were counted on, and what was written."""

    teacher_forced: TeacherForced
    free_running: FreeRunning
    pairs: int
    sources: int
    of_words: bool  # whether each source is a word, cut into characters
    too_long: int  # sources that the model cannot read
    silent: int  # sources for which it writes no token, though it can read them
    unknown_source: int  # source tokens that are not in the vocabulary, read as UNKNOWN
    target_tokens: int  # END counted
    unknown: int  # of them not in the vocabulary, so never right
    hypotheses: List[List[str]]  # tokens for each source, in order of appearance


def read_part(
    run: Run, part: str = "test", path: Optional[str] = None, target_path: Optional[str] = None
) -> Tuple[List[Pair], Repeats]:
    """Reads a part of what a run was trained on, or the whole of another file.

    Nothing is left out but repeats (`pairs.drop_repeats`).

    Args:
      run: its `text` names the corpus, the pairs file or the folder, and how it is cut.
      part: "train", "valid" or "test", dealt out as in training.
      path: a file of pairs, or with `target_path` of sources; then `part` plays no role.
      target_path: the targets of the sources, line by line.

    Returns:
      The pairs, and how many were dropped.

    Raises:
      InputError: the text cannot be read, or the part has no pair.
    """
    if path is not None:
        tokens = {side: getattr(run.text, side) for side in DEFAULT_TOKENS}
        pairs = (read_pairs(path, **tokens) if target_path is None
                 else read_side_by_side(path, target_path, **tokens))
        parts, dropped = drop_repeats({part: list(pairs)})
    else:
        parts, dropped = drop_repeats(origins.read(run.text, parts_before(part)))
    if not parts[part]:
        raise InputError(
            f"{run.text.origin}: no pair for the {part} part{and_repeats(dropped[part])}; name "
            "another part"
        )
    return run.coding.cut(parts[part]), dropped[part]


def evaluate(
    prefix: str,
    run: Run,
    pairs: Sequence[Pair],
    width: int = 1,
    length_penalty: float = 0.0,
    max_output_length: Optional[int] = None,
    tokenizer: Optional[str] = None,
    with_rouge: bool = False,
    threads: int = 0,
) -> Evaluation:
    """Scores a checkpoint of a run on pairs; a source may have several targets.

    Args:
      prefix: the checkpoint's path, such as `checkpoint.best` returns.
      run: what `run_directory.load` gave.
      pairs: N of (source tokens, target tokens), N at least 1.
      width, length_penalty, max_output_length: as for `search.build_decoding`.
      tokenizer, with_rouge: as for `free_running.score`.
      threads: cores to take; 0 takes all.

    Raises:
      InputError: what was asked for is not installed, the checkpoint cannot be read, or a number
        cannot be.
    """
    targets_of = listed_targets(pairs)
    # The targets may be longer than any in training; lengths are no part of the weights.
    open_ended = dataclasses.replace(run.model, cut_batches=True, sparse_labels=True)
    config = generation.session_config(run.model, inter_op=threads) if threads else None
    with tf.Graph().as_default(), tf.Session(config=config) as sess:
        graph = build_training_graph(open_ended)
        decoding = build_decoding(
            run.model, width, 1, length_penalty, max_output_length,
            target_size=len(run.target_vocabulary))
        checkpoint.restore_for_use(sess, prefix)
        sess.graph.finalize()
        size = generation.batch_size(run.model, width)
        hypotheses = _written(run, list(targets_of), lambda sources: generation.decode(
            sess, decoding, run.model, sources, size, threads)[0])
        teacher_forced, unknown = _teacher_forced(run, pairs, sess, graph)
    too_long = sum(not _readable(run, source) for source in targets_of)
    written = _as_scored(run, hypotheses, list(targets_of.values()))
    return Evaluation(
        teacher_forced,
        score(*written, tokenizer, with_rouge),
        len(pairs),
        len(targets_of),
        run.text.source_tokens == "characters" and all(map(_is_word, targets_of)),
        too_long,
        sum(not hypothesis for hypothesis in hypotheses) - too_long,
        sum(run.source_vocabulary.encode(source).count(UNKNOWN) for source in targets_of),
        sum(len(target) + 1 for _, target in pairs),
        unknown,
        hypotheses,
    )


def scorer(
    directory: str, place: Optional[str] = None, threads: int = 0
) -> Callable[[str], Tuple[float, float, float]]:
    """Gives the function that scores a run's checkpoint, by its path, on the validation part.

    It gives the perplexity, and of what is written greedily exact match and token error rate.

    Args:
      directory: the run's; it is read at each call.
      place: where its text is, if not where the run says.
      threads: as for `evaluate`.
    """

    def score(prefix):
        run = opening.found(directory, run_directory.load(directory), place)
        pairs, _ = read_part(run, "valid")
        forced, free = evaluate(prefix, run, pairs, threads=threads)[:2]
        return forced.perplexity, free.exact_match, free.token_error_rate

    return score


def evaluate_by_length(
    run: Run, pairs: Sequence[Pair], hypotheses: Sequence[Sequence[str]],
    tokenizer: Optional[str] = None,
) -> List[by_length.Group]:
    """Scores what a run has written, in groups of sources of as many pieces.

    Args:
      run, pairs, tokenizer: as for `evaluate`.
      hypotheses: those of its Evaluation.
    """
    targets_of = listed_targets(pairs)
    join = run.joiner("source")
    lengths = [len(text.tokenize(join(source))) for source in targets_of]
    return by_length.score_by_length(
        lengths, *_as_scored(run, hypotheses, list(targets_of.values())), tokenizer)


def _as_scored(
    run: Run, hypotheses: Sequence[Sequence[str]], references: Sequence[Sequence[Sequence[str]]]
) -> Tuple[Sequence, Sequence, Callable]:
    """Returns token sequences and what joins them; of sub-words pieces, since one text may be cut
    in several ways."""
    join = run.joiner("target")
    if run.coding.target.subwords is None:
        return hypotheses, references, join
    pieces = [text.tokenize(join(hypothesis)) for hypothesis in hypotheses]
    return pieces, [[text.tokenize(join(one)) for one in some] for some in references], text.join


def _is_word(characters):
    return not any(character.isspace() for character in characters)


def _readable(run, source):
    return 0 < len(source) <= run.model.max_input_length


def _written(run, sources, decode):
    """Returns each source's hypothesis, no token for one that cannot be read."""
    readable = [i for i, source in enumerate(sources) if _readable(run, source)]
    hypotheses = [[] for _ in sources]
    if readable:
        ids = decode([run.source_vocabulary.encode(sources[i]) for i in readable])
        for i, row in zip(readable, ids[:, 0]):
            hypotheses[i] = run.target_vocabulary.decode(row)
    return hypotheses


def _teacher_forced(run, pairs, sess, graph):
    """Returns the scores, and how many target tokens are not in the vocabulary."""
    readable = [i for i, (source, _) in enumerate(pairs) if _readable(run, source)]
    order = sorted(readable, key=lambda i: -len(pairs[i][1]))
    right, cost, read, matched = 0, 0.0, 0, set()
    while order:
        longest = len(pairs[order[0]][1]) + 1
        count = rows_within(run.model, longest)
        rows, order = order[:count], order[count:]
        decoder_targets = to_matrix(
            [run.target_vocabulary.encode(pairs[i][1]) + [END] for i in rows], longest)
        sources = [run.source_vocabulary.encode(pairs[i][0]) for i in rows]
        prediction, cross_entropy = sess.run([graph.decoder_prediction, graph.cross_entropy], {
            graph.encoder_inputs: to_matrix(sources, run.model.max_input_length),
            graph.decoder_targets: decoder_targets,
        })
        real = decoder_targets != PAD
        right += int(accuracy.is_right(prediction, decoder_targets).sum())
        cost += float(cross_entropy[real].sum(dtype=np.float64))
        read += int(real.sum())
        matches = accuracy.exact_match(prediction, decoder_targets)
        matched |= {tuple(pairs[i][0]) for i, match in zip(rows, matches) if match}
    scores = TeacherForced(
        right / sum(len(target) + 1 for _, target in pairs),
        float(np.exp(cost / read)) if read else float("nan"),
        len(matched) / len({tuple(source) for source, _ in pairs}),
    )
    return scores, sum(run.target_vocabulary.encode(t).count(UNKNOWN) for _, t in pairs)

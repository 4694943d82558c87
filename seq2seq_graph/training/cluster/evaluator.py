"""What an evaluator does: it scores a run's checkpoints as they come, the model left to itself.

The chief validates each epoch with every token given the true ones before it, which costs little.
What the model writes by itself takes longer, and is found here, beside the training.
"""

import contextlib
import csv
import io
import os
import time
from typing import Callable, List, NamedTuple, Optional, Tuple

from seq2seq_graph.errors import InputError
from seq2seq_graph.plain_files import write_whole
from seq2seq_graph.runs import checkpoint, events, lock, run_directory
from seq2seq_graph.training.cluster import answers
from seq2seq_graph.training.cluster.flags import Cluster
from seq2seq_graph.training.cluster.tf_config import CHIEF
from seq2seq_graph.training.loop import is_finished

SCORES = "evaluation.csv"
EVENTS = "evaluator"  # a folder of its own, so TensorBoard shows it as a run beside the training
_START = answers.SOON  # seconds in which a chief that is started holds the lock or listens


class Score(NamedTuple):
    """How the weights after a step do on validation, a line of `evaluation.csv`."""

    step: int
    perplexity: float  # of a token, given the true ones before it
    exact_match: float  # share of sources of which a listed target is written, greedy
    token_error_rate: float  # of what is written, greedy


def evaluate(
    cluster: Cluster, directory: str, score: Callable[[str], Tuple[float, float, float]],
    came: Callable[[], Optional[int]],
) -> int:
    """Scores each checkpoint that it finds, until training has ended and the last one is scored.

    Those that come while it scores another are passed over, but for the newest. It may be killed
    and started again: what is scored stays scored.

    Args:
      cluster: which process this is.
      directory: the run's, which may not be there yet.
      score: gives what follows the step in the Score of a checkpoint, by its path.
      came: the signal that has come, None so far.

    Returns:
      The exit status: 0 after the end, 1 without a chief, 128 and a signal's number.

    Raises:
      InputError: a checkpoint or `evaluation.csv` cannot be read or written; and what `score`
        raises.
    """
    (chief,) = cluster.task.all_of(CHIEF)
    quiet, end = answers.Quiet(cluster.wait), _End(directory)
    cluster.tell(f"scores the checkpoints of {directory}")
    with contextlib.ExitStack() as stack:
        writer = None
        while not came():
            listens = answers.listens(chief)
            if listens:
                quiet.ends()
            prefix, is_last = _newest(directory)
            if prefix is not None and not _is_scored(directory, prefix):
                writer = writer or stack.enter_context(
                    contextlib.closing(events.new_writer(os.path.join(directory, EVENTS))))
                _score_and_tell(cluster, directory, score, prefix, writer)
                quiet.ends()
                end.waits_anew()
            elif end.is_there(listens, is_last):
                return 0
            elif quiet.seconds > cluster.wait:
                cluster.tell(f"ends: no answer of {chief.shown} for {quiet.seconds:.0f} seconds")
                return 0 if is_last else 1
            else:
                if quiet.is_to_be_said():
                    cluster.tell(
                        f"waits for {chief.shown}: no answer for {quiet.seconds:.0f} seconds")
                time.sleep(1.0)
    return 128 + (came() or 0)


class _End:
    """Whether training has ended. What is finished may be about to go on with more epochs.

    A chief holds the lock while it reads the text and writes what changes into the run; then it
    listens. One that is killed leaves its name in the lock, and comes back.
    """

    def __init__(self, directory):
        self._lock = os.path.join(directory, lock.NAME)
        self._was_there = self._has_listened = False
        self.waits_anew()

    def waits_anew(self):
        self._since = time.monotonic()

    def is_there(self, listens, is_finished):
        """Tells it; `is_finished` is found after `listens`, so it goes by what the chief wrote."""
        self._has_listened |= listens
        if listens or self._is_held():
            self._was_there = True
            self.waits_anew()
        silent = time.monotonic() - self._since > _START
        return is_finished and self._has_listened or silent and (is_finished or self._was_there)

    def _is_held(self):
        with contextlib.suppress(OSError), open(self._lock, "rb") as file:
            return bool(file.read())
        return False


def read_scores(directory: str) -> List[Score]:
    """Reads a run's `evaluation.csv`; none where it is not there.

    Raises:
      InputError: it is not what an evaluator wrote.
    """
    path = os.path.join(directory, SCORES)
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return [Score(int(row["step"]), *(float(row[name]) for name in Score._fields[1:]))
                    for row in csv.DictReader(file)]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
        raise InputError(f"{path}: not an evaluator's scores: {error!r}; move it away") from None


def _newest(directory):
    """Returns the last whole checkpoint, None so far, and whether no other comes after it."""
    prefix = None
    try:
        prefix = checkpoint.last(directory)
        if prefix is None:
            return None, False
        training = run_directory.load(directory).training
        return prefix, is_finished(training, checkpoint.progress_at(prefix))
    except InputError:
        if prefix is None or prefix in checkpoint.whole(directory):
            raise
        return None, False  # deleted just now: a newer one is there


def _is_scored(directory, prefix):
    step = checkpoint.step_of(prefix)
    return any(score.step == step for score in read_scores(directory))


def _score_and_tell(cluster, directory, score, prefix, writer):
    try:
        found = Score(checkpoint.step_of(prefix), *score(prefix))
    except InputError:
        if prefix in checkpoint.whole(directory):
            raise
        return  # deleted while it was read
    _write(directory, found, writer)
    cluster.tell(
        f"step {found.step}: perplexity {found.perplexity:.4f}; left to itself, exact match "
        f"{found.exact_match:.2%}, token error rate {found.token_error_rate:.2%}")


def _write(directory, score, writer):
    # A run that went back to an older checkpoint has taken the later steps away.
    scores = [other for other in read_scores(directory) if other.step < score.step]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([Score._fields, *scores, score])
    path = os.path.join(directory, SCORES)
    try:
        write_whole(path, text.getvalue())
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from None
    events.write_values(writer, score.step, {
        f"free_running/{name}": value for name, value in score._asdict().items()
        if name in ("exact_match", "token_error_rate")})

"""Engines in processes of their own, taken in turn, so that a drift of the machine hits all alike.

No TensorFlow here.
"""

import contextlib
import functools
import json
import statistics
import subprocess
import sys
import tempfile
from typing import IO, Dict, Iterable, List, NamedTuple, Sequence

from seq2seq_graph.benchmarks.cases import Case
from seq2seq_graph.errors import InputError
from seq2seq_graph.native import process

_NOT_HANDED_ON = (
    "TF_ENABLE_ONEDNN_OPTS", "TF_NUM_INTRAOP_THREADS", "XLA_FLAGS",
    "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE",  # NumPy's for a processor that need not be this one
)


class Entrant(NamedTuple):
    """An engine with one of its settings."""

    engine: str
    setting: str
    python: str
    environment: Dict[str, str]


class Times(NamedTuple):
    """What an entrant took."""

    entrant: Entrant
    ms: List[float]  # milliseconds a step, one number a round
    report: dict  # import_s, graph_s, first_step_s, versions, peak_rss_mb

    @property
    def median(self) -> float:
        return statistics.median(self.ms)


class _Running(NamedTuple):
    entrant: Entrant
    worker: subprocess.Popen
    errors: IO[str]


def race(
    case: Case, entrants: Sequence[Entrant], rounds: int, seconds: float
) -> Dict[str, Times]:
    """Times the entrants on a case.

    Args:
      case: the work.
      entrants: several settings of one engine may run.
      rounds: how often each has its turn; each number is the mean of a turn's steps.
      seconds: about how long a turn is.

    Returns:
      engine -> its fastest setting by the median; engines that are not installed are left out.

    Raises:
      InputError: an engine's process ends with an error.
    """
    with contextlib.ExitStack() as stack:
        entered = []
        environment = stack.enter_context(process.environment(_NOT_HANDED_ON))
        for entrant in entrants:
            # A pipe that nobody reads would fill up.
            errors = stack.enter_context(tempfile.TemporaryFile("w+"))
            running = _Running(entrant, _start(case, entrant, environment, errors), errors)
            stack.callback(_stop, running.worker)
            report = _answer(running)
            if report is not None:
                # A few steps, after what the first one sets up, tell how many fill a turn.
                steps = max(1, int(1000 * seconds / _ask(running, 3)["ms"]))
                _ask(running, steps)
                entered.append((running, steps, Times(entrant, [], report)))
        for _ in range(rounds):
            for running, steps, times in entered:
                times.ms.append(_ask(running, steps)["ms"])
        for running, _, times in entered:
            _end(running)
            times.report.update(_answer(running))
    return fastest(times for *_, times in entered)


def fastest(all_times: Iterable[Times]) -> Dict[str, Times]:
    """Keeps each engine's fastest setting by the median: engine -> its times."""
    best: Dict[str, Times] = {}
    for times in all_times:
        other = best.setdefault(times.entrant.engine, times)
        if times.median < other.median:
            best[times.entrant.engine] = times
    return best


def _start(case, entrant, environment, errors):
    command = [
        entrant.python, "-m", "seq2seq_graph.benchmarks.worker", entrant.engine, entrant.setting,
        json.dumps(case._asdict()),
    ]
    return subprocess.Popen(
        command, env=dict(environment, **entrant.environment), stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=errors, universal_newlines=True,
    )


def _stop(worker):
    worker.kill()
    worker.wait()
    worker.stdout.close()
    with contextlib.suppress(BrokenPipeError):
        worker.stdin.close()


def _ask(running, steps):
    with contextlib.suppress(BrokenPipeError):  # the missing answer tells more
        running.worker.stdin.write(f"{steps}\n")
        running.worker.stdin.flush()
    return _answer(running)


def _end(running):
    """Says that no more is asked; the worker answers once more."""
    running.worker.stdin.close()


def _answer(running):
    """Reads a line of the worker's; None if what it needs is not installed."""
    line = running.worker.stdout.readline()
    if line:
        return json.loads(line)
    status = running.worker.wait()
    running.errors.seek(0)
    error = running.errors.read().strip()
    engine, setting = running.entrant[:2]
    if status != process.NOT_HERE:
        raise InputError(
            f"engine {engine} ({setting}) broke: {process.why_it_ended(status, error)}")
    if engine == "limit":  # one engine of several libraries
        engine += f" of {setting.split(',')[0]}"
    _say_once(f"without {engine}: {error}")
    return None


@functools.lru_cache(maxsize=None)
def _say_once(line):
    """Says it for the first case and setting alone."""
    print(line, file=sys.stderr, flush=True)

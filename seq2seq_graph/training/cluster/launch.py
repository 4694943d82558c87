"""All processes of a cluster on this machine: started, watched, started again, stopped in order.

No TensorFlow.
"""

import itertools
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence

from seq2seq_graph.training.cluster.tf_config import (
    CHIEF,
    EVALUATOR,
    NAME,
    PS,
    WORKER,
    Task,
    written,
)

# Seconds to end in: where the chief has told it, then after each signal.
_TIMES_TO_END = ((None, 5.0), (signal.SIGTERM, 30.0), (signal.SIGKILL, 30.0))


class Sizes(NamedTuple):
    """How many processes there are of each kind beside the chief."""

    workers: int  # that compute, the chief counted
    ps: int
    evaluators: int = 0


def on_free_ports(sizes: Sizes) -> List[Task]:
    """Gives every process of a new cluster an address of this machine's loopback; chief first."""
    sockets = []
    cluster: Dict[str, List[str]] = {}
    kinds = {CHIEF: 1, WORKER: sizes.workers - 1, PS: sizes.ps}
    for kind, count in kinds.items():
        for _ in range(count):
            sockets.append(socket.socket())  # held until all have theirs, so that none comes twice
            sockets[-1].bind(("127.0.0.1", 0))
            cluster.setdefault(kind, []).append(f"localhost:{sockets[-1].getsockname()[1]}")
    for held in sockets:
        held.close()
    evaluators = [Task(EVALUATOR, number, cluster) for number in range(sizes.evaluators)]
    return Task(CHIEF, 0, cluster).all_of(*kinds) + evaluators  # the last serve nothing: no port


class Processes:
    """The processes of a cluster, each by its task."""

    def __init__(
        self, tasks: List[Task], command: Callable[[Task], List[str]], restarts: int,
        say: Callable[[str], None],
    ) -> None:
        """Starts all but nobody yet.

        Args:
          tasks: the chief first.
          command: the words to start a task with, now; the chief's change once it has a run.
          restarts: how often each that was killed is started again.
          say: prints a line.
        """
        self._command, self._say = command, say
        self._left = {task.name: restarts for task in tasks}
        self._tasks = tasks
        self._running: Dict[str, subprocess.Popen] = {}

    def start(self) -> None:
        """Starts all, a line each."""
        for task in self._tasks:
            process = self._start(task)
            self._say(f"{task.name:<12} {task.address:<18} process {process.pid}")

    def run(self, came: Callable[[], Optional[int]]) -> int:
        """Waits for the chief's end, starts again what is killed, stops all; the chief's status.

        An evaluator may end with an error and the others go on; what it has not yet scored when the
        chief ends well, it scores.

        Args:
          came: the signal that has come, None so far; the chief gets it, and saves.
        """
        passed_on = False
        chief = self._tasks[0].name
        while True:
            if came() and not passed_on:
                passed_on = True
                self._running[chief].send_signal(signal.SIGINT if came() == signal.SIGINT
                                                 else signal.SIGTERM)
            status = self._running[chief].poll()
            if status is not None and (status >= 0 or passed_on or not self._left[chief]):
                self._wait_for_evaluators(status, came)
                return self._end(status)
            for task in list(self._tasks):
                ended = self._running[task.name].poll()
                if ended is None or passed_on or task.name != chief and ended == 0:
                    continue
                if ended > 0 or not self._left[task.name]:
                    if task.kind == EVALUATOR:
                        self._say(f"{task.name} ended with status {ended}; the others go on")
                        self._tasks.remove(task)
                        continue
                    self._say(f"{task.name} ended with status {ended}; all are stopped")
                    self._running[chief].send_signal(signal.SIGTERM)
                    self._running[chief].wait()
                    self._end(0)
                    return ended if ended > 0 else 1
                self._left[task.name] -= 1
                self._say(f"{task.name} was killed ({signal.Signals(-ended).name}); it is started "
                          f"again, process {self._start(task).pid}")
            time.sleep(0.2)

    def _start(self, task):
        environment = {**os.environ, NAME: written(task)}
        # A session of its own: Ctrl-C comes here alone, so that the chief can save first. What a
        # script hides of TensorFlow's log goes by another number than its own standard error.
        process = subprocess.Popen(
            [sys.executable, *self._command(task)], env=environment, start_new_session=True,
            stderr=sys.stderr)
        self._running[task.name] = process
        return process

    def _wait_for_evaluators(self, status, came):
        left = [self._running[task.name] for task in self._tasks if task.kind == EVALUATOR]
        while status == 0 and not came() and any(process.poll() is None for process in left):
            time.sleep(0.2)

    def _end(self, status):
        """Waits for all others, and kills what does not end, first kindly."""
        for number, seconds in _TIMES_TO_END:
            left = [p for p in self._running.values() if p.poll() is None]
            for process in left:
                if number is not None:
                    process.send_signal(number)
            until = time.monotonic() + seconds
            while time.monotonic() < until and any(p.poll() is None for p in left):
                time.sleep(0.1)
        return status if status >= 0 else 1


def next_run() -> str:
    """Names the first of `runs/001`, `runs/002`, ... that is free."""
    return next(path for path in (os.path.join("runs", f"{number:03}")
                                  for number in itertools.count(1)) if not os.path.exists(path))


def commands(
    script: str, flags: List[str], directory: str, kept: List[str], place: Sequence[str] = ()
) -> Callable[[Task], List[str]]:
    """Makes what `Processes` takes as its command.

    Args:
      script: the path of scripts/train.py.
      flags: with which the chief starts first.
      directory: the run's, with which it goes on.
      kept: the flags of all others, and of a chief that goes on.
      place: the flags that say where the text is, for an evaluator.
    """
    was_there, started = os.path.exists(directory), False

    def command(task: Task) -> List[str]:
        nonlocal started
        if task.kind == EVALUATOR:
            return [script, "--run", directory, *place, *kept]
        if task.kind != CHIEF:
            return [script, *kept]
        again, started = started, True
        if again and os.path.exists(os.path.join(directory, "config.json")):
            return [script, "--resume", directory, *kept]
        if again and not was_there:  # killed before it had all of a run; of others' nothing is lost
            shutil.rmtree(directory, ignore_errors=True)
        return [script, *flags]

    return command

"""All processes of a cluster on this machine: started, watched, started again, stopped in order.

No TensorFlow.
"""

import ctypes
import itertools
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence

from seq2seq_graph.runs import checkpoint_files
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
_TIME_TO_SAVE = 600.0  # seconds for a chief to end in after another's failure; a step may take them
_DIES_WITH_PARENT = 1  # Linux's PR_SET_PDEATHSIG


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
    """The processes of a cluster, each by its task; a context, after which none of them is left."""

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

    def __enter__(self) -> "Processes":
        return self

    def __exit__(self, *error: object) -> None:
        left = [process for process in self._running.values() if process.poll() is None]
        for process in left:
            process.kill()
        if left:
            self._say("all are killed; the run goes on from its last checkpoint with --resume")
        for process in left:
            process.wait()

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
        asked, failed, until = False, 0, float("inf")
        chief = self._tasks[0].name
        while True:
            if came() and not asked:
                asked = True
                self._running[chief].send_signal(signal.SIGINT if came() == signal.SIGINT
                                                 else signal.SIGTERM)
            status = self._running[chief].poll()
            if status is not None and (status >= 0 or asked or not self._left[chief]):
                self._wait_for_evaluators(failed or status, came)
                return self._end(failed or status)
            if time.monotonic() > until:
                self._running[chief].kill()
            for task in list(self._tasks):
                ended = status if task.name == chief else self._running[task.name].poll()
                if ended is None or asked or ended == 0:
                    continue
                if ended > 0 or not self._left[task.name]:
                    if task.kind == EVALUATOR:
                        self._say(f"{task.name} ended with status {ended}; the others go on")
                        self._tasks.remove(task)
                        continue
                    self._say(f"{task.name} ended with status {ended}; all are stopped")
                    self._running[chief].send_signal(signal.SIGTERM)
                    asked, failed = True, max(ended, 1)
                    until = time.monotonic() + _TIME_TO_SAVE
                    continue
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
            stderr=sys.stderr,
            preexec_fn=_bound_to_this_process())  # noqa: PLW1509 - a launcher has one thread
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


def _bound_to_this_process():
    """Gives what has Linux kill a child when the thread that starts it is gone, by SIGKILL too."""
    if sys.platform != "linux":
        return None
    set_option, launcher = ctypes.CDLL(None).prctl, os.getpid()

    def bind():
        set_option(_DIES_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != launcher:  # gone before it was said
            os._exit(1)

    return bind


def next_run() -> str:
    """Names the first of `runs/001`, `runs/002`, ... that is free."""
    return next(path for path in (os.path.join("runs", f"{number:03}")
                                  for number in itertools.count(1)) if not os.path.exists(path))


def commands(
    script: str, flags: List[str], directory: str, kept: List[str], again: List[str],
    place: Sequence[str] = (), from_step: Optional[int] = None,
) -> Callable[[Task], List[str]]:
    """Makes what `Processes` takes as its command.

    Args:
      script: the path of scripts/train.py.
      flags: with which the chief starts first.
      directory: the run's, with which it goes on.
      kept: the flags of all others.
      again: the flags of a chief that goes on.
      place: the flags that say where the text is, for an evaluator.
      from_step: the first chief's --from-step; said again until the checkpoints past it are gone.
    """
    was_there, started = os.path.exists(directory), False
    past = set() if from_step is None else _files_past(directory, from_step)

    def command(task: Task) -> List[str]:
        nonlocal started
        if task.kind == EVALUATOR:
            return [script, "--run", directory, *place, *kept]
        if task.kind != CHIEF:
            return [script, *kept]
        later, started = started, True
        if later and os.path.exists(os.path.join(directory, "config.json")):
            words = [script, "--resume", directory, *again]
            if from_step is not None and past & _files_past(directory, from_step):
                words += ["--from-step", str(from_step)]
            return words
        if later and not was_there:  # killed before it had all of a run; of others' nothing is lost
            shutil.rmtree(directory, ignore_errors=True)
        return [script, *flags]

    return command


def _files_past(directory, step):
    """Finds the files of later checkpoints, each with its time: those of its name come again."""
    return {(path, os.path.getmtime(path))
            for number, paths in checkpoint_files.own(directory).items() if number > step
            for path in paths}

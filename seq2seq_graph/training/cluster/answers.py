"""The processes of a cluster asked one by one: who answers, whom to wait for, the word to end."""

import contextlib
import socket
import threading
import time
from concurrent.futures import Future, TimeoutError
from typing import Callable, Dict, Iterator, List, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.errors import InputError
from seq2seq_graph.training.cluster.tf_config import Task, host_and_port

Tell = Callable[[str], None]
SOON, _AGAIN = 20.0, 30.0  # seconds until one that is missing is named, and named again
_PATIENCE = 5.0  # seconds in which a process answers, however busy
_END = "end of the run"
_asked: Dict[Tuple[str, str], Future] = {}  # (address, target) -> whether it answers


class Quiet:
    """How long somebody has not answered, and when that is to be said: soon, then now and again."""

    def __init__(self, patience: float) -> None:
        """Begins now; `patience` is the time, in seconds, after which all is over."""
        self._soon = min(SOON, patience / 2)
        self.ends()

    def ends(self) -> None:
        """Notes that there was an answer just now."""
        self._began, self._due = time.monotonic(), self._soon

    @property
    def seconds(self) -> float:
        """Gives the time since the last answer."""
        return time.monotonic() - self._began

    def is_to_be_said(self) -> bool:
        """Tells whether it is to be said now; the next time is later."""
        if self.seconds < self._due:
            return False
        self._due = self.seconds + _AGAIN
        return True


def listens(task: Task) -> bool:
    """Tells whether something takes connections at a task's address."""
    with contextlib.suppress(OSError):
        socket.create_connection(host_and_port(task.address), _PATIENCE).close()
        return True
    return False


def answers(task: Task, target: str) -> bool:
    """Tells whether a task's server answers; one that is stopped takes connections all the same.

    Args:
      task: which.
      target: of this process's own server.
    """
    if not listens(task):
        return False
    # The runtime waits for one that is stopped without a limit, and cannot be told not to. So a
    # thread asks, and while it waits no other one does.
    key = task.address, target
    asked = _asked.get(key)
    if asked is None or asked.done():
        asked = _asked[key] = Future()
        threading.Thread(target=_ask, args=(task, target, asked), daemon=True).start()
    with contextlib.suppress(TimeoutError):
        return asked.result(_PATIENCE)
    return False


def _ask(task, target, asked):
    asked.set_result(_runs(task, target))


def _runs(task, target):
    # An op: while a Session lists devices, 2.21 lets no other Python thread on.
    with contextlib.suppress(tf.errors.OpError), tf.Graph().as_default(), tf.device(task.device):
        nothing = tf.no_op()
        with _session(task, target) as sess:
            sess.run(nothing)
            return True
    return False


def missing(tasks: List[Task], target: str) -> str:
    """Names those that do not answer; "" where all do."""
    return ", ".join(task.shown for task in tasks if not answers(task, target))


def wait_for(
    tasks: List[Task], target: str, seconds: float, tell: Tell,
    should_stop: Callable[[], bool] = lambda: False,
) -> bool:
    """Waits until all answer, and says after 20 seconds for whom; False if it was to stop.

    Raises:
      InputError: one does not answer for so many seconds.
    """
    quiet = Quiet(seconds)
    while True:
        names = missing(tasks, target)
        if not names or should_stop():
            return not names
        if quiet.seconds > seconds:
            raise InputError(f"{names}: no answer for {quiet.seconds:.0f} seconds; start what is "
                             "missing, then go on with --resume, or give --wait SECONDS")
        if quiet.is_to_be_said():
            tell(f"waits for {names}: no answer for {quiet.seconds:.0f} seconds")
        time.sleep(0.5)


class Watch:
    """Names who does not answer while nothing happens; a thread beside the steps."""

    def __init__(self, tasks: List[Task], target: str, patience: float, tell: Tell) -> None:
        """Watches over `tasks` from `target`, this process's own server."""
        self._tasks, self._target, self._tell = tasks, target, tell
        self._quiet = Quiet(patience)
        self.seen = self._quiet.ends  # to be called where something happens

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Watches until the context's end."""
        ended = threading.Event()
        thread = threading.Thread(target=self._watch, args=(ended,), daemon=True)
        self.seen()
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _watch(self, ended):
        while not ended.wait(1.0):
            if self._quiet.is_to_be_said():
                names = missing(self._tasks, self._target)
                if names and not ended.is_set():
                    self._tell(
                        f"no step for {self._quiet.seconds:.0f} seconds: no answer of {names}")


def tell_end(tasks: List[Task], target: str) -> None:
    """Tells processes that the run has come to its end; one that does not hear is left."""
    for task in tasks:
        if answers(task, target):
            with contextlib.suppress(tf.errors.OpError), tf.Graph().as_default():
                end = _end_of(task).enqueue(True)
                with _session(task, target) as sess:
                    sess.run(end)


@contextlib.contextmanager
def told_end(task: Task, target: str) -> Iterator[Callable[[], bool]]:
    """Yields a function that tells a process whether `tell_end` has reached it."""
    with tf.Graph().as_default():
        told = _end_of(task).size()
        with _session(task, target) as sess:
            yield lambda: _is_told(sess, told)


def _is_told(sess, told):
    with contextlib.suppress(tf.errors.OpError):  # a machine that is too busy for now
        return sess.run(told) > 0
    return False


def _end_of(task):
    with tf.device(task.device):  # a queue needs nobody to make it first
        return tf.FIFOQueue(64, tf.bool, shared_name=_END)


def _session(task, target):
    """Opens a Session that knows this one process alone, so that no other can block it."""
    return tf.Session(target, config=tf.ConfigProto(
        device_filters=[task.device], operation_timeout_in_ms=int(1000 * _PATIENCE)))

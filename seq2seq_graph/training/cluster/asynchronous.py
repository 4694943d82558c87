"""Asynchronous steps: each worker takes the next batch with the weights as they are just then."""

import contextlib
import dataclasses
import queue
import threading
import time
from typing import Any, Callable, Dict, Iterable, Iterator, NamedTuple, Optional, Set, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.runs import checkpoint
from seq2seq_graph.training.cluster import answers, devices
from seq2seq_graph.training.cluster.flags import Cluster
from seq2seq_graph.training.cluster.tf_config import CHIEF, PS, Task
from seq2seq_graph.training.placement import Place
from seq2seq_graph.training.steps import Trainer, build_trainer, train_steps
from seq2seq_graph.training.threads import threads_of

_PATIENCE = 5.0  # seconds after which a step that has not come is asked about


class _Running(NamedTuple):
    step: Tuple[int, Any]  # its number, and its batch
    task: Task
    sess: tf.Session
    began: float


class _Taken(NamedTuple):
    step: Tuple[int, Any]  # its number, and its batch
    task: Task  # who took it
    loss: float
    error: Optional[Exception]


class Crew:
    """All that compute, each with a Session of its own that knows nobody but the weights' holders.

    Between two saves steps end in any order. Before one no step is begun, so that a checkpoint is
    of whole steps alone.
    """

    def __init__(
        self, cluster: Cluster, target: str, model: ModelConfig, training: TrainingConfig,
        should_stop: Callable[[], Any],
    ) -> None:
        """Opens nothing yet.

        Args:
          cluster: the chief's place in it.
          target: of the chief's server.
          model, training: the run's.
          should_stop: where it says so, no more steps are begun.
        """
        self._cluster, self._target, self._should_stop = cluster, target, should_stop
        self._model, self._training = model, training
        self._open: Dict[str, Tuple[tf.Session, Trainer]] = {}  # a worker's name -> its own
        self._changing = threading.Lock()  # `_open`: threads of lost workers may outlive their run
        self._closed = 0  # times; a Session that was begun before the last one is of no use
        self._ready: Set[str] = set()
        self._under_way = 0  # steps
        self._running: Dict[Any, _Running] = {}

    def in_flight(self) -> bool:
        """Tells whether steps are under way."""
        return self._under_way > 0

    def close(self) -> None:
        """Closes the workers' Sessions."""
        with self._changing:
            self._closed += 1
            opened = list(self._open.items())
        for name, (sess, _) in opened:
            self._shut(name, sess)

    def take_steps(
        self, sess: tf.Session, trainer: Trainer, some_batches: Iterable, first_step: int = 0
    ) -> Iterator[Tuple[int, float]]:
        """Does what `steps.train_steps` does; yields numbers and losses as the steps end.

        Raises:
          tf.errors.OpError: a holder of weights, or this process itself, is gone.
        """
        todo: queue.Queue = queue.Queue()
        done: queue.Queue = queue.Queue()
        ended = threading.Event()
        chief, *workers = self._cluster.task.computing
        self._ready = {chief.name}
        queues = todo, done, ended
        threads = [threading.Thread(target=self._own, args=(sess, trainer, chief, *queues))]
        threads += [threading.Thread(target=self._workers, args=(worker, *queues))
                    for worker in workers]
        for thread in threads:
            thread.daemon = True
            thread.start()
        try:
            yield from self._deal(enumerate(some_batches, first_step), todo, done)
        finally:
            self._under_way = 0
            ended.set()
            for thread in threads:  # but one that waits for an answer of a lost worker
                thread.join(_PATIENCE)

    def _deal(self, numbered, todo, done):
        """Gives out a step for each that is ready; one that was lost is given out again."""
        every, following = self._training.save_steps, next(numbered, None)
        while following is not None or self._under_way:
            while following is not None and self._under_way < len(self._ready) and not (
                self._under_way and (self._should_stop() or every and following[0] % every == 0)
            ):
                self._under_way += 1
                todo.put(following)
                following = next(numbered, None)
            try:
                taken = done.get(timeout=_PATIENCE)
            except queue.Empty:
                for step in self._given_up():
                    todo.put(step)
                continue
            if taken.error is None:
                self._under_way -= 1
                yield taken.step[0], taken.loss
            else:
                self._check(taken)
                todo.put(taken.step)

    def _given_up(self):
        """Yields the steps of workers that do not answer, each cancelled.

        Else one would change the weights when its machine wakes, perhaps while they are saved.
        """
        for key, running in list(self._running.items()):
            task, silent = running.task, time.monotonic() - running.began > _PATIENCE
            gone = task.kind != CHIEF and silent and not answers.answers(task, self._target)
            if gone and self._running.pop(key, None) is not None:  # else it has just come
                self._shut(task.name, running.sess)
                self._ready.discard(task.name)
                self._tell_lost(task, running.step)
                yield running.step

    def _tell_lost(self, task, step):
        self._cluster.tell(
            f"lost {task.shown}; the batch of step {step[0] + 1} is taken again")

    def _check(self, taken):
        """Raises where not a worker is gone, but who has the weights or this process itself."""
        error = taken.error
        if isinstance(error, tf.errors.FailedPreconditionError):  # a holder that has begun anew
            raise tf.errors.AbortedError(None, None, "a process has begun anew")
        holders = self._cluster.task.all_of(PS)
        if (taken.task.kind == CHIEF or not isinstance(error, checkpoint.GONE)
                or answers.missing(holders, self._target)):
            raise error
        self._tell_lost(taken.task, taken.step)

    def _own(self, sess, trainer, chief, todo, done, ended):
        """Takes this process's steps."""
        while not ended.is_set():
            self._take(sess, trainer, chief, todo, done)

    def _workers(self, worker, todo, done, ended):
        """Has a worker take steps, from when it is there, and again when it is back."""
        name, tell, quiet = worker.name, self._cluster.tell, answers.Quiet(self._cluster.wait)
        while not ended.is_set():
            opened = self._open.get(name)
            if opened is None:
                self._ready.discard(name)
                if not answers.answers(worker, self._target):
                    if quiet.is_to_be_said():
                        tell(f"goes on without {worker.shown}: no answer for {quiet.seconds:.0f} "
                             "seconds")
                    ended.wait(1.0)
                    continue
                with contextlib.suppress(*checkpoint.GONE):
                    closed = self._closed
                    self._keep(name, self._opened(worker), closed)
                continue
            quiet.ends()
            self._ready.add(name)
            if not self._take(*opened, worker, todo, done):
                self._shut(name, opened[0])

    def _keep(self, name, opened, closed):
        """Keeps a worker's Session, unless it came too late: another thread may have the worker.

        It may be of use where the epoch has ended: a short one is over before a Session is made.
        """
        with self._changing:
            late = closed != self._closed or name in self._open
            if not late:
                self._open[name] = opened
        if late:
            opened[0].close()

    def _shut(self, name, sess):
        """Closes a worker's Session, which cancels its step, and leaves another one's."""
        with self._changing:
            if name in self._open and self._open[name][0] is sess:
                del self._open[name]
        # Its end comes when the worker's step has ended: of one that is stopped, when it wakes.
        threading.Thread(target=_close, args=(sess,), daemon=True).start()

    def _take(self, sess, trainer, task, todo, done):
        """Takes a step if there is one; False where that failed, or came too late."""
        try:
            step = todo.get(timeout=0.2)
        except queue.Empty:
            return True
        key = object()
        self._running[key] = _Running(step, task, sess, time.monotonic())
        loss_value, error = 0.0, None
        try:
            (loss_value,) = train_steps(sess, trainer, [step[1]], step[0])
        except Exception as raised:  # raised again by the thread that waits for it
            error = raised
        if self._running.pop(key, None) is None:  # given up
            return False
        done.put(_Taken(step, task, loss_value, error))
        return error is None

    def _opened(self, worker):
        """Builds a worker's graph, its variables those of all, and opens its Session."""
        place = place_of(self._cluster, self._target, worker)
        threads = threads_of(self._model, self._training)
        model = dataclasses.replace(self._model, towers=threads.towers)
        with tf.Graph().as_default() as graph, place.device():
            trainer = build_trainer(model, self._training, place.devices)
        graph.finalize()
        return place.open_session(threads, graph), trainer


def _close(sess):
    with contextlib.suppress(tf.errors.OpError):
        sess.close()


def place_of(cluster: Cluster, target: str, task: Task) -> Place:
    """Gives the place of a process that computes: it and who has the weights, nobody else."""
    device = devices.setters(cluster.task)[cluster.task.computing.index(task)]
    holders = cluster.task.all_of(PS) or cluster.task.all_of(CHIEF)
    return Place(target, [device], cluster.wait, known=[t.device for t in (*holders, task)])

"""Requests that wait are answered together: one thread computes, the others wait. No TensorFlow.

While a batch is computed the next requests gather, so a single request never waits for company,
and many are answered at the price of few.
"""

import collections
import threading
import time
from typing import Any, Callable, Deque, List, NamedTuple, Optional, Sequence


class Busy(Exception):
    """More waits than may wait; the first argument says what."""


class TooLate(Exception):
    """The answer was not there within the time limit."""


class Closed(Exception):
    """The server is ending."""


class Failed(Exception):
    """What answers has raised; the first argument says what."""


class Counts(NamedTuple):
    """What was asked so far."""

    requests: int
    texts: int
    batches: int


class _Request:
    """Texts that wait for their answers."""

    def __init__(self, texts, until):
        self.texts, self.until = texts, until
        self.done = threading.Event()
        self.answers: Optional[List[Any]] = None
        self.error: Optional[str] = None


class Batcher:
    """Answers texts in the order in which they come, those that wait together.

    Args:
      answer: texts -> as many answers; called in one thread, never twice at once.
      most_together: texts of one call; a request of more is a call of its own.
      most_waiting: texts that may wait, those that are being answered not counted.
      seconds: from a request's coming to its answer.
    """

    def __init__(
        self, answer: Callable[[Sequence[Any]], Sequence[Any]], most_together: int,
        most_waiting: int, seconds: float,
    ) -> None:
        self._answer, self._most_together = answer, most_together
        self._most_waiting, self._seconds = most_waiting, seconds
        self._waiting: Deque[_Request] = collections.deque()
        self._changed = threading.Condition()
        self._closed = False
        self._counts = Counts(0, 0, 0)
        self._thread = threading.Thread(target=self._work, name="batches", daemon=True)
        self._thread.start()

    def submit(self, texts: Sequence[Any]) -> List[Any]:
        """Waits for the answers of some texts.

        Raises:
          Busy, TooLate, Closed, Failed: there will be none.
        """
        request = _Request(list(texts), time.monotonic() + self._seconds)
        with self._changed:
            if self._closed:
                raise Closed()
            waiting = sum(len(other.texts) for other in self._waiting)
            if waiting and waiting + len(request.texts) > self._most_waiting:
                raise Busy(f"{waiting} texts wait already")
            self._waiting.append(request)
            self._changed.notify()
        request.done.wait(max(0.0, request.until - time.monotonic()))
        if request.error is not None:
            raise Failed(request.error)
        if request.answers is None:
            raise TooLate(self._seconds)
        return request.answers

    def counts(self) -> Counts:
        """Returns how much was answered so far."""
        with self._changed:
            return self._counts

    def close(self) -> None:
        """Answers what waits, takes nothing more, and returns when that is done."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def _work(self):
        while True:
            batch = self._next()
            if not batch:
                return
            self._answer_together(batch)

    def _answer_together(self, batch):
        texts = [text for request in batch for text in request.texts]
        try:
            answers = iter(self._answer(texts))
            found = [[next(answers) for _ in request.texts] for request in batch]
        except Exception as error:  # whatever it is, the others are to be answered
            if len(batch) > 1:  # nor does one bad text take them with it
                for request in batch:
                    if request.until > time.monotonic():
                        self._answer_together([request])
                return
            batch[0].error = f"{type(error).__name__}: {error}"
        else:
            for request, its_own in zip(batch, found):
                request.answers = its_own
        with self._changed:
            done = Counts(len(batch), len(texts), 1)
            self._counts = Counts(*map(sum, zip(self._counts, done)))
        for request in batch:
            request.done.set()

    def _next(self):
        """Waits for requests; returns those of the next call, none at the end."""
        with self._changed:
            while not self._waiting and not self._closed:
                self._changed.wait()
            batch, size, now = [], 0, time.monotonic()
            while self._waiting:
                request = self._waiting[0]
                if request.until <= now:  # nobody waits for it any more
                    self._waiting.popleft()
                    continue
                if batch and size + len(request.texts) > self._most_together:
                    break
                batch.append(self._waiting.popleft())
                size += len(request.texts)
            if batch or self._closed and not self._waiting:
                return batch
        return self._next()

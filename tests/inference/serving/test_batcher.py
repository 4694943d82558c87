"""Requests that wait are answered together, in order, within bounds."""

import threading
import time

import pytest

from seq2seq_graph.inference.serving.batcher import Batcher, Busy, Closed, Counts, Failed, TooLate


class Slow:
    """Answers a text by itself twice, when it is let to; keeps what it was called with."""

    def __init__(self):
        self.calls, self.go, self.entered = [], threading.Event(), threading.Event()

    def __call__(self, texts):
        self.calls.append(list(texts))
        self.entered.set()
        assert self.go.wait(20)
        if "bad" in texts:
            raise ZeroDivisionError("no")
        return [text * 2 for text in texts]


@pytest.fixture
def slow():
    answer = Slow()
    yield answer
    answer.go.set()


def in_threads(batcher, requests):
    """Submits requests one after the other, without waiting for their answers."""
    found = [None] * len(requests)

    def ask(i):
        try:
            found[i] = batcher.submit(requests[i])
        except Exception as error:
            found[i] = type(error)

    threads = []
    for i in range(len(requests)):
        before = len(batcher._waiting), len(batcher._answer.calls)
        threads.append(threading.Thread(target=ask, args=[i]))
        threads[-1].start()
        for _ in range(400):  # so that they come in this order: waits, is called with, or refused
            now = len(batcher._waiting), len(batcher._answer.calls)
            # The first of all is not only to wait: it is to be called with.
            if found[i] is not None or now != before and now[1]:
                break
            time.sleep(0.01)
    return threads, found


def test_what_waits_is_answered_together_in_its_order_up_to_a_bound(slow):
    batcher = Batcher(slow, most_together=4, most_waiting=100, seconds=20)
    threads, found = in_threads(batcher, [["a"], ["b", "c"], ["d"], ["e", "f"], ["g"] * 5])
    slow.go.set()
    for thread in threads:
        thread.join()
    assert found == [["aa"], ["bb", "cc"], ["dd"], ["ee", "ff"], ["gg"] * 5]
    # The first alone, since nothing waited with it; the last is larger than the bound.
    assert slow.calls == [["a"], ["b", "c", "d"], ["e", "f"], ["g"] * 5]
    assert batcher.counts() == Counts(5, 11, 4)
    batcher.close()


def test_more_than_may_wait_is_refused_and_what_waits_is_answered(slow):
    batcher = Batcher(slow, most_together=9, most_waiting=3, seconds=20)
    first, found = in_threads(batcher, [["a"]])
    slow.entered.wait(20)
    more, others = in_threads(batcher, [["b"] * 5, ["c"], ["d"]])
    slow.go.set()
    for thread in first + more:
        thread.join()
    # One request may be larger than all that may wait, where nothing waits.
    assert found == [["aa"]] and others == [["bb"] * 5, Busy, Busy]


def test_who_waits_too_long_is_told_and_not_computed(slow):
    batcher = Batcher(slow, most_together=9, most_waiting=9, seconds=0.3)
    threads, found = in_threads(batcher, [["a"], ["b"]])
    for thread in threads:
        thread.join()
    assert found == [TooLate, TooLate]
    slow.go.set()
    batcher.close()
    assert slow.calls == [["a"]]


def test_an_error_is_that_of_its_batch_alone():
    def answer(texts):
        if "bad" in texts:
            raise ZeroDivisionError("no")
        return texts

    batcher = Batcher(answer, 1, 9, 20)
    with pytest.raises(Failed, match="ZeroDivisionError: no"):
        batcher.submit(["bad"])
    assert batcher.submit(["good"]) == ["good"]


def test_a_bad_text_does_not_take_those_with_it_along(slow):
    batcher = Batcher(slow, most_together=9, most_waiting=9, seconds=20)
    threads, found = in_threads(batcher, [["a"], ["b"], ["bad"], ["c", "d"]])
    slow.go.set()
    for thread in threads:
        thread.join()
    assert found == [["aa"], ["bb"], Failed, ["cc", "dd"]]
    assert slow.calls == [["a"], ["b", "bad", "c", "d"], ["b"], ["bad"], ["c", "d"]]


def test_too_few_answers_are_an_error():
    with pytest.raises(Failed):
        Batcher(lambda texts: texts[1:], 9, 9, 20).submit(["a", "b"])


def test_closing_answers_what_waits_and_takes_nothing_more(slow):
    batcher = Batcher(slow, 1, 9, 20)
    threads, found = in_threads(batcher, [["a"], ["b"]])
    closing = threading.Thread(target=batcher.close)
    closing.start()
    while not batcher._closed:
        time.sleep(0.01)
    with pytest.raises(Closed):
        batcher.submit(["c"])
    slow.go.set()
    for thread in [*threads, closing]:
        thread.join()
    assert found == [["aa"], ["bb"]]

import itertools
import subprocess
import sys
import threading

import pytest

from seq2seq_graph.training.prefetch import ahead


def test_the_order_is_kept():
    assert list(ahead(iter(range(100)), 3)) == list(range(100))
    assert list(ahead([])) == []


def test_so_many_are_made_ahead_and_no_more():
    taken, enough, more = [], threading.Event(), threading.Event()

    def items():
        for number in itertools.count():
            taken.append(number)
            if number == 3:  # 2 wait in the queue, 1 in the thread's hand, 1 is used
                enough.set()
            if number == 4:
                more.set()
            yield number

    made = ahead(items(), 2)
    assert next(made) == 0
    assert enough.wait(10) and not more.wait(0.2)
    made.close()


def test_an_error_comes_after_the_items_before_it():
    def items():
        yield 1
        yield 2
        raise ValueError("the third")

    made = ahead(items())
    assert [next(made), next(made)] == [1, 2]
    with pytest.raises(ValueError, match="the third"):
        next(made)


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
@pytest.mark.parametrize("count", [1, 4])
def test_the_thread_ends_where_the_iteration_is_given_up(error, count):
    before = threading.active_count()
    with pytest.raises(error):
        for number in ahead(itertools.count(), count):
            if number == 5:
                assert threading.active_count() == before + 1
                raise error
    assert threading.active_count() == before


def test_a_process_ends_whose_iteration_was_never_given_up():
    code = ("import itertools, sys\n"
            "from seq2seq_graph.training.prefetch import ahead\n"
            "made = ahead(itertools.count(), 1)\n"
            "next(made)\n")
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)

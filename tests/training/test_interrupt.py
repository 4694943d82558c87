import os
import signal

import pytest

from seq2seq_graph.training import interrupt


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_noted_and_a_second_one_acts_as_ever(number):
    before = signal.getsignal(number)
    seen = []
    signal.signal(number, lambda *_: seen.append("handler"))
    try:
        with interrupt.noted() as came:
            assert came() is None
            os.kill(os.getpid(), number)
            assert came() == number and seen == []
            os.kill(os.getpid(), number)
            assert seen == ["handler"]
    finally:
        signal.signal(number, before)


def test_handlers_are_as_before_afterwards():
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with interrupt.noted():
        assert signal.getsignal(signal.SIGINT) != before[0]
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before

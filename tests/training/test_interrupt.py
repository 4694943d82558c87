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
        with interrupt.note_signals() as came:
            assert came() is None
            os.kill(os.getpid(), number)
            assert came() == number and seen == []
            os.kill(os.getpid(), number)
            assert seen == ["handler"]
    finally:
        signal.signal(number, before)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_second_one_unwinds_where_that_is_asked_and_a_third_does_not_disturb_it(number):
    with pytest.raises(SystemExit) as raised, interrupt.note_signals(second_unwinds=True):
        os.kill(os.getpid(), number)
        try:
            os.kill(os.getpid(), number)
        finally:
            os.kill(os.getpid(), number)
    assert raised.value.code == 128 + number


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows has no SIGHUP")
def test_a_closed_terminal_is_noted_however_often_it_is_said():
    """The kernel says it, and the shell; the second may not stop the save that the first began."""
    with interrupt.note_signals() as came:
        for _ in range(3):
            os.kill(os.getpid(), signal.SIGHUP)
            assert came() == signal.SIGHUP


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows has no SIGHUP")
def test_what_nohup_ignores_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with interrupt.note_signals() as came:
            os.kill(os.getpid(), signal.SIGHUP)
            assert came() is None
    finally:
        signal.signal(signal.SIGHUP, before)


def test_handlers_are_as_before_afterwards():
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with interrupt.note_signals():
        assert signal.getsignal(signal.SIGINT) != before[0]
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before

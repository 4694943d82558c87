"""Ctrl-C, a kind kill and a closed terminal, asked about between steps. No TensorFlow."""

import contextlib
import signal
from typing import Callable, Iterator, Optional

_ASKED = (signal.SIGINT, signal.SIGTERM)
_CLOSED = getattr(signal, "SIGHUP", None)  # Windows has none


@contextlib.contextmanager
def note_signals(second_unwinds: bool = False) -> Iterator[Callable[[], Optional[int]]]:
    """Yields a function that returns which signal has come, None so far.

    An exception in the middle of a Session's run could leave a step taken and not counted. A
    second Ctrl-C or kill acts as it does without this. A second SIGHUP does not: a terminal that
    closes may send it more than once. Under nohup it stays ignored.

    Args:
      second_unwinds: a second Ctrl-C or kill raises SystemExit, and a third does nothing: for who
        has something to put away even then.
    """
    came = None

    def note(number, frame):
        nonlocal came
        came = number
        for asked in _ASKED:
            signal.signal(asked, unwind if second_unwinds else before[asked])

    def unwind(number, frame):
        for asked in _ASKED:
            signal.signal(asked, signal.SIG_IGN)
        raise SystemExit(128 + number)

    numbers = [*_ASKED]
    if _CLOSED is not None and signal.getsignal(_CLOSED) is not signal.SIG_IGN:
        numbers.append(_CLOSED)
    before = {number: signal.signal(number, note) for number in numbers}
    try:
        yield lambda: came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

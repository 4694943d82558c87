"""Ctrl-C and a kind kill, asked about instead of falling in anywhere. No TensorFlow."""

import contextlib
import signal
from typing import Callable, Iterator, Optional

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextlib.contextmanager
def noted() -> Iterator[Callable[[], Optional[int]]]:
    """Gives a function that tells which signal has come, None so far.

    An exception in the middle of a Session's run could leave a step taken and not counted. A
    second signal acts as it does without this.
    """
    came = None

    def note(number, frame):
        nonlocal came
        came = number
        restore()

    def restore():
        for number, handler in before.items():
            signal.signal(number, handler)

    before = {number: signal.signal(number, note) for number in _SIGNALS}
    try:
        yield lambda: came
    finally:
        restore()

"""Says how far a long work is, in lines on standard error; of a short one nothing."""

import sys
import time
from typing import Callable

_FIRST, _EVERY = 3.0, 15.0  # seconds until the first line, and between lines


def make_tell(clock: Callable[[], float] = time.monotonic) -> Callable[[str, int, int], None]:
    """Makes a function that is called again and again with what is done, how much, of how much.

    What has no amount, of how much 0, is said at once.
    """
    due = clock() + _FIRST

    def tell(what: str, done: int, total: int) -> None:
        nonlocal due
        if total and clock() < due:
            return
        if total:
            due = clock() + _EVERY
            what = f"{what}: {100 * done // total} % of {total / 1e6:,.0f} MB"
        print(what, file=sys.stderr, flush=True)

    return tell

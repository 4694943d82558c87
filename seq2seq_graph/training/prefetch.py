"""Work done ahead by a thread: the next batch is ready before the Session asks for it."""

import queue
import sys
import threading
from typing import Iterable, Iterator


def ahead(items: Iterable, count: int = 4) -> Iterator:
    """Yields what `items` yields, in its order, up to `count` of them made beforehand.

    An error of `items` is raised here, after the items before it. The thread ends with the
    iteration, also where that is given up, by Ctrl-C or for another error.

    Args:
      items: used by the thread alone from the first item on.
      count: at least 1.
    """
    made: queue.Queue = queue.Queue(count)
    given_up = threading.Event()
    thread = threading.Thread(target=_make, args=(items, made, given_up), daemon=True)
    thread.start()
    try:
        while True:
            item, error = made.get()
            if error is None:
                yield item
            elif isinstance(error, StopIteration):
                return
            else:
                raise error
    finally:
        given_up.set()
        if not sys.is_finalizing():  # then it is stopped wherever it is, and never ends
            while not made.empty():  # makes room for the item that the thread may hold
                made.get()
            thread.join()


def _make(items, made, given_up):
    try:
        for item in items:
            made.put((item, None))
            if given_up.is_set():
                return
        made.put((None, StopIteration()))
    except Exception as error:
        made.put((None, error))

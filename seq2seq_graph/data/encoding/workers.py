"""Pieces of a text cut on every core, by processes of their own. NumPy only.

Each is a plain Python that imports this module, no copy of this process: TensorFlow may run here,
with its threads, and the program that asked need not guard its top level.
"""

import collections
import concurrent.futures
import contextlib
import os
import pickle
import queue
import subprocess
import sys
from typing import Any, Deque, Iterator, List, NamedTuple, Sequence

from seq2seq_graph.data.coding import Coding
from seq2seq_graph.data.encoding.chunks import Chunk
from seq2seq_graph.data.encoding.cutting import Cut, cut
from seq2seq_graph.errors import InputError

_WORTH_IT = 2**23  # bytes of text; less is cut before the processes have started
_ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), *3 * (os.pardir,)))
# Ctrl-C goes to the whole group of processes; these end as their standard input does.
_PROGRAM = f"""\
import sys
sys.path[:] = [{_ROOT!r}, *filter(None, sys.path)]
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
from {__name__} import main
main()
"""


class Task(NamedTuple):
    """What is done with each piece."""

    source_tokens: str
    target_tokens: str
    coding: Coding
    hashed: bool  # as for `cutting.cut`
    numbered: bool

    def cut(self, chunk: Chunk) -> Cut:
        """Reads a piece and makes numbers of it."""
        pairs = chunk.pairs(self.source_tokens, self.target_tokens)
        return cut(pairs, self.coding, self.hashed, self.numbered)


def cores() -> int:
    """Counts the cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on Linux
        return os.cpu_count() or 1


def cut_all(task: Task, chunks: Sequence[Chunk], processes: int = 0) -> Iterator[Cut]:
    """Yields what `task` makes of each piece, in order.

    Args:
      task: what to do.
      chunks: the pieces.
      processes: that do it; 0 takes one a core where the text is worth it. With 1 none is started.

    Raises:
      InputError: as the piece's reader, or a process has ended.
    """
    if not processes:
        processes = cores() if sum(chunk.size for chunk in chunks) > _WORTH_IT else 1
    processes = min(processes, len(chunks))
    if processes <= 1:
        return map(task.cut, chunks)
    return _by_processes(task, chunks, processes)


def _by_processes(task, chunks, count):
    started: List[Any] = []
    free: Any = queue.Queue()
    pool = concurrent.futures.ThreadPoolExecutor(count)
    ahead: Deque[Any] = collections.deque()
    try:
        for _ in range(count):
            started.append(subprocess.Popen(
                [sys.executable, "-c", _PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE))
            free.put((started[-1], [task]))
        for chunk in chunks:
            ahead.append(pool.submit(_ask, free, chunk))
            if len(ahead) > 2 * count:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
    finally:
        for future in ahead:
            future.cancel()
        for process in started:
            process.kill()
        pool.shutdown()
        for process in started:
            process.communicate()


# What is pickled goes from this process to its own children and back, over pipes that nobody else
# has; no file is ever unpickled.
def _ask(free, chunk):
    """Has a process that is free cut a piece."""
    process, first = free.get()
    try:
        pickle.dump((*first, chunk), process.stdin, protocol=4)
        process.stdin.flush()
        answer = pickle.load(process.stdout)
    except (OSError, EOFError, pickle.UnpicklingError):
        status = process.wait()
        raise InputError(
            f"{chunk.paths[0]}: a process that cut it into tokens ended with {status}; if memory "
            "ran out, end other programs, then try again") from None
    finally:
        free.put((process, []))
    if isinstance(answer, Exception):
        raise answer
    return answer


def main() -> None:
    """Is one of the processes: answers what comes on standard input until that ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else prints
    # Where the process that asks was killed, in the midst of a question too, nobody is to be told.
    with contextlib.suppress(EOFError, BrokenPipeError, pickle.UnpicklingError):
        _answer(sys.stdin.buffer, answers)
    os._exit(0)  # what waits in `answers` is for nobody either


def _answer(questions, answers):
    task: Any = None
    while True:
        *first, chunk = pickle.load(questions)
        task = first[0] if first else task
        try:
            answer: Any = task.cut(chunk)
        except InputError as error:
            answer = error
        pickle.dump(answer, answers, protocol=4)
        answers.flush()

"""Plays the document's program in a process of its own, for whoever is on a later TensorFlow.

    TF115_PYTHON seq2seq_graph/native/call.py TASK REQUEST.npz ANSWER.npz

TASK is one of TASKS. Run by its path it needs TensorFlow 1.15 and NumPy, not this package.
"""

import sys
import time
from typing import Any, Callable, Dict

import numpy as np

if __package__:
    from seq2seq_graph.native import program
else:
    import program  # type: ignore[no-redef]


def play(request: Dict[str, np.ndarray]) -> Dict[str, np.ndarray]:
    """A case's inputs -> the whole case."""
    return program.play(request)


def play_timed(request: Dict[str, np.ndarray]) -> Dict[str, np.ndarray]:
    """A case's inputs -> the case, the `seconds` at which each step ended, and `versions`.

    Prints `DONE of STEPS` after each step.
    """
    import tensorflow

    seconds, train = [], program._train

    def timed(names, loop, batches):
        start = time.perf_counter()

        def ticking():
            for batch in batches:
                yield batch
                seconds.append(time.perf_counter() - start)
                print(f"{len(seconds)} of {len(batches)}", flush=True)

        train(names, loop, ticking())

    program._train = timed
    try:
        result = program.play(request)
    finally:
        program._train = train
    versions = f"TensorFlow {tensorflow.__version__}"
    return dict(result, seconds=np.array(seconds), versions=np.array(versions))


Task = Callable[[Dict[str, np.ndarray]], Dict[str, np.ndarray]]
TASKS: Dict[str, Task] = {"play": play, "play_timed": play_timed}


def main(tasks: Dict[str, Task]) -> None:
    """Reads the request, does the task of `tasks` that is asked for, writes the answer."""
    task, request, answer = sys.argv[1:]
    done: Dict[str, Any] = tasks[task](dict(np.load(request, allow_pickle=False)))
    np.savez(answer, **done)


if __name__ == "__main__":
    main(TASKS)

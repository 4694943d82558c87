"""Runs one of the native tasks in its own process, for a suite on a later TensorFlow.

    cd tests && TF115_PYTHON -m native.call TASK REQUEST.npz ANSWER.npz
"""

import json
import sys
import time

import numpy as np

from native import defects, exercises, program


def play(request):
    """A case's inputs -> the whole case."""
    return program.play(request)


def play_timed(request):
    """A case's inputs -> the case, the `seconds` at which each step ended, and `versions`."""
    import tensorflow

    seconds, train = [], program._train

    def timed(names, loop, batches):
        start = time.perf_counter()

        def ticking():
            for batch in batches:
                yield batch
                seconds.append(time.perf_counter() - start)

        train(names, loop, ticking())

    program._train = timed
    try:
        result = program.play(request)
    finally:
        program._train = train
    versions = "TensorFlow {}".format(tensorflow.__version__)
    return dict(result, seconds=np.array(seconds), versions=np.array(versions))


def run_exercises(_):
    """Nothing -> what each exercise gives with TensorFlow 1.15's own symbols."""
    return exercises.run_all(exercises.native_symbols())


def find_defects(_):
    """Nothing -> the findings of each row, as JSON."""
    return {"json": np.array(json.dumps(defects.run_all()))}


TASKS = {
    "play": play,
    "play_timed": play_timed,
    "exercises": run_exercises,
    "defects": find_defects,
}


def main():
    task, request, answer = sys.argv[1:]
    np.savez(answer, **TASKS[task](dict(np.load(request, allow_pickle=False))))


if __name__ == "__main__":
    main()

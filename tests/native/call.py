"""Runs one of the native tasks in its own process, for a suite on a later TensorFlow.

    cd tests && TF115_PYTHON -m native.call TASK REQUEST.npz ANSWER.npz
"""

import json
import sys

import numpy as np

from native import defects, exercises, program


def play(request):
    """A case's inputs -> the whole case."""
    return program.play(request)


def run_exercises(_):
    """Nothing -> what each exercise gives with TensorFlow 1.15's own symbols."""
    return exercises.run_all(exercises.native_symbols())


def find_defects(_):
    """Nothing -> the findings of each row, as JSON."""
    return {"json": np.array(json.dumps(defects.run_all()))}


TASKS = {"play": play, "exercises": run_exercises, "defects": find_defects}


def main():
    task, request, answer = sys.argv[1:]
    np.savez(answer, **TASKS[task](dict(np.load(request, allow_pickle=False))))


if __name__ == "__main__":
    main()

"""Runs one of the native tasks in its own process, for a suite on a later TensorFlow.

    cd tests && TF115_PYTHON -m native.call TASK REQUEST.npz ANSWER.npz
"""

import json
import os
import sys

import numpy as np

# The Python of TensorFlow 1.15 need not have this package installed.
sys.path.append(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))

from native import defects, exercises  # noqa: E402
from seq2seq_graph.native import call  # noqa: E402


def run_exercises(_):
    """Nothing -> what each exercise gives with TensorFlow 1.15's own symbols."""
    return exercises.run_all(exercises.native_symbols())


def find_defects(_):
    """Nothing -> the findings of each row, as JSON."""
    return {"json": np.array(json.dumps(defects.run_all()))}


TASKS = dict(call.TASKS, exercises=run_exercises, defects=find_defects)

if __name__ == "__main__":
    call.main(TASKS)

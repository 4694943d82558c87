"""Records what the native symbols of TensorFlow 1.15.5 give, for later TensorFlows.

    cd tests && PYTHONPATH=.. python -m native.record exercises_cells [...]
"""

import importlib
import os
import sys

import numpy as np
import tensorflow as tf

from native import form

CASES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "cases")


def record(module_name):
    """Writes `tests/cases/legacy_<family>.npz`."""
    exercises = importlib.import_module("native." + module_name).EXERCISES
    path = os.path.join(CASES, module_name.replace("exercises_", "legacy_") + ".npz")
    np.savez_compressed(path, **form.pack(form.run_all(tf, exercises)))
    return path


if __name__ == "__main__":
    if not tf.__version__.startswith("1.15."):
        sys.exit("TensorFlow 1.15 is needed; this is " + tf.__version__)
    for name in sys.argv[1:]:
        print(record(name))

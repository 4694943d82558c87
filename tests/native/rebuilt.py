"""The rebuilt tree, on TensorFlow 1.15 too, beside the native symbols."""

import importlib
import os

import numpy as np
from conftest import ON_TF115, case_path

from native import form
from seq2seq_graph.legacy import tree

TF = tree.build("rebuilt")[""]


def native_results(family):
    """Gives what the native symbols give: live on 1.15, as recorded elsewhere."""
    if ON_TF115:
        import tensorflow

        exercises = importlib.import_module("native.exercises_" + family).EXERCISES
        return form.run_all(tensorflow, exercises)
    with np.load(case_path(f"legacy_{family}.npz"), allow_pickle=False) as arrays:
        return form.unpack(arrays)


def differences(family, name, native):
    """Gives a line for each quantity in which the rebuilt exercise differs from the native one.

    On a busy machine TensorFlow 1.15 sums in another order now and then, and differs from itself
    by a bit. So where it is in this process, what differs is asked again, on both sides.
    """
    exercise = {name: importlib.import_module("native.exercises_" + family).EXERCISES[name]}
    wanted = {key: value for key, value in native.items() if key.startswith(name + "|")}
    off = from_float64(family, native)
    lines = _differences(exercise, wanted, *off)
    for _ in range(2 if ON_TF115 else 0):
        if lines:
            import tensorflow

            lines = _differences(exercise, form.run_all(tensorflow, exercise), *off)
    return lines


def from_float64(family, native):
    """Gives what `native.exact` recorded of a family, and the furthest; {} where it did not."""
    path = case_path(f"exact_{family}.npz")
    if ON_TF115 or not os.path.exists(path):
        return {}, 0.0
    with np.load(path, allow_pickle=False) as arrays:
        off, scale = form.unpack(arrays), form.scales(native)
    return off, max(np.abs(off[key]).max() / scale[form.group(key)] for key in off)


def _differences(exercise, wanted, off, furthest):
    rebuilt = form.run_all(TF, exercise)
    if not ON_TF115:
        rebuilt = {key: value for key, value in rebuilt.items() if not key.endswith("|nodes")}
    return form.differences(rebuilt, wanted, exact=ON_TF115, off=off, furthest=furthest)

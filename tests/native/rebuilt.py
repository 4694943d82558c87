"""The rebuilt tree, on TensorFlow 1.15 too, beside the native symbols."""

import importlib

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
    """Gives a line for each quantity in which the rebuilt exercise differs from the native one."""
    exercises = importlib.import_module("native.exercises_" + family).EXERCISES
    rebuilt = form.run_all(TF, {name: exercises[name]})
    wanted = {key: value for key, value in native.items() if key.startswith(name + "|")}
    if not ON_TF115:
        rebuilt.pop(name + "|nodes", None)
    return form.differences(rebuilt, wanted, exact=ON_TF115)

"""The exercises as old programs run: reference variables, old control flow, old shapes."""

import os
import subprocess
import sys

import pytest
from conftest import ON_TF115, TESTS

PROGRAM = """
import tensorflow.compat.v1 as tf
tf.disable_v2_behavior()
from native import rebuilt
for family in {families!r}:
    native = rebuilt.native_results(family)
    exercises = __import__("native.exercises_" + family, fromlist=["EXERCISES"]).EXERCISES
    for name in exercises:
        for line in rebuilt.differences(family, name, native):
            print(family, line)
"""


@pytest.mark.slow
@pytest.mark.parametrize("families", [
    ("cells", "wrappers"), ("layers", "contrib_layers", "convolutions"), ("contrib_rnn",),
    ("seq2seq", "beam_search"), ("attention", "crf"), ("legacy_seq2seq",)])
def test_without_version_2_behaviour_the_numbers_are_the_same(families):
    if ON_TF115:
        pytest.skip("TensorFlow 1.15 behaves so by itself: needs TensorFlow 2")
    path = os.pathsep.join([TESTS, os.path.dirname(TESTS), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(families=families)], capture_output=True,
        check=False, env=dict(os.environ, PYTHONPATH=path))
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    assert done.stdout.decode() == ""

"""What several test modules need: the recorded cases, and the native program on TensorFlow 1.15."""

import os
import signal
import subprocess

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

# A shell that starts the tests in the background has them, and the programs they start, ignore
# Ctrl-C, which is tested.
signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP"):  # nohup has it ignored
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

TESTS = os.path.dirname(os.path.abspath(__file__))
CASES = os.path.join(TESTS, "cases")
ROOT = os.path.dirname(TESTS)
ON_TF115 = tf.__version__.startswith("1.15.")
NATIVE_PYTHON = "SEQ2SEQ_TF115_PYTHON"

# Every process that a test starts writes errors only, and no test leaves a mark on the tree.
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
tf.logging.set_verbosity(tf.logging.ERROR)


@pytest.fixture(scope="session")
def call_native(tmp_path_factory):
    """Calls a task of `native.call`: in this process on TensorFlow 1.15, else in another."""

    def call(task, **request):
        if ON_TF115:
            from native import call as native_call

            return native_call.TASKS[task](request)
        python = os.environ.get(NATIVE_PYTHON)
        if not python:
            pytest.skip(
                f"set {NATIVE_PYTHON} to a Python that has tensorflow==1.15.5, to compare with "
                "the real TensorFlow 1.15"
            )
        folder = tmp_path_factory.mktemp("native")
        paths = [str(folder / name) for name in ("request.npz", "answer.npz")]
        np.savez(paths[0], **request)
        command = [os.path.abspath(python), "-m", "native.call", task, *paths]
        # TensorFlow 2 sets this in its own process; 1.15 would turn half into TensorFlow 2 by it.
        env = {name: value for name, value in os.environ.items() if name != "TF2_BEHAVIOR"}
        done = subprocess.run(command, cwd=TESTS, env=env, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()[-3000:]
        with np.load(paths[1], allow_pickle=False) as answer:
            return dict(answer)

    return call


def case_path(name):
    return os.path.join(CASES, name)


def pytest_collection_modifyitems(items):
    """Marks as slow what `tests/slow.txt` lists; `tests/list_slow.py` writes it from times."""
    with open(os.path.join(TESTS, "slow.txt"), encoding="utf-8") as file:
        listed = set(file.read().split())
    for item in items:
        place = os.path.relpath(str(item.fspath), TESTS).replace(os.sep, "/")
        if place in listed or f"{place}::{item.originalname}" in listed:
            item.add_marker("slow")

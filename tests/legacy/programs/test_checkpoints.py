"""A checkpoint of a program on TensorFlow 1.15 restores in it here, and the other way round."""

import importlib.util
import os
import subprocess
import sys

import numpy as np
import pytest
import tensorflow

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
CASE = os.path.join(ROOT, "tests", "cases", "legacy-checkpoint")
PYTHON_115 = os.environ.get("SEQ2SEQ_TF115_PYTHON")


ON_1 = tensorflow.__version__.startswith("1.")
needs_both = pytest.mark.skipif(
    ON_1 or not PYTHON_115, reason="TensorFlow 1.15 is what it compares with: needs TensorFlow 2"
    if ON_1 else "set SEQ2SEQ_TF115_PYTHON to a Python with tensorflow==1.15.5")
needs_keras = pytest.mark.skipif(
    not ON_1 and int(tensorflow.__version__.split(".")[1]) >= 16
    and not importlib.util.find_spec("tf_keras"), reason="pip install -e '.[legacy]'")
KERAS = os.path.join(ROOT, "tests", "cases", "legacy-keras")


def run(python, *args, program="checkpoints.py"):
    environment = dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3", PYTHONPATH=ROOT)
    environment.pop("TF2_BEHAVIOR", None)
    done = subprocess.run(
        [python, os.path.join(ROOT, "scripts", "legacy.py"), "run",
         os.path.join(HERE, program), *args],
        env=environment, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    with np.load(args[-1]) as arrays:
        return {key: arrays[key] for key in arrays.files}


def assert_goes_on(now, then):
    assert now["names"].tolist() == then["names"].tolist()
    assert now["step"] == then["step"]
    np.testing.assert_allclose(now["losses"], then["losses"], rtol=2e-6)


def test_a_checkpoint_of_tensorflow_1_15_goes_on_with_its_losses(tmp_path):
    now = run(sys.executable, "restore", CASE, str(tmp_path / "now.npz"))
    with np.load(os.path.join(CASE, "after.npz")) as then:
        assert_goes_on(now, {key: then[key] for key in then.files})


def assert_keras_goes_on(now, then):
    assert set(now) == set(then)
    assert now["names"].tolist() == then["names"].tolist()
    for name in set(now) - {"names"}:
        np.testing.assert_allclose(now[name], then[name], rtol=5e-6, err_msg=name)


@pytest.mark.slow
@needs_keras
def test_keras_checkpoints_of_tensorflow_1_15_go_on_with_its_losses(tmp_path):
    now = run(sys.executable, "restore", KERAS, str(tmp_path / "now.npz"),
              program="keras_checkpoints.py")
    with np.load(os.path.join(KERAS, "after.npz")) as then:
        assert_keras_goes_on(now, {key: then[key] for key in then.files})


@pytest.mark.slow
@needs_keras
@needs_both
def test_keras_checkpoints_written_here_go_on_in_tensorflow_1_15(tmp_path):
    then = run(sys.executable, "save", str(tmp_path), str(tmp_path / "after.npz"),
               program="keras_checkpoints.py")
    assert_keras_goes_on(
        run(PYTHON_115, "restore", str(tmp_path), str(tmp_path / "there.npz"),
            program="keras_checkpoints.py"), then)


@pytest.mark.slow
@needs_both
def test_a_checkpoint_written_here_goes_on_in_tensorflow_1_15(tmp_path):
    then = run(sys.executable, "save", str(tmp_path), str(tmp_path / "after.npz"))
    assert_goes_on(run(PYTHON_115, "restore", str(tmp_path), str(tmp_path / "there.npz")), then)

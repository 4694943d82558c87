"""Default op seeds are 1.15's, the numbers drawn with them, and the order of shuffled rows."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
CASE = os.path.join(ROOT, "tests", "cases", "legacy_seeds.npz")


def run(program, *args):
    environment = dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3", PYTHONPATH=ROOT)
    done = subprocess.run(
        [sys.executable, os.path.join(ROOT, "scripts", "legacy.py"), "run",
         os.path.join(HERE, program), *args],
        env=environment, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_functions_make_as_many_ops_as_tensorflow_1_15_made(tmp_path):
    recorded = os.path.join(HERE, "op_counts.txt")
    run("op_counts.py", recorded, str(tmp_path / "now.json"))
    now = json.loads((tmp_path / "now.json").read_text())
    with open(recorded) as file:
        then = {text.strip(): int(number) for number, text in (line.split("\t") for line in file)}
    assert len(then) > 300
    different = {text: (number, now[text]) for text, number in then.items() if now[text] != number}
    assert not different


def test_a_graph_seed_gives_the_numbers_of_tensorflow_1_15(tmp_path):
    out = str(tmp_path / "now.npz")
    run("seeds.py", out)
    with np.load(out) as now, np.load(CASE) as then:
        assert set(now.files) == set(then.files)
        for name in then.files:
            np.testing.assert_allclose(now[name], then[name], rtol=2e-6, atol=2e-7, err_msg=name)


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["graph", "eager"])
def test_shuffled_rows_come_in_the_order_of_tensorflow_1_15(tmp_path, mode):
    recorded, out = os.path.join(HERE, "shuffles.txt"), tmp_path / "now.txt"
    run("shuffles.py", recorded, str(out), mode)
    with open(recorded) as file:
        then = [line for line in file.read().splitlines()
                if line.startswith("eager") == (mode == "eager")]
    assert len(then) >= 9 and out.read_text().splitlines() == then

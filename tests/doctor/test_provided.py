"""What the doctor says `legacy` gives, against what it gives."""

import os
import subprocess
import sys

import pytest
import tensorflow
from conftest import ROOT

from seq2seq_graph.doctor import plan, provided, report, symbols

TABLE = symbols.table()


def test_the_doctor_reads_what_the_tree_has():
    if tensorflow.__version__ != TABLE.new:
        pytest.skip(f"the doctor's table is of TensorFlow {TABLE.new}")
    pytest.importorskip("tf_keras", reason="pip install -e '.[legacy]'")
    from seq2seq_graph.legacy import tree

    modules, differ = tree.build("old"), []
    names = TABLE.groups["gone"] | TABLE.groups["keras3"] | TABLE.groups["moved"]
    for name in sorted(names - TABLE.groups["modules"]):
        said = provided.source(name)
        # The package of estimators is the runner's to bring; mock's value appears when it is used.
        elsewhere = said == "estimator" or name == "test.mock.file_spec"
        if not elsewhere and _has(modules[""], name) != (said is not None):
            differ.append((name, said))
    assert differ == []


def _has(module, path):
    try:
        for name in path.split("."):
            module = getattr(module, name)
    except Exception:
        return False
    return True


BRINGS = """
import sys, importlib
from seq2seq_graph.legacy.programs import world
world.enter()
for path in sys.stdin.read().split():
    module, _, name = path.rpartition(".")
    try:
        if module == "numpy.ndarray":
            continue
        found = importlib.import_module(module or name)
        if module:
            getattr(found, name)
    except Exception as error:
        print(path, repr(error)[:200])
"""


@pytest.mark.slow
def test_the_runner_brings_back_what_the_doctor_says():
    if tensorflow.__version__.startswith("1."):
        pytest.skip("needs TensorFlow 2: on 1.15 nothing is lost")
    gone = {f"numpy.{name}" for name in TABLE.groups["numpy"]} | TABLE.groups["python"]
    names = sorted(provided.brought_back() & gone)
    assert len(names) > 40
    done = subprocess.run([sys.executable, "-c", BRINGS], input="\n".join(names).encode(),
                          cwd=ROOT, capture_output=True, check=False)
    assert done.stdout == b"" and done.returncode == 0, (done.stdout, done.stderr[-2000:])


@pytest.mark.parametrize("name", ["char_rnn.py", "custom_cell.py", "hparams_queue.py",
                                  "notebook.ipynb"])
def test_nothing_remains_of_what_stops_the_programs_that_the_runner_runs(name):
    findings = report.examine(os.path.join(ROOT, "tests", "programs", name)).findings
    assert len([f for f in findings if f.stops]) > 10 and plan.left_by_run(findings) == []


@pytest.mark.parametrize("name, source", [
    ("nn.rnn_cell.LSTMCell", "own"), ("nn.dynamic_rnn", "v1"), ("contrib.rnn.static_rnn", "v1"),
    ("layers.separable_conv2d", "keras"), ("estimator.Estimator", "estimator"),
    ("contrib.gan.gan_model", None), ("keras.utils.multi_gpu_model", None),
])
def test_where_a_name_comes_from(name, source):
    assert provided.source(name) == source


def test_private_names_that_the_runner_finds():
    assert provided.private("python.ops.array_ops.stack")
    assert provided.private("python.util.nest.is_sequence")
    assert not provided.private("python.util.nest.no_such_name")
    assert provided.private("python.estimator.export.export_output")
    assert provided.private("python.keras.preprocessing.text")
    assert not provided.private("python.estimators.nothing")

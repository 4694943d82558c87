"""Old programs run from files that nobody changes: each test writes one and runs it."""

import importlib.util
import json
import os
import subprocess
import sys

import pytest
import tensorflow

ON_1 = tensorflow.__version__.startswith("1.")
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
SCRIPT = os.path.join(ROOT, "scripts", "legacy.py")
needs_2 = pytest.mark.skipif(ON_1, reason="TensorFlow 1 has these names")


def run(folder, *args):
    """Runs the script in `folder`; gives status, standard output and standard error."""
    environment = dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3", PYTHONPATH=ROOT)
    done = subprocess.run(
        [sys.executable, SCRIPT, "run", *args], cwd=str(folder), env=environment,
        capture_output=True, text=True, check=False, timeout=120)
    return done.returncode, done.stdout, done.stderr


IMPORT_FORMS = '''
from tensorflow import *
import tensorflow as tf
from tensorflow.contrib import rnn
from tensorflow.nn import dynamic_rnn
from tensorflow.nn.rnn_cell import *
import tensorflow.contrib.seq2seq as s
from tensorflow import gfile
from tensorflow.python.ops import rnn_cell, array_ops, control_flow_ops, variable_scope
from tensorflow.python.ops.rnn_cell import LSTMCell as private
from tensorflow.python.util import nest
from tensorflow.python.framework import ops
import tensorflow.python.ops.rnn_cell_impl
import tensorflow.compat.v1 as v1
import own.part

def inside():
    import tensorflow.contrib.layers as layers
    from tensorflow.contrib.rnn import LSTMCell
    return LSTMCell

assert LSTMCell is tf.nn.rnn_cell.LSTMCell is rnn.LSTMCell is private is inside()
assert v1.nn.dynamic_rnn is dynamic_rnn and placeholder is tf.placeholder
assert array_ops.stack is tf.stack and control_flow_ops.cond is tf.cond
assert nest.is_sequence([1]) and ops.Tensor is tf.Tensor and gfile.Exists("own")
x = tf.placeholder(tf.float32, [None, 3, 4], "x")
assert x.shape[1].value == 3 and x.get_shape()[0].value is None
assert "Ref" in type(tf.Variable(0.0)).__name__
outputs, _ = dynamic_rnn(rnn.LSTMCell(5), x, dtype=tf.float32)
names = [op.name for op in tf.get_default_graph().get_operations()]
assert any(name.endswith("while/Enter") for name in names), names
import sys
sys.stdout.write(str(own.part.answer.__name__))
'''


def test_every_form_of_import_and_tensorflow_1s_behaviour(tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "__init__.py").write_text("")
    (tmp_path / "own" / "part.py").write_text("import tensorflow as tf\nanswer = tf.nn.rnn_cell")
    (tmp_path / "forms.py").write_text(IMPORT_FORMS)
    status, out, err = run(tmp_path, "forms.py")
    assert status == 0, err
    assert out.endswith("rnn_cell")


OTHER_HOMES = '''
import tensorflow as tf
from tensorflow_core.python.training.adam import AdamOptimizer
from tensorflow.python.training import training_ops
from tensorflow.python import graph_util
assert AdamOptimizer.__name__ == "AdamOptimizer" and training_ops.apply_adam is not None
assert graph_util.extract_sub_graph is tf.python.graph_util.extract_sub_graph
assert tf.core.__name__.endswith("core") and not hasattr(tf.python, "nonsense")
'''


def test_tensorflows_own_files_are_found_where_programs_looked_for_them(tmp_path):
    (tmp_path / "homes.py").write_text(OTHER_HOMES)
    status, _, err = run(tmp_path, "homes.py")
    assert status == 0, err


NUMPY_AND_PYTHON = '''
import tensorflow as tf
import collections, inspect, random, time
import numpy as np
from distutils.version import LooseVersion
assert np.zeros(2, np.float).dtype == np.float64 and np.int is int and np.object is object
assert np.Inf == float("inf") and np.lib.pad is np.pad
assert np.array([1, 2], np.int8).tostring() == b"\\x01\\x02"
assert np.float32(1.5).tostring() == np.float32(1.5).tobytes()
assert np.array([[1], [2, 3]]).dtype == object
assert str([np.float32(1)]) == "[1.0]"
assert issubclass(dict, collections.Mapping)
assert inspect.getargspec(lambda a, b=1: 0).defaults == (1,)
assert LooseVersion("1.10") > LooseVersion("1.9") and LooseVersion(tf.__version__) < "2"
assert random.sample({7}, 1) == [7] and time.clock() >= 0
import math
one, table, words = np.array([3.0]), np.zeros([3, 2]), {}
assert int(np.searchsorted([0.5, 1.0], np.random.rand(1) * 0.4)) == 0
assert (float(one), math.exp(one), "%d %s" % (one, "x")) == (3.0, math.exp(3.0), "3 x")
table[0, 1] = one
table[1:, 0], words["a"] = [1, 2], 1
table[1:, 1] = table[1:, 0]
assert table.tolist() == [[0, 3], [1, 1], [2, 2]] and words == {"a": 1}
assert np.sum(i for i in range(3)) == 3 and np.hstack(map(np.array, [[1], [2]])).size == 2
assert np.fromstring(b"ab", dtype=np.uint8).tolist() == [97, 98]
assert np.array([1, 2], copy=False).size == 2 and random.randint(0, 0.0) == 0
for wrong in (lambda: int("x"), lambda: int([1]), lambda: "%d" % "x", lambda: int(one, one)):
    try:
        wrong()
    except (TypeError, ValueError):
        continue
    raise AssertionError("no error")
class Own:
    def tostring(self):
        return "mine"
print(Own().tostring())
'''


@needs_2
def test_names_that_numpy_and_python_lost_are_back_and_each_is_said_once(tmp_path):
    (tmp_path / "names.py").write_text(NUMPY_AND_PYTHON + "np.float, np.int, time.clock()\n")
    status, out, err = run(tmp_path, "names.py")
    assert status == 0, err
    assert out == "mine\n"
    import numpy as np

    if int(np.__version__.split(".")[0]) >= 2:
        assert err.count("numpy.Inf is gone") == 1
        assert "write np.inf" in err
    assert err.count("legacy: numpy.float is gone") == 1
    assert err.count("legacy: time.clock") == 1


REGULARIZED = '''
import numpy as np, tensorflow as tf

class Own(tf.nn.rnn_cell.RNNCell):
    state_size = output_size = 2

    def call(self, inputs, state):
        kernel = tf.get_variable("kernel", [3, 2], regularizer=lambda v: tf.reduce_sum(v * v))
        state = tf.matmul(inputs, kernel) + state
        return state, state

for cell in (Own(), tf.nn.rnn_cell.BasicRNNCell(2)):
    with tf.Graph().as_default(), tf.variable_scope(
            "s", initializer=tf.ones_initializer(), regularizer=tf.nn.l2_loss):
        outputs, _ = tf.nn.dynamic_rnn(cell, tf.ones([1, 2, 3]), dtype=tf.float32)
        losses = tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)
        assert all(isinstance(loss, tf.Tensor) for loss in losses), losses
        gradients = tf.gradients(tf.reduce_sum(outputs) + tf.add_n(losses),
                                 tf.trainable_variables())
        with tf.Session() as sess:
            sess.run(tf.global_variables_initializer())
            print([loss.op.name for loss in losses], sess.run(tf.losses.get_regularization_loss()),
                  len(sess.run(gradients)))
'''


def test_a_regularizer_of_a_variable_made_in_a_loop_is_used_outside_of_it(tmp_path):
    (tmp_path / "regularized.py").write_text(REGULARIZED)
    status, out, err = run(tmp_path, "regularized.py")
    assert status == 0, err
    assert out.splitlines() == [  # as TensorFlow 1.15.5 prints it
        "['s/rnn/own/kernel/Regularizer/Sum'] 6.0 1",
        "['s/rnn/basic_rnn_cell/kernel/Regularizer/L2Loss', "
        "'s/rnn/basic_rnn_cell/bias/Regularizer/L2Loss'] 5.0 2",
    ]


LOST_ELSEWHERE = '''
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import scipy
import scipy.integrate, scipy.misc, scipy.signal
from scipy.misc import logsumexp
assert scipy.array([1]).tolist() == [1] and scipy.sqrt is np.sqrt
assert list(scipy.signal.hann(3)) == [0, 1, 0] and logsumexp([0.0]) == 0
assert scipy.integrate.simps([2.0, 2.0]) == 2 == scipy.integrate.trapz([2.0, 2.0])
plt.style.use("seaborn-whitegrid")
assert plt.cm.get_cmap("viridis")(0.0)
plt.figure().canvas.set_window_title("title")
'''


@needs_2
def test_names_that_scipy_and_matplotlib_lost_are_back(tmp_path):
    """Where there is no SciPy, this one stands for today's: what is not written here is gone."""
    for name, text in {
        "__init__.py": "", "signal/__init__.py": "",
        "signal/windows.py": "def hann(n): return [0, 1, 0]",
        "integrate.py": "def simpson(y): return y[0]\ndef trapz(y): return y[0]",
        "special.py": "def logsumexp(a): return a[0]", "misc.py": "",
    }.items():
        path = tmp_path / "scipy" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "elsewhere.py").write_text(LOST_ELSEWHERE)
    status, _, err = run(tmp_path, "elsewhere.py")
    assert status == 0, err
    if importlib.util.find_spec("scipy") is None:
        assert err.count("legacy: scipy.signal.hann is gone") == 1
        assert "write scipy.signal.windows.hann" in err


FAILS = '''# -*- coding: latin-1 -*-
import sys
import tensorflow as tf
print(sys.argv[1:], __name__, tf.app.flags.FLAGS is not None, "\xe9")
tf.app.flags.DEFINE_integer("steps", 1, "steps")

def main(argv):
    print(tf.app.flags.FLAGS.steps)
    deeper()

def deeper():
    raise KeyError("here")

if __name__ == "__main__":
    tf.app.run()
'''


def test_arguments_main_and_a_traceback_of_the_programs_own_lines(tmp_path):
    (tmp_path / "fails.py").write_bytes(FAILS.encode("latin-1"))
    status, out, err = run(tmp_path, "fails.py", "--steps", "3")
    assert status == 1
    assert out.splitlines()[0].startswith("['--steps', '3'] __main__ True")
    assert out.splitlines()[1] == "3"
    assert "in deeper" in err and "KeyError: 'here'" in err
    assert err.index("in <module>") < err.index("in main") < err.index("in deeper")
    assert "seq2seq_graph" not in err and "scripts/legacy.py" not in err


@pytest.mark.parametrize("end, status", [("sys.exit(7)", 7), ("sys.exit('words')", 1)])
def test_the_exit_status_is_the_programs(tmp_path, end, status):
    (tmp_path / "ends.py").write_text("import sys\n" + end)
    got, _, err = run(tmp_path, "ends.py")
    assert got == status
    assert ("words" in err) == ("words" in end)


OWN_DEPRECATIONS = '''
import tensorflow as tf
x = tf.placeholder(tf.float32, [None, 5, 8])
outputs, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.LSTMCell(4), x, dtype=tf.float32)
outputs, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(4), outputs, dtype=tf.float32, scope="two")
outputs = tf.layers.batch_normalization(outputs[:, 0], training=True)
tf.contrib.layers.batch_norm(tf.contrib.layers.fully_connected(outputs, 3), is_training=True)
'''


@needs_2
@pytest.mark.slow
def test_tensorflow_warns_of_the_programs_lines_and_not_of_this_packages(tmp_path):
    (tmp_path / "program.py").write_text(OWN_DEPRECATIONS)
    status, _, errors = run(tmp_path, "program.py")
    assert status == 0 and "program.py:4: dynamic_rnn" in errors
    assert os.path.join(ROOT, "seq2seq_graph") not in errors


@needs_2
@pytest.mark.slow
def test_the_import_line_brings_no_warning_of_this_packages_lines(tmp_path):
    """The process is not the package's there, so it calls nothing that TensorFlow warns of."""
    line = ("from seq2seq_graph.legacy import tensorflow as tf\ntf.disable_v2_behavior()\n"
            "from seq2seq_graph.legacy.tensorflow.contrib import rnn\n"
            "assert rnn.LSTMCell is tf.contrib.rnn.LSTMCell")
    text = OWN_DEPRECATIONS.replace("import tensorflow as tf", line)
    done = subprocess.run([sys.executable, "-c", text], cwd=str(tmp_path), capture_output=True,
                          text=True, check=True, env=dict(os.environ, PYTHONPATH=ROOT))
    assert os.path.join(ROOT, "seq2seq_graph") not in done.stderr


def test_a_module_by_name_with_its_relative_imports(tmp_path):
    package = tmp_path / "pack"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "other.py").write_text("value = 5")
    (package / "start.py").write_text(
        "import sys\nfrom .other import value\nprint(value, sys.argv[1:])")
    status, out, err = run(tmp_path, "-m", "pack.start", "a", "-m")
    assert (status, out) == (0, "5 ['a', '-m']\n"), err


def test_a_notebook_runs_without_its_magics(tmp_path):
    cells = ["%matplotlib inline\n!pip install x \\\n  y\nimport tensorflow as tf\n",
             "%%bash\nls\n", "x = (7\n  % 4)\n%time print(x)\n", "raise ValueError('cell')\n"]
    (tmp_path / "note.ipynb").write_text(json.dumps(
        {"cells": [{"cell_type": "code", "source": cell} for cell in cells], "nbformat": 4}))
    status, out, err = run(tmp_path, "note.ipynb")
    assert (status, out) == (1, "3\n"), err
    assert "cell 4" in err and "raise ValueError('cell')" in err


def test_a_program_of_python_2_is_named_as_such_in_one_line(tmp_path):
    (tmp_path / "two.py").write_text("import sys\nprint 'hello'\n")
    status, _, err = run(tmp_path, "two.py")
    assert status == 1
    assert "two.py:2: this is Python 2 (print statement)" in err
    assert "scripts/doctor.py --fix --write two.py" in err
    assert "Traceback" not in err


@needs_2
def test_a_contrib_name_that_is_not_rebuilt_is_one_line_however_it_is_imported(tmp_path):
    (tmp_path / "gone.py").write_text(
        "try:\n    from tensorflow.contrib import image\nexcept ImportError as e:\n    print(e)\n"
        "from tensorflow.contrib.timeseries import ARRegressor\n")
    status, out, err = run(tmp_path, "gone.py")
    assert status == 1
    assert "tf.contrib.image" in out and "image models" in out
    assert err.splitlines()[-1].startswith(
        "ImportError: tf.contrib.timeseries is not rebuilt")


def test_a_program_that_is_not_there(tmp_path):
    status, _, err = run(tmp_path, "nothing.py")
    assert (status, err) == (2, "error: nothing.py: there is no such program\n")

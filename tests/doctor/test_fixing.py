"""`--fix`: the changes that are certain, as a diff, and in the file only with `--write`."""

import ast
import json
import os
import shutil
import subprocess
import sys

import doctor as doctor_script
import pytest
from conftest import ROOT

from seq2seq_graph.doctor import diff, fixing, report
from seq2seq_graph.errors import InputError


def run(*argv):
    try:
        return doctor_script.main([str(a) for a in argv])
    except SystemExit as stopped:
        return stopped.code


def fixed(tmp_path, text, name="a.py"):
    """Gives a text after `--fix --write`."""
    path = tmp_path / name
    path.write_bytes(text.encode())
    run("--fix", "--write", path)
    return path.read_bytes().decode()


TF = "import tensorflow as tf\n"
V1 = "import tensorflow.compat.v1 as tf\n"
LEGACY = "from seq2seq_graph.legacy import tensorflow as tf\n"
CASES = [
    (TF + "tf.gfile.Exists('a')\n", V1 + "tf.gfile.Exists('a')\n"),
    (TF + "tf.placeholder\n", V1 + "tf.disable_eager_execution()\ntf.placeholder\n"),
    ("import os\nimport tensorflow as tf # why\ntf.gfile.Exists('a')\n",
     "import os\nimport tensorflow.compat.v1 as tf # why\ntf.gfile.Exists('a')\n"),
    ("import tensorflow\ntensorflow.gfile.Exists('a')\n",
     "import tensorflow.compat.v1 as tensorflow\ntensorflow.gfile.Exists('a')\n"),
    ("import tensorflow as T\nT.nn.rnn_cell.LSTMCell(3)\n",
     "from seq2seq_graph.legacy import tensorflow as T\nT.nn.rnn_cell.LSTMCell(3)\n"),
    ("from tensorflow.contrib import rnn\nrnn.LSTMCell(3)\n",
     "from seq2seq_graph.legacy.tensorflow.contrib import rnn\nrnn.LSTMCell(3)\n"),
    ("from tensorflow import gfile\n", "from tensorflow.compat.v1 import gfile\n"),
    ("import numpy as np\nx = [np.Inf, np.int(3), np.lib.pad([1], 1), np . NaN, 'np.Inf']\n",
     "import numpy as np\nx = [np.inf, int(3), np.pad([1], 1), np.nan, 'np.Inf']\n"),
    ("import numpy\nx = numpy.float_(3)\n", "import numpy\nx = numpy.float64(3)\n"),
    ("import numpy as np\ny = np.zeros(3).tostring() # .tostring()\n",
     "import numpy as np\ny = np.zeros(3).tobytes() # .tostring()\n"),
    ("import time, collections\ntime.clock(); collections.Mapping\n",
     "import time, collections\ntime.process_time(); collections.abc.Mapping\n"),
    ("import cPickle\nimport cPickle as pickle\nfrom StringIO import StringIO\n",
     "import pickle as cPickle\nimport pickle as pickle\nfrom io import StringIO\n"),
    ("for i in xrange(3):\n    f = dict(xrange=1).iteritems()\n    unicode('a', xrange)\n",
     "for i in range(3):\n    f = dict(xrange=1).items()\n    str('a', range)\n"),
    ("import itertools, string\nstring.letters\nitertools.izip_longest([1])\n",
     "import itertools, string\nstring.ascii_letters\nitertools.zip_longest([1])\n"),
    ("x = 1\nprint x, `x`\nif x <> 0777L: print\n",
     "x = 1\nprint(x, repr(x))\nif x != 0o777: print()\n"),
    ("x = 1\nif x:\n\tprint x\n        print x\n",
     "x = 1\nif x:\n        print(x)\n        print(x)\n"),
    ("n = len([1]) / 2\nprint n\nx = 7 / 2 / 2\n",
     "n = len([1]) // 2\nprint(n)\nx = 7 / 2 / 2\n"),
    ("x = 1\nprint x\nimport numpy as np\nprint np.Inf\n",
     "x = 1\nprint(x)\nimport numpy as np\nprint(np.inf)\n"),
]


@pytest.mark.parametrize("old, new", CASES)
def test_what_is_certain_is_changed(tmp_path, old, new):
    assert fixed(tmp_path, old) == new
    ast.parse(new)
    assert fixed(tmp_path, new) == new  # once


@pytest.mark.parametrize("text", [
    "import os, tensorflow as tf\ntf.gfile.Exists('a')\n",  # two on one line
    "try:\n    import tensorflow.compat.v1 as tf\nexcept ImportError:\n"
    "    import tensorflow as tf\ntf.placeholder\n",
    "import numpy as np\nint = 3\nnp.int(4)\n",  # the builtin is another here
    "import numpy as np\nnp.NINF, np.fv\n", "import md5, sets\n", "x = y\n", "print(<a value>)\n",
    "import inspect\ninspect.getargspec(1)\n", "import urllib\nurllib.urlopen('a')\n",
    "from numpy import Inf\n",
    TF + "tf.optimizers.Adam\ntf.gfile.Exists('a')\n",  # compat.v1 has no optimizers
    "import fractions\nfractions.gcd(1, 2)\n",
])
def test_what_is_not_certain_stays(tmp_path, text):
    assert fixed(tmp_path, text) == text


@pytest.mark.parametrize("text", [
    TF.replace("\n", "\r\n") + "tf.placeholder  \r\n\r\n\tx = 1\r\n".replace("\tx", "x"),
    TF + "tf.placeholder",  # no line end at the end
    "\ufeff" + TF + "x = '\u00e9\u2028\x0c'\ntf.gfile\n",
    "# coding: latin-1\n" + TF + "tf.gfile  # \n\n\n",
])
def test_the_rest_stays_to_the_byte(tmp_path, text):
    new = fixed(tmp_path, text)
    end = "\r\n" if "\r\n" in text else "\n"
    more = f"tf.disable_eager_execution(){end}" if "placeholder" in text else ""
    assert new == text.replace("import tensorflow as tf" + end, V1.strip() + end + more)


def test_another_encoding_stays(tmp_path):
    path = tmp_path / "a.py"
    path.write_bytes(b"# coding: latin-1\nx = '\xe9'\nprint x\n")
    assert run("--fix", "--write", path) == 0
    assert path.read_bytes() == b"# coding: latin-1\nx = '\xe9'\nprint(x)\n"


def test_without_write_nothing_changes_and_the_diff_applies(tmp_path, capsys):
    old = "".join(f"x{i} = {i}\n" for i in range(9)) + TF + "print x1\n" + "y = 1\n" * 9 + "print y"
    path = tmp_path / "a.py"
    path.write_text(old + "\ntf.Session()")
    assert run("--fix", path) == 0
    out, error = capsys.readouterr()
    assert path.read_text() == old + "\ntf.Session()"
    assert "would change (--write changes them)" in error
    done = subprocess.run(["patch", "-p0", "--posix", str(path)], input=out.encode(), check=False,
                          capture_output=True) if _has_patch() else None
    if done is not None:
        assert done.returncode == 0, done.stdout
        patched = path.read_text()
        path.write_text(old + "\ntf.Session()")
        run("--fix", "--write", path)
        assert path.read_text() == patched
    assert "+tf.disable_eager_execution()\n" in out and "-print x1\n+print(x1)\n" in out


def _has_patch():
    return shutil.which("patch") is not None


def test_a_diff_counts_its_lines():
    old = [f"{i}\n" for i in range(20)]
    new = [[line] for line in old]
    new[1], new[17] = ["a\n", "b\n"], ["c\n"]
    assert diff.write_unified("f", old, new) == (
        "--- f\n+++ f\n@@ -1,5 +1,6 @@\n 0\n-1\n+a\n+b\n 2\n 3\n 4\n"
        "@@ -15,6 +16,6 @@\n 14\n 15\n 16\n-17\n+c\n 18\n 19\n")
    assert diff.write_unified("f", ["a"], [["b"]]) == (
        "--- f\n+++ f\n@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n"
        "+b\n\\ No newline at end of file\n")
    assert diff.write_unified("f", old, [[line] for line in old]) == ""


def notebook(*cells, **dump):
    return json.dumps({"cells": [{"cell_type": "markdown", "source": "print x"}] + [
        {"cell_type": "code", "outputs": [{"text": "print x"}], "source": cell}
        for cell in cells], "nbformat": 4}, **dump)


@pytest.mark.parametrize("dump", [{}, {"indent": 1}, {"indent": 1, "ensure_ascii": False}])
def test_a_notebook_changes_in_its_cells_alone(tmp_path, dump):
    old = notebook(["%matplotlib inline\n", "import tensorflow as tf # \u00e9 \U0001f600 \"\n",
                    "print 'a\\n\t\u00e9'"], "tf.placeholder\nprint x, \\\n  2\nx = np.Inf",
                   "import numpy as np\nx = np.Inf", **dump)
    new = fixed(tmp_path, old, "a.ipynb")
    assert new == notebook(
        ["%matplotlib inline\n", "import tensorflow.compat.v1 as tf # \u00e9 \U0001f600 \"\n"
         "tf.disable_eager_execution()\n", "print('a\\n\t\u00e9')"],
        "tf.placeholder\nprint(x, \\\n  2)\nx = np.Inf", "import numpy as np\nx = np.inf", **dump)


def test_a_notebook_of_one_line_is_shown_by_its_cells(tmp_path, capsys):
    path = tmp_path / "a.ipynb"
    path.write_text(notebook("import os", "x = 1\nprint x\ny = 2\nprint y\n"))
    assert path.read_text().count("\n") == 0
    assert run("--fix", path) == 0
    printed = capsys.readouterr()
    name = f"{path} cell 2"
    assert printed.out == (f"--- {name}\n+++ {name}\n@@ -1,5 +1,5 @@\n x = 1\n-print x\n+print(x)\n"
                           " y = 2\n-print y\n+print(y)\n \n")
    assert printed.err == ("2 lines in 1 file would change (--write changes them); nothing stops a "
                           "file after that\n")


def test_the_older_format_changes_too(tmp_path):
    old = json.dumps({"worksheets": [{"cells": [{"cell_type": "code", "input": ["x = 1"]}]}, {
        "cells": [{"cell_type": "heading"}, {"cell_type": "code", "input": ["print x\n", "x"]}]}]})
    assert fixed(tmp_path, old, "a.ipynb") == old.replace("print x", "print(x)")


def test_nothing_is_lost_where_writing_fails(tmp_path, monkeypatch, capsys):
    (tmp_path / "a.py").write_text("print 1\n")
    (tmp_path / "b.py").write_text("print 2\n")
    replace = os.replace

    def broken(source, target):
        if target.endswith("a.py"):
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(os, "replace", broken)
    assert run("--fix", "--write", tmp_path) == 2
    assert (tmp_path / "a.py").read_text() == "print 1\n"
    assert (tmp_path / "b.py").read_text() == "print(2)\n"
    assert sorted(os.listdir(tmp_path)) == ["a.py", "b.py"]
    error = capsys.readouterr().err
    assert "a.py: cannot be written: No space left on device; the file is as it was" in error


def test_a_file_that_changes_meanwhile_is_left_alone(tmp_path):
    path = tmp_path / "a.py"
    path.write_text("print 1\n")
    change = fixing.fix(str(path))
    path.write_text("print 2\n")
    with pytest.raises(InputError, match="has changed"):
        fixing.write(change)
    assert path.read_text() == "print 2\n"


def test_mode_and_links_stay(tmp_path):
    path, link = tmp_path / "a.py", tmp_path / "b.py"
    path.write_text("print 1\n")
    path.chmod(0o750)
    link.symlink_to(path)
    assert run("--fix", "--write", link) == 0
    assert link.is_symlink() and path.read_text() == "print(1)\n"
    assert path.stat().st_mode & 0o7777 == 0o750


def test_a_change_that_would_break_a_program_is_refused(tmp_path, monkeypatch, capsys):
    from seq2seq_graph.doctor import certain

    path = tmp_path / "a.py"
    path.write_text("import numpy as np\nnp.Inf\n")
    monkeypatch.setattr(certain._Editor, "numpy", lambda self, line, name: self.replace(0, 0, "("))
    assert run("--fix", "--write", path) == 2
    assert path.read_text() == "import numpy as np\nnp.Inf\n"
    assert "nothing is changed" in capsys.readouterr().err


@pytest.mark.parametrize("argv, message", [
    (["--write", "a.py"], "--write goes with --fix"), (["--fix", "--json", "a.py"], "not allowed"),
    (["--fix", "--write", "-"], "standard input"),
])
def test_flags_that_do_not_go_together(argv, message, capsys):
    assert run(*argv) == 2 and message in capsys.readouterr().err


def test_the_status_is_that_of_the_changed_program(tmp_path, capsys):
    (tmp_path / "a.py").write_text("print 1\n")
    assert run("--fix", tmp_path / "a.py") == 0
    (tmp_path / "b.py").write_text("print x\n")
    assert run("--fix", tmp_path / "b.py") == 1
    assert "1 of 1 file would still stop" in capsys.readouterr().err


def test_after_the_fix_the_doctor_finds_it_no_more(tmp_path):
    path = tmp_path / "a.py"
    path.write_text("".join(old for old, _ in CASES if "\t" not in old
                            and "as T" not in old and "tensorflow\n" not in old))
    run("--fix", "--write", path)
    left = {f.code for f in report.examine(str(path)).findings}
    assert not left & {"python2-syntax", "numpy-name", "moved-symbol", "syntax-error"}


@pytest.mark.slow
def test_a_program_of_python_2_runs_after_its_fix(tmp_path):
    import tensorflow

    if tensorflow.__version__.startswith("1."):
        pytest.skip("needs TensorFlow 2, on which such a program stops")
    path = tmp_path / "old.py"
    path.write_text("""
import tensorflow as tf
import numpy as np
import cPickle

x = tf.placeholder(tf.float32, [None, 4])
with tf.variable_scope('a'):
    w = tf.get_variable('w', [int(x.get_shape()[1].value), 2], initializer=tf.ones_initializer())
loss = tf.reduce_sum(tf.reduce_sum(tf.matmul(x, w), 1, keep_dims=True))
train = tf.train.GradientDescentOptimizer(0.5).minimize(loss)
best = np.Inf
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in xrange(len('abcdef') / 2):
        feed = {x: np.ones([3, 4], dtype=np.float)}
        value = sess.run(loss, feed)
        sess.run(train, feed)
        if value < best:
            best = value
        print 'step', i, '%.1f' % value
print `np.int(best)`, cPickle.loads(cPickle.dumps({'a': 0777L}))
""")
    environment = {**os.environ, "PYTHONPATH": ROOT}

    def execute():
        return subprocess.run([sys.executable, str(path)], env=environment, check=False,
                              capture_output=True)

    assert execute().returncode == 1
    assert run("--fix", "--write", path) == 0
    done = execute()
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.decode() == (
        "step 0 24.0\nstep 1 -12.0\nstep 2 -48.0\n-48 {'a': 511}\n")


@pytest.mark.slow
@pytest.mark.parametrize("name, ends", [
    ("hparams_queue.py", None), ("custom_cell.py", "has no attribute 'cond'"),
])
def test_an_old_program_runs_after_its_fix_or_stops_where_the_doctor_said(tmp_path, name, ends):
    import tensorflow

    if int(tensorflow.__version__.split(".")[1]) < 16:
        pytest.skip("needs TensorFlow 2.16 or later, on which such a program stops")
    path = tmp_path / name
    shutil.copy(os.path.join(ROOT, "tests", "programs", name), path)
    assert run("--fix", "--write", path) == (0 if ends is None else 1)
    (left,) = [f for f in report.examine(str(path)).findings if f.stops] or [None]
    done = subprocess.run(
        [sys.executable, str(path)], env={**os.environ, "PYTHONPATH": ROOT}, cwd=tmp_path,
        check=False, capture_output=True)
    error = done.stderr.decode()
    assert (done.returncode == 0) == (ends is None), error[-2000:]
    if ends is not None:
        assert left.code == "private-name" and f"line {left.line}," in error and ends in error

"""Processes that an old program starts with Python anew are run as it is."""

import os
import subprocess
import sys

import pytest
import tensorflow

from seq2seq_graph.legacy.programs.children import Command, owner, read_command

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
SCRIPT = os.path.join(ROOT, "scripts", "legacy.py")
ON_1 = tensorflow.__version__.startswith("1.")

# Writes what no plain Python of today allows, and who ran it.
OTHER = '''
import os, sys
import numpy as np
import tensorflow as tf
assert np.array([1], np.int8).tostring() == b"\\x01"
assert tf.contrib.rnn.LSTMCell is tf.nn.rnn_cell.LSTMCell
assert tf.placeholder(tf.float32, [3]).shape[0].value == 3
print(__name__, os.path.basename(sys.argv[0]), sys.argv[1:], seen_by_user, sys.flags.optimize,
      any(folder.endswith("child") for folder in sys.path))
sys.exit(len(sys.argv[1:]))
'''
PARENT = '''
import multiprocessing, os, subprocess, sys
import numpy as np
import tensorflow as tf

row = np.array([1, 2], np.int8).tostring()


def job(queue, seed):
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.set_random_seed(seed)
        outputs, _ = tf.nn.dynamic_rnn(
            tf.contrib.rnn.GRUCell(2), tf.ones([1, 2, 3]), dtype=tf.float32)
        sess.run(tf.global_variables_initializer())
        queue.put((__name__, row, float(sess.run(outputs).sum())))


def python(*words, **how):
    done = subprocess.run([sys.executable, *words], stdout=subprocess.PIPE, **how)
    print(done.returncode, done.stdout.decode().strip(), flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "spawn":
        context = multiprocessing.get_context("spawn")
        queue = context.Queue()
        child = context.Process(target=job, args=(queue, 7))
        child.start()
        theirs = queue.get(timeout=200)
        child.join()
        job(queue, 7)
        ours = queue.get()
        print(child.exitcode, theirs[0], theirs[1:] == ours[1:])
    else:
        mine = dict(os.environ, PYTHONPATH=os.environ["MINE"])
        python("-O", "other.py", "a", "-m", "--", "b", env=mine)
        python("-c", "import tensorflow as tf; print(tf.contrib.rnn.LSTMCell.__name__, tf.VERSION)")
        python("-m", "pip", "--version", stderr=subprocess.DEVNULL)
        os.system('"%s" -m pack.other c > said.txt' % sys.executable)
        print(open("said.txt").read().strip())
'''
EXPECTED = """4 __main__ other.py ['a', '-m', '--', 'b'] True 1 False
0 LSTMCell 1.15.5
0 pip
__main__ other.py ['c'] True 0 False
"""


def run_parent(folder, how):
    (folder / "mine").mkdir()
    (folder / "mine" / "sitecustomize.py").write_text(
        "import builtins\nbuiltins.seen_by_user = True")
    (folder / "pack").mkdir()
    (folder / "pack" / "__init__.py").write_text("")
    for path in (folder / "other.py", folder / "pack" / "other.py"):
        path.write_text(OTHER)
    (folder / "parent.py").write_text(PARENT)
    mine = str(folder / "mine")
    environment = dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3", PYTHONPATH=mine, MINE=mine)
    done = subprocess.run(
        [sys.executable, SCRIPT, "run", "parent.py", how], cwd=str(folder), env=environment,
        capture_output=True, text=True, check=False, timeout=500)
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def test_a_process_of_subprocess_or_a_shell_is_run_as_its_parent(tmp_path):
    out, err = run_parent(tmp_path, "subprocess")
    lines = ["0 pip" if " pip " in line else line for line in out.splitlines()]
    assert lines == EXPECTED.splitlines(), err


def test_a_process_by_spawn_is_run_as_its_parent_and_draws_the_same_numbers(tmp_path):
    out, err = run_parent(tmp_path, "spawn")
    assert out.splitlines() == ["0 __mp_main__ True"], err


@pytest.mark.parametrize("words, command", [
    ("a.py -c b", Command([], "file", ["a.py", "-c", "b"])),
    ("-u -W ignore -Xdev a.py", Command(["-u", "-W", "ignore", "-X", "dev"], "file", ["a.py"])),
    ("-OOm pack.a -v", Command(["-O", "-O"], "module", ["pack.a", "-v"])),
    ("-cpass x", Command([], "code", ["pass", "x"])),
    ("--check-hash-based-pycs never a.py",
     Command(["--check-hash-based-pycs", "never"], "file", ["a.py"])),
    ("-i", Command(["-i"], "input", [])),
    ("- x", Command([], "input", ["-", "x"])),
    ("--version", None),
    ("-m", None),
])
def test_a_command_line_is_read_as_python_reads_it(words, command):
    assert read_command(["python", *words.split()]) == command


def test_whose_a_file_or_a_module_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.py").write_text("")
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "__main__.py").write_text("")
    (tmp_path / "archive").write_bytes(b"PK\3\4\0\0")
    of_files = {"own.py": "program", "pack": "program", "archive": "package", "none.py": "package",
                SCRIPT: "package", pytest.__file__: "package", os.__file__: "python"}
    of_modules = {"own": "program", "pack.part": "program", "unittest": "python",
                  "pytest": "package", "nothing": "package"}
    for kind, expected in (("file", of_files), ("module", of_modules)):
        found = {name: owner(Command([], kind, [name]), SCRIPT) for name in expected}
        assert found == expected


@pytest.mark.skipif(ON_1, reason="on TensorFlow 1 processes are left as they are")
def test_a_process_without_the_environment_of_a_run_is_plain(tmp_path):
    (tmp_path / "plain.py").write_text(
        "import sys\nprint([name for name in sys.modules if name.startswith('seq2seq_graph')])")
    child = os.path.join(ROOT, "seq2seq_graph", "legacy", "programs", "child")
    environment = dict(os.environ, PYTHONPATH=child)
    environment.pop("SEQ2SEQ_GRAPH_RUN", None)
    done = subprocess.run([sys.executable, "plain.py"], cwd=str(tmp_path), env=environment,
                          capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")

"""A program with dropout, on the real TensorFlow 1.15 and on this one: the same numbers."""

import os
import subprocess
import sys

import legacy
import pytest
import tensorflow

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
SCRIPT = os.path.join(ROOT, "scripts", "legacy.py")
PYTHON_115 = os.environ.get("SEQ2SEQ_TF115_PYTHON")

PROGRAM = '''
import sys
import numpy as np, tensorflow as tf
from tensorflow.contrib import rnn
letters = list(set("hello world this is text"))
x = tf.placeholder(tf.int32, [None, 6])
y = tf.placeholder(tf.int32, [None, 6])
embedded = tf.nn.embedding_lookup(tf.get_variable("embedding", [len(letters), 8]), x)
cells = [rnn.DropoutWrapper(rnn.BasicLSTMCell(8), output_keep_prob=0.8) for _ in range(2)]
outputs, state = tf.nn.dynamic_rnn(rnn.MultiRNNCell(cells), embedded, dtype=tf.float32)
logits = tf.layers.dense(outputs, len(letters))
loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits))
train = tf.train.AdamOptimizer(0.01).minimize(loss)
kernel_sum = tf.reduce_sum(tf.trainable_variables()[0])
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for step in range(30):
        ids = np.random.randint(0, len(letters), [4, 7])
        sess.run([loss, train], {x: ids[:, :-1], y: ids[:, 1:]})
    again = sess.make_callable([loss, logits], [x, y])
    again(ids[:, :-1], ids[:, 1:])
    sess.make_callable(kernel_sum)()
    print("".join(letters), sess.run(tf.argmax(logits, 2), {x: ids[:, :-1]})[0])
'''


def compare(folder, *args):
    (folder / "program.py").write_text(PROGRAM)
    environment = dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3", PYTHONPATH=ROOT)
    done = subprocess.run([sys.executable, SCRIPT, *args], cwd=str(folder), env=environment,
                          capture_output=True, text=True, timeout=300, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.skipif(tensorflow.__version__.startswith("1."),
                    reason="TensorFlow 1.15 is what it compares with: needs TensorFlow 2")
@pytest.mark.skipif(not PYTHON_115 and not tensorflow.__version__.startswith("1."),
                    reason="set SEQ2SEQ_TF115_PYTHON to a Python with tensorflow==1.15.5")
@pytest.mark.slow
def test_losses_with_dropout_are_those_of_tensorflow_1_15(tmp_path):
    status, out, err = compare(
        tmp_path, "compare", "--tf115-python", PYTHON_115, "--tolerance", "2e-5", "program.py")
    assert status == 0, out + err
    assert "none beyond rounding" in out
    assert "1.15.5" in out and tensorflow.__version__ in out
    assert "within" in out


@pytest.mark.slow
def test_a_record_is_checked_against_itself_and_against_another(tmp_path):
    status, _, err = compare(tmp_path, "record", "out.npz", "program.py")
    assert status == 0, err
    status, out, err = compare(tmp_path, "check", "--tolerance", "2e-5", "out.npz", "program.py")
    assert status == 0, out + err
    assert "compared              34 fetches, 63 feeds" in out


@pytest.mark.parametrize("argv, flag", [
    (["compare", "program.py", "--tf115-python", "python"], "--tf115-python"),
    (["compare", "program.py", "words", "--tolerance=1e-9"], "--tolerance"),
    (["check", "out.npz", "program.py", "--here"], "--here"),
    (["check", "out.npz", "program.py", "--picture", "a.png", "--", "x"], "--picture"),
    (["record", "out.npz", "program.py", "--reference", "a.npz"], "--reference"),
])
def test_a_flag_behind_the_program_is_not_taken_for_the_programs(argv, flag, capsys):
    """It would be ignored, and the program compared with itself."""
    with pytest.raises(SystemExit) as stopped:
        legacy.parse_args(argv)
    said = capsys.readouterr().err
    assert stopped.value.code == 2 and f"put {flag} before program.py" in said


@pytest.mark.parametrize("argv, args", [
    (["compare", "program.py", "--", "--tolerance", "3"], ["--tolerance", "3"]),
    (["compare", "program.py", "a", "--", "--here", "--", "b"], ["a", "--here", "--", "b"]),
    (["compare", "--here", "program.py", "--verbose"], ["--verbose"]),
    (["run", "program.py", "--tolerance", "3", "--", "b"], ["--tolerance", "3", "--", "b"]),
    (["run", "-m", "program", "--here"], ["--here"]),
])
def test_what_stands_behind_two_dashes_is_the_programs(argv, args):
    assert legacy.parse_args(argv).args == args


def test_check_reads_the_record_before_it_runs_the_program(tmp_path):
    status, out, err = compare(tmp_path, "check", "no.npz", "no_such_program.py")
    assert (status, out) == (2, "")
    assert err.startswith("error: no.npz: there is no such file") and err.count("\n") == 1


def test_compare_with_a_python_that_is_not_there(tmp_path):
    status, _, err = compare(
        tmp_path, "compare", "--tf115-python", "/no/python", "program.py")
    assert (status, err) == (
        2, "error: --tf115-python /no/python: there is no such program\n")

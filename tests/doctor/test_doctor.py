"""`doctor` on small programs: each rule with its defect, and near misses that stay silent."""

import json
import os
import textwrap

import doctor as doctor_script
import pytest
from conftest import ROOT

from seq2seq_graph.doctor import report
from seq2seq_graph.doctor.findings import RULES
from seq2seq_graph.errors import InputError
from seq2seq_graph.native import program as native_program

DOCUMENT = os.path.join(ROOT, "seq2seq_graph", "native", "document.txt")
TUTORIAL = os.path.join(ROOT, "scripts", "tutorial.py")
HEAD = "import tensorflow.compat.v1 as tf\nfrom seq2seq_graph.legacy import layers, rnn_cell\n"
# Placeholders, both RNNs, logits and labels; the parts in braces are filled in by the tests.
MODEL = HEAD + """
ids = tf.placeholder(tf.int32, [None, {length}])
targets = tf.placeholder(tf.int32, [None, {length}])
cell = rnn_cell.LSTMCell(5)
_, state = tf.nn.dynamic_rnn(cell, layers.embed_sequence(ids, 9, 4){encoder})
inputs = {inputs}
cell = rnn_cell.LSTMCell(5)
embedded = layers.embed_sequence(inputs, 9, 4)
outputs, _ = tf.nn.dynamic_rnn(cell, embedded, initial_state=state{scope})
logits = layers.linear(outputs, 9)
prediction = tf.argmax(logits, 2)
losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=targets, logits=logits)
loss = {loss}
"""
SOUND = {
    "length": "7", "encoder": ", dtype=tf.float32, scope='a'", "scope": ", scope='b'",
    "inputs": "tf.concat([tf.fill([tf.shape(targets)[0], 1], 1), targets[:, :-1]], 1)",
    "loss": "tf.reduce_mean(losses)",
}


@pytest.fixture
def found(tmp_path):
    """Gives (line, code) of what is found in a text."""

    def find(text, name="program.py"):
        path = tmp_path / name
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return [(f.line, f.code) for f in report.examine(str(path)).findings]

    return find


@pytest.fixture
def codes(found):
    return lambda text: sorted({code for _, code in found(text)})


def model(**parts):
    return MODEL.format(**dict(SOUND, **parts))


def test_the_documents_program_has_every_row_of_the_table_by_line_and_nothing_else():
    by_code = {}
    for finding in report.examine(DOCUMENT).findings:
        by_code.setdefault(finding.code, []).append(finding.line)
    assert by_code == {
        "undefined-name": [14, 21, 38],  # row 1
        "placeholder-text": [21],  # 2
        "read-before-assignment": [21],  # 3
        "start-not-dropped": [21],  # 4
        "shared-rnn-scope": [24],  # 5
        "baked-batch-size": [21],  # 6
        "empty-block": [38],  # 7
        "padding-in-state": [16], "padding-in-loss": [32],  # 8
        "teacher-forced-prediction": [28],  # 9
        "one-hot-labels": [31],  # 10
        "no-seed": [37],  # 11
        "moved-symbol": [8, 9, 16, 24, 33, 36, 37],  # 12
        "removed-symbol": [14, 22, 27], "keras-3": [15, 23],
    }


def test_with_the_start_token_replaced_all_the_rest_is_still_found(tmp_path):
    path = tmp_path / "document.py"
    path.write_text(native_program.printed().replace("<start_token>", "1"), encoding="utf-8")
    before, after = (
        {(f.line, f.code) for f in report.examine(p).findings} for p in (DOCUMENT, str(path)))
    assert before - after == {(21, "placeholder-text")} and not after - before


def test_each_repair_of_the_document_takes_its_finding_away(found):
    text = native_program.repaired((2, 3, 4, 5, 6, 7, 8, 10, 11))
    text = "vocab_size = 40; num_epochs = 1; start_token = 1; batches = losses = []\n" + text
    assert {code for _, code in found(text)} == {
        "moved-symbol", "removed-symbol", "keras-3", "teacher-forced-prediction"}


def test_nothing_stops_the_tutorial():
    findings = report.examine(TUTORIAL).findings
    assert {f.code for f in findings} == {
        "padding-in-state", "padding-in-loss", "teacher-forced-prediction", "one-hot-labels"}
    assert not any(f.stops for f in findings)


@pytest.mark.parametrize("parts, code", [
    ({"scope": "", "encoder": ", dtype=tf.float32"}, "shared-rnn-scope"),
    ({"inputs": "tf.concat([tf.fill([tf.shape(targets)[0], 1], 1), targets], 1)"},
     "start-not-dropped"),
    ({"inputs": "tf.concat([tf.fill([32, 1], 1), targets[:, :-1]], 1)"}, "baked-batch-size"),
    ({"length": "max_length"}, "padding-in-loss"),
    ({"length": "max_length"}, "padding-in-state"),
    ({}, "teacher-forced-prediction"),
])
def test_a_defect_of_the_model_is_found(codes, parts, code):
    text = model(**parts)
    assert code in codes("max_length = 7\n" + text)


@pytest.mark.parametrize("parts, code", [
    ({}, "shared-rnn-scope"),
    ({"inputs": "tf.concat([tf.fill([tf.shape(targets)[0], 1], 1), targets], 1)[:, :-1]"},
     "start-not-dropped"),
    ({}, "start-not-dropped"),
    ({}, "baked-batch-size"),
    ({"length": "max_length", "loss": "tf.reduce_sum(losses * weights)"}, "padding-in-loss"),
    ({"length": "7"}, "padding-in-loss"),
    ({"length": "max_length", "encoder": ", lengths, dtype=tf.float32"}, "padding-in-state"),
    ({"inputs": "targets"}, "teacher-forced-prediction"),
    ({"loss": "tf.reduce_mean(losses)\nok = tf.equal(prediction, targets)"},
     "teacher-forced-prediction"),
])
def test_a_near_miss_of_the_model_is_not(codes, parts, code):
    assert code not in codes("max_length = 7\nlengths = weights = 0\n" + model(**parts))


def test_rnns_of_other_scopes_cells_or_branches_share_nothing(codes):
    two = HEAD + """
def build(x, reuse):
    one = tf.nn.dynamic_rnn(rnn_cell.LSTMCell(5), x, dtype=tf.float32)
    {}
"""
    call = "tf.nn.dynamic_rnn(rnn_cell.{}(5), x, dtype=tf.float32{})"
    assert codes(two.format(call.format("LSTMCell", ""))) == ["shared-rnn-scope"]
    assert codes(two.format(call.format("GRUCell", ""))) == []
    assert codes(two.format(call.format("LSTMCell", ", scope='b'"))) == []
    assert codes(two.format(f"with tf.variable_scope('b'): {call.format('LSTMCell', '')}")) == []


@pytest.mark.parametrize("text, expected", [
    ("import tensorflow as tf\nx = tf.placeholder(tf.float32)", [(2, "moved-symbol")]),
    ("import tensorflow as tf\nx = tf.reduce_sum([1.0])", []),
    ("import tensorflow as t\nx = t.contrib.rnn.GRUCell(3)", [(2, "removed-symbol")]),
    ("from tensorflow.contrib import rnn\nx = rnn.GRUCell(3)",
     [(1, "removed-symbol"), (2, "removed-symbol")]),
    ("import tensorflow.contrib.slim as slim", [(1, "removed-symbol")]),
    ("from tensorflow.examples.tutorials.mnist import input_data", [(1, "removed-symbol")]),
    ("from tensorflow.python.estimator import inputs", [(1, "removed-symbol")]),
    ("from tensorflow.python.framework import ops", []),
    ("import tensorflow as tf\nx = tf.mul(1, 2)", [(2, "removed-symbol")]),
    ("import tensorflow.compat.v1 as tf\nx = tf.layers.dense", [(2, "keras-3")]),
    ("import tensorflow.compat.v1 as tf\nx = tf.nn.dynamic_rnn", []),
    ("import tensorflow as tf\ntf = tf.compat.v1\nx = tf.nn.dynamic_rnn", []),
    ("import tensorflow as tf\ntf.disable_v2_behavior()", [(2, "moved-symbol")]),
    ("import tensorflow as tf\ntf.compat.v1.disable_v2_behavior()\nx = tf.Session",
     [(3, "moved-symbol")]),
    ("try:\n    import tensorflow.compat.v1 as tf\nexcept ImportError:\n"
     "    import tensorflow as tf\nx = tf.placeholder(tf.float32)", []),
    ("import tensorflow as tf\nif hasattr(tf, 'contrib'):\n    x = tf.contrib", []),
    ("import tensorflow as tf\nFLAGS = tf.app.flags.FLAGS\nprint(FLAGS.batch)",
     [(2, "moved-symbol")]),
    ("import numpy as tf\nx = tf.placeholder(3)", []),
    ("def f(tf):\n    return tf.contrib", []),
    ("import tensorflow as tf\nx = tf.nn.dropout([1.0], keep_prob=0.5)", [(2, "removed-argument")]),
    ("import tensorflow as tf\nx = tf.nn.dropout([1.0], 0.5)", [(2, "other-argument")]),
    ("import tensorflow as tf\nx = tf.nn.dropout([1.0], rate=0.5)", []),
    ("import tensorflow as tf\nx = tf.nn.max_pool([1.0], 2, 2, 'SAME')", []),
    ("import tensorflow.compat.v1 as tf\nx = tf.nn.dropout([1.0], keep_prob=0.5)", []),
    ("import tensorflow.compat.v1 as tf\nx = tf.placeholder(tf.int32)\ntf.Session()",
     [(2, "eager")]),
    ("import tensorflow.compat.v1 as tf\ntf.disable_eager_execution()\n"
     "x = tf.placeholder(tf.int32)\ntf.Session()", []),
    ("import tensorflow.compat.v1 as tf\nimport other\nx = tf.placeholder(tf.int32)\ntf.Session()",
     []),
])
def test_symbols_and_arguments(found, text, expected):
    assert found(text) == expected


@pytest.mark.parametrize("text, expected", [
    ("print(x)\n", [(1, "undefined-name")]),
    ("print(x)\nx = 1\n", [(1, "read-before-assignment")]),
    ("def f():\n    return x\nx = 1\n", []),
    ("def f():\n    y = y + 1\n    return y\n", [(2, "read-before-assignment")]),
    ("for i in range(3):\n    if i:\n        print(x)\n    x = i\n", []),
    ("def start():\n    global x\n    x = 1\nstart()\nprint(x)\n", []),
    ("from somewhere import *\nprint(x)\n", []),
    ("try:\n    text = unicode\nexcept NameError:\n    text = str\n", []),
    ("class A:\n    n = 1\n    m = [n for _ in range(3)]\n", []),
    ("print([i for i in range(3)], (lambda a: a)(1))\n", []),
    ("for i in xrange(3):\n    pass\n", [(1, "python2-name")]),
    ("import cPickle\n", [(1, "python2-name")]),
    ("x = 1\nprint 'a', x\nprint x\n", [(2, "python2-syntax"), (3, "python2-syntax")]),
    ("try:\n    print('a')\nexcept IOError, e:\n    raise ValueError, 'b'\n",
     [(3, "python2-syntax"), (4, "python2-syntax")]),
    ("x = f(<a value>, 2)\nf = 1\n", [(1, "placeholder-text"), (1, "read-before-assignment")]),
    ("a, b, c = 1, 2, 3\nx = (a <b> c)\n", []),
    ("x = 1\nfor i in range(3):\n    # to do\n\nprint(x)\n", [(2, "empty-block")]),
    ("x = 'a <b> for:'\n", []),
    ("def f(:\n", [(1, "syntax-error")]),
])
def test_names_and_syntax(found, text, expected):
    assert found(text) == expected


TRAINING = HEAD + """
with tf.Graph().as_default(), tf.Session() as sess:
    loss = tf.reduce_sum(tf.get_variable('w', [3]){})
    train = tf.train.AdamOptimizer().minimize(loss)
    sess.run(tf.global_variables_initializer())
    for step in range(9):
        {}
"""


@pytest.mark.parametrize("graph, body, expected", [
    ("", "sess.run(train)", [(7, "no-seed")]),
    (", tf.set_random_seed(1)", "sess.run(train)", []),
    (", tf.set_random_seed(1)", "pass", [(8, "empty-loop")]),
    (", tf.set_random_seed(1)", "sess.run(tf.assign(loss, 1))", [(9, "growing-graph")]),
    (", tf.set_random_seed(1)", "sess.run([train, loss * 2]); int(step)",
     [(9, "growing-graph")]),
    (", tf.set_random_seed(1)", "tf.reduce_sum([1.0])", []),
])
def test_the_training(found, graph, body, expected):
    assert found(TRAINING.format(graph, body)) == expected


@pytest.mark.parametrize("text, expected", [
    ("batch = pad_sequences([[1], [2, 3]])\nlengths = [len(s) for s in batch]\n", 2),
    ("batch = np.array(pad_batch([[1]]))\nn = []\nfor s in batch:\n    n.append(len(s))\n", 4),
    ("batch = [[1], [2, 3]]\nlengths = [len(s) for s in batch]\npadded = pad_batch(batch)\n", None),
])
def test_lengths_after_padding(found, text, expected):
    text = "from keras.preprocessing.sequence import pad_sequences, pad_batch\n" \
           "import numpy as np\n" + text
    assert found(text) == ([(expected + 2, "lengths-after-padding")] if expected else [])


@pytest.mark.parametrize("depth, expected", [
    ("vocab_size", ["one-hot-labels"]), ("5000", ["one-hot-labels"]), ("10", []), ("classes", []),
])
def test_one_hot_labels_over_a_vocabulary(codes, depth, expected):
    assert codes("from data import vocab_size, classes, y, z\n" + HEAD + f"""
l = tf.nn.softmax_cross_entropy_with_logits(labels=tf.one_hot(y, {depth}), logits=z)
""") == expected


def test_a_notebook_is_read_cell_by_cell_and_its_magics_are_not_python(tmp_path, capsys):
    cells = ["# Title", "%matplotlib inline\n!pip install tensorflow\nimport tensorflow as tf",
             "%%bash\nls <dir>", "files = !ls\nx = tf.placeholder(tf.float32)"]
    path = tmp_path / "old.ipynb"
    path.write_text(json.dumps({"cells": [
        {"cell_type": "markdown" if i == 0 else "code", "source": [cell]}
        for i, cell in enumerate(cells)]}), encoding="utf-8")
    assert doctor_script.main([str(path), "--json"]) == 1
    (finding,) = json.loads(capsys.readouterr().out)
    assert finding["place"] == "cell 3:2" and finding["code"] == "moved-symbol"


@pytest.mark.parametrize("text, status", [
    ("import tensorflow as tf\ntf.placeholder\n", 1),
    ("import tensorflow as tf\ntf.nn.dropout([1.0], 0.5)\n", 0),
])
def test_the_exit_status_is_1_only_if_something_stops(tmp_path, capsys, text, status):
    path = tmp_path / "old.py"
    path.write_text(text)
    assert doctor_script.main([str(path)]) == status
    printed = capsys.readouterr().out
    assert printed.startswith(f"{path}:2: ") and "\n    fix: " in printed


@pytest.mark.parametrize("name, content, message", [
    ("none.py", None, "No such file"),
    ("null.py", b"a = 1\0", "null bytes"),
    ("bad.py", "a = '\xe9'".encode("latin-1"), "save it as UTF-8"),
    ("bad.ipynb", b"{}", "no notebook"),
    ("bad2.ipynb", b"x = 1", "no notebook"),
])
def test_unusable_files_exit_with_2_and_one_line(tmp_path, capsys, name, content, message):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(SystemExit) as stopped:
        doctor_script.main([str(tmp_path / name)])
    error = capsys.readouterr().err
    assert stopped.value.code == 2 and message in error and error.count("\n") == 1
    with pytest.raises(InputError):
        report.examine(str(tmp_path / name))


def test_every_rule_is_in_the_readable_table():
    assert all(rule.title for rule in RULES.values()) and len(RULES) == 31

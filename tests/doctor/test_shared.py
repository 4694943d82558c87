"""RNNs that make the same variables, by the real TensorFlow 1.15 and by the doctor."""

import ast

import pytest
from conftest import ON_TF115
from doctor_findings import found

HEAD = """
import tensorflow.compat.v1 as tf
R = tf.nn.rnn_cell
x = tf.placeholder(tf.float32, [None, 4, 4])
"""
# Each text, and the line of the second RNN as the doctor counts, or None where nothing clashes.
TEXTS = [
    ("for i in range(2):\n    x, _ = tf.nn.dynamic_rnn(R.LSTMCell(4), x, dtype=tf.float32)", 6),
    ("for i in range(2):\n    cell = R.GRUCell(4)\n"
     "    x, _ = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32, scope='a')", 7),
    ("y = [tf.nn.dynamic_rnn(R.LSTMCell(4), x, dtype=tf.float32) for _ in range(2)]", 5),
    ("i = 0\nwhile i < 2:\n    i += 1\n"
     "    with tf.variable_scope('s'):\n"
     "        tf.nn.dynamic_rnn(R.LSTMCell(4), x, dtype=tf.float32)", 9),
    ("cell = R.LSTMCell(4)\nfor i in range(2):\n"
     "    x, _ = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)", None),
    ("for i in range(2):\n"
     "    x, _ = tf.nn.dynamic_rnn(R.LSTMCell(4), x, dtype=tf.float32, scope='l%d' % i)", None),
    ("for i in range(2):\n    with tf.variable_scope('l%d' % i):\n"
     "        x, _ = tf.nn.dynamic_rnn(R.LSTMCell(4), x, dtype=tf.float32)", None),
    ("for i in range(1):\n    tf.nn.dynamic_rnn(R.LSTMCell(4), x, dtype=tf.float32)", None),
    ("for i in [3]:\n    tf.nn.dynamic_rnn(R.LSTMCell(4), x, dtype=tf.float32)", None),
    ("for i in range(2):\n    tf.nn.dynamic_rnn(R.LSTMCell(4), x, dtype=tf.float32)\n    break",
     None),
    ("for i in range(2):\n    if i == 0:\n"
     "        tf.nn.dynamic_rnn(R.LSTMCell(4), x, dtype=tf.float32)", None),
    ("for i in range(2):\n    with tf.Graph().as_default():\n"
     "        x = tf.placeholder(tf.float32, [None, 4, 4])\n"
     "        tf.nn.dynamic_rnn(R.LSTMCell(4), x, dtype=tf.float32)", None),
    ("tf.nn.bidirectional_dynamic_rnn(R.LSTMCell(4), R.LSTMCell(4), x, dtype=tf.float32)\n"
     "tf.nn.bidirectional_dynamic_rnn(R.LSTMCell(4), R.LSTMCell(4), x, dtype=tf.float32)", 6),
    ("tf.nn.bidirectional_dynamic_rnn(R.LSTMCell(4), R.LSTMCell(4), x, dtype=tf.float32)\n"
     "tf.nn.bidirectional_dynamic_rnn(R.LSTMCell(4), R.LSTMCell(4), x, dtype=tf.float32,\n"
     "                                scope='b')", None),
    ("tf.nn.bidirectional_dynamic_rnn(R.LSTMCell(4), R.LSTMCell(4), x, dtype=tf.float32)\n"
     "tf.nn.dynamic_rnn(R.LSTMCell(4), x, dtype=tf.float32)", None),
    ("tf.nn.dynamic_rnn(R.LSTMCell(4), x, dtype=tf.float32)\n"
     "tf.nn.static_rnn(R.LSTMCell(4), tf.unstack(x, axis=1), dtype=tf.float32)", 6),
    ("tf.nn.static_bidirectional_rnn(R.GRUCell(4), R.GRUCell(4), tf.unstack(x, axis=1),\n"
     "                               dtype=tf.float32)\n"
     "tf.nn.static_bidirectional_rnn(R.GRUCell(4), R.GRUCell(4), tf.unstack(x, axis=1),\n"
     "                               dtype=tf.float32)", 7),
    ("def rnn(x):\n    return tf.nn.dynamic_rnn(R.LSTMCell(4), x, dtype=tf.float32)\n"
     "rnn(x)\nrnn(x)", 8),
    ("def rnn(x, scope):\n    with tf.variable_scope(scope):\n"
     "        return tf.nn.dynamic_rnn(R.LSTMCell(4), x, dtype=tf.float32)\n"
     "rnn(x, 'a')\nrnn(x, 'b')", None),
    ("def rnn(x):\n    return tf.nn.dynamic_rnn(R.LSTMCell(4), x, dtype=tf.float32)\n"
     "for i in range(2):\n    rnn(x)", 8),
    ("def rnn(x):\n    return tf.nn.dynamic_rnn(R.LSTMCell(4), x, dtype=tf.float32)\n"
     "with tf.variable_scope('a'):\n    rnn(x)\nwith tf.variable_scope('b'):\n    rnn(x)", None),
    ("with tf.variable_scope('a'):\n    tf.nn.dynamic_rnn(R.LSTMCell(4), x, dtype=tf.float32)\n"
     "with tf.variable_scope('a'):\n    tf.nn.dynamic_rnn(R.LSTMCell(4), x, dtype=tf.float32)", 8),
    ("with tf.variable_scope('a'):\n    tf.nn.dynamic_rnn(R.LSTMCell(4), x, dtype=tf.float32)\n"
     "with tf.variable_scope('a', reuse=True):\n"
     "    tf.nn.dynamic_rnn(R.LSTMCell(4), x, dtype=tf.float32)", None),
    ("tf.nn.dynamic_rnn(R.LSTMCell(4), x, dtype=tf.float32, scope='a')\n"
     "tf.nn.dynamic_rnn(R.LSTMCell(4), x, dtype=tf.float32, scope='a')", 6),
    ("tf.nn.dynamic_rnn(R.LSTMCell(4), x, dtype=tf.float32)\n"
     "tf.nn.dynamic_rnn(R.BasicLSTMCell(4), x, dtype=tf.float32)", None),
    ("def one():\n    return R.DropoutWrapper(R.BasicLSTMCell(4), 0.5)\n"
     "for _ in range(1):\n    pass\n"
     "def deep():\n    return R.MultiRNNCell([one() for _ in range(2)])\n"
     "tf.nn.dynamic_rnn(deep(), x, dtype=tf.float32)\n"
     "tf.nn.dynamic_rnn(deep(), x, dtype=tf.float32)", 12),
    ("cell = R.LSTMCell(4)\ntf.nn.dynamic_rnn(cell, x, dtype=tf.float32)\n"
     "tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)", None),
    ("tf.nn.dynamic_rnn(R.LSTMCell(4), x, dtype=tf.float32)\ntf.reset_default_graph()\n"
     "x = tf.placeholder(tf.float32, [None, 4, 4])\n"
     "tf.nn.dynamic_rnn(R.LSTMCell(4), x, dtype=tf.float32)", None),
    ("if x is None:\n    tf.nn.dynamic_rnn(R.LSTMCell(4), x, dtype=tf.float32)\n"
     "else:\n    tf.nn.dynamic_rnn(R.LSTMCell(4), x, dtype=tf.float32)", None),
]


@pytest.mark.parametrize("text, line", TEXTS)
def test_the_doctor_says_which_rnns_clash(text, line):
    shared = [at for at, code in found(HEAD + text) if code == "shared-rnn-scope"]
    assert shared == ([line] if line else [])


@pytest.mark.parametrize("text, line", TEXTS)
def test_tensorflow_1_says_the_same(text, line):
    if not ON_TF115:
        pytest.skip("needs TensorFlow 1.15 in this process: run the suite on it")
    import tensorflow.compat.v1 as tf

    program = compile(ast.parse(HEAD + text), "program", "exec")
    tf.reset_default_graph()
    try:
        if line is None:
            exec(program, {})
        else:
            with pytest.raises(ValueError, match="already exists"):
                exec(program, {})
    finally:
        tf.reset_default_graph()

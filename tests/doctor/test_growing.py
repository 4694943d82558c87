"""Ops made in the loop that runs them: the doctor's word, and the number of ops in the graph."""

import ast

import doctor_findings
import pytest
import tensorflow.compat.v1 as tf

HEAD = """
import tensorflow.compat.v1 as tf
x = tf.placeholder(tf.float32, [None])
y = x + 1.0
v = tf.get_variable('v', [2], initializer=tf.zeros_initializer())
def double(a):
    return tf.multiply(a, 2.0)
def once(a, made=[]):
    if not made:
        made.append(tf.multiply(a, 2.0))
    return made[0]
once(x)
data = tf.data.Dataset.from_tensors([1.0])
iterator = tf.data.make_one_shot_iterator(data)
item = iterator.get_next()
sess = tf.Session()
sess.run(v.initializer)
feed = {x: [1.0, 2.0]}
for i in range(3):
    sess.run(y, feed)
"""
MAKES = [
    "c = tf.constant(1.0)", "c = tf.Variable(1.0)", "sess.run(y * 2, feed)", "c = 2 * y",
    "c = y[0]",
    "c = -y", "c = y > 1.0", "c = y + x", "c = v * 3.0", "c = v.assign_add([1.0, 1.0])",
    "sess.run(double(y), feed)", "c = tf.get_variable('c%d' % i, [])", "c = tf.zeros([2])",
    "c = tf.convert_to_tensor([1.0])", "c = tf.identity(y)", "c = tf.group(y)",
    "c = tf.gradients(y, x)", "c = tf.train.Saver()", "c = tf.summary.scalar('a', y[0])",
    "c = tf.train.GradientDescentOptimizer(0.1).minimize(v)",
    "c = tf.global_variables_initializer()",
    "c = tf.nn.relu(x * 2)", "c = tf.random_normal([2])", "c = tf.one_hot([1], 3)",
    "c = [sess.run(tf.square(y), feed) for _ in range(2)]", "c = tf.assign(v, [1.0, 2.0])",
    "c = tf.losses.mean_squared_error(y, x)", "c = y ** 2", "c = y / 2",
    "c = abs(y) if 0 else y % 2", "c = tf.data.make_one_shot_iterator(data)",
    "c = iterator.get_next()", "c = tf.data.Dataset.from_tensors([1.0])",
]
MAKES_NONE = [
    "c = sess.run(y, feed) * 2", "c = i * 2", "c = once(y)", "c = y.shape", "c = y.get_shape()",
    "c = [y, x]", "c = y is x", "y_value = sess.run(y, feed)\n    c = y_value[0] - y_value[1]",
    "c = len([1]) + 1", "c = tf.float32", "c = tf.train.AdamOptimizer", "c = y.name + 'a'",
    "c = tf.trainable_variables()", "c = tf.get_default_graph()",
]


def found(text):
    """Gives the lines where the graph grows."""
    return [line for line, code in doctor_findings.found(text) if code == "growing-graph"]


@pytest.mark.parametrize("line", MAKES)
def test_what_makes_ops_in_the_loop_is_found(line):
    assert set(found(HEAD + "    " + line + "\n")) == {21}
    assert grows(line)


@pytest.mark.parametrize("line", MAKES_NONE)
def test_what_makes_none_is_not(line):
    assert found(HEAD + "    " + line + "\n") == []
    assert not grows(line)


def grows(line):
    """Runs the program and tells whether a round more makes ops more."""
    counts = []
    for rounds in (3, 4):
        with tf.Graph().as_default() as graph:
            program = HEAD.replace("range(3)", f"range({rounds})") + "    " + line + "\n"
            exec(compile(ast.parse(program), "program", "exec"), {})
            counts.append(len(graph.get_operations()))
    return counts[1] > counts[0]


@pytest.mark.parametrize("text", [
    "    with tf.Graph().as_default():\n        c = tf.constant(1)\n",
    "    tf.reset_default_graph()\n    c = tf.constant(1)\n",
    "    def f():\n        return tf.constant(1)\n",
])
def test_another_graph_or_a_function_that_is_not_called_grows_nothing(text):
    assert found(HEAD + text) == []


def test_a_loop_that_runs_nothing_may_build():
    text = "import tensorflow.compat.v1 as tf\nfor i in range(3):\n    tf.constant(i)\n"
    assert found(text) == []


@pytest.mark.parametrize("runs", [
    "y.eval(feed, sess)", "y.eval(feed_dict=feed)", "s.run(y, feed)", "init.run(session=s)",
])
def test_every_way_to_run_is_seen(runs):
    text = HEAD + "s = tf.Session()\ninit = tf.no_op()\nfor i in range(2):\n" \
                  f"    {runs}\n    c = tf.constant(1)\n"
    assert found(text) == [25]

"""Programs and notebooks that are damaged anyhow, and very long ones: no traceback, no stall."""

import json
import random
import sys
import time

import pytest

from seq2seq_graph.doctor import certain, fixing, folders, report, writing
from seq2seq_graph.errors import InputError

PROGRAM = '''
import tensorflow as tf, numpy as np
import cPickle
TF1 = tf.__version__ < "2"
def f(x, (b, c), *a, **q):
    global g
    with tf.variable_scope("a"):
        y = [i for i in xrange(3) if i]
    for i in range(10):
        cell = tf.nn.rnn_cell.LSTMCell(3)
        o, s = tf.nn.dynamic_rnn(cell, x, scope="a")
    try:
        return lambda z: z + `o`
    except (IOError, AttributeError), e:
        raise ValueError, "a"
    finally:
        del x
class A(object):
    """%d"""
    def m(self):
        self.x = tf.constant(1) * 2
        while True:
            self.x[0].eval()
            break
        else:
            pass
sess = tf.Session()
for i in range(<number>):
    sess.run(tf.one_hot(tf.placeholder(tf.int32, [None, None]), 5000), {1: np.Inf})
    # nothing
for j in [0777, 10L]:
print >>f, ur"a" % i, A().m, f(1, (2, 3)).tostring(), {}.iteritems()
'''
NOTEBOOK = {"cells": [
    {"cell_type": "markdown", "source": ["x"]},
    {"cell_type": "code", "source": ["%matplotlib inline\n", "!pip install \\\n", " a\n",
                                     "import tensorflow as tf # \u00e9 \U0001f600\n", "print 'a'"]},
    {"cell_type": "code", "source": "x = tf.placeholder(tf.float32)\nls\ny = (x\n% 3)\nnp.Inf"},
    {"cell_type": "code", "source": PROGRAM}], "metadata": {}, "nbformat": 4}
PIECES = [
    "(", ")", "[", "]", "{", "}", '"', "'", '"""', "'''", "#", "\\", "\n", "\t", "\0", "\r", "\x0c",
    "\u2028", "print x", "print", "`", "<>", 'ur"', "0777", "10L", "lambda (a,b): a", "if x:",
    "else:", "%", "!", "?", "%%", "@", "=", ":=", "tf.", "*", "**", ".", "...", "from x import *",
    "del ", "yield ", "await ", "async ", "class A:", "def f():", "exec x in y", "raise E, v",
    "except E, e:", "\ud800", "\ud55c", "0x", "1e", 'f"{', "\\N{", "->", "match x:", "case _:",
    "return", "break", "continue", "global x", "nonlocal x", "<start_token>", "-" * 300, "(" * 120,
    "tf.concat([tf.fill([", "{[]: 1}", "9" * 5000,
]
VALUES = [None, 0, -1, 1.5, [], {}, "x", True, [None], [1], {"cells": 1}, "\ud800", ["a", None]]


def mutated(text, chance):
    """Cuts, repeats, moves or puts in a piece of a text."""
    for _ in range(chance.randint(1, 4)):
        i = chance.randrange(len(text) + 1)
        j = min(len(text), i + chance.choice([0, 1, 2, 5, 20, 100]))
        kind, lines = chance.randrange(6), text.split("\n")
        if kind < 3:
            text = text[:i] + (chance.choice(PIECES) if kind else "") + text[j if kind < 2 else i:]
        elif kind == 3:
            text = text[:j] + text[i:]
        else:
            a, b = chance.randrange(len(lines)), chance.randrange(len(lines))
            lines[a], lines[b] = (lines[b], lines[a]) if kind == 4 else (
                "    " + lines[a], lines[b])
            text = "\n".join(lines)
    return text


def places(value, path=()):
    """Yields the path of each value inside another."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(
        value, list) else ()
    for key, part in inner:
        yield (*path, key)
        yield from places(part, (*path, key))


def mutated_notebook(chance):
    notebook = json.loads(json.dumps(NOTEBOOK))
    path = chance.choice(list(places(notebook)))
    owner = notebook
    for key in path[:-1]:
        owner = owner[key]
    kind = chance.randrange(3)
    if kind == 0 and isinstance(owner[path[-1]], str):
        owner[path[-1]] = mutated(owner[path[-1]], chance)
    elif kind == 1:
        del owner[path[-1]]
    else:
        owner[path[-1]] = chance.choice(VALUES)
    text = json.dumps(notebook, indent=chance.choice([None, 1]))
    return mutated(text, chance) if chance.random() < 0.2 else text


def examine(text, path):
    """Examines a text as the script does, and changes it."""
    try:
        found = report.examine(str(path), text)
    except InputError as error:
        assert "\n" not in str(error)
        return
    broken = [f for f in found.findings if f.code == "not-examined"]
    assert all("parser gave up" in f.what for f in broken), (text, broken)
    assert writing.as_text([found]) and json.loads(writing.as_json([found])) is not None
    assert folders.together([found])
    if found.program.tree is not None and not found.program.is_notebook:
        certain.change(text, found)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_program_is_a_report_or_one_line(seed):
    chance = random.Random(seed)
    for _ in range(60):
        examine(mutated(PROGRAM, chance).replace("\r", "\n"), "a.py")
        examine(mutated_notebook(chance), "a.ipynb")


@pytest.mark.parametrize("seed", range(4))
def test_damaged_bytes_are_a_report_or_one_line(seed, tmp_path):
    chance = random.Random(seed)
    codings = ["zlib", "latin-1", "utf-16", "punycode", "idna", "utf-7", "undefined", "x" * 99]
    for number in range(20):
        path = tmp_path / f"{number}.{'ipynb' if number % 2 else 'py'}"
        text = mutated_notebook(chance) if number % 2 else mutated(PROGRAM, chance)
        data = bytearray(text.encode("utf-8", "surrogatepass"))
        data[chance.randrange(len(data))] = chance.randrange(256)
        if chance.random() < 0.4:
            data[:0] = f"# coding: {chance.choice(codings)}\n".encode()
        path.write_bytes(bytes(data))
        try:
            assert report.examine(str(path)).findings is not None
            change = fixing.fix(str(path))
            assert bool(change.diff()) == bool(change.changes)
        except InputError as error:
            assert str(error).startswith(str(path)) and "\n" not in str(error)


# A line repeated, what stands before it, and the line at the end.
LONG = {
    "print": ("x = 1\n", "print x\n", ""),
    "backticks": ("x = 1\nprint x\n", "y = `x`\n", ""),
    "branches": ("import os\n", "if os.x:\n    v{0} = 1\nelse:\n    v{0} = 2\n", ""),
    "elif": ("import os\nif os.x:\n    y = 1\n", "elif os.x == {0}:\n    y = 1\n", ""),
    "tries": ("", "try:\n    import a{0}\nexcept ImportError:\n    a{0} = 1\n", ""),
    "functions": ("f0 = 1\n", "def f{0}(a):\n    b = a\n    return f0, f{0}\n", "f1(2)\n"),
    "methods": ("class A:\n", "    def m{0}(self):\n        self.x{0} = self.x0\n", ""),
    "loops": ("import tensorflow as tf\ns = tf.Session()\n",
              "for i in range(3):\n    s.run(tf.constant({0}))\n", ""),
    "rnns": ("import tensorflow as tf\nx = tf.placeholder(tf.float32, [None, 5, 5])\n",
             "o{0}, s = tf.nn.dynamic_rnn(tf.nn.rnn_cell.LSTMCell(5), x)\n", ""),
    "argmax": ("import tensorflow as tf\nx = tf.placeholder(tf.int32, [None, 5])\n"
               "o, s = tf.nn.dynamic_rnn(tf.nn.rnn_cell.LSTMCell(5), x)\n"
               "p, t = tf.nn.dynamic_rnn(tf.nn.rnn_cell.LSTMCell(5), tf.concat([tf.fill([3, 1], 1)"
               ", x], 1), initial_state=s)\n", "a{0} = tf.argmax(p)\n", ""),
    "terms": ("x = 1\ny = (x\n", "    + x\n", ")\n"),
    "aliases": ("import tensorflow as tf\nimport os\na = tf\n",
                "if os.x:\n    a = a.b\nelse:\n    a = a.c\n", "a.x\n"),
    "blocks": ("x = [1]\nprint x\n", "for i in x:\n", ""),
    "imports": ("", "import tensorflow as t{0}\nt{0}.placeholder\n", ""),
    "quotes": ("print 1\n", "\\'''\n", ""),
}


def calls(text):
    """Counts the calls that examining a text takes."""
    count = [0]

    def note(frame, event, argument):
        count[0] += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        report.examine("a.py", text)
    finally:
        sys.setprofile(None)
    return count[0]


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(LONG))
def test_twice_the_program_is_twice_the_work(name):
    begin, line, end = LONG[name]
    few, many = (calls(begin + "".join(line.format(i) for i in range(count)) + end)
                 for count in (150, 300))
    assert many < 2.3 * few


@pytest.mark.slow
def test_20000_lines_of_print_take_seconds():
    start = time.perf_counter()
    found = report.examine("a.py", "x = 1\n" + "print x\n" * 20000)
    assert len(found.findings) == 20000 and time.perf_counter() - start < 60
    assert writing.as_text([found]).count("\n") < 10

"""Names: where they come from, what is reached, which tests of a version guard what."""

import sys

import pytest
from doctor_findings import found

TF = "import tensorflow as tf\n"


def needs_python(minor):
    if sys.version_info < (3, minor):
        pytest.skip(f"needs Python 3.{minor}, whose syntax it is")


@pytest.mark.parametrize("text", [
    "print([y for x in [1] if (y := x)], y)\n",
    "if any((n := x) > 1 for x in [1, 2]):\n    print(n)\n",
    "def f(d):\n    r = [[k for a in d if (k := a)] for b in d]\n    return r, k\nf([1])\n",
    "print({k: v for k in [1] if (v := k)}, v)\n",
])
def test_a_walrus_in_a_comprehension_binds_outside_of_it(text):
    needs_python(8)
    assert found(text) == []


def test_a_walrus_in_a_lambda_stays_there():
    needs_python(8)
    assert found("g = lambda a: (k := a)\nprint(k)\n") == [(2, "undefined-name")]


@pytest.mark.parametrize("text", [
    "def f():\n    return 1\n    x\nf()\n",
    "def f():\n    raise ValueError\n    x\nf()\n",
    "for i in [1]:\n    continue\n    x\n",
    "while True:\n    break\n    x\n",
    "if False:\n    x\n",
    "if 0:\n    x\nelif 1:\n    pass\nelse:\n    x\n",
    "if not True:\n    x\n",
    "while None:\n    x\n",
    "a = x if False else 1\n",
    "a = 1 if 1 else x\n",
    "a = False and x\n",
    "a = 1 or x or y\n",
    "for i in xrange(60) if False else range(60):\n    print(i)\n",
    "import sys\nsys.exit()\nx\n",
    "exit()\nx\n",
    "def f():\n    while True:\n        pass\n    x\nf()\n",
    "def f(a):\n    if a:\n        return 1\n    else:\n        raise ValueError\n    x\nf(1)\n",
    "assert False\nx\n",
])
def test_what_is_never_reached_is_not_looked_at(text):
    assert found(text) == []


@pytest.mark.parametrize("text, line", [
    ("while True:\n    break\nx\n", 3),
    ("for i in [1]:\n    break\nelse:\n    pass\nx\n", 5),
    ("def f(a):\n    if a:\n        return 1\n    x\nf(1)\n", 4),
    ("def f():\n    try:\n        return 1\n    finally:\n        x\nf()\n", 5),
    ("def f():\n    try:\n        return g()\n    except IOError:\n        pass\n    x\n"
     "def g():\n    pass\nf()\n", 6),
    ("if 1:\n    x\n", 2),
    ("a = x if True else 1\n", 1),
    ("a = 1 if 0 else x\n", 1),
    ("a = True and x\n", 1),
    ("a = False or x\n", 1),
    ("while True:\n    if input():\n        break\nx\n", 4),
    ("import contextlib\nwith contextlib.suppress(KeyError):\n    raise KeyError\nx\n", 4),
])
def test_what_may_be_reached_is(text, line):
    assert found(text) == [(line, "undefined-name")]


@pytest.mark.parametrize("text, expected", [
    ("def f():\n    return x\ndef g():\n    pass\ng()\n", [(2, "uncalled-name")]),
    ("def f():\n    return x\n", [(2, "undefined-name")]),  # a module: others may call it
    ("def f():\n    return x\nf()\n", [(2, "undefined-name")]),
    ("def f():\n    return x\ndef g():\n    f()\n[1].sort(key=g)\n", [(2, "undefined-name")]),
    ("def f():\n    return x\nprint({'f': globals}['f'])\n", [(2, "undefined-name")]),
    ("def main():\n    return x\nimport a\na.run()\n", [(2, "undefined-name")]),
    ("class A:\n    def f(self):\n        return x\n    def g(self):\n        return y\nA().g()\n",
     [(3, "uncalled-name"), (5, "undefined-name")]),
    ("import b\nclass A(b.B):\n    def f(self):\n        return x\nA()\n",
     [(4, "undefined-name")]),
    ("import b\n@b.on\ndef f():\n    return x\nb.go()\n", [(4, "undefined-name")]),
])
def test_a_name_in_a_function_that_nothing_calls_stops_nothing(text, expected):
    assert found(text) == expected


VERSIONS = """
TF1 = tf.__version__.startswith("1.")
if TF1:
    tf.contrib.rnn.GRUCell(3)
---
version = tf.__version__.split(".")
major = int(version[0])
old = major < 2
def cell():
    if old:
        return tf.contrib.rnn.GRUCell(3)
cell()
---
old = tf.__version__ < "2"
x = tf.contrib.rnn.GRUCell(3) if old else None
y = old and tf.contrib.rnn.GRUCell(3)
z = not old or tf.contrib.rnn.GRUCell(3)
---
def is_old():
    return tf.__version__ < "2"
if is_old():
    tf.contrib.rnn.GRUCell(3)
---
def f():
    if tf.__version__ >= "2":
        return None
    return tf.contrib.rnn.GRUCell(3)
f()
---
if tf.__version__ >= "2":
    raise SystemExit("TensorFlow 1 is needed")
tf.contrib.rnn.GRUCell(3)
---
class A:
    def __init__(self):
        self.old = tf.__version__ < "2"
    def f(self):
        if self.old:
            tf.placeholder(tf.float32)
A().f()
---
try:
    from tensorflow.contrib import rnn
    there = True
except ImportError:
    there = False
if there:
    tf.contrib.rnn.GRUCell(4)
---
there = hasattr(tf, "contrib")
if there:
    tf.contrib.rnn.GRUCell(4)
---
contrib = getattr(tf, "contrib", None)
if contrib is not None:
    contrib.rnn.GRUCell(4)
---
try:
    from collections.abc import Mapping
except ImportError:
    from collections import Mapping
---
from settings import USE_TF2, PY3
if USE_TF2:
    tf.contrib.rnn.GRUCell(4)
x = tf.contrib.rnn.GRUCell(4) if not PY3 else None
---
V = {"old": tf.__version__ < "2"}
old = lambda: tf.__version__ < "2"
if V["old"] and old():
    tf.contrib.rnn.GRUCell(4)
---
a, b = map(int, tf.__version__.split(".")[:2])
if a < 2:
    tf.contrib.rnn.GRUCell(4)
"""


@pytest.mark.parametrize("text", VERSIONS.split("---\n"))
def test_what_stands_behind_a_test_of_the_version_is_guarded(text):
    assert found(TF + text) == []


@pytest.mark.parametrize("text, expected", [
    ("class O: pass\nhas = hasattr(O, 'k')\nif not has:\n    tf.contrib.rnn.GRUCell(4)\n",
     [(5, "removed-symbol")]),
    ("old = tf.__version__ < '2'\nold = 3\nif old:\n    tf.contrib.rnn.GRUCell(4)\n",
     [(5, "removed-symbol")]),
    ("try:\n    open('a')\n    there = True\nexcept IOError:\n    there = False\n"
     "if there:\n    tf.contrib.rnn.GRUCell(4)\n", [(8, "removed-symbol")]),
])
def test_other_tests_are_no_guard(text, expected):
    assert found(TF + text) == expected


@pytest.mark.parametrize("text, expected", [
    ("import itertools\nitertools.izip([1])\n", [(2, "python2-name")]),
    ("import string\nstring.letters.lower()\n", [(2, "python2-name")]),
    ("import urllib\nurllib.urlretrieve('a')\n", [(2, "python2-name")]),
    ("from urllib import urlencode\n", [(1, "python2-name")]),
    ("d = {}\nd.iteritems(); d.has_key(1)\n", [(2, "python2-name"), (2, "python2-name")]),
    ("import six\nsix.iteritems({})\n", []),
    ("class D:\n    def iteritems(self):\n        return []\nD().iteritems()\n", []),
    ("import Queue\n", [(1, "python2-name")]),
    ("sorted([1], cmp=len)\n", [(1, "python2-name")]),
    ("[1].sort(cmp=len)\n", [(1, "python2-name")]),
])
def test_python_2s_names(text, expected):
    assert found(text) == expected


def test_a_module_beside_the_program_comes_before_pythons(tmp_path):
    for name in ("commands", "imp"):
        (tmp_path / f"{name}.py").write_text("")
    text = "import commands, imp, cPickle\nimport Queue\n"
    assert found(text, str(tmp_path / "a.py")) == [(1, "python2-name"), (2, "python2-name")]


def test_an_alias_that_branches_forever_is_unknown_and_costs_nothing():
    text = TF + "import random\na = tf\n" + "".join(
        f"if random.random() > {i}:\n    a = a.b{i}\nelse:\n    a = a.c{i}\n" for i in range(60))
    assert [code for _, code in found(text + "a.x\n")] == ["removed-symbol"] * 2


def test_the_newest_syntax_binds():
    needs_python(12)
    assert found("""
        match 3:
            case {"a": b, **rest}: print(b, rest)
            case [c, *d]: print(c, d)
            case str() as e: print(e)
        def f[T](x: T) -> T:
            y: T = x
            return y
        type Z = list[Later]
        class C[U](list[U]): pass
        f(1)
    """) == []

"""Python 2's syntax: each form found, its Python 3 form, and what only looks like it."""

import ast

import pytest
from doctor_findings import found

from seq2seq_graph.doctor.python2 import python2

P = "print 0\n"  # which makes a text Python 2
FORMS = [
    ("print x", "print(x)"),
    ("print x, y", "print(x, y)"),
    ("print x,", 'print(x, end=" ")'),
    ("print 'a' % x; print", "print('a' % x); print()"),
    ("print >>f, x", "print(x, file=f)"),
    ("print >>f", "print(file=f)"),
    ("print >>f.g[1], x,", 'print(x, file=f.g[1], end=" ")'),
    ("print('a'), x", "print(('a'), x)"),
    ("print ('%d') % x", "print(('%d') % x)"),
    ("print -x", "print(-x)"),
    ("print [x]", "print([x])"),
    ("print not x", "print(not x)"),
    ("print {1: 2}", "print({1: 2})"),
    ("print", "print()"),
    ("if x: print x", "if x: print(x)"),
    ("if x: print x # why", "if x: print(x) # why"),
    ("print `x`", "print(repr(x))"),
    ("y = `x + 1` + `2`", "y = repr(x + 1) + repr(2)"),
    ('y = ur"a", UR\'b\'', 'y = r"a", R\'b\''),
    ("exec 'a' in b", "exec('a', b)"),
    ("exec 'a' in b, c", "exec('a', b, c)"),
    ("exec x", "exec(x)"),
    ("raise E, 'a'", "raise E('a')"),
    ("raise E, 'a', t", "raise E('a').with_traceback(t)"),
    ("raise E, ('a', 1)", "raise E('a', 1)"),
    ("raise E, (a, 1), t", "raise E(a, 1).with_traceback(t)"),
    ("if x <> y: pass", "if x != y: pass"),
    ("y = 0777, 0x1FL, 10L, 0L", "y = 0o777, 0x1F, 10, 0"),
    ("print x, \\\n    y", "print(x, \\\n    y)"),
    ("print \\\n    y", "print(\ny)"),
]


@pytest.mark.parametrize("old, new", FORMS)
def test_each_form_becomes_python_3s(old, new):
    repaired = python2(P + old + "\n")
    assert repaired.text == P.replace(" 0", "(0)") + new + "\n"
    ast.parse(repaired.text)
    assert repaired.text.count("\n") == P.count("\n") + old.count("\n") + 1


def test_a_text_may_end_anywhere():
    text = "x = 1\nprint `x`, ur'a', 0777; print >>f, x\nraise E, 'a'\nprint"
    for end in range(len(text)):
        python2("print 0\n" + text[:end])


def test_the_except_clause():
    text = "try:\n    pass\nexcept (A, B), e:\n    print e\nexcept C, f: pass\n"
    assert python2(text).text == (
        "try:\n    pass\nexcept (A, B) as e:\n    print(e)\nexcept C as f: pass\n")


@pytest.mark.parametrize("text, lines", [
    ("x = 1\nprint `x`\n", [2, 2]),
    ("x = ur'a'\n", [1]),
    ("def f(a, (b, c)):\n    return a + b + c\nf(1, (2, 3))\n", [1]),
    ("g = lambda (a, b): a + b\ng((1, 2))\n", [1]),
    ("def f(**k): pass\nf(async=True)\n", [2]),
    ("import os\nos.chmod('a', 0755)\n", [2]),
])
def test_each_is_found_and_the_rest_is_read(text, lines):
    assert found(text) == [(line, "python2-syntax") for line in lines]


@pytest.mark.parametrize("text", [
    "w1l = a0777 = x1L = 2\nprint w1l, a0777, x1L\n",  # names that end like numbers
    "x = 1e-07, 1e+05, 0.07, 1.07, 00, 0j, 0x0777, 10_07\nprint x\n",
    "x = '0777 10L <> `a` ur'\nprint x # 0777 `a` <>\n",
    "x = '''\nprint y\n`a`\n'''\nprint x\n",
    "print = 3\nprint + 2; print is 3; print.a\nexec 'x'\n",
])
def test_only_what_is_python_2s(text):
    changed = python2(text).findings
    assert [f for f in changed if "print" not in f.what and "exec" not in f.what] == []


def test_one_line_that_is_no_python_stands_alone_in_the_count():
    assert found("print 'a'\nx = = 2\n") == [(1, "python2-syntax"), (2, "syntax-error")]


@pytest.mark.parametrize("text, line", [
    ("n = len([1]) / 2\nprint n\n", 1), ("a = 7\nb = 2\nprint a, (a + 1) / b\n", 3),
    ("for i in xrange(7 / 2): pass\n", 1), ("import cPickle\nx = int('7') * 3 / len('ab')\n", 2),
    ("n = len([1]) / 2.0\nprint n\n", None), ("n = len([1]) / 2\n", None),
    ("from __future__ import division\nn = 7 / 2\nprint n\n", None),
    ("import a\nn = a.b / 2\nprint n\n", None), ("n = 7 // 2\nprint n\n", None),
])
def test_a_division_that_cut_the_fraction_off(text, line):
    assert [at for at, code in found(text) if code == "python2-division"] == (
        [line] if line else [])


def test_what_is_not_certain_stays_when_a_file_is_changed():
    text = 'print 0\nf(async=1)\ndef f((a, b)): pass\nx = ur"\\u1234", ur"b"\n'
    assert python2(text, certain=True).text == (
        'print(0)\nf(async=1)\ndef f((a, b)): pass\nx = ur"\\u1234", r"b"\n')

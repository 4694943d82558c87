"""Notebooks: what is IPython's and no Python's, cells that are broken, JSON that is."""

import json

import doctor as doctor_script
import pytest

from seq2seq_graph.doctor import report
from seq2seq_graph.errors import InputError


def notebook(*cells):
    return json.dumps({"cells": [
        {"cell_type": "code", "source": cell} for cell in cells], "nbformat": 4})


def found(*cells):
    """Gives (place, code) of what is found in cells."""
    examined = report.examine("a.ipynb", notebook(*cells))
    return [(examined.program.place(f.line), f.code) for f in examined.findings]


@pytest.mark.parametrize("cell", [
    "%matplotlib inline", "!pip install tensorflow", "!!ls", "?len", "len?", "x = 3\nx.real??",
    "%%bash\nls <dir>", "%%javascript\nalert(1);", "%%writefile a.py\nprint x",
    "files = !ls\nprint(files)", "t = %timeit -o 1\nprint(t)", "%%capture out\nx = 1\nout.show()",
    "%%bash --out listing\nls\n", "%time x = 3\nprint(x)", "%timeit -n 10 sum([1])",
    # a command that goes on in the next lines
    "!pip install a \\\n  b==2 \\\n  c\nx = 1", "!for i in 1 2; do \\\n echo $i; \\\ndone",
    "%run -i a.py \\\n --flag\nprint(brought)",
    # automagic
    "ls", "ls -la data", "pip install tensorflow==1.15", "cd ..", "pwd", "cat a.txt",
    "conda install -y numpy", "mkdir -p a/b", "rm -rf a", "cp a b", "matplotlib inline",
    "load_ext autoreload", "who", "timeit sum([1])", "run a.py\nprint(brought)",
    "%pylab inline\nplot(arange(3))",
    # the operator, not the magic
    "x = 7\ny = (x\n%3)\nprint(y)", "print('%d %s'\n      % (1, 'a'))", "print('%d'\n% 3)",
    "x = (1\n!= 2)", "s = '''\n%d\n!ls\n''' % 3",
    "x = 7 \\\n% 3", "def f(a):\n    return (a\n    % 2)\nf(1)",
])
def test_what_is_ipythons_is_no_finding_and_what_is_pythons_is_read(cell):
    assert found(cell) == []
    assert found(cell, "import tensorflow as tf\ntf.placeholder") == [
        ("cell 2:2", "moved-symbol")]


@pytest.mark.parametrize("cell, expected", [
    ("ls = [1]\nls", []),  # a variable, then
    ("import time\ntime\nx = time - 2", []),
    ("ls + 2\n", [("cell 1:1", "undefined-name")]),
    ("x = 7\nx % 3\nls.sort()", [("cell 1:3", "undefined-name")]),
    ("head = 3\nhead", []), ("_3 + _i12 + __ + Out[3] + In[1]", []),
    ("%time y = x", [("cell 1:1", "undefined-name")]),
    ("if True:\n    !ls\n    x", [("cell 1:3", "undefined-name")]),
])
def test_names_in_cells(cell, expected):
    assert found(cell) == expected


def test_a_broken_cell_stands_alone():
    assert found("x = = 2", "y = 1\nprint z", "w") == [
        ("cell 1:1", "syntax-error"), ("cell 2:2", "python2-syntax"),
        ("cell 2:2", "undefined-name"), ("cell 3:1", "undefined-name")]


def test_a_bracket_left_open_ends_with_its_cell():
    assert found("x = (1", "!ls\ny") == [
        ("cell 1:1", "syntax-error"), ("cell 2:2", "undefined-name")]


@pytest.mark.parametrize("source", [None, [], "", ["x = 1\n", "y = 2"], "x = 1\r\ny = 2\rz = 3"])
def test_sources_of_every_form(source):
    text = json.dumps({"cells": [{"cell_type": "code", "source": source},
                                 {"cell_type": "code", "source": "undefined"}]})
    examined = report.examine("a.ipynb", text)
    assert [examined.program.place(f.line) for f in examined.findings] == ["cell 2:1"]


def test_the_older_format_has_sheets():
    text = json.dumps({"worksheets": [{"cells": [{"cell_type": "code", "input": "x = 1\ny"}]},
                                      {"cells": [{"cell_type": "code", "input": ["z"]}]}]})
    examined = report.examine("a.ipynb", text)
    assert [examined.program.place(f.line) for f in examined.findings] == ["cell 1:2", "cell 2:1"]


@pytest.mark.parametrize("text", [
    "", "null", "[]", "3", "{}", '{"cells": null}', '{"cells": [null]}', '{"cells": [1]}',
    '{"cells": [{}]}', '{"cells": {"a": 1}}', '{"cells": [{"cell_type": "code", "source": 3}]}',
    '{"cells": [{"cell_type": "code", "source": [null]}]}', "[" * 100000,
    '{"cells": [{"cell_type": "code", "source": {"a": 1}}]}', '{"worksheets": 3}', "{" * 50,
    '{"worksheets": [null]}',
])
def test_what_is_no_notebook_is_one_line(text):
    with pytest.raises(InputError, match=r"^a\.ipynb: ") as caught:
        report.examine("a.ipynb", text)
    assert "\n" not in str(caught.value)


def test_a_lone_surrogate_is_no_python():
    assert found("x = '\ud800'") == [("cell 1:1", "syntax-error")]


def test_a_byte_order_mark_is_passed_over(tmp_path, capsys):
    (tmp_path / "a.ipynb").write_bytes(b"\xef\xbb\xbf" + notebook("x").encode())
    assert doctor_script.main([str(tmp_path / "a.ipynb")]) == 1
    assert "cell 1:1" in capsys.readouterr().out

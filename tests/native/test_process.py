import os
import subprocess
import sys

import pytest

from seq2seq_graph.native import process


def test_another_python_sees_this_package_alone(tmp_path, monkeypatch):
    """Not what is installed beside it, as it would from the folder of an installed wheel."""
    monkeypatch.setenv("TF2_BEHAVIOR", "1")
    monkeypatch.setenv("XLA_FLAGS", "x")
    monkeypatch.setenv("PYTHONPATH", "mine")
    with process.environment(without=("XLA_FLAGS",), MORE="yes") as env:
        folder, mine = env["PYTHONPATH"].split(os.pathsep)
        assert mine == "mine" and os.listdir(folder) == ["seq2seq_graph"]
        assert "XLA_FLAGS" not in env and "TF2_BEHAVIOR" not in env and env["MORE"] == "yes"
        program = "import seq2seq_graph; print(seq2seq_graph.__file__)"
        said = subprocess.run([sys.executable, "-c", program], env=env, check=True,
                              cwd=str(tmp_path), stdout=subprocess.PIPE).stdout.decode()
        assert said.strip() == os.path.join(folder, "seq2seq_graph", "__init__.py")
    assert not os.path.exists(folder)


WARNED = "x.py:3: DeprecationWarning: old\n  import imp\n"
TRACE = 'Traceback (most recent call last):\n  File "x.py", line 1\n    1 / 0\n'


@pytest.mark.parametrize("status, said, reason", [
    (1, WARNED + TRACE + "ZeroDivisionError: division by zero\n",
     "ZeroDivisionError: division by zero"),
    (1, TRACE + "ValueError: no\n\nThen:\n" + TRACE + "KeyError: 'k'\n" + WARNED, "KeyError: 'k'"),
    (2, "usage: x\nx: error: no such flag\n", "exit status 2: usage: x x: error: no such flag"),
    (5, "", "exit status 5: it said nothing"),
    (-9, "", "killed by signal SIGKILL (often where memory ends)"),
    (-11, WARNED + "loaded\n",
     "killed by signal SIGSEGV (a segmentation fault); it last said: loaded"),
    (-60, "", "killed by signal 60"),
])
def test_why_a_process_ended_is_one_line(status, said, reason):
    assert process.why_it_ended(status, said).startswith(reason)
    assert "\n" not in process.why_it_ended(status, said)

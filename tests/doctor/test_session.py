"""`scripts/doctor.py`: folders, standard input, many files, exit statuses."""

import io
import json
import os
import subprocess
import sys

import doctor as doctor_script
import pytest
from conftest import ROOT

STOPS = "import tensorflow as tf\ntf.placeholder\n"
FINE = "import tensorflow as tf\ntf.nn.relu\n"
SCRIPT = os.path.join(ROOT, "scripts", "doctor.py")


def run(*argv):
    """Runs the script in this process; gives its status."""
    try:
        return doctor_script.main([str(a) for a in argv])
    except SystemExit as stopped:
        return stopped.code


@pytest.fixture
def folder(tmp_path):
    for name, text in {
        "a.py": STOPS, "sub/b.py": FINE, "sub/c.ipynb": json.dumps({"cells": [
            {"cell_type": "code", "source": STOPS}]}),
        "sub/notes.txt": "x", ".hidden/d.py": STOPS, "venv/pyvenv.cfg": "", "venv/lib/e.py": STOPS,
        "__pycache__/f.py": STOPS, "sub/.g.py": STOPS,
        "sub/.ipynb_checkpoints/c-checkpoint.ipynb": "{}",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "sub" / "round").symlink_to(tmp_path)
    return tmp_path


def test_a_folder_is_its_programs_and_they_are_counted_together(folder, capsys):
    assert run(folder) == 1
    printed = capsys.readouterr().out
    for name in ("a.py", "sub/b.py", "sub/c.ipynb"):
        assert f"{folder}/{name}: " in printed
    assert "hidden" not in printed and "venv" not in printed and "round" not in printed
    assert "3 files: nothing stops 1, something stops 2\n" in printed
    assert "`import tensorflow.compat.v1 as tf`, fixes 2 of 2 files, 2 of 2 findings" in printed


def test_each_file_is_examined_once(folder, capsys):
    assert run(folder / "a.py", folder, folder / "a.py", "--json") == 1
    files = [f["file"] for f in json.loads(capsys.readouterr().out)]
    assert sorted(files) == [f"{folder}/a.py", f"{folder}/sub/c.ipynb"]


def test_what_remains_is_said_by_kind(tmp_path, capsys):
    (tmp_path / "a.py").write_text(STOPS + "tf.contrib.gan.x\ntf.contrib.rnn.LSTMCell(3)\n")
    (tmp_path / "b.py").write_text(STOPS + "print(x)\nimport numpy as np\nnp.Inf\n")
    (tmp_path / "c.py").write_text(STOPS + "tf.contrib.rnn.LSTMCell(3)\n")
    assert run(tmp_path) == 1
    printed = capsys.readouterr().out
    assert "`import tensorflow.compat.v1 as tf`, fixes 0 of 3 files, 3 of 8 findings" in printed
    assert "import tensorflow as tf`, fixes 1 of 3 files, 5 of 8 findings" in printed
    assert "which changes no line, fixes 1 of 3 files, 6 of 8 findings" in printed
    assert "then stop still, by files: " in printed and "undefined-name 1" in printed


def test_a_file_that_cannot_be_used_does_not_hide_the_others(tmp_path, capsys):
    (tmp_path / "a.py").write_text(STOPS)
    (tmp_path / "b.ipynb").write_text("x")
    assert run(tmp_path, tmp_path / "none.py") == 2
    out, error = capsys.readouterr()
    assert "moved-symbol" in out and error.count("\n") == 2
    assert error.count("error: ") == 2 and "b.ipynb" in error and "none.py" in error


def test_a_folder_without_programs_is_one_line(tmp_path, capsys):
    assert run(tmp_path) == 2
    assert "no .py or .ipynb file in this folder" in capsys.readouterr().err


@pytest.mark.parametrize("text, place", [
    (STOPS, "2"), (json.dumps({"cells": [{"cell_type": "code", "source": STOPS}]}), "cell 1:2"),
])
def test_standard_input_is_a_program_or_a_notebook(monkeypatch, capsys, text, place):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert run("-", "--json") == 1
    (finding,) = json.loads(capsys.readouterr().out)
    assert (finding["file"], finding["place"]) == ("-", place)


def test_one_import_fix_stands_once_a_file(tmp_path, capsys):
    names = ["placeholder", "Session", "get_variable", "nn.dynamic_rnn", "train.AdamOptimizer"]
    (tmp_path / "a.py").write_text(
        "import tensorflow as tf\n" + "".join(f"tf.{name}\n" for name in names * 3))
    assert run(tmp_path / "a.py") == 1
    printed = capsys.readouterr().out
    assert printed.count("stops: moved-symbol") == 1 and printed.count("    fix: ") == 1
    assert all(f"`tf.{name}`" in printed for name in names)
    assert "line 1: `import tensorflow.compat.v1 as tf`" in printed
    # What the import makes necessary is said with it.
    assert "and after it `tf.disable_eager_execution()`" in printed


@pytest.mark.parametrize("text, needs", [
    ("tf.placeholder\n", "disable_eager_execution()"),
    ("tf.Session().run(x.get_shape()[0].value)\n", "disable_v2_behavior()"),
    ("tf.Session()\ntf.disable_v2_behavior()\n", None),
    ("tf.logging.set_verbosity(3)\n", None),
    ("with tf.Graph().as_default():\n    tf.placeholder\n", None),
])
def test_the_import_names_what_it_makes_necessary(tmp_path, capsys, text, needs):
    (tmp_path / "a.py").write_text("from b import x\nimport tensorflow as tf\n" + text)
    run(tmp_path / "a.py")
    fix = [line for line in capsys.readouterr().out.split("\n") if "compat.v1 as tf" in line][0]
    assert (f"`tf.{needs}`" in fix) if needs else "disable" not in fix


def test_what_legacy_has_is_one_import_too(tmp_path, capsys):
    (tmp_path / "a.py").write_text(STOPS + "tf.nn.rnn_cell.LSTMCell(3)\n")
    assert run(tmp_path / "a.py") == 1
    printed = capsys.readouterr().out
    assert "line 1: `from seq2seq_graph.legacy import tensorflow as tf`" in printed
    assert "or `python scripts/legacy.py run`, and not a line changes" in printed
    assert "alone" not in printed.replace("in tf.compat.v1 alone", "")
    assert ("of the 2, the line `import tensorflow.compat.v1` fixes 1, the line "
            "`from seq2seq_graph.legacy import tensorflow` fixes 2; "
            "`python scripts/legacy.py run` fixes 2, and no line changes") in printed
    assert "It comes with `from seq2seq_graph.legacy import tensorflow as tf`." in printed


def test_an_empty_file_is_said_to_be_empty(tmp_path, capsys):
    (tmp_path / "empty.py").write_text("\n \n")
    assert run(tmp_path / "empty.py") == 0
    assert capsys.readouterr().out == (
        f"{tmp_path / 'empty.py'}: is empty, so there is nothing to examine\n")


def test_it_starts_without_tensorflow(folder):
    code = ("import sys; sys.modules['tensorflow'] = sys.modules['numpy'] = None\n"
            f"sys.argv = ['doctor.py', {str(folder)!r}]\n"
            f"import runpy; runpy.run_path({SCRIPT!r}, run_name='__main__')")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 1 and done.stderr == b"" and b"3 files" in done.stdout


def test_a_reader_that_stops_reading_is_no_traceback(folder):
    many = folder / "many.py"
    many.write_text("import tensorflow as tf\n" + "".join(f"print(x{i})\n" for i in range(4000)))
    done = subprocess.run(
        f"{sys.executable} {SCRIPT} {many} | head -1", shell=True, capture_output=True, check=False)
    assert done.stdout.count(b"\n") == 1 and done.stderr.count(b"\n") <= 1
    assert b"Traceback" not in done.stderr

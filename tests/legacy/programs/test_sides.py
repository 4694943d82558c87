import os
import stat

import pytest

from seq2seq_graph.errors import InputError
from seq2seq_graph.legacy.programs import sides


def written(folder, **sizes):
    for name, size in sizes.items():
        path = os.path.join(str(folder), *name.split("__"))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(b"x" * size)


def test_a_virtual_environment_in_the_working_folder_is_not_copied(tmp_path, monkeypatch):
    """README makes one there."""
    monkeypatch.setattr(sides, "MOST_BYTES", 100)
    written(tmp_path / "a", program=10, data__text=20, venv__lib__large=1000)
    written(tmp_path / "a" / "venv", **{"pyvenv.cfg": 1})
    target = sides._copied(str(tmp_path / "a"), str(tmp_path / "b"))
    assert sorted(os.listdir(target)) == ["data", "program"]
    assert os.listdir(os.path.join(target, "data")) == ["text"]


def test_a_working_folder_too_large_to_copy_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(sides, "MOST_BYTES", 100)
    written(tmp_path / "a", program=101)
    with pytest.raises(InputError, match="too much to copy.*give --here"):
        sides._copied(str(tmp_path / "a"), str(tmp_path / "b"))


FAKE = """#!/bin/sh
shift 2
: > "$1"
echo "its own words"
exit ${STATUS:-0}
"""


def fake_python(folder):
    """Writes a program that leaves an empty record, as `legacy.py record OUT` does."""
    path = folder / "env" / "python"
    path.parent.mkdir()
    path.write_text(FAKE)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return os.path.join("env", "python")


@pytest.mark.parametrize("here", [False, True])
def test_the_other_python_may_be_named_from_the_working_folder(tmp_path, monkeypatch, here):
    """The program runs in a copy, where a relative path leads nowhere."""
    monkeypatch.chdir(tmp_path)
    python = fake_python(tmp_path)
    monkeypatch.setattr(sides.sys, "executable", os.path.abspath(python))
    program = sides.Program("script", "program.py", [], here=here)
    out = tmp_path / "out"
    out.mkdir()
    files = sides.both(program, python, str(out))
    assert [os.path.exists(path) for path in files] == [True, True]


@pytest.mark.parametrize("status, shown", [("0", False), ("3", True)])
def test_what_a_program_prints_is_shown_if_it_fails(tmp_path, monkeypatch, capfd, status, shown):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STATUS", status)
    python = fake_python(tmp_path)
    sides._one(sides.Program("script", "program.py", []), os.path.abspath(python),
               str(tmp_path / "out.npz"), {})
    errors = capfd.readouterr().err
    assert ("its own words" in errors) is shown
    assert ("it ended with status 3" in errors) is shown

import os

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

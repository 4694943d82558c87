import json
import os
import threading

import numpy as np
import pytest

from seq2seq_graph import plain_files
from seq2seq_graph.errors import InputError


def test_a_file_that_is_written_whole_leaves_no_other(tmp_path):
    plain_files.write_whole(str(tmp_path / "a"), "old")
    plain_files.write_whole(str(tmp_path / "a"), "new")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a", "new")]


def test_json_is_ascii_and_knows_numpys_numbers():
    text = plain_files.as_json({"가": np.int64(3), "b": np.float32(0.5)})
    assert text.isascii()
    assert json.loads(text) == {"가": 3, "b": 0.5}


@pytest.mark.parametrize("content, message", [
    (None, "a.json: No such file or directory; give one"),
    (b"{", "a.json: not JSON"),
    (b"\xff", "a.json: not JSON"),
])
def test_what_is_no_json_is_refused_by_name(tmp_path, content, message):
    if content is not None:
        (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(InputError, match=message):
        plain_files.read_json(str(tmp_path / "a.json"), "give one")


def test_what_is_no_npz_is_refused_by_name(tmp_path):
    path = str(tmp_path / "a.npz")
    with pytest.raises(InputError, match="a.npz: No such file or directory; give one"):
        plain_files.read_npz(path, "give one")
    np.savez(path, objects=np.array([{}], object))
    with pytest.raises(InputError, match="a.npz: not an .npz of plain arrays"):
        plain_files.read_npz(path, "give one")
    (tmp_path / "words.txt").write_text("words\n")
    np.save(str(tmp_path / "array.npy"), np.arange(3))
    for name in ("words.txt", "array.npy"):  # NumPy speaks of pickles, or reads it
        with pytest.raises(InputError) as refused:
            plain_files.read_npz(str(tmp_path / name), "give one")
        assert str(refused.value) == (
            f"{tmp_path / name}: not an .npz of plain arrays; it is another kind of file")
    np.savez(path, numbers=np.arange(3))
    assert plain_files.read_npz(path, "give one")["numbers"].tolist() == [0, 1, 2]


def test_a_file_is_written_whole_and_nothing_else_is_left(tmp_path, monkeypatch):
    path = str(tmp_path / "a.json")
    plain_files.write_whole(path, "first\n")
    synced = []
    monkeypatch.setattr(os, "fsync", synced.append)
    plain_files.write_whole(path, "second\n")
    assert (tmp_path / "a.json").read_text() == "second\n" and synced
    assert os.listdir(tmp_path) == ["a.json"]

    def full(number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        plain_files.write_whole(path, "third\n")
    assert (tmp_path / "a.json").read_text() == "second\n"
    assert os.listdir(tmp_path) == ["a.json"]


def test_no_link_is_followed_when_a_file_is_written(tmp_path):
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "run").mkdir()
    for name in ("a.json", "a.json.tmp"):
        os.symlink(tmp_path / "precious", tmp_path / "run" / name)
    plain_files.write_whole(str(tmp_path / "run" / "a.json"), "ours")
    assert (tmp_path / "precious").read_text() == "mine"
    assert (tmp_path / "run" / "a.json").read_text() == "ours"


def test_two_writers_of_one_file_do_not_meet(tmp_path):
    path = str(tmp_path / "a.json")
    texts = [str(i) * 100_000 for i in range(4)]
    threads = [
        threading.Thread(target=plain_files.write_whole, args=(path, text)) for text in texts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (tmp_path / "a.json").read_text() in texts


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_file_has_the_mode_that_the_user_wants(tmp_path):
    before = os.umask(0o027)
    try:
        plain_files.write_whole(str(tmp_path / "a.json"), "x")
    finally:
        os.umask(before)
    assert os.stat(tmp_path / "a.json").st_mode & 0o777 == 0o640


def test_a_file_that_cannot_be_written_is_refused_and_none_is_left(tmp_path):
    for path in tmp_path, tmp_path / "no" / "file":
        with pytest.raises(InputError, match="cannot be written: .*; name another file"):
            plain_files.check_writable(str(path))
    plain_files.check_writable(str(tmp_path / "new"))
    (tmp_path / "old").write_text("kept")
    plain_files.check_writable(str(tmp_path / "old"))
    assert [path.name for path in tmp_path.iterdir()] == ["old"]
    assert (tmp_path / "old").read_text() == "kept"


@pytest.mark.skipif(os.name == "nt", reason="Windows asks for a right to make links")
def test_a_link_that_leads_to_no_file_yet_is_kept_and_nothing_made(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "new")
    plain_files.check_writable(str(tmp_path / "link"))
    assert (tmp_path / "link").is_symlink() and not (tmp_path / "new").exists()

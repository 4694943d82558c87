import json

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
    np.savez(path, numbers=np.arange(3))
    assert plain_files.read_npz(path, "give one")["numbers"].tolist() == [0, 1, 2]

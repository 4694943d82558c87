import os

import pytest
from checkpoints import saved

from seq2seq_graph.errors import InputError
from seq2seq_graph.runs import checkpoint

READ_OTHERWISE = ["[1]", "a*b", "a?b", "file://x", "ram://x", os.fsdecode(b"\xff")]
READ_OTHERWISE += [] if os.name == "nt" else ["a\\b"]


@pytest.mark.parametrize("name", READ_OTHERWISE)
def test_a_path_that_tensorflow_reads_as_another_is_refused_before_anything_is_read(name):
    with pytest.raises(InputError, match="TensorFlow (takes|finds)"):
        checkpoint.read_arrays(name + "/model.ckpt-1")


@pytest.mark.parametrize("name", ["a b", "가", "{a,b}", "a]b", "~", "a:b", "%41"])
def test_every_other_path_means_what_it_says(name, tmp_path):
    if os.name == "nt" and ":" in name:
        pytest.skip("Windows has no such name")
    (tmp_path / name).mkdir()
    sess, saver, _ = saved(tmp_path / name, 1)
    checkpoint.restore(sess, saver, str(tmp_path / name / "model.ckpt-1"))
    assert checkpoint.read_arrays(str(tmp_path / name / "model.ckpt-1"))

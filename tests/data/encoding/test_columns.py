import os
import sys

import numpy as np
import pytest

from seq2seq_graph.data.encoding import columns
from seq2seq_graph.data.encoding.columns import Place


def test_a_column_is_what_was_appended_wherever_it_is_kept(tmp_path):
    for place in Place(), Place(str(tmp_path)):
        column = place.column("numbers", "<i4")
        assert len(place.column("none", "<i8").finish()) == 0
        for some in ([1, 2], [], [3]):
            column.append(np.array(some))
        stored = column.finish(durable=True)
        assert len(stored) == column.count == 3
        assert stored.part(1, 3).tolist() == [2, 3]
        assert stored.take(np.array([[2, 0]]), 1).tolist() == [[3, 1]]
        zeros = place.zeros("zeros", "<i8", 5)
        zeros[[1, 3]] = 7
        assert zeros.tolist() == [0, 7, 0, 7, 0] and place.zeros("no", "u1", 0).tolist() == []
    assert (tmp_path / "numbers").read_bytes() == np.array([1, 2, 3], "<i4").tobytes()


def resident_of_files():
    with open("/proc/self/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("RssFile")) * 1024


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc tells what is resident")
def test_what_was_read_of_a_file_does_not_stay_in_memory(tmp_path):
    size = 4 * columns._MOST_TOUCHED
    with open(tmp_path / "numbers", "wb") as file:
        file.truncate(size)
    before = resident_of_files()
    stored = columns.Stored.of_file(str(tmp_path / "numbers"), "<i4")
    most = 0
    for start in range(0, size // 4, 2**20):
        assert not stored.part(start, start + 2**20).any()
        most = max(most, resident_of_files() - before)
    for i in range(20):
        places = np.random.RandomState(i).randint(0, size // 4, 16)
        assert not stored.take(places, 16).any()
        most = max(most, resident_of_files() - before)
    assert most < size / 2
    os.remove(tmp_path / "numbers")  # open files outlive their names
    assert not stored.part(0, 10).any()

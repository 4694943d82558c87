import numpy as np
import pytest

from seq2seq_graph.data.encoding.columns import Place
from seq2seq_graph.data.padded import Padded, Sequences, lengths_of

ROWS = [[5, 6, 7], [8], [], [9, 4, 4, 4], [1, 2]]
MATRIX = np.array([[5, 6, 7, 0, 0], [8, 0, 0, 0, 0], [0] * 5, [9, 4, 4, 4, 0], [1, 2, 0, 0, 0]])


@pytest.fixture(params=["memory", "folder"])
def padded(request, tmp_path):
    """Rows 1 to 5 of 7 sequences, in memory or in files."""
    place = Place(str(tmp_path) if request.param == "folder" else None)
    ids, offsets = place.column("ids", "<i4"), place.column("offsets", "<i8")
    offsets.append([0])
    for row in [[3, 3], *ROWS, [3]]:
        ids.append(row)
        offsets.append([ids.count])
    return Padded(Sequences(ids.finish(), offsets.finish(), 1, 1), 5, 5)


def test_it_reads_as_the_matrix_that_it_stands_for(padded):
    assert padded.shape == (5, 5) and len(padded) == 5 and padded.dtype == np.int32
    np.testing.assert_array_equal(padded, MATRIX)
    for key in (
        0, -1, slice(None), slice(1, 4), slice(None, None, -2), [3, 0], np.array([4, 4, -1]),
        np.array([True, False, True, False, True]), ([1, 3], slice(None, 4)),
        (slice(None), 0), (slice(None), slice(-2, None)), (slice(None), slice(0, 9)),
        ([0, 3], slice(1, 3)), (2, slice(None, 2)), (3, 1), ([], slice(None)),
        ([0, 3], [2, 1]), (slice(2, 4), [1, 0]),
    ):
        made = padded[key if isinstance(key, tuple) else (key,)]
        wanted = MATRIX[key if isinstance(key, tuple) else (key,)]
        np.testing.assert_array_equal(made, wanted, err_msg=repr(key))
        assert np.shape(made) == wanted.shape, key
        assert made.dtype == np.int32
    for key in 5, -6, [0, 5]:  # there are other sequences behind it
        with pytest.raises(IndexError):
            padded[key]
    assert (padded == MATRIX).all() and (padded != 0).sum() == 10 and padded.tolist()[1][0] == 8


def test_some_rows_of_it_are_another_one(padded):
    some = padded.only(np.array([3, 1, 0])).only(np.array([0, 2]))
    np.testing.assert_array_equal(some, MATRIX[[3, 0]])
    assert some.lengths(np.array([1, 0])).tolist() == [3, 4]


def test_lengths_are_those_of_the_rows(padded):
    rows = np.array([4, 2, 0, 3])
    assert lengths_of(padded, rows).tolist() == lengths_of(MATRIX, rows).tolist() == [2, 0, 3, 4]

import pytest
from corpora_files import zip_bytes

from seq2seq_graph.data.corpora import files
from seq2seq_graph.errors import InputError

WHOLE = zip_bytes({"a/en.json": "{}", "b.txt": "no", "c.mo": "catalogue"})


def test_the_wanted_files_of_a_zip_in_memory_come_by_their_names():
    assert files.unzipped("x.xpi", WHOLE, (".mo", ".json")) == {
        "a/en.json": b"{}", "c.mo": b"catalogue"}


def test_every_damaged_zip_is_refused_or_read():
    for place in range(len(WHOLE)):
        for bit in 1, 128:
            damaged = WHOLE[:place] + bytes([WHOLE[place] ^ bit]) + WHOLE[place + 1 :]
            try:
                files.unzipped("x.xpi", damaged, (".mo", ".json"))
            except InputError as error:
                assert str(error).startswith("x.xpi")
    for length in range(len(WHOLE)):
        with pytest.raises(InputError, match="x.xpi"):
            files.unzipped("x.xpi", WHOLE[:length], (".mo",))

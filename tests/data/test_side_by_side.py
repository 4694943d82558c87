import pytest

from seq2seq_graph.data.pairs import read_pairs
from seq2seq_graph.data.side_by_side import read_side_by_side
from seq2seq_graph.errors import InputError


def written(folder, source, target):
    for name, content in (("a.en", source), ("a.ko", target)):
        (folder / name).write_bytes(content)
    return str(folder / "a.en"), str(folder / "a.ko")


def test_line_i_is_the_pair_i_as_in_one_file(tmp_path):
    paths = written(tmp_path, b"Open it.\nSave\n", "그것을 열기.\n저장\n".encode())
    (tmp_path / "both.tsv").write_bytes("Open it.\t그것을 열기.\nSave\t저장\n".encode())
    pairs = list(read_side_by_side(*paths))
    assert pairs[0] == (("Open", "it", "￭."), ("그것을", "열기", "￭."))
    for tokens in (("pieces", "pieces"), ("words", "characters"), ("subwords", "words")):
        assert list(read_side_by_side(*paths, *tokens)) == list(
            read_pairs(str(tmp_path / "both.tsv"), *tokens))


@pytest.mark.parametrize("source, target", [
    (b"a\r\nb\r\n", b"c\nd\n"), (b"\xef\xbb\xbfa\nb\n", b"\xef\xbb\xbfc\nd\n"),
    (b"a\nb", b"c\nd\n"), (b"a \n b\n", b"c\nd\n"),
])
def test_line_ends_and_byte_order_marks_are_no_text(source, target, tmp_path):
    assert list(read_side_by_side(*written(tmp_path, source, target))) == [
        (("a",), ("c",)), (("b",), ("d",))]


@pytest.mark.parametrize("source, target, message", [
    (b"a\nb\nc\n", b"d\n", "a.en:2: no line of .*a.ko .* has 1 lines where .*a.en has 3; give two"),
    (b"a\n", b"b\nc\n", "a.ko:2: no line of .*a.en .* has 1 lines where .*a.ko has 2"),
    (b"a\n\nb\n", b"c\nd\ne\n", "a.en:2: the source is empty"),
    (b"a\nb\n", b"c\n \n", "a.ko:2: the target is empty"),
    (b"a\tb\n", b"c\n", "a.en:1: a tab stands in the line; .* as --pairs"),
    (b"a\nb\n", b"c\nd\t\n", "a.ko:2: a tab stands in the line"),
    (b"a\nb\xff\n", b"c\nd\n", "a.en:2: byte 0xff at column 2 is not UTF-8"),
    ("a\n".encode("utf-16"), b"c\n", "a.en:1: byte 0xff at column 1 is not UTF-8; save the file"),
    (b"", b"c\n", "a.en: the file is empty; it needs lines of one side"),
    (b"a\n", b"", "a.ko: the file is empty"), (b"", b"", "a.en: the file is empty"),
])
def test_what_is_wrong_is_named_with_file_and_line(source, target, message, tmp_path):
    with pytest.raises(InputError, match=message):
        list(read_side_by_side(*written(tmp_path, source, target)))


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    paths = written(tmp_path, b"a\n", b"b\n")
    with pytest.raises(InputError, match="gone: No such file.*one side"):
        list(read_side_by_side(paths[0], str(tmp_path / "gone")))
    with pytest.raises(InputError, match="directory"):
        list(read_side_by_side(str(tmp_path), paths[1]))

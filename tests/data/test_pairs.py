import tracemalloc

import pytest

from seq2seq_graph.data import text
from seq2seq_graph.data.pairs import (
    JOINERS,
    PARTS,
    TOKENIZERS,
    drop_repeats,
    listed_targets,
    parts_before,
    read_pairs,
    read_parts,
    split_by_source,
)
from seq2seq_graph.errors import InputError


def pairs_of(count):
    return [((str(i),), ("t", str(i % 3))) for i in range(count)]


def write(tmp_path, content):
    path = tmp_path / "pairs.tsv"
    path.write_bytes(content)
    return str(path)


def test_pairs_are_cut_into_characters_and_words(tmp_path):
    path = write(tmp_path, "cat\tK AE T\n고양이\t고양 이\n".encode())
    assert list(read_pairs(path)) == [
        (("c", "a", "t"), ("K", "AE", "T")), (("고", "양", "이"), ("고양", "이"))]
    assert next(read_pairs(path, "words", "characters")) == (("cat",), tuple("K AE T"))


@pytest.mark.parametrize("content", [
    b"a\tb\r\nc\td\r\n", b"a\tb\nc\td", b"\xef\xbb\xbfa\tb\nc\td\n",
])
def test_line_ends_and_byte_order_mark_are_no_text(tmp_path, content):
    assert list(read_pairs(write(tmp_path, content))) == [(("a",), ("b",)), (("c",), ("d",))]


def test_only_a_line_feed_ends_a_line(tmp_path):
    path = write(tmp_path, "a\u2028\x0b\x85b\tc\n".encode())
    assert list(read_pairs(path)) == [(("a", "\u2028", "\x0b", "\x85", "b"), ("c",))]


@pytest.mark.parametrize("content, message", [
    (b"", r"pairs.tsv: the file is empty"),
    (b"a\tb\nc\n", r"pairs.tsv:2: 1 field where 2 fields are needed \(source TAB target\)"),
    (b"a\tb\tc\n", r"pairs.tsv:1: 3 fields where 2"),
    (b"a\tb\n\nc\td\n", r"pairs.tsv:2: an empty line where 2"),
    (b"a\tb\n\tc\n", r"pairs.tsv:2: the source is empty"),
    (b"a\t\n", r"pairs.tsv:1: the target is empty"),
    (b"a\t  \n", r"pairs.tsv:1: the target is empty"),
    (b"a\tb\nab\xff\tc\n", r"pairs.tsv:2: byte 0xff at column 3 is not UTF-8"),
])
def test_a_malformed_file_is_refused_with_its_line(tmp_path, content, message):
    with pytest.raises(InputError, match=message):
        list(read_pairs(write(tmp_path, content)))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="nothing.tsv: No such file"):
        list(read_pairs(str(tmp_path / "nothing.tsv")))
    with pytest.raises(InputError, match="Is a directory"):
        list(read_pairs(str(tmp_path)))


def test_sources_are_dealt_by_their_number():
    parts = split_by_source(pairs_of(45))
    assert [pair[0][0] for pair in parts["valid"]] == ["0", "20", "40"]
    assert [pair[0][0] for pair in parts["test"]] == ["1", "2", "21", "22", "41", "42"]
    assert len(parts["train"]) == 45 - 9


def test_all_targets_of_a_source_stay_in_one_part():
    pairs = [("a", "x"), ("b", "x"), ("a", "y"), ("c", "z"), ("d", "z"), ("a", "x")]
    parts = split_by_source(pairs)
    assert parts["valid"] == [(("a",), ("x",)), (("a",), ("y",)), (("a",), ("x",))]
    assert parts["train"] == [(("d",), ("z",))]


def test_a_part_alone_holds_what_it_holds_among_the_others():
    for part in PARTS:
        assert split_by_source(iter(pairs_of(45)), parts=[part]) == {
            part: split_by_source(pairs_of(45))[part]}


def test_a_part_alone_is_read_without_the_others(tmp_path):
    folder = write_parts(tmp_path, test="a\tb\n")
    assert read_parts(folder, parts=["test"]) == {"test": [(("a",), ("b",))]}
    with pytest.raises(InputError, match="valid.tsv: No such file"):
        read_parts(folder, parts=["valid", "test"])


def test_equal_tokens_are_one_string(tmp_path):
    first, second = read_pairs(write(tmp_path, "한국 가\t국\n한가\t가 국\n".encode()))
    assert first[0][0] is second[0][0] and first[0][3] is second[0][1] is second[1][0]
    assert first[0][1] is first[1][0] is second[1][1]


@pytest.mark.parametrize("part, needed", [
    ("test", ("test",)), ("valid", ("test", "valid")), ("train", ("test", "valid", "train"))])
def test_each_part_is_itself_by_those_that_have_the_first_claim(part, needed):
    parts = {
        "train": [("a", "x"), ("b", "x"), ("c", "x"), ("c", "x"), ("c", "y")],
        "valid": [("b", "x"), ("a", "y"), ("b", "x")], "test": [("a", "x"), ("a", "z")]}
    whole, dropped = drop_repeats(parts)
    assert whole == {"train": [("c", "x"), ("c", "y")], "valid": [("b", "x")],
                     "test": [("a", "x"), ("a", "z")]}
    assert dropped == {"train": (1, 2), "valid": (1, 1), "test": (0, 0)}
    assert parts_before(part) == needed
    some, some_dropped = drop_repeats({name: parts[name] for name in needed})
    assert (some[part], some_dropped[part]) == (whole[part], dropped[part])


def test_sources_of_one_group_count_as_one_and_stay_in_one_part():
    sources = ["a1", "b", "c", "A22", "d", "A3"]
    parts = split_by_source(
        [(source, "x") for source in sources], group=lambda source: text.fold("".join(source)))
    assert ["".join(source) for source, _ in parts["valid"]] == ["a1", "A22", "A3"]
    assert ["".join(source) for source, _ in parts["train"]] == ["d"]


def write_parts(folder, **contents):
    for part, content in contents.items():
        (folder / f"{part}.tsv").write_text(content, encoding="utf-8")
    return str(folder)


def test_a_folder_of_three_files_is_read_as_the_parts(tmp_path):
    folder = write_parts(tmp_path, train="Save, {1}\t저장\n", valid="a\tb\n", test="c\td\ne\tf\n")
    assert read_parts(folder, target_tokens="characters") == {
        "train": [(("Save", "￭,", "{1}"), ("저", "장"))],
        "valid": [(("a",), ("b",))],
        "test": [(("c",), ("d",)), (("e",), ("f",))]}


def test_a_folder_is_refused_with_its_file_and_line(tmp_path):
    folder = write_parts(tmp_path, train="a\tb\n", valid="a\tb\n\tc\n")
    with pytest.raises(InputError, match="valid.tsv:2: the source is empty"):
        read_parts(folder)
    write_parts(tmp_path, valid="a\tb\n")
    with pytest.raises(InputError, match="test.tsv: No such file"):
        read_parts(folder)


@pytest.mark.parametrize("tokens", sorted(TOKENIZERS))
def test_joined_tokens_are_the_line(tokens):
    line = "Don't save (all) 12 files, 저장 안 함!"
    assert JOINERS[tokens](TOKENIZERS[tokens](line)) == line


def test_all_targets_of_a_source_are_listed():
    assert listed_targets([("ab", "x"), ("c", "y"), ("ab", "z")]) == {
        ("a", "b"): [("x",), ("z",)], ("c",): [("y",)]}


def test_a_pair_takes_a_pointer_a_token(tmp_path):
    count, length = 2000, 30
    line = "가나다라마바사아자차카타파하" * 3
    path = write(tmp_path, (f"{line[:length]}\t{line[:length]}\n" * count).encode())
    tracemalloc.start()
    try:
        pairs = list(read_pairs(path, "characters", "characters"))
        size, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(pairs) == count
    assert size / count < 2 * (8 * length + 64) + 128  # not 76 bytes for each Korean letter


def test_a_part_alone_keeps_no_pair_of_the_others(tmp_path):
    text = "".join(f"{i}\t{'a b c d e f g h ' * 9}\n" for i in range(3000))
    path = write(tmp_path, text.encode())
    sizes = []
    for parts in (["train"], ["valid"]):
        tracemalloc.start()
        try:
            dealt = split_by_source(read_pairs(path), parts=parts)
            sizes.append(tracemalloc.get_traced_memory()[1])
            del dealt
        finally:
            tracemalloc.stop()
    assert sizes[1] < sizes[0] / 2

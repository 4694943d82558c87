import pytest
from corpora_files import pak_bytes

from seq2seq_graph.data.corpora.pak import read_pak
from seq2seq_graph.errors import InputError


@pytest.mark.parametrize("version", [4, 5])
def test_texts_come_by_their_number(version):
    content = pak_bytes({7: "열기", 9: "", 12: "닫기"}, version)
    assert read_pak("ko.pak", content) == {7: "열기", 9: "", 12: "닫기"}


def test_a_number_may_share_another_ones_text():
    content = pak_bytes({7: "열기", 9: "닫기"}, aliases=[(8, 1), (20, 0)])
    assert read_pak("ko.pak", content) == {7: "열기", 8: "닫기", 9: "닫기", 20: "열기"}


def test_compressed_pages_are_passed_over():
    assert read_pak("ko.pak", pak_bytes({7: b"\x1f\x8b\xff", 8: b"\x1e\x9b\xff", 9: "열기"})) == {
        9: "열기"}


@pytest.mark.parametrize("content, message", [
    (b"", "ko.pak: the pack is cut short"),
    (b"\x09\0\0\0" + bytes(20), "ko.pak: version 9 of a pack; versions 4 and 5"),
    (pak_bytes({7: "a"}, encoding=0), r"ko.pak: holds no texts \(encoding 0\)"),
    (pak_bytes({7: "abc"})[:-1], "ko.pak: the pack is cut short"),
    (pak_bytes({7: "abc"})[:20], "ko.pak: the pack is cut short"),
    (pak_bytes({7: "abc"}, aliases=[(8, 3)]), "ko.pak: the pack is cut short"),
    (pak_bytes({7: b"\xff"}), "ko.pak: 'utf-8' codec can't decode"),
])
def test_what_is_no_pack_of_texts_is_refused(content, message):
    with pytest.raises(InputError, match=message):
        read_pak("ko.pak", content)

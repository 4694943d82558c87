import contextlib
import zipfile

import pytest
from corpora_files import deb_bytes, mo_bytes, write_files, write_zip

from seq2seq_graph.data.corpora import catalogues, files
from seq2seq_graph.errors import InputError

METADATA = "Metadata-Version: 2.1\nName: tool\nLicense: Apache-2.0\n"
WHEEL = {
    "tool/a/en.json": '{"title": "Hello {name}", "menu": {"open": "Open", "gone": "Gone"}}',
    "tool/a/ko.json": '{"title": "안녕 {name}", "menu": {"open": "열기"}, "new": "새"}',
    "tool/b/sensor.en.json": '{"state": ["On", "Off"], "count": 3}',
    "tool/b/sensor.ko.json": '{"state": ["켜짐", "꺼짐"], "count": 3}',
    "tool/b/sensor.fr.json": "this is not read",
    "tool/c/ko.json": '{"without": "English"}',
    "tool-1.0.dist-info/METADATA": METADATA,
}
TREE = {
    "usr/ko/LC_MESSAGES/b.mo": mo_bytes({"menu\x04_Close": "닫기(_C)", "%d rows": "행"}),
    "usr/ko/LC_MESSAGES/a.mo": mo_bytes({"Open": "열기", "OK": "OK", "1": "일", "Old": ""}),
    "usr/de/LC_MESSAGES/a.mo": b"this is not read",
    "usr/share/doc/tool/copyright": "Format: x\n\nFiles: *\nLicense: MPL-2.0\n text\n",
}
JSON_PAIRS = [("Hello {1}", "안녕 {1}"), ("Open", "열기"), ("On", "켜짐"), ("Off", "꺼짐")]


def test_json_pairs_come_by_their_nested_keys_out_of_a_wheel(tmp_path):
    corpus = catalogues.load([write_zip(tmp_path / "tool.whl", WHEEL)])
    assert corpus.pairs == JSON_PAIRS
    assert corpus.licence == "Apache-2.0 (tool-1.0.dist-info/METADATA)"
    assert corpus.origin == "catalogues in tool.whl"


def test_json_pairs_come_out_of_a_folder_just_as_well(tmp_path):
    assert catalogues.load([write_files(tmp_path, WHEEL)]).pairs == JSON_PAIRS


def test_a_gettext_tree_gives_its_language(tmp_path):
    corpus = catalogues.load([write_files(tmp_path, TREE)])
    assert corpus.pairs == [("Open", "열기"), ("Close", "닫기")]
    assert corpus.left_out == {
        "the placeholders differ": 1, "the same on both sides": 1, "a side without a letter": 1,
        "one side is empty": 1}
    assert corpus.licence == "MPL-2.0 (usr/share/doc/tool/copyright)"


def test_a_language_folder_or_a_single_catalogue_may_be_given(tmp_path):
    write_files(tmp_path, TREE)
    for path in ("usr/ko", "usr/ko/LC_MESSAGES", "usr/ko/LC_MESSAGES/a.mo"):
        assert ("Open", "열기") in catalogues.load([str(tmp_path / path)]).pairs
    path = str(tmp_path / "usr/ko/LC_MESSAGES/a.mo")
    assert catalogues.load([path], language="x").licence.startswith("not stated")


def test_a_debian_package_gives_what_the_unpacked_folder_gives(tmp_path):
    (tmp_path / "tool_1.0_all.deb").write_bytes(deb_bytes(TREE))
    packed = catalogues.load([str(tmp_path / "tool_1.0_all.deb")])
    unpacked = catalogues.load([write_files(tmp_path / "tree", TREE)])
    assert packed._replace(origin=unpacked.origin) == unpacked


def test_a_country_may_be_missing_where_one_is_named(tmp_path):
    names = [f"usr/{code}/LC_MESSAGES/a.mo" for code in ("ko_KR", "pt_BR", "pt_PT", "de", "de_AT")]
    path = write_files(tmp_path, {name: mo_bytes({"Open": name[4:9]}) for name in names})
    assert catalogues.load([path], "ko").pairs == [("Open", "ko_KR")]
    assert catalogues.load([path], "de").pairs == [("Open", "de/LC")]
    with pytest.raises(InputError, match="no catalogue of language 'pt'"):
        catalogues.load([path], "pt")


def test_several_paths_are_one_corpus(tmp_path):
    tree = write_files(tmp_path / "tree", TREE)
    corpus = catalogues.load([write_zip(tmp_path / "tool.zip", WHEEL), tree])
    assert corpus.pairs == [*JSON_PAIRS, ("Close", "닫기")]
    assert corpus.left_out["the pair was there before"] == 1


def test_texts_are_normalized(tmp_path):
    folder = write_files(tmp_path, {
        "en.json": '{"a": "two\\n\\tlines", "b": "lone \\ud800 half"}',
        "ko.json": '\ufeff{"a": "\\u1112\\u1161\\u11ab  줄", "b": "반"}'})
    assert catalogues.load([folder]).pairs == [("two lines", "한 줄"), ("lone half", "반")]


@pytest.mark.parametrize("content, message", [
    ('{"a": "b",\n "c"}', r"ko.json:2: Expecting ':' delimiter; fix the JSON"),
    ("[1]", r"^[^:]*ko.json: a list; it must be an object of texts"),
    (b'{"a": "\xff"}', r"ko.json: 'utf-8' codec .*; save the file as UTF-8"),
    ('{"a":' * 5000, r"ko.json: nested too deep|ko.json:1:"),
])
def test_a_file_that_is_no_json_of_texts_is_refused(tmp_path, content, message):
    with pytest.raises(InputError, match=message):
        catalogues.load([write_files(tmp_path, {"en.json": '{"a": "b"}', "ko.json": content})])


def test_a_language_that_is_not_there_is_refused_with_those_that_are(tmp_path):
    with pytest.raises(InputError, match="no catalogue of language 'ja'; it has de, ko"):
        catalogues.load([write_files(tmp_path / "tree", TREE)], "ja")
    for path in (write_files(tmp_path / "none", {"a.txt": "", "ko.json": "{}"}),
                 str(tmp_path / "none" / "ko.json")):
        with pytest.raises(InputError, match="it has none: neither"):
            catalogues.load([path])


@pytest.mark.parametrize("name, content, message", [
    ("nothing", None, "nothing: No such file or directory"),
    ("a.deb", b"!<arch>\n", "a.deb: cut short; the package is damaged"),
    ("a.txt", b"text", "a.txt: give a folder, a wheel, a zip, a .deb, or a file that ends in .mo"),
])
def test_a_path_that_holds_no_catalogues_is_refused(tmp_path, name, content, message):
    if content:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message):
        catalogues.load([str(tmp_path / name)])


def test_a_damaged_archive_is_refused_with_its_member(tmp_path):
    path = write_zip(tmp_path / "tool.whl", WHEEL)
    content = bytearray((tmp_path / "tool.whl").read_bytes())
    place = content.index("열기".encode())
    content[place] ^= 1
    (tmp_path / "tool.whl").write_bytes(bytes(content))
    with pytest.raises(InputError, match="tool.whl/tool/a/ko.json: Bad CRC-32"):
        catalogues.load([path])


def test_an_archive_that_unpacks_to_far_too_much_is_refused_unread(tmp_path, monkeypatch):
    path = write_zip(tmp_path / "tool.whl", WHEEL)
    monkeypatch.setattr(files, "LARGEST", 10)
    monkeypatch.setattr(zipfile.ZipFile, "read", None)
    with pytest.raises(InputError, match="tool.whl/.*bytes unpacked, over 10; unpack"):
        catalogues.load([path])


def test_a_number_too_long_for_python_is_refused_or_passed_over(tmp_path):
    english = '{"a": "b", "c": ' + "9" * 5000 + "}"
    path = write_files(tmp_path, {"en.json": english, "ko.json": '{"a": "d"}'})
    with contextlib.suppress(InputError):
        assert catalogues.load([path]).pairs == [("b", "d")]

import bz2
import gzip
import lzma

import pytest
from corpora_files import write_files

from seq2seq_graph.data.corpora import debian, debian_index, folder
from seq2seq_graph.errors import InputError

ENGLISH = """\
Package: sed
Description-md5: aa
Description-en: GNU stream editor
 sed reads the given files or standard
 input and edits them.
 .
 This is a second paragraph.

Package: sed-dup
Description-md5: bb
Description-en: another synopsis
 sed reads the given files or standard input and edits them.

Package: tiny
Description-md5: cc
Description-en: tiny game
 Too short.
"""
KOREAN = """\
Package: sed
Description-md5: aa
Description-ko: GNU 스트림 편집기
 sed는 파일을 읽습니다.

Package: old
Description-md5: 00
Description-ko: 옛 설명

Package: tiny
Description-md5: cc
Description-ko: tiny game
"""
PREFIX = "deb.debian.org_debian_dists_x_main_i18n_Translation-"


@pytest.fixture
def lists(tmp_path):
    return write_files(tmp_path, {PREFIX + "en": ENGLISH, PREFIX + "ko.gz": gzip.compress(
        KOREAN.encode()), "x_Packages": "this is not read", PREFIX + "kok": "neither is this"})


def test_the_first_paragraph_goes_with_the_synopsis(lists):
    corpus = debian.load_summaries([lists])
    assert corpus.pairs == [
        ("sed reads the given files or standard input and edits them.", "GNU stream editor")]
    assert corpus.left_out == {
        "the source or the target was there before": 1, "the paragraph has not 5 to 40 words": 1}
    assert corpus.origin == f"apt's description indexes {PREFIX}en"


def many(count, longer=()):
    names = [chr(97 + i // 20) + chr(97 + i % 20) for i in range(count)]
    entries = [(f"pack-{name}", f"tool {name}", f"The {name} is a tool.") for name in names]
    entries += [(f"long-{i}", f"long tool {chr(97 + i)}", text) for i, text in enumerate(longer)]
    return "".join(
        f"Package: {package}\nDescription-md5: {i}\nDescription-en: {synopsis}\n {text}\n\n"
        for i, (package, synopsis, text) in enumerate(entries))


def test_a_packages_name_stands_before_and_the_parts_stay_what_they_are(tmp_path):
    lists = write_files(tmp_path, {PREFIX + "en": many(60)})
    plain = folder.split(debian.load_summaries([lists]).pairs)
    named = debian.load_summaries([lists], names=True)
    for part, pairs in named.dealt.parts.items():
        assert [(source.split(": ")[1], target) for source, target in pairs] == plain[part]
        assert all(source.startswith(f"pack-{target[5:]}: The {target[5:]} ")
                   for source, target in pairs)
    assert named.pairs == [pair for pairs in named.dealt.parts.values() for pair in pairs]


def test_longer_paragraphs_are_trained_on_and_the_other_parts_stay_what_they_are(tmp_path):
    tail = "word " * 40
    longer = [tail + "of one", tail + "of two", "The ab is a tool" + " ." * 38, tail * 2]
    lists = write_files(tmp_path, {PREFIX + "en": many(60, longer)})
    plain = folder.split(debian.load_summaries([lists]).pairs)
    corpus = debian.load_summaries([lists], longest=60)
    parts = corpus.dealt.parts
    assert (parts["valid"], parts["test"]) == (plain["valid"], plain["test"])
    assert ("The ab is a tool.", "tool ab") in parts["test"]  # it folds to what a longer one does
    assert parts["train"] == plain["train"] + [
        (tail + "of one", "long tool a"), (tail + "of two", "long tool b")]
    assert corpus.left_out == {"the source is one of the validation or test part": 1,
                               "the paragraph has not 5 to 60 words": 1}
    with pytest.raises(InputError, match="the longest paragraph has 39 words; give at least 40"):
        debian.load_summaries([lists], longest=39)


def test_an_english_synopsis_goes_with_the_translation_of_its_description(lists):
    corpus = debian.load_translations([lists])
    assert corpus.pairs == [("GNU stream editor", "GNU 스트림 편집기")]
    assert corpus.left_out == {
        "the same on both sides": 1, "the English description is not in the index": 1}


def test_an_index_that_unpacks_to_far_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(debian_index, "LARGEST", 2**21)
    path = tmp_path / (PREFIX + "en.gz")
    path.write_bytes(gzip.compress(b"x" * 2**24))
    with pytest.raises(InputError, match="en.gz: over 2,097,152 bytes unpacked"):
        debian.load_summaries([str(path)])


@pytest.mark.parametrize("ending, compress", [
    (".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)])
def test_compressed_indexes_are_read_and_may_be_named_one_by_one(tmp_path, ending, compress):
    path = tmp_path / f"Translation-en{ending}"
    path.write_bytes(compress(ENGLISH.encode()))
    assert len(debian.load_summaries([str(path)]).pairs) == 1


def test_apt_reads_what_python_cannot(tmp_path, monkeypatch):
    helper = tmp_path / "apt-helper"
    helper.write_text('#!/bin/sh\nexec cat "$2"\n')
    helper.chmod(0o755)
    monkeypatch.setattr(debian_index, "APT_HELPER", str(helper))
    folder = write_files(tmp_path / "lists", {PREFIX + "en.lz4": ENGLISH})
    assert len(debian.load_summaries([folder]).pairs) == 1
    helper.write_text("#!/bin/sh\necho E: no such thing >&2\nexit 100\n")
    with pytest.raises(InputError, match=r"Translation-en.lz4: E: no such thing; fetch it again"):
        debian.load_summaries([folder])
    monkeypatch.setattr(debian_index, "APT_HELPER", str(tmp_path / "none"))
    with pytest.raises(InputError, match="is not there to read it; decompress the file first"):
        debian.load_summaries([folder])


def test_a_language_without_an_index_is_refused_with_the_fix(lists):
    with pytest.raises(InputError, match="no index Translation-fr; add it to Acquire::Languages"):
        debian.load_translations([lists], "fr")
    with pytest.raises(InputError, match="nothing: No such file or directory"):
        debian.load_summaries(["nothing"])


@pytest.mark.parametrize("content, message", [
    (b" text\n", "Translation-en:1: ' text' continues no field"),
    (b"Package: a\nno field\n", "Translation-en:2: 'no field' is no `Field: value`"),
    (b"Package: a\nDescription-en: \xff\n", r"Translation-en:2: not UTF-8 \(invalid start byte\)"),
])
def test_what_is_no_index_is_refused_with_its_line(tmp_path, content, message):
    path = tmp_path / "Translation-en"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        debian.load_summaries([str(path)])


def test_a_cut_short_index_is_refused(tmp_path):
    path = tmp_path / "Translation-en.gz"
    path.write_bytes(gzip.compress(ENGLISH.encode())[:-9])
    with pytest.raises(InputError, match="Translation-en.gz: .*; fetch it again"):
        debian.load_summaries([str(path)])

import pytest
from corpora_files import KOREAN, mo_bytes

from seq2seq_graph.data.corpora.mo import read_mo
from seq2seq_graph.errors import InputError

RUSSIAN = KOREAN.replace(
    "nplurals=1; plural=0;",
    "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && "
    "(n%100<10 || n%100>=20) ? 1 : 2);")


@pytest.mark.parametrize("order", ["<", ">"])
def test_messages_come_without_the_header_and_their_context(order):
    content = mo_bytes({"Open": "열기", "menu\x04Close": "닫기", "Old": ""}, order=order)
    assert sorted(read_mo("x.mo", content)) == [("Close", "닫기"), ("Old", ""), ("Open", "열기")]


def test_what_only_some_programs_read_is_cut():
    content = mo_bytes({"_: of a menu\nOpen": "열기|/|$[열다]", "a\x04_: x\nClose": "닫기",
                        "%d day\0%d days": "%d일|/|$[x]", "no _: y\nz": "음",
                        "Menu|Save": "저장", "a|b": "가|나", "|c": "다"})
    assert sorted(read_mo("x.mo", content)) == [
        ("%d days", "%d일"), ("Close", "닫기"), ("Open", "열기"), ("Save", "저장"),
        ("a|b", "가|나"), ("no _: y\nz", "음"), ("|c", "다")]


def test_one_form_for_all_numbers_goes_with_the_plural():
    content = mo_bytes({"file\x04%d day\0%d days": "%d일"})
    assert list(read_mo("x.mo", content)) == [("%d days", "%d일")]


def test_each_plural_form_goes_with_the_number_it_is_for():
    content = mo_bytes({"%d day\0%d days": "%d день\0%d дня\0%d дней"}, RUSSIAN)
    assert list(read_mo("x.mo", content)) == [
        ("%d day", "%d день"), ("%d days", "%d дня"), ("%d days", "%d дней")]


def test_without_a_rule_the_plural_is_the_germanic_one():
    content = mo_bytes({"%d day\0%d days": "%d Tag\0%d Tage"}, header="X: y\n")
    assert list(read_mo("x.mo", content)) == [("%d day", "%d Tag"), ("%d days", "%d Tage")]


def test_the_header_names_the_character_set():
    header = KOREAN.replace("UTF-8", "euc-kr")
    assert list(read_mo("x.mo", mo_bytes({"a": "가"}, header, charset="euc-kr"))) == [("a", "가")]


@pytest.mark.parametrize("content, message", [
    (b"", r"x.mo: begins with b''; give a catalogue that msgfmt wrote"),
    (b"PK\x03\x04 etc", r"x.mo: begins with b'PK"),
    (mo_bytes({"a": "b"})[:20], "x.mo: the catalogue is cut short"),
    (mo_bytes({"a": "b"})[:-4], "x.mo: the catalogue is cut short"),
    (mo_bytes({"a": "가"}, charset="euc-kr"), "x.mo: 'utf-8' codec can't decode .* wrong charact"),
    (mo_bytes({"a": "가"}, KOREAN.replace("UTF-8", "CHARSET")), "x.mo: unknown encoding: CHARSET"),
    (mo_bytes({"a": "가"}, KOREAN.replace("UTF-8", "a\0b")), "x.mo: embedded null character"),
    (mo_bytes({"a\0b": "c"}, KOREAN.replace("plural=0", "plural=n%0")), "'n%0' divide by zero"),
    (mo_bytes({"a": "b"}, KOREAN.replace("plural=0", "plural=import")), "x.mo: plural forms 'imp"),
])
def test_what_is_no_catalogue_is_refused(content, message):
    with pytest.raises(InputError, match=message):
        list(read_mo("x.mo", content))

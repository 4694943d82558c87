import pytest

from seq2seq_graph.data.corpora import mozilla
from seq2seq_graph.errors import InputError

FLUENT = """\
### of tabs
# a comment = not read
-brand = Fox
close = Close
  .label = Close tab
  .accesskey = C
long =
    Two lines
    of text { $name }.
count =
    { $n ->
        [one] { $n } tab of { -brand }
       *[other] { $n } tabs of { -brand }
    }
sent = Sent { PLATFORM() ->
       *[macos] to Finder
        [other] to the folder
    } today
literal = { "{" }a{"}"}
junk that is no entry
after = After
"""
PROPERTIES = r"""
# comment
! comment
open=Open\u0021
close : Close \
    the tab
tab\ name = a\tb \\ \:
alone
"""


def test_fluent_texts_come_with_their_attributes_and_usual_forms():
    found = dict(mozilla.read_ftl(FLUENT))
    assert found == {
        "-brand": "Fox", "close": "Close", "close.label": "Close tab", "close.accesskey": "C",
        "long": "Two lines of text { $name }.", "count": "{ $n } tabs of { -brand }",
        "sent": "Sent to Finder today", "literal": "{a}", "after": "After"}


def test_properties_come_unescaped():
    assert dict(mozilla.read_properties(PROPERTIES)) == {
        "open": "Open!", "close": "Close the tab", "tab name": "a\tb \\ :"}


def test_what_is_past_ffff_is_one_character_and_a_literal_is_unescaped():
    assert dict(mozilla.read_properties(r"a=\ud83d\ude00 hi")) == {"a": "\U0001f600 hi"}
    assert dict(mozilla.read_ftl('d = a{"\\u00A0"}b{"\\""}')) == {"d": 'a\u00a0b"'}


def test_the_same_file_of_two_languages_has_the_same_key():
    english = mozilla.texts({"browser/en-GB/a.ftl": b"x = Open\n"}, "en-GB")
    korean = mozilla.texts({"browser/ko/a.ftl": "\ufeffx = 열기\r\n".encode()}, "ko")
    assert english == {("browser/*/a.ftl", "x"): "Open"}
    assert korean == {("browser/*/a.ftl", "x"): "열기"}


def test_a_file_that_is_not_utf_8_is_refused():
    with pytest.raises(InputError, match="ko/a.properties: 'utf-8' codec .*; fetch the package"):
        mozilla.texts({"ko/a.properties": b"a=\xff"}, "ko")

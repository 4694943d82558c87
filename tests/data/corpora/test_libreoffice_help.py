import pytest

from seq2seq_graph.data.corpora import libreoffice_help
from seq2seq_graph.errors import InputError

PAGE = """
<h1 id="hd_id1" dir="auto"><a href="x.html">Query Bar</a></h1>
<p id="par_id2" class="paragraph">Choose <span class="emph">Tools &amp; more</span>
 - Run.</p>
<p id="par_id3"><img src="a.svg" alt="an icon"></p>
<p id="bm_1">no text</p><p>nor this</p><div id="par_id4"><p id="par_id5">inside</p></div>
"""


def test_paragraphs_and_headings_come_by_page_and_number_without_markup():
    files = {"usr/help/ko/text/a.html": PAGE.encode(), "usr/help/de/text/a.html": b"\xff",
             "usr/share/doc/x/copyright": b"no page"}
    found = libreoffice_help.texts(files, "ko")
    assert found == {
        ("text/a.html", "hd_id1"): "Query Bar",
        ("text/a.html", "par_id2"): "Choose Tools & more\n - Run.",
        ("text/a.html", "par_id3"): "", ("text/a.html", "par_id5"): "inside"}


def test_a_page_that_is_not_utf_8_is_refused():
    with pytest.raises(InputError, match="help/ko/a.html: 'utf-8' codec"):
        libreoffice_help.texts({"usr/help/ko/a.html": b"\xff"}, "ko")

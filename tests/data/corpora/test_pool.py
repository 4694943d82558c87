"""Packages of a few texts each, in the formats of the real ones."""

import sys

import pytest
from corpora_files import deb_bytes, mo_bytes, pak_bytes, write_files, zip_bytes

from seq2seq_graph.data import text
from seq2seq_graph.data.corpora import catalogues, downloads, folder, pool, programs
from seq2seq_graph.errors import InputError

NAMES = [a + b for a in "abcde" for b in "fghij"]
OFFICE = {f"Open {name}": f"{name} 열기" for name in NAMES}
COPYRIGHT = "Files: *\nLicense: {}\n"
PAGE = '<p id="par_id{}">{}</p>'
# aj and bf to bj are trained on; af is for validation, ag and ah are tested.
HELP = {
    1: ("Opens the file.", "파일을 엽니다."), 2: ("open AG!", "아지 열기"),
    3: ("Open bf", "bf 열기"), 4: ("Your names", "홍길동"), 5: ("Held out alone", "홀로 남음"),
}
JUPYTER = {"Held out, alone": "홀로 남음", "Open bg": "bg 열기", "Kernel": "커널", "F1": "도움"}
DESKTOP = mo_bytes({"Draw": "그리기|/|$[x]", "_: of a menu\nPaint": "칠하기", "Kernel?": "커널?",
                    "Open af": "af 열기", "%d of %s": "%d", "Opens the file.": "파일을 엽니다."})
FLUENT = {"en-GB": "a = New tab\nb = { $x -> *[other] Tabs }\n",
          "ko": "a = 새 탭\nb = { $x -> *[other] 탭들 }\n"}


APT = """
import sys
unknown = [name for name in sys.argv if "gone" in name or "-xx" in name]
sys.exit("\\n".join("E: Unable to locate package " + name for name in unknown) or 0)
"""


def language_pack(language, licence="MPL-2.0"):
    xpi = zip_bytes({f"browser/{language}/a.ftl": FLUENT[language]})
    return deb_bytes({f"usr/lib/fox/langpack-{language}@fox.org.xpi": xpi,
                      "usr/share/doc/fox/copyright": COPYRIGHT.format(licence)})


def help_pages(side, language):
    pages = "".join(PAGE.format(number, texts[side]) for number, texts in HELP.items())
    return deb_bytes({f"usr/share/libreoffice/help/{language}/text/a.html": pages})


@pytest.fixture
def packages(tmp_path, monkeypatch):
    monkeypatch.setattr(programs, "DESKTOP", ("tool-data", "mute-data", "gone-data"))
    monkeypatch.setattr(programs, "MOZILLA", ("fox",))
    monkeypatch.setattr(downloads, "APT", (sys.executable, "-c", APT))
    korean = "usr/share/locale/ko{}/LC_MESSAGES/tool.mo"
    return write_files(tmp_path / "packages", {
        "libreoffice-l10n-ko_1_all.deb": deb_bytes({
            korean.format(""): mo_bytes(OFFICE), "usr/share/doc/lo/copyright":
            COPYRIGHT.format("MPL-2.0")}),
        "libreoffice-help-ko_1_all.deb": help_pages(1, "ko"),
        "libreoffice-help-en-us_1_all.deb": help_pages(0, "en-US"),
        "tool-data_1_all.deb": deb_bytes({korean.format("_KR"): DESKTOP}, "gz"),
        "mute-data_1_all.deb": deb_bytes({"usr/share/locale/de/LC_MESSAGES/a.mo": b""}),
        "fox-l10n-ko_1_all.deb": language_pack("ko"),
        "fox-l10n-en-gb_1_all.deb": language_pack("en-GB"),
        "chromium-l10n_1_all.deb": deb_bytes({
            "usr/lib/chromium/locales/en-GB.pak": pak_bytes({1: "&Reload", 2: "Odd"}),
            "usr/lib/chromium/locales/ko.pak": pak_bytes({1: "새로고침(&R)", 3: "없음"})}),
        "jupyterlab_language_pack_ko_kr-4.5.post3-py3-none-any.whl": zip_bytes({
            "jupyterlab/locale/ko_KR/LC_MESSAGES/jupyterlab.mo": mo_bytes(JUPYTER),
            "jupyterlab-4.5.dist-info/METADATA": "License: BSD\n\n"}),
    })


def silent(line):
    return None


def office_parts(packages):
    base = catalogues.load([packages + "/libreoffice-l10n-ko_1_all.deb"])
    return folder.split(base.pairs)


def test_help_is_trained_on_beside_the_messages_whose_other_parts_stay(packages):
    own = office_parts(packages)
    corpus = pool.load_libreoffice(packages, "ko", silent)
    parts = corpus.dealt.parts
    assert (parts["valid"], parts["test"]) == (own["valid"], own["test"])
    assert parts["train"] == own["train"] + [("Opens the file.", "파일을 엽니다.")]
    assert corpus.left_out == {pool.HELD: 2, "names of translators": 1,
                               "the pair was there before": 1}
    assert corpus.pairs == [pair for part in parts.values() for pair in part]
    assert "libreoffice-help-ko_1_all.deb: 1" in corpus.origin


def test_the_desktop_programs_come_one_by_one_and_say_what_is_missing(packages):
    lines = []
    corpus = pool.load_desktop(packages, "ko", lines.append)
    parts = corpus.dealt.parts
    assert parts["train"][-5:] == [
        ("Draw", "그리기"), ("Paint", "칠하기"), ("New tab", "새 탭"), ("Tabs", "탭들"),
        ("Reload", "새로고침")]
    assert parts["test"] == office_parts(packages)["test"]
    assert "gone-data: not in the archive" in corpus.origin
    assert "mute-data_1_all.deb: no text of the language" in corpus.origin
    assert "tool-data_1_all.deb: 2" in corpus.origin and "MPL-2.0" in corpus.licence
    assert corpus.left_out[catalogues.UNLIKE] == 1 and corpus.left_out[pool.HELD] == 3
    assert "reads fox-l10n-ko_1_all.deb" in lines


def test_no_source_of_a_test_part_is_trained_on_whatever_its_marks_and_case(packages):
    held_out = pool.load_held_out(packages, "ko", silent).dealt.parts["test"]
    for load in pool.load_libreoffice, pool.load_desktop:
        parts = load(packages, "ko", silent).dealt.parts
        trained = {text.fold(source) for source, _ in parts["train"]}
        scored = {text.fold(s) for s, _ in parts["valid"] + parts["test"] + held_out}
        assert not trained & scored
        folder.check_apart(parts)


def test_the_held_out_text_has_what_libreoffice_does_not_have(packages):
    corpus = pool.load_held_out(packages, "ko", silent)
    assert list(corpus.dealt.parts) == ["test"]
    assert sorted(corpus.pairs) == [("Held out, alone", "홀로 남음"), ("Kernel", "커널")]
    assert corpus.dealt.parts["test"] == corpus.pairs
    assert corpus.left_out == {pool.KNOWN: 1, "no word in the source": 1}
    assert corpus.licence.startswith("BSD")


@pytest.mark.parametrize("name, content, message", [
    ("libreoffice-help-ko_1_all.deb", b"!<arch>\nhalf", "help-ko_1_all.deb: cut short"),
    ("libreoffice-help-ko_1_all.deb", deb_bytes({"a.txt": ""}), "no page of help/ko"),
    ("fox-l10n-ko_1_all.deb", deb_bytes({"a.txt": ""}), "0 files langpack-LANGUAGE"),
    ("fox-l10n-ko_1_all.deb", deb_bytes({"x/langpack-ko@fox.xpi": "PK"}),
     "langpack-ko@fox.xpi: File is not a zip file"),
    ("chromium-l10n_1_all.deb", deb_bytes({
        "x/locales/ko.pak": b"", "x/locales/en-GB.pak": b""}), "en-GB.pak: the pack is cut short"),
    ("tool-data_1_all.deb", deb_bytes({"ko/LC_MESSAGES/a.mo": b"x"}), "a.mo: begins with b'x'"),
    ("jupyterlab_language_pack_ko_kr-4.5.post3-py3-none-any.whl", b"PK",
     "whl: is no zip, it was cut short"),
], ids=["cut", "no help", "no xpi", "no zip", "no pak", "no catalogue", "no wheel"])
def test_a_damaged_package_is_refused_by_name(packages, name, content, message):
    with open(packages + "/" + name, "wb") as file:
        file.write(content)
    with pytest.raises(InputError, match=message):
        pool.load_desktop(packages, "ko", silent)


def test_a_language_that_libreoffice_does_not_have_is_refused(packages):
    with pytest.raises(InputError, match="apt knows no package libreoffice-l10n-xx"):
        pool.load_libreoffice(packages, "xx", silent)
    with pytest.raises(InputError, match="no JupyterLab pack of language 'xx'"):
        pool.load_held_out(packages, "xx", silent)


@pytest.mark.parametrize("language, packs", [
    ("ko", ("libreoffice-l10n-ko", "jupyterlab-language-pack-ko-KR==4.5.post3")),
    ("pt_BR", ("libreoffice-l10n-pt-br", "jupyterlab-language-pack-pt-BR==4.5.post3")),
    ("de", ("libreoffice-l10n-de", "jupyterlab-language-pack-de-DE==4.5.post3")),
    ("eo", ("libreoffice-l10n-eo", None)),
])
def test_a_package_is_named_as_its_archive_spells_the_language(language, packs):
    assert (programs.libreoffice(language)[0], programs.jupyterlab(language)) == packs

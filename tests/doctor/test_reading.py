"""Files as they come: encodings, line ends, what is no text, what is too deep."""

import json

import doctor as doctor_script
import pytest
from doctor_findings import codes, found

from seq2seq_graph.doctor import reading, report
from seq2seq_graph.errors import InputError


@pytest.mark.parametrize("content, message", [
    (b"# coding: zlib\nx = 1\n", "cannot be decoded"),
    (b"# coding: hex\nx = 1\n", "cannot be decoded"),
    (b"# coding: rot13\nx = 1\n", "cannot be decoded"),
    (b"# coding: no-such\nx = 1\n", "cannot be decoded"),
    (b"# coding: undefined\nx = 1\n", "cannot be decoded"),
    (b"# coding: utf-16\nx = 1\n", "cannot be decoded"),
    (b"\xef\xbb\xbf# coding: latin-1\nx = 1\n", "cannot be decoded"),
    (b"# coding: ascii\nx = '\xe9'\n", "save it as UTF-8"),
    (b"x = 1\0\n", "null bytes"),
])
def test_what_cannot_be_decoded_is_one_line(tmp_path, capsys, content, message):
    path = tmp_path / "a.py"
    path.write_bytes(content)
    with pytest.raises(SystemExit) as stopped:
        doctor_script.main([str(path)])
    error = capsys.readouterr().err
    assert stopped.value.code == 2 and error.startswith(f"error: {path}: ")
    assert message in error and error.count("\n") == 1


@pytest.mark.parametrize("content", [
    b"# coding: latin-1\nx = '\xe9'\ny = z\n", b"\xef\xbb\xbfx = 1\n\ny = z\n",
    b"x = 1\r\n\r\ny = z\r\n", b"x = 1\r\ry = z", b"x = '\xe2\x80\xa8\x0c'\n\x0c\ny = z\n",
])
def test_lines_are_pythons(tmp_path, content):
    path = tmp_path / "a.py"
    path.write_bytes(content)
    (finding,) = report.examine(str(path)).findings
    assert (finding.line, finding.code) == (3, "undefined-name")


def test_a_device_is_no_program():
    with pytest.raises(InputError, match="is a device"):
        report.examine("/dev/zero")


def test_a_file_that_is_too_large_is_no_program(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "LARGEST", 10)
    (tmp_path / "a.py").write_text("x = 1234567\n")
    with pytest.raises(InputError, match="more than"):
        report.examine(str(tmp_path / "a.py"))


def sum_of(count):
    return "import tensorflow as tf\ny = " + " + ".join(["tf.constant(1)"] * count) + "\n"


def test_a_sum_of_500_terms_is_read():
    assert found(sum_of(500)) == []
    assert found(sum_of(500) + "tf.placeholder\n") == [(3, "moved-symbol")]


@pytest.mark.parametrize("text", [
    "x = " + "(" * 5000 + "1" + ")" * 5000 + "\n", "x = 1" + ".f()" * 20000 + "\n",
    "x = " + "-" * 60000 + "1\n", "x = " + "[" * 3000 + "\n", "x = " + "9" * 5000 + "\n",
    "x = 1\ny = " + "x + " * 300_000 + "x\n", "x = 1\ny = x" + ".f(1, 2)" * 100_000 + "\n",
    "x = 1\nif x:\n    pass\n" + "elif x:\n    pass\n" * 60_000,
    "x = 0x" + "f" * 9000 + "\nimport tensorflow as tf\ntf.fill([x, 1], 0)\n",
])
def test_what_is_too_deep_or_too_long_for_python_is_a_finding(text):
    assert set(codes(text)) <= {"not-examined", "syntax-error"}


def test_a_part_that_breaks_is_a_finding_and_the_others_are_examined(monkeypatch, tmp_path, capsys):
    def broken(*args):
        raise KeyError("a\nb")

    monkeypatch.setattr("seq2seq_graph.doctor.shared.find", broken)
    path = tmp_path / "a.py"
    path.write_text("import tensorflow as tf\ntf.placeholder\n")
    with pytest.raises(SystemExit) as stopped:
        doctor_script.main([str(path), "--json"])
    findings = json.loads(capsys.readouterr().out)
    assert stopped.value.code == 2
    assert [f["code"] for f in findings] == ["not-examined", "moved-symbol"]
    assert "its RNNs" in findings[0]["what"] and "\n" not in findings[0]["what"]


def test_a_tree_that_breaks_is_a_finding_too(monkeypatch):
    monkeypatch.setattr("seq2seq_graph.doctor.flow.follow", lambda *args: 1 / 0)
    assert codes("x = 1\n") == ["not-examined"]
    monkeypatch.setattr("seq2seq_graph.doctor.reading._repaired", lambda *args: 1 / 0)
    assert codes("x = 1\n") == ["not-examined"]


def test_text_that_the_terminal_has_not_is_printed_all_the_same(tmp_path, monkeypatch):
    import io
    import sys

    (tmp_path / "a.py").write_text("import tensorflow\nprint(변수)\n", encoding="utf-8")
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", out)
    assert doctor_script.main([str(tmp_path / "a.py")]) == 1
    out.flush()
    assert b"nothing defines `\\ubcc0\\uc218`" in out.buffer.getvalue()

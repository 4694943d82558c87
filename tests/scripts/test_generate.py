"""scripts/generate.py as a user calls it: files, pipes, a terminal."""

import contextlib
import itertools
import os
import re
import select
import shlex
import signal
import subprocess
import sys

import generate
import pytest
import tiny_run
from conftest import ROOT

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, os.path.join(ROOT, "scripts", "generate.py")]
# The words and what is special about them; the answers are one line each.
LINES = "abc\n\nabcdeabcde\nax\nd\n"


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return tiny_run.make(tmp_path_factory.mktemp("runs") / "run")


def call(argv, stdin=b"", **options):
    """Returns status, output, and what the script itself says on standard error."""
    done = subprocess.run(
        [*COMMAND, *argv], input=stdin, capture_output=True, check=False, timeout=300, **options)
    return done.returncode, done.stdout, said(done.stderr)


def said(errors):
    starts = ("line ", "further ", "error: ", "Traceback")
    lines = errors.decode().splitlines()
    return [line for line in lines if line.startswith(starts) or " line" in line]


def test_a_line_out_for_each_line_in(directory, tmp_path, capsys):
    path = tmp_path / "words.txt"
    path.write_text(LINES)
    assert generate.main([directory, str(path)]) == 0
    printed = capsys.readouterr()
    lines = printed.out.split("\n")
    assert len(lines) == 6 and lines[1] == lines[5] == "" and lines[0]
    assert printed.err.splitlines()[-3:] == [
        "line 3: 10 tokens; the first 6 are read",
        "line 4: not in the vocabulary: 'x'",
        "5 lines; 1 too long; 1 with unknown tokens",
    ]
    status, out, errors = call([directory], LINES.encode())
    assert (status, out.decode()) == (0, printed.out) and len(errors) == 3


@pytest.mark.parametrize("flags", [["--n-best", "3"], ["--n-best", "3", "--beam", "6"]])
def test_n_best_lines_stand_together_with_their_scores(directory, flags, tmp_path, capsys):
    path = tmp_path / "words.txt"
    path.write_text(LINES)
    assert generate.main([directory, str(path), *flags]) == 0
    lines = capsys.readouterr().out.split("\n")[:-1]
    assert len(lines) == 3 * 5 and lines[3:6] == ["", "", ""]
    for start in (0, 6, 9, 12):
        scores, texts = zip(*(line.split("\t") for line in lines[start : start + 3]))
        assert len(set(texts)) == 3
        assert sorted(map(float, scores), reverse=True) == list(map(float, scores))


def test_compiled_it_writes_the_same(directory, tmp_path, capsys):
    path = tmp_path / "words.txt"
    path.write_text(LINES)
    printed = []
    for flags in ([], ["--compile"]):
        assert generate.main([directory, str(path), *flags]) == 0
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1] and len(set(printed[0].split("\n"))) > 2


def test_bad_bytes_give_a_warning_and_shift_nothing(directory):
    status, out, errors = call([directory], b"abc\n\xff\nabc", env={
        **os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"})
    first, second, third = out.decode().split("\n")[:-1]
    assert status == 0 and first == third and out.count(b"\n") == 3
    assert errors[0] == "line 2: byte 0xff at column 1 is not UTF-8; it is read as U+FFFD"


def test_nothing_in_nothing_out(directory):
    assert call([directory]) == (0, b"", [])


@pytest.mark.skipif(os.name != "posix", reason="closes and opens descriptors: needs POSIX")
@pytest.mark.parametrize("redirection, message", [
    ("<&-", "error: standard input is closed; give a file of lines"),
    ("0>/dev/null", "error: standard input: Bad file descriptor; give a file of lines"),
])
def test_standard_input_that_cannot_be_read_is_one_line(directory, redirection, message):
    command = " ".join(map(shlex.quote, [*COMMAND, directory]))
    done = subprocess.run(["sh", "-c", f"{command} {redirection}"], capture_output=True,
                          check=False, timeout=300)
    assert (done.returncode, done.stdout, said(done.stderr)) == (2, b"", [message])


def test_an_answer_of_no_token_is_said(directory, tmp_path, capsys):
    words = ["".join(letters) for letters in itertools.product("abcd", repeat=3)]
    path = tmp_path / "words.txt"
    path.write_text("\n".join([*words, ""]))
    assert generate.main([directory, str(path), "--n-best", "1"]) == 0
    printed = capsys.readouterr()
    empty = [i for i, line in enumerate(printed.out.split("\n")[:-1], 1) if not line]
    assert 0 < len(empty) < len(words)
    assert [f"line {i}: the model writes no token" for i in empty[:10]] == [
        line for line in printed.err.splitlines() if line.startswith("line ")]
    assert printed.err.endswith(f"64 lines; {len(empty)} answered by no token\n")
    assert generate.main([directory, str(path), "--n-best", "2"]) == 0
    printed = capsys.readouterr()
    assert any(line.endswith("\t") for line in printed.out.split("\n"))  # its score is there
    assert not printed.err


def test_case_is_folded_where_asked(directory, tmp_path, capsys):
    path, lower = tmp_path / "words.txt", tmp_path / "lower.txt"
    path.write_text("aBc\nD\n")
    lower.write_text("abc\nd\n")
    assert generate.main([directory, str(lower)]) == 0
    expected = capsys.readouterr().out
    assert generate.main([directory, str(path), "--fold-case"]) == 0
    assert capsys.readouterr() == (expected, "")
    assert generate.main([directory, str(path)]) == 0
    assert "not in the vocabulary: 'B'; it has 'b', which --fold-case" in capsys.readouterr().err


def test_it_leaves_in_a_line_when_its_reader_has_enough(directory):
    process = subprocess.Popen(
        [*COMMAND, directory], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE)
    process.stdout.close()
    _, errors = process.communicate(b"abc\n" * 20000, timeout=300)
    (line,) = said(errors)
    assert "standard output: its reader has left" in line
    assert process.returncode == 141


class Terminal:
    """The script at a terminal of its own."""

    def __init__(self, directory):
        import pty

        self.ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [*COMMAND, directory], stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL,
            start_new_session=True)
        os.close(theirs)

    def until(self, text):
        """Reads what is shown until `text` is, and gives it."""
        shown = b""
        while text not in shown:
            ready, _, _ = select.select([self.ours], [], [], 300)
            assert ready, shown
            shown += os.read(self.ours, 4096)
        return shown

    def leave(self, press):
        """Presses a key until the script has left: one that comes between two lines, before
        readline has the terminal, may be lost."""
        for _ in range(300):
            press()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=1)
                break
        os.close(self.ours)
        return self.process.returncode


def test_a_terminal_is_answered_at_once_until_ctrl_d(directory):
    answer = call([directory], b"abc\n")[1].strip()
    terminal = Terminal(directory)
    terminal.until(b"> ")
    os.write(terminal.ours, b"abc\n")
    assert answer in re.split(rb"[\r\n]+", terminal.until(b"> "))
    os.write(terminal.ours, b"\xff\n")
    terminal.until(b"> ")
    assert terminal.leave(lambda: os.write(terminal.ours, b"\x04")) == 0


def test_ctrl_c_leaves_a_terminal_cleanly(directory):
    terminal = Terminal(directory)
    terminal.until(b"> ")
    assert terminal.leave(lambda: terminal.process.send_signal(signal.SIGINT)) == 130


@pytest.mark.parametrize("flags, message", [
    (["no such file"], "no such file: No such file or directory; give a file of lines"),
    ([ROOT], "Is a directory; give a file of lines"),
    (["--beam", "0"], "--beam is 0"),
    (["--beam", "2", "--n-best", "3"], "--n-best 3 is above --beam 2"),
    (["--n-best", "-1"], "it must be an integer of at least 1"),
    (["--length-penalty", "-1"], "--length-penalty is -1"),
    (["--longest", "0"], "--longest is 0"),
])
def test_bad_input_is_refused_in_one_line(directory, flags, message, capsys):
    with pytest.raises(SystemExit) as stopped:
        generate.main([directory, *flags])
    printed = capsys.readouterr()
    assert stopped.value.code == 2 and not printed.out
    assert printed.err.startswith("error: ") and printed.err.count("\n") == 1
    assert message in printed.err


def test_a_directory_that_is_no_run_is_refused(tmp_path, capsys):
    with pytest.raises(SystemExit):
        generate.main([str(tmp_path)])
    assert "it has no config.json" in capsys.readouterr().err

"""Training whose standard output or terminal ends: no step is lost."""

import os
import subprocess
import sys

import pytest
from conftest import ROOT

from seq2seq_graph.runs import checkpoint

pytestmark = pytest.mark.slow

TINY = ["--max-input-length", "3", "--max-output-length", "4", "--encoder-embedding-size", "4",
        "--decoder-embedding-size", "4", "--encoder-hidden-units", "6", "--decoder-hidden-units",
        "6", "--batch-size", "8"]


@pytest.fixture
def command(tmp_path):
    pairs = tmp_path / "pairs.tsv"
    words = [a + b + c for a in "abcd" for b in "efgh" for c in "ijkl"]
    pairs.write_text("".join(f"{w}\t{' '.join(reversed(w))}\n" for w in words), encoding="utf-8")
    return [sys.executable, os.path.join(ROOT, "scripts", "train.py"), "--pairs", str(pairs),
            *TINY, "--run", str(tmp_path / "run"), "--num-epochs"]


def closed():
    os.close(1)


@pytest.mark.parametrize("end", ["reader left", "disk full", "closed"])
def test_training_goes_on_to_its_end(command, tmp_path, end):
    streams = {"stderr": subprocess.PIPE}
    if end == "reader left":
        reader, streams["stdout"] = os.pipe()
        os.close(reader)
    elif end == "disk full":
        if not os.path.exists("/dev/full"):
            pytest.skip("needs /dev/full")
        streams["stdout"] = os.open("/dev/full", os.O_WRONLY)
    else:
        streams["preexec_fn"] = closed
    done = subprocess.run([*command, "3"], check=False, **streams)
    if "stdout" in streams:
        os.close(streams["stdout"])
    (line,) = done.stderr.decode().splitlines()
    assert done.returncode == 0 and line.startswith("standard output: ")
    assert line.endswith("nothing more is printed; the work goes on")
    state = checkpoint.progress_of(str(tmp_path / "run"))
    assert [row.epoch for row in state.rows] == [1, 2, 3]


@pytest.mark.skipif(os.name != "posix", reason="closes a terminal: needs POSIX")
def test_a_closed_terminal_saves(command, tmp_path):
    import pty

    process, terminal = pty.fork()
    if process == 0:
        os.execve(command[0], [*command, "100000"], os.environ)
    printed = b""
    while b"epoch 2/" not in printed:
        printed += os.read(terminal, 10000)
    os.close(terminal)
    _, status = os.waitpid(process, 0)
    assert os.WIFEXITED(status) and os.WEXITSTATUS(status) == 129
    state = checkpoint.progress_of(str(tmp_path / "run"))
    last = checkpoint.last(str(tmp_path / "run"))
    assert len(state.rows) >= 2 and checkpoint.step_of(last) == state.step

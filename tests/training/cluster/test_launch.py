"""The processes of a cluster, played by a small program instead of train.py: no TensorFlow."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time

import pytest

from seq2seq_graph.training.cluster import launch, tf_config

# Notes its name as it starts, and what ends it; the chief's ends all by itself when told so.
PLAYS = """
import os, signal, sys, time
sys.path.insert(0, {root!r})
from seq2seq_graph.training.cluster import tf_config
name, folder = tf_config.read().name, sys.argv[1]
def note(what):
    with open(os.path.join(folder, "notes"), "a") as file:
        file.write(f"{{name}} {{what}}\\n")
def ended(number, frame):
    note("ended by " + signal.Signals(number).name)
    sys.exit(128 + number)
signal.signal(signal.SIGINT, ended)
signal.signal(signal.SIGTERM, ended)
note("starts")
while not (os.path.exists(os.path.join(folder, "end")) and name in ("chief", "worker 0")):
    time.sleep(0.05)
sys.exit(int(open(os.path.join(folder, "end")).read()))
"""


class Play:
    def __init__(self, folder, restarts=1, evaluators=0):
        from conftest import ROOT

        self.folder, self.said, self.signal = folder, [], None
        program = folder / "plays.py"
        program.write_text(PLAYS.format(root=ROOT))
        self.processes = launch.Processes(
            launch.on_free_ports(launch.Sizes(2, 1, evaluators)),
            lambda task: [str(program), str(folder)], restarts, self.said.append)
        self.status = None
        self.thread = threading.Thread(target=self._run)

    def __enter__(self):
        self.processes.start()
        self.thread.start()
        self.wait_for_starts(len(self.said))
        return self

    def __exit__(self, *error):
        self.end(0)

    def _run(self):
        self.status = self.processes.run(lambda: self.signal)

    def end(self, status):
        (self.folder / "end").write_text(str(status))
        self.thread.join(60)
        assert not self.thread.is_alive()

    def notes(self):
        path = self.folder / "notes"
        return path.read_text().splitlines() if path.exists() else []

    def wait_for_starts(self, count):
        until = time.monotonic() + 60
        while len([note for note in self.notes() if note.endswith("starts")]) < count:
            assert time.monotonic() < until
            time.sleep(0.05)

    def process(self, name):
        line = [line for line in self.said if line.startswith(name) and "process" in line][-1]
        return int(line.rpartition(" ")[2])


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    monkeypatch.setattr(launch, "_TIMES_TO_END", ((None, 0.5), (signal.SIGTERM, 30.0)))


@pytest.mark.slow
def test_all_are_named_and_end_after_the_chief(tmp_path):
    with Play(tmp_path) as play:
        assert [line.split()[0] for line in play.said] == ["chief", "worker", "ps"]
        play.end(0)
    assert play.status == 0
    assert play.notes()[3:] == ["ps 0 ended by SIGTERM"]  # who the chief did not reach


@pytest.mark.slow
def test_one_that_is_killed_starts_again_as_often_as_said(tmp_path):
    with Play(tmp_path, restarts=1) as play:
        os.kill(play.process("worker 0"), signal.SIGKILL)
        play.wait_for_starts(4)
        os.kill(play.process("worker 0"), signal.SIGKILL)
        play.thread.join(60)
        assert play.status == 1
    assert any("worker 0 was killed (SIGKILL); it is started again" in line for line in play.said)
    assert play.said[-1].startswith("worker 0 ended with status -9; all are stopped")
    assert play.notes()[-2:] == ["chief ended by SIGTERM", "ps 0 ended by SIGTERM"]


@pytest.mark.slow
def test_a_signal_goes_to_the_chief_first_and_then_all_end(tmp_path):
    with Play(tmp_path) as play:
        play.signal = signal.SIGINT
        play.thread.join(60)
        assert play.status == 130
    assert play.notes()[3] == "chief ended by SIGINT"
    assert sorted(play.notes()[4:]) == ["ps 0 ended by SIGTERM", "worker 0 ended by SIGTERM"]


@pytest.mark.slow
def test_an_error_of_the_chief_ends_all_with_its_status(tmp_path):
    with Play(tmp_path) as play:
        play.end(2)
    assert play.status == 2


@pytest.mark.slow
def test_the_others_go_on_without_an_evaluator_that_failed(tmp_path):
    with Play(tmp_path, restarts=0, evaluators=1) as play:
        os.kill(play.process("evaluator 0"), signal.SIGKILL)
        until = time.monotonic() + 60
        while not any("the others go on" in line for line in play.said):
            assert time.monotonic() < until
            time.sleep(0.05)
        assert play.thread.is_alive()
        play.end(0)
    assert play.status == 0
    assert play.said[-1] == "evaluator 0 ended with status -9; the others go on"


@pytest.mark.slow
def test_an_evaluator_may_finish_after_the_chief(tmp_path):
    with Play(tmp_path, evaluators=1) as play:
        (tmp_path / "end").write_text("0")
        play.thread.join(3)  # longer than others have to end
        assert play.thread.is_alive() and play.notes()[4:] == []
        play.signal = signal.SIGTERM
        play.thread.join(60)
    assert sorted(play.notes()[4:]) == ["evaluator 0 ended by SIGTERM", "ps 0 ended by SIGTERM"]


# A launcher whose processes hear no kind signal; the one named in its argument cannot be started.
LAUNCHES = """
import signal, sys
sys.path.insert(0, {root!r})
from seq2seq_graph.training import interrupt
from seq2seq_graph.training.cluster import launch
deaf = "import signal, time; print(*[signal.signal(n, signal.SIG_IGN) for n in (2, 15)], flush=1)"
def words(task):
    if task.name == sys.argv[1]:
        raise OSError
    return ["-c", deaf + "; time.sleep(99)"]
with interrupt.note_signals(second_unwinds=True) as came, launch.Processes(
        launch.on_free_ports(launch.Sizes(2, 1)), words, 0,
        lambda line: print(line, file=sys.stderr, flush=True)) as processes:
    processes.start()
    sys.exit(processes.run(came))
"""


def is_alive(process):
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, 0)
        with open(f"/proc/{process}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"  # nobody may bury it
    return False


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc; one of its ways is Linux's alone")
@pytest.mark.parametrize("signals, fails, status", [
    ((signal.SIGINT, signal.SIGINT), "", 130), ((signal.SIGTERM, signal.SIGTERM), "", 143),
    ((signal.SIGKILL,), "", -9), ((), "ps 0", 1)])
def test_none_outlives_its_launcher_however_that_ends(signals, fails, status):
    from conftest import ROOT

    launcher = subprocess.Popen([sys.executable, "-c", LAUNCHES.format(root=ROOT), fails],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if signals:
        for _ in range(3):
            launcher.stdout.readline()  # each one's, once it ignores what is kind
    for number in signals:
        launcher.send_signal(number)
        time.sleep(0.5)
    _, errors = launcher.communicate(timeout=20)
    assert launcher.returncode == status, errors
    numbers = [int(number) for number in re.findall(r"process (\d+)\n", errors.decode())]
    assert len(numbers) == (2 if fails else 3)
    until = time.monotonic() + 10
    while any(map(is_alive, numbers)):
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.slow
def test_a_chief_that_does_not_end_after_anothers_failure_is_killed(tmp_path, monkeypatch):
    monkeypatch.setattr(launch, "_TIME_TO_SAVE", 1.0)
    with Play(tmp_path, restarts=0) as play:
        os.kill(play.process("chief"), signal.SIGSTOP)
        os.kill(play.process("worker 0"), signal.SIGKILL)
        play.thread.join(60)
        assert play.status == 1


def test_an_evaluator_is_told_the_run_and_where_the_text_is(tmp_path):
    _, evaluator = launch.on_free_ports(launch.Sizes(1, 0, 1))
    command = launch.commands("train.py", [], "run", ["--x"], [], ["--data", "text"])
    assert command(evaluator) == ["train.py", "--run", "run", "--data", "text", "--x"]
    assert tf_config.read({"TF_CONFIG": tf_config.written(evaluator)}) == evaluator


def test_a_chief_that_is_started_again_goes_on_with_its_run(tmp_path):
    chief, worker, _ = launch.on_free_ports(launch.Sizes(2, 1))
    run = tmp_path / "run"
    command = launch.commands(
        "train.py", ["--run", str(run), "--limit", "9"], str(run), ["--x"], ["--y"])
    assert command(worker) == ["train.py", "--x"]
    first = command(chief)
    assert first == ["train.py", "--run", str(run), "--limit", "9"]
    run.mkdir()  # killed before its configuration was there
    assert command(chief) == first and not run.exists()
    run.mkdir()
    (run / "config.json").write_text("{}")
    assert command(chief) == ["train.py", "--resume", str(run), "--y"]


def test_a_chief_that_is_started_again_goes_back_unless_that_is_done(tmp_path):
    (chief,) = launch.on_free_ports(launch.Sizes(1, 0))
    (tmp_path / "config.json").write_text("{}")
    files = [tmp_path / f"model.ckpt-{step}.json" for step in (10, 20, 30)]
    for file in files:
        file.write_text("{}")
    words = ["train.py", "--resume", str(tmp_path), "--num-epochs", "9"]
    first = [*words[1:], "--from-step=10"]
    command = launch.commands("train.py", first, str(tmp_path), [], words[3:], (), 10)
    assert command(chief) == ["train.py", *first]
    files[1].unlink()  # killed before all were deleted
    assert command(chief) == [*words, "--from-step", "10"]
    files[2].unlink()
    assert command(chief) == words
    files[1].write_text("{}")  # a new one of the old name
    os.utime(files[1], (1, 1))
    assert command(chief) == words


def test_a_directory_that_was_there_is_never_deleted(tmp_path):
    (chief,) = launch.on_free_ports(launch.Sizes(1, 0))
    (tmp_path / "mine").write_text("precious")
    command = launch.commands("train.py", ["--run", str(tmp_path)], str(tmp_path), [], [])
    command(chief)
    command(chief)
    assert (tmp_path / "mine").read_text() == "precious"


def test_every_process_has_a_port_of_its_own():
    tasks = launch.on_free_ports(launch.Sizes(3, 2))
    assert [task.name for task in tasks] == [
        "chief", "worker 0", "worker 1", "ps 0", "ps 1"]
    addresses = [task.address for task in tasks]
    assert len(set(addresses)) == 5 and tasks[0].on_this_machine
    assert all(tf_config.read({"TF_CONFIG": tf_config.written(task)}) == task for task in tasks)

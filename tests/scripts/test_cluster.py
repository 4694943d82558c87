"""scripts/cluster.py as a user starts it: kills, a second cluster, Ctrl-C, a disk that is full."""

import os
import signal
import subprocess
import sys
import time

import cluster as cluster_script
import pytest
import train as train_script
from cluster_processes import TRAIN, start, tasks
from conftest import ROOT, TESTS

from seq2seq_graph.inference import evaluation
from seq2seq_graph.runs import checkpoint
from seq2seq_graph.training.cluster import evaluator, launch, tf_config

pytestmark = pytest.mark.slow

CLUSTER = os.path.join(ROOT, "scripts", "cluster.py")
SIZES = ["--max-input-length", "3", "--max-output-length", "4", "--encoder-hidden-units", "24",
         "--decoder-hidden-units", "24", "--batch-size", "8", "--threads", "1"]
SECONDS = 300


@pytest.fixture
def pairs(tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text("".join(f"{a}{b}{c}\t{c} {b} {a}\n"
                            for a in "abcd" for b in "efgh" for c in "ijkl"))
    return str(path)


def run(*flags, **more):
    return subprocess.Popen(
        [sys.executable, CLUSTER, *flags], env={**os.environ, "PYTHONPATH": ROOT},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)


def end(process):
    output, errors = process.communicate(timeout=SECONDS)
    return process.returncode, output.decode(), errors.decode()


def wait_for_a_checkpoint(process, directory):
    until = time.monotonic() + SECONDS
    while checkpoint.last(str(directory)) is None:
        assert process.poll() is None, end(process)
        assert time.monotonic() < until
        time.sleep(0.1)


def test_one_run_is_trained_by_one_cluster_stops_in_order_and_goes_on_alone(
        pairs, tmp_path, capsys):
    directory = tmp_path / "run"
    first = run("--workers", "2", "--ps", "1", "--", "--pairs", pairs, *SIZES, "--num-epochs",
                "5000", "--save-steps", "3", "--run", str(directory))
    wait_for_a_checkpoint(first, directory)
    status, _, errors = end(run("--", "--resume", str(directory)))
    assert status == 2
    assert f"error: {directory} is being trained by process " in errors
    first.send_signal(signal.SIGINT)
    status, output, errors = end(first)
    assert status == 130, errors
    assert [line.split()[0] for line in errors.splitlines()[:3]] == ["chief", "worker", "ps"]
    step = checkpoint.step_of(checkpoint.last(str(directory)))
    assert f"interrupted; last checkpoint: {directory}/model.ckpt-{step}\n" in errors
    assert f"python scripts/train.py --resume {directory}" in errors
    epochs = len(checkpoint.progress_of(str(directory)).rows)
    assert not train_script.main(["--resume", str(directory), "--num-epochs", str(epochs + 1)])
    assert f"goes on after step {step}" in capsys.readouterr().out
    assert len(checkpoint.progress_of(str(directory)).rows) == epochs + 1


def test_an_evaluator_scores_beside_the_training(pairs, tmp_path):
    directory = str(tmp_path / "run")
    status, output, errors = end(run(
        "--workers", "1", "--ps", "0", "--evaluator", "--", "--pairs", pairs, *SIZES,
        "--num-epochs", "40", "--run", directory))
    assert status == 0, errors
    scores = evaluator.read_scores(directory)
    assert scores[-1].step == checkpoint.step_of(checkpoint.last(directory))
    assert f"evaluator 0: step {scores[-1].step}: perplexity {scores[-1].perplexity:.4f};" in errors


def test_an_evaluator_without_a_run_is_refused(tmp_path):
    *_, task = launch.on_free_ports(launch.Sizes(1, 0, 1))
    status, _, errors = end(start(task))
    assert status == 2
    assert "error: an evaluator scores the checkpoints of a run: give --run" in errors


def test_an_evaluator_decodes_on_the_threads_that_it_is_given(monkeypatch):
    *_, task = launch.on_free_ports(launch.Sizes(1, 0, 1))
    monkeypatch.setenv(tf_config.NAME, tf_config.written(task))
    monkeypatch.setattr(evaluation, "scorer", lambda directory, place, threads: threads)
    monkeypatch.setattr(evaluator, "evaluate", lambda cluster, directory, score, came: score)
    assert train_script.main(["--run", "never", "--threads", "3"]) == 3


def test_a_disk_that_is_full_is_a_line_and_all_stop(pairs, tmp_path):
    """Played by a limit on a file's size, which is above all files but the checkpoint's data."""
    resource = pytest.importorskip("resource")
    directory = str(tmp_path / "run")
    large = ["--encoder-hidden-units", "200", "--decoder-hidden-units", "200"]
    begun = ["--pairs", pairs, *SIZES, *large, "--num-epochs", "1", "--run", directory]
    assert not train_script.main(begun)
    before = checkpoint.last(directory)
    size = os.path.getsize(before + ".data-00000-of-00001")

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (size // 2, size // 2))

    process = run("--", "--resume", directory, "--num-epochs", "3", preexec_fn=limit)
    status, _, errors = end(process)
    assert status == 2, errors
    (line,) = [line for line in errors.splitlines() if line.startswith("error: ")]
    assert "cannot be saved: " in line and line.endswith(f"the last whole checkpoint is {before}")
    assert checkpoint.last(directory) == before
    checkpoint.read_arrays(before)


def test_a_worker_that_never_comes_is_named(pairs, tmp_path):
    chief, worker = tasks(workers=2, ps=0)
    process = start(chief, "--pairs", pairs, *SIZES, "--wait", "4", "--run", str(tmp_path / "run"))
    status, _, errors = end(process)
    lines = errors.splitlines()
    assert status == 2
    assert lines[0].startswith(f"chief: waits for worker 0 ({worker.address}): no answer for ")
    assert lines[-1].startswith(f"error: worker 0 ({worker.address}): no answer for ")


def test_a_worker_without_a_chief_says_so_and_ends(tmp_path):
    chief, worker = tasks(workers=2, ps=0)
    status, _, errors = end(start(worker, "--wait", "3"))
    said = f" {chief.shown}"
    assert status == 1 and f"worker 0: waits for{said}: no answer for " in errors
    assert errors.splitlines()[-1].startswith(f"worker 0: ends: no answer of{said} for ")


def test_killed_processes_come_back_and_nothing_that_was_saved_is_lost(tmp_path):
    done = subprocess.run(
        [sys.executable, os.path.join(TESTS, "killed_cluster.py"), str(tmp_path / "runs"),
         "--kills", "3", "--seed", "1", "--epochs", "24"],
        env={**os.environ, "PYTHONPATH": ROOT}, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-3000:] + done.stdout.decode()
    assert done.stdout.decode().startswith("3 kills (")
    assert done.stdout.decode().endswith(
        "no checkpoint lost; largest difference of losses 0.0, of final weights 0.0\n")


def test_the_flags_of_training_stand_behind_two_dashes():
    args = cluster_script.parse_args(["--workers", "3", "--", "--num-epochs", "9"])
    assert (args.workers, args.ps, args.train) == (3, 1, ["--num-epochs", "9"])
    assert os.path.samefile(cluster_script.TRAIN, TRAIN)


def test_a_flag_of_training_that_is_wrong_is_said_before_anything_starts(capsys):
    with pytest.raises(SystemExit):
        cluster_script.main(["--", "--no-such-flag"])
    assert "there is no flag --no-such-flag" in capsys.readouterr().err


def test_what_it_is_told_of_logs_goes_to_all(monkeypatch):
    started = []
    monkeypatch.setattr(launch.Processes, "_start", lambda self, task: started.append(
        self._command(task)) or subprocess.Popen([sys.executable, "-c", ""]))
    monkeypatch.setattr(launch.Processes, "run", lambda self, came: 0)
    assert cluster_script.main(["--verbose", "--evaluator", "--", "--threads", "1"]) == 0
    assert len(started) == 4 and all("--verbose" in words for words in started)

"""The scripts as a user calls them: what they print, leave behind, and say about bad input."""

import json
import os
import signal
import subprocess
import sys

import memory as memory_script
import numpy as np
import plot as plot_script
import pytest
import replay as replay_script
import tensorflow.compat.v1 as tf
import train as train_script
from conftest import ROOT, case_path

from seq2seq_graph.data.corpora import cmudict
from seq2seq_graph.data.datasets import keep_sources
from seq2seq_graph.model import build_training_graph
from seq2seq_graph.runs import checkpoint, origins, run_directory
from seq2seq_graph.training.optimizer import build_optimizer
from seq2seq_graph.training.validation import validate

pytestmark = pytest.mark.slow

SMALL = ["--limit", "300", "--num-epochs", "2", "--batch-size", "50"]


def exit_status(main, argv):
    with pytest.raises(SystemExit) as stopped:
        main(argv)
    return stopped.value.code


@pytest.fixture
def pairs_file(tmp_path):
    path = tmp_path / "pairs.tsv"
    words = [a + b + c for a in "가나다" for b in "라마바" for c in "사아자"]
    path.write_text("".join(f"{w}\t{' '.join(reversed(w))}\n" for w in words), encoding="utf-8")
    return str(path)


def test_train_prints_its_progress_and_leaves_a_run(tmp_path, capsys):
    directory = str(tmp_path / "run")
    assert train_script.main(["--run", directory, *SMALL]) == 0
    printed = capsys.readouterr().out
    assert "left out as too long" in printed and "vocab_size 43, 7 steps an epoch" in printed
    for epoch in ("epoch 1/2", "epoch 2/2"):
        (line,) = [line for line in printed.splitlines() if line.startswith(epoch)]
        assert "valid: loss" in line and "teacher-forced accuracy" in line
    assert "source" in printed and "teacher-forced prediction" in printed
    files = set(os.listdir(directory))
    assert {"config.json", "source_vocabulary.txt", "target_vocabulary.txt", "checkpoint",
            "model.ckpt-7.index", "model.ckpt-14.index"} <= files


def test_a_run_can_be_read_back_and_scores_what_was_printed(tmp_path, capsys):
    directory = str(tmp_path / "run")
    train_script.main(["--run", directory, *SMALL])
    printed = capsys.readouterr().out
    run = run_directory.load(directory)
    dataset = keep_sources(cmudict.load(), 300)
    with tf.Graph().as_default(), tf.Session() as sess:
        graph = build_training_graph(run.model)
        build_optimizer(graph.loss, run.training.learning_rate)
        saver = tf.train.Saver()
        checkpoint.restore(sess, saver, tf.train.latest_checkpoint(directory))
        scores = validate(sess, graph, dataset.valid, run.model)
    expected = f"loss {scores.loss:.4f}, teacher-forced accuracy {scores.token_accuracy:.2%}"
    assert f"valid: {expected}" in printed.split("epoch 2/2")[1]


def test_train_on_the_users_own_pairs(tmp_path, capsys, pairs_file):
    directory = str(tmp_path / "run")
    argv = ["--run", directory, "--pairs", pairs_file, "--source-tokens", "characters",
            "--target-tokens", "words", "--num-epochs", "1", "--max-input-length", "3",
            "--max-output-length", "4"]
    assert train_script.main(argv) == 0
    assert "가라사" in capsys.readouterr().out
    run = run_directory.load(directory)
    assert run.model.max_input_length == 3 and run.text.origin == pairs_file
    assert set(run.source_vocabulary.tokens) == set("가나다라마바사아자")


def test_the_same_seed_gives_the_same_run(tmp_path, pairs_file):
    argv = ["--pairs", pairs_file, "--num-epochs", "2", "--seed", "5"]
    weights = []
    for name in ("a", "b"):
        directory = str(tmp_path / name)
        train_script.main(["--run", directory, *argv])
        reader = tf.train.load_checkpoint(tf.train.latest_checkpoint(directory))
        weights.append(reader.get_tensor("encoder/lstm_cell/kernel"))
    np.testing.assert_array_equal(*weights)


@pytest.mark.parametrize("flags, message", [
    (["--batch-size", "0"], "--batch-size is 0"),
    (["--encoder-hidden-units", "-1"], "--encoder-hidden-units is -1"),
    (["--encoder-hidden-units", "50"], "give both the same number"),
    (["--max-input-length", "0"], "--max-input-length is 0"),
    (["--max-output-length", "-3"], "--max-output-length is -3"),
    (["--seed", "3000000000"], "--seed is 3000000000"),
    (["--source-tokens", "words"], "go with --pairs"),
    (["--data", "no such folder"], "no such folder: no such folder; scripts/prepare.py makes it"),
    (["--data", "a", "--pairs", "b"], "give one of them"),
    (["--patience", "-1"], "--patience is -1"),
    (["--pairs", "no such file"], "no such file: No such file"),
    (["--max-output-length", "1"], "no pair is left for the train part"),
    (["--limit", "0"], "--limit is 0"),
])
def test_train_refuses_bad_input_in_one_line_and_writes_nothing(
        flags, message, tmp_path, capsys):
    directory = str(tmp_path / "run")
    assert exit_status(train_script.main, ["--run", directory, *flags]) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith("error: ") and message in printed.err
    assert printed.err.count("\n") == 1 and not os.path.exists(directory)


def test_train_refuses_an_existing_directory(tmp_path, capsys):
    (tmp_path / "mine").write_text("precious")
    assert exit_status(train_script.main, ["--run", str(tmp_path), *SMALL]) == 2
    assert "a run is never written over another" in capsys.readouterr().err
    assert os.listdir(tmp_path) == ["mine"]


TINY = [
    "--max-input-length", "3", "--max-output-length", "4", "--encoder-embedding-size", "3",
    "--decoder-embedding-size", "3", "--encoder-hidden-units", "4", "--decoder-hidden-units", "4",
    "--batch-size", "4", "--num-epochs", "2",
]


def test_a_prepared_folder_is_trained_on_by_a_recipe_and_found_again(tmp_path, capsys):
    for part, letters in (("train", "abcdef"), ("valid", "gh"), ("test", "ij")):
        (tmp_path / f"{part}.tsv").write_text("".join(f"{a}. 1\t{a}\n" for a in letters))
    directory = str(tmp_path / "run")
    argv = ["--run", directory, "--data", str(tmp_path), "--recipe", "practical",
            "--no-reverse-source", "--dropout", "0.5", *TINY]
    assert train_script.main(argv) == 0
    run = run_directory.load(directory)
    assert run.text.kind == "folder" and run.text.origin == str(tmp_path)
    assert run.model.mask_padding and not run.model.reverse_source and run.model.dropout == 0.5
    dataset = origins.dataset(run.text, run.model)
    assert origins.fingerprint(dataset) == run.text.fingerprint
    capsys.readouterr()

    assert train_script.main(["--resume", directory]) == 0
    assert f"{directory} is finished after 2 epochs" in capsys.readouterr().out
    assert train_script.main(["--resume", directory, "--num-epochs", "3"]) == 0
    printed = capsys.readouterr().out
    assert "goes on after step 4" in printed and "epoch 3/3" in printed
    assert "epoch 2/3" not in printed and "best, which is used: " + directory in printed
    with open(os.path.join(directory, "metrics.csv")) as file:
        assert [line.split(",")[1] for line in file] == ["step", "2", "4", "6"]
    assert run_directory.load(directory).training.num_epochs == 3

    (tmp_path / "train.tsv").write_text("b\tc\n")
    assert exit_status(train_script.main, ["--resume", directory]) == 2
    assert f"{tmp_path} has changed since {directory} was begun" in capsys.readouterr().err


@pytest.mark.parametrize("flags, message", [
    (["--batch-size", "5"], "--batch-size stays as it was"),
    (["--no-mask-padding"], "--mask-padding stays as it was"),
    (["--limit", "7"], "--limit stays as it was"), (["--recipe", "document"], "--recipe stays"),
    (["--target-tokens", "words"], "--target-tokens stays"), (["--run", "x"], "--run stays"),
    (["--seed", "0"], "--seed stays"), ([], "it has no config.json"),
])
def test_a_resume_refuses_what_would_make_it_another_run(flags, message, tmp_path, capsys):
    assert exit_status(train_script.main, ["--resume", str(tmp_path), *flags]) == 2
    assert message in capsys.readouterr().err


def test_a_loss_that_is_no_number_leaves_with_status_1(tmp_path, capsys, pairs_file):
    directory = str(tmp_path / "run")
    argv = ["--run", directory, "--pairs", pairs_file, *TINY]
    assert train_script.main([*argv, "--num-epochs", "1"]) == 0
    last = checkpoint.last(directory)
    argv = ["--resume", directory, "--num-epochs", "2", "--learning-rate", "1e38"]
    assert train_script.main(argv) == 1
    lines = capsys.readouterr().err.splitlines()
    assert "at step 8: batch 2 of 6 of epoch 2, 4 pairs" in lines[0] and "error: " in lines[0]
    assert lines[-2].startswith(f"last checkpoint: {last};") and "--learning-rate" in lines[-1]


def started(*flags):
    command = [sys.executable, "-u", os.path.join(ROOT, "scripts", "train.py"), *flags]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_ctrl_c_saves_and_leaves_with_the_command_that_goes_on(tmp_path, pairs_file):
    directory = str(tmp_path / "a run")
    process = started("--run", directory, "--pairs", pairs_file, *TINY, "--num-epochs", "100000")
    for line in process.stdout:
        if line.startswith(b"epoch 3/"):
            break
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 130, errors.decode()[-3000:]
    prefix = checkpoint.last(directory)
    assert tf.train.latest_checkpoint(directory) == prefix
    assert f"interrupted; last checkpoint: {prefix}\n" in errors.decode()
    assert f"python scripts/train.py --resume '{directory}'\n" in errors.decode()
    assert "Traceback" not in errors.decode()
    state = checkpoint.progress_of(directory)
    assert state.step >= 18 and state.rows[2].step == 18


def test_a_full_disk_leaves_the_last_checkpoint_and_says_so_in_a_line(tmp_path, pairs_file):
    """A limit of file sizes stands in for the full disk: what comes after is too large."""
    directory = str(tmp_path / "run")
    flags = ["--run", directory, "--pairs", pairs_file, *TINY, "--encoder-hidden-units", "150",
             "--decoder-hidden-units", "150"]  # a checkpoint of 2 MB, events of 0.15
    assert train_script.main(flags) == 0
    last = checkpoint.last(directory)
    program = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (400000, 400000)); "
        f"sys.path.insert(0, {os.path.join(ROOT, 'scripts')!r}); import train; "
        "sys.exit(train.main(sys.argv[1:]))")
    done = subprocess.run(
        [sys.executable, "-c", program, "--resume", directory, "--num-epochs", "3"],
        capture_output=True, check=False)
    errors = done.stderr.decode()
    assert done.returncode == 2 and "Traceback" not in errors, errors[-3000:]
    assert "cannot be saved" in errors.splitlines()[-1]
    assert checkpoint.last(directory) == last
    checkpoint_is_readable(last)


def checkpoint_is_readable(prefix):
    reader = tf.train.load_checkpoint(prefix)
    assert all(reader.get_tensor(name).size for name in reader.get_variable_to_shape_map())


def test_a_run_is_drawn(tmp_path, capsys, pairs_file):
    pytest.importorskip("matplotlib", reason="pip install -e '.[plots]'")
    directory = str(tmp_path / "run")
    train_script.main(["--run", directory, "--pairs", pairs_file, *TINY])
    capsys.readouterr()
    assert plot_script.main([directory, "--words", "2"]) == 0
    printed = capsys.readouterr().out
    assert f"{directory}/learning.png" in printed
    assert f"{directory}/vectors.png: 2 sources of 2 in validation, 2 labelled" in printed
    assert {"learning.png", "vectors.png"} <= set(os.listdir(directory))


@pytest.mark.parametrize("argv, message", [
    (["no run"], "no run: no such run"), (["no run", "--words", "0"], "--words is 0"),
])
def test_plot_refuses_bad_input(argv, message, capsys):
    assert exit_status(plot_script.main, argv) == 2
    assert message in capsys.readouterr().err


def test_replay_prints_a_table_and_writes_the_results(tmp_path, capsys):
    out = str(tmp_path / "result")
    assert replay_script.main([case_path("small.npz"), "--out", out]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["quantity", "largest", "difference", "tolerance"]
    with np.load(out) as result, np.load(case_path("small.npz")) as case:
        assert {line.split()[0] for line in lines[2:-2]} == set(result.files) < set(case.files)
        assert lines[-1] == f"all {len(result.files)} quantities are within their tolerance"
        for key in result.files:
            np.testing.assert_allclose(result[key], case[key], atol=1e-6)


def test_replay_exits_1_where_a_number_is_wrong(tmp_path, capsys):
    with np.load(case_path("small.npz")) as case:
        arrays = dict(case)
    arrays["loss"][3] += 1e-4
    path = str(tmp_path / "wrong.npz")
    np.savez(path, **arrays)
    assert replay_script.main([path]) == 1
    lines = capsys.readouterr().out.splitlines()
    (over,) = [line for line in lines if line.endswith("over")]
    assert over.startswith("loss") and lines[-1] == "1 of 19 quantities are over their tolerance"


def test_replay_goes_on_from_a_checkpoint(capsys):
    prefix = os.path.join(case_path("document-checkpoint"), "model.ckpt-100")
    assert replay_script.main([case_path("document.npz"), "--checkpoint", prefix]) == 0
    assert "100 steps" in capsys.readouterr().out


@pytest.mark.parametrize("argv, message", [
    (["nothing.npz"], "nothing.npz: No such file"),
    ([case_path("small.npz"), "--checkpoint", "nothing-3"], "nothing-3: no checkpoint"),
    ([case_path("small.npz"), "--out", "no/such/folder/x.npz"], "no folder that can be written"),
    ([case_path("small.npz"), "--out", case_path("small.npz")], "is never written over"),
    ([case_path("small.npz"), "--out", ROOT], "is never written over"),
])
def test_replay_refuses_bad_input_with_status_2(argv, message, capsys):
    assert exit_status(replay_script.main, argv) == 2
    assert message in capsys.readouterr().err


def test_every_script_explains_itself():
    for name in sorted(os.listdir(os.path.join(ROOT, "scripts"))):
        if not name.endswith(".py"):  # a notebook explains itself in its first cell, a page is one
            continue
        with open(os.path.join(ROOT, "scripts", name), encoding="utf-8") as file:
            assert f"python scripts/{name}" in file.read().split('"""')[1], name


def test_config_json_names_every_default(tmp_path):
    directory = str(tmp_path / "run")
    train_script.main(["--run", directory, "--limit", "60", "--num-epochs", "1"])
    with open(os.path.join(directory, "config.json"), encoding="utf-8") as file:
        sections = json.load(file)
    assert sections["model"]["encoder_hidden_units"] == 100
    assert sections["training"]["num_epochs"] == 1
    assert sections["text"].pop("fingerprint") > 0
    assert sections["text"].items() >= {
        "kind": "cmudict", "origin": "cmudict", "source_tokens": "characters",
        "target_tokens": "words", "min_count": 1, "limit": 60, "beside": None}.items()


def test_memory_measures_a_step_with_the_same_loss_for_either_labels(capsys):
    losses = []
    for flags in ([], ["--sparse-labels"]):
        assert memory_script.main(["--vocab-size", "9", "--batch-size", "2", *flags]) == 0
        printed = capsys.readouterr().out
        losses.append(float(printed.split(";")[0].split()[1]))
        assert "MiB" in printed and "vocabulary 9" in printed
    np.testing.assert_allclose(*losses, atol=1e-5)

"""The scripts as a user calls them: what they print, leave behind, and say about bad input."""

import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
import replay as replay_script
import tensorflow.compat.v1 as tf
import train as train_script
from conftest import ROOT, case_path

from seq2seq_graph import checkpoint, data, run_directory, training
from seq2seq_graph.model import build_training_graph

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
    dataset = data.limit(train_script.cmudict.load(), 300)
    with tf.Graph().as_default(), tf.Session() as sess:
        graph = build_training_graph(run.model)
        training.build_optimizer(graph.loss, run.training.learning_rate)
        saver = tf.train.Saver()
        checkpoint.restore(sess, saver, tf.train.latest_checkpoint(directory))
        scores = training.evaluate(sess, graph, dataset.valid)
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
    assert run.model.max_input_length == 3 and run.text["origin"] == pairs_file
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
    (["--batch-size", "0"], "batch_size is 0"),
    (["--encoder-hidden-units", "-1"], "encoder_hidden_units is -1"),
    (["--encoder-hidden-units", "50"], "give both the same number"),
    (["--max-input-length", "0"], "max_input_length is 0"),
    (["--max-output-length", "-3"], "max_output_length is -3"),
    (["--seed", "3000000000"], "seed is 3000000000"),
    (["--source-tokens", "words"], "go with --pairs"),
    (["--pairs", "no such file"], "no such file: No such file"),
    (["--max-output-length", "1"], "no pair is left for the train part"),
    (["--limit", "0"], "limit is 0"),
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


@pytest.mark.parametrize("how, status", [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_an_interrupted_run_keeps_its_last_checkpoint_whole(how, status, tmp_path, pairs_file):
    directory = str(tmp_path / "run")
    command = [sys.executable, "-u", os.path.join(ROOT, "scripts", "train.py"), "--run", directory,
               "--pairs", pairs_file, "--num-epochs", "100000"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    for line in process.stdout:
        if line.startswith(b"epoch 3/"):
            break
    process.send_signal(how)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == status, errors.decode()[-3000:]
    prefix = tf.train.latest_checkpoint(directory)
    if how == signal.SIGINT:
        assert f"interrupted; last checkpoint: {prefix}" in errors.decode()
        assert "Traceback" not in errors.decode()
    with tf.Graph().as_default(), tf.Session() as sess:
        graph = build_training_graph(run_directory.load(directory).model)
        training.build_optimizer(graph.loss, 0.001)
        checkpoint.restore(sess, tf.train.Saver(), prefix)


def test_replay_prints_a_table_and_writes_the_results(tmp_path, capsys):
    out = str(tmp_path / "result")
    assert replay_script.main([case_path("small.npz"), "--out", out]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["quantity", "largest", "difference", "tolerance"]
    with np.load(out) as result, np.load(case_path("small.npz")) as case:
        assert {line.split()[0] for line in lines[2:]} == set(result.files) < set(case.files)
        for key in result.files:
            np.testing.assert_allclose(result[key], case[key], atol=1e-6)


def test_replay_exits_1_where_a_number_is_wrong(tmp_path, capsys):
    with np.load(case_path("small.npz")) as case:
        arrays = dict(case)
    arrays["loss"][3] += 1e-4
    path = str(tmp_path / "wrong.npz")
    np.savez(path, **arrays)
    assert replay_script.main([path]) == 1
    (over,) = [line for line in capsys.readouterr().out.splitlines() if line.endswith("over")]
    assert over.startswith("loss")


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
        if name == "tutorial.ipynb":  # a notebook explains itself in its first cell
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
    assert sections["text"] == {
        "origin": "cmudict", "source_tokens": "characters", "target_tokens": "words"}

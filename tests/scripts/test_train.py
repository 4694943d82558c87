"""train.py, evaluate.py and memory.py on a run that is small: what a user may ask of it later."""

import dataclasses
import os
import shutil

import evaluate as evaluate_script
import memory as memory_script
import pytest
import train as train_script

from seq2seq_graph.runs import checkpoint, checkpoint_writer, lock, origins, run_directory

TINY = [
    "--max-input-length", "3", "--max-output-length", "4", "--encoder-embedding-size", "3",
    "--decoder-embedding-size", "3", "--encoder-hidden-units", "4", "--decoder-hidden-units", "4",
    "--batch-size", "4",
]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder with `pairs.tsv` and `run`, trained for two epochs of six steps, each kept."""
    folder = tmp_path_factory.mktemp("trained")
    words = [a + b + c for a in "가나다" for b in "라마바" for c in "사아자"]
    (folder / "pairs.tsv").write_text(
        "".join(f"{w}\t{' '.join(reversed(w))}\n" for w in words), encoding="utf-8")
    assert train_script.main(["--run", str(folder / "run"), "--pairs", str(folder / "pairs.tsv"),
                              *TINY, "--num-epochs", "2"]) == 0
    return folder


@pytest.fixture
def run(trained, tmp_path):
    """A copy, its text at the old place."""
    return shutil.copytree(str(trained / "run"), str(tmp_path / "run"))


def refusal(main, argv, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(argv)
    assert stopped.value.code == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ") and error.count("\n") == 1, error
    return error


def test_a_run_whose_text_was_moved_is_resumed_and_evaluated(run, tmp_path, capsys):
    loaded = run_directory.load(run)
    here = shutil.copy(loaded.text.origin, str(tmp_path / "elsewhere.tsv"))
    text = dataclasses.replace(loaded.text, origin="/gone/pairs.tsv")
    run_directory.write_config(run, loaded._replace(text=text))
    gone = "/gone/pairs.tsv: the text that "
    assert gone in refusal(train_script.main, ["--resume", run], capsys)
    assert gone in refusal(evaluate_script.main, [run], capsys)
    assert evaluate_script.main([run, "--text", here]) == 0
    assert here in capsys.readouterr().out
    assert train_script.main(["--resume", run, "--pairs", here, "--num-epochs", "3"]) == 0
    assert "epoch 3/3" in capsys.readouterr().out
    assert evaluate_script.main([run]) == 0  # the new place was written down


def test_another_text_is_refused_wherever_it_is_named(run, tmp_path, capsys):
    other = tmp_path / "other.tsv"
    other.write_text("".join(f"{a}{b}\t{a} {b}\n" for a in "xyz" for b in "uvw"))
    for main, argv in ((train_script.main, ["--resume", run, "--pairs", str(other)]),
                       (evaluate_script.main, [run, "--text", str(other)])):
        assert "has changed since" in refusal(main, argv, capsys)


def test_two_processes_do_not_train_one_run(run, capsys):
    with lock.hold(run):
        error = refusal(train_script.main, ["--resume", run, "--num-epochs", "3"], capsys)
    assert f"{run} is being trained by process {os.getpid()} on " in error
    assert run_directory.load(run).training.num_epochs == 2


def test_a_damaged_checkpoint_names_the_older_one_and_goes_on_there_when_asked(run, capsys):
    with open(os.path.join(run, "model.ckpt-12.data-00000-of-00001"), "r+b") as file:
        file.truncate(100)
    error = refusal(train_script.main, ["--resume", run, "--num-epochs", "3"], capsys)
    assert "model.ckpt-12: the checkpoint cannot be read" in error
    assert f"--resume {run} --from-step 6" in error
    assert train_script.main(["--resume", run, "--from-step", "6", "--num-epochs", "3"]) == 0
    assert "goes on after step 6\n" in capsys.readouterr().out
    assert [row.step for row in checkpoint.progress_of(run).rows] == [6, 12, 18]


@pytest.mark.parametrize("name", ["[1]", "ram://x", "file://x"])
def test_a_path_that_tensorflow_reads_otherwise_is_refused_before_training(
        name, trained, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    argv = ["--run", name, "--pairs", str(trained / "pairs.tsv"), *TINY]
    assert "TensorFlow takes" in refusal(train_script.main, argv, capsys)
    assert os.listdir(tmp_path) == []


def test_the_best_by_another_measure_is_said_where_its_checkpoint_is_gone(run, capsys):
    state = checkpoint.progress_of(run)
    rows = [row._replace(source_accuracy=share) for row, share in zip(state.rows, (0.9, 0.1))]
    checkpoint_writer.note(run, state._replace(rows=rows))
    checkpoint_writer.drop(run, 6)
    assert train_script.main(["--resume", run, "--best-by", "source_accuracy"]) == 0
    printed = capsys.readouterr().out
    assert f"the best, which is used: {run}/model.ckpt-12" in printed
    assert "epoch 1 was better, but its checkpoint is gone" in printed


def test_tokens_that_the_vocabulary_lacks_stand_beside_the_loss(trained, tmp_path, capsys):
    argv = ["--run", str(tmp_path / "run"), "--pairs", str(trained / "pairs.tsv"), *TINY,
            "--num-epochs", "1"]
    assert train_script.main([*argv, "--min-count", "8"]) == 0
    printed = capsys.readouterr().out
    dataset = origins.dataset(run_directory.load(str(tmp_path / "run")).text,
                              run_directory.load(str(tmp_path / "run")).model)
    targets = dataset.valid.decoder_targets
    share = (targets == 3).sum() / (targets != 0).sum()
    assert 0 < share < 1
    assert f"(it takes {share:.2%} of the tokens for UNKNOWN), teacher-forced" in printed


def test_two_files_and_a_vocabulary_of_the_users_are_trained_on_moved_and_scored(tmp_path, capsys):
    words = [f"{a} {b}" for a in "abcdefgh" for b in "uvwxyz"]
    names = ("train.en", "train.ko", "dev.en", "dev.ko")
    for name, lines in zip(names, (words[:40], words[:40], words[40:], words[40:])):
        text = "".join(f"{line[::-1] if name.endswith('ko') else line}\n" for line in lines)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "words.txt").write_text("\n".join("uvwxyzabcdefgh") + "\n")
    paths = [str(tmp_path / name) for name in names]
    flags = ["--source-file", "--target-file", "--valid-source-file", "--valid-target-file"]
    files = [argument for pair in zip(flags, paths) for argument in pair]
    run = str(tmp_path / "run")
    assert train_script.main([
        "--run", run, *files, "--target-vocabulary", str(tmp_path / "words.txt"), *TINY,
        "--num-epochs", "1"]) == 0
    printed = capsys.readouterr().out
    assert "train  kept      40 sources" in printed and "test   kept       0 sources" in printed
    assert "no pair for the test part" in refusal(evaluate_script.main, [run], capsys)
    assert evaluate_script.main([run, "--source-file", paths[2], "--target-file", paths[3]]) == 0
    assert f"{paths[2]}: 8 sources, 8 pairs" in capsys.readouterr().out
    assert evaluate_script.main([run, "--part", "valid"]) == 0
    assert f"{paths[0]}, valid part: 8 sources" in capsys.readouterr().out
    moved = [shutil.move(path, path + ".moved") for path in paths]
    now = [argument for pair in zip(flags, moved) for argument in pair]
    assert train_script.main(["--resume", run, *now, "--num-epochs", "2"]) == 0
    assert "--target-vocabulary stays as it was" in refusal(
        train_script.main, ["--resume", run, "--target-vocabulary", "x"], capsys)
    assert "--source-file and --target-file go together" in refusal(
        evaluate_script.main, [run, "--source-file", moved[0]], capsys)


def test_memory_takes_the_flags_of_a_step_and_no_others(capsys):
    small = ["--vocab-size", "9", "--batch-size", "2", "--threads", "1"]
    losses = []
    for flags in ([], ["--dropout", "0.5"], ["--recipe", "practical"]):
        assert memory_script.main([*small, *flags]) == 0
        losses.append(float(capsys.readouterr().out.split(";")[0].split()[1]))
    assert len(set(losses)) == 3
    for flag in ("--num-epochs", "--patience", "--save-steps", "--init-from"):
        with pytest.raises(SystemExit):
            memory_script.main([*small, flag, "3"])
        assert f"there is no flag {flag} " in capsys.readouterr().err

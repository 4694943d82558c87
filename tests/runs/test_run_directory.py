import dataclasses
import json
import os

import pytest

from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.data.text_config import TextConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.runs import run_directory
from seq2seq_graph.vocabulary import Vocabulary

RUN = run_directory.Run(
    ModelConfig(40, max_input_length=3),
    TrainingConfig(batch_size=5),
    TextConfig(kind="pairs", origin="가.tsv"),
    Vocabulary(["a", " "]),
    Vocabulary(["AH"]),
)


def test_a_run_is_read_back_as_it_was(tmp_path):
    directory = run_directory.create(str(tmp_path / "deep" / "run"), RUN)
    again = run_directory.load(directory)
    assert again[:2] == RUN[:2]
    assert dataclasses.replace(again.text, beside=None) == RUN.text
    assert [v.tokens for v in again[3:5]] == [v.tokens for v in RUN[3:5]]
    assert again.coding == RUN.coding


def test_the_configuration_is_json_with_every_number(tmp_path):
    directory = run_directory.create(str(tmp_path / "run"), RUN)
    with open(os.path.join(directory, "config.json"), encoding="utf-8") as file:
        sections = json.load(file)
    assert sections["model"]["encoder_hidden_units"] == 100
    assert sections["training"] == {
        "num_epochs": 4, "batch_size": 5, "learning_rate": 0.001, "seed": 0, "clip_norm": 0.0,
        "half_life": 0, "average": 0.0, "dense_embeddings": False, "patience": 0,
        "best_by": "validation_loss", "keep_checkpoints": 2, "save_steps": 0, "threads": 0,
        "init_from": None, "shuffle_block": None}
    assert "towers" not in sections["model"]
    assert set(sections["text"]) == {field.name for field in dataclasses.fields(TextConfig)}
    assert sections["text"].items() >= {
        "kind": "pairs", "origin": "가.tsv", "source_tokens": "characters",
        "target_tokens": "words", "min_count": 1, "limit": None, "fingerprint": None,
        "beside": os.path.relpath("가.tsv", directory)}.items()


def test_an_existing_directory_is_refused_and_kept(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "mine").write_text("precious")
    with pytest.raises(InputError, match="run exists"):
        run_directory.create(str(tmp_path / "run"), RUN)
    assert os.listdir(tmp_path / "run") == ["mine"]


def test_without_a_name_the_next_free_number_is_taken(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert [run_directory.create(None, RUN) for _ in range(3)] == [
        "runs/001", "runs/002", "runs/003"]


def test_a_directory_that_cannot_be_made_is_refused(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    for below in ("run", "deep/run"):
        with pytest.raises(InputError, match="file is a file, so nothing can be kept in it"):
            run_directory.create(str(tmp_path / "file" / below), RUN)
    with pytest.raises(InputError, match="'': No such file"):
        run_directory.create("", RUN)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "runs").write_text("")
    with pytest.raises(InputError, match="runs is a file"):
        run_directory.create(None, RUN)


def test_a_name_that_no_encoding_knows_is_kept(tmp_path):
    name = os.fsdecode(b"/a/\xff.tsv")
    run = RUN._replace(text=dataclasses.replace(RUN.text, origin=name))
    assert run_directory.load(
        run_directory.create(str(tmp_path / "run"), run)).text.origin == name


def test_a_configuration_is_written_over_an_older_one(tmp_path):
    directory = run_directory.create(str(tmp_path / "run"), RUN)
    longer = RUN._replace(training=TrainingConfig(batch_size=5, num_epochs=9))
    run_directory.write_config(directory, longer)
    assert run_directory.load(directory).training.num_epochs == 9
    with pytest.raises(InputError, match="config.json: No such file"):
        run_directory.write_config(str(tmp_path / "gone"), RUN)


def test_what_is_named_in_the_place_of_a_run_is_told_the_runs_that_are_there(
        tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def said(path):
        with pytest.raises(InputError) as refused:
            run_directory.load(path)
        return str(refused.value)

    end = "give a directory that scripts/train.py left"
    assert said("runs/999") == f"runs/999: no such run; {end}"
    run_directory.create(None, RUN)
    assert said("runs/999") == "runs/999: no such run; there is runs/001"
    run_directory.create(None, RUN)
    assert said("runs/999") == "runs/999: no such run; there are runs/001, runs/002"
    assert said("runs") == "runs: no run: it has no config.json; there are runs/001, runs/002"
    (tmp_path / "runs" / "001" / "model.ckpt-7.index").write_text("")
    for path in ("runs/001/model.ckpt-7", "runs/001/model.ckpt-7.index", "runs/001/model.ckpt-9"):
        assert said(path) == f"{path}: that is a checkpoint; give its run's directory, runs/001"
    assert "that is a file" in said("runs/001/config.json")


def test_what_is_no_run_is_refused(tmp_path):
    with pytest.raises(InputError, match="no run: it has no config.json"):
        run_directory.load(str(tmp_path))
    for text, message in (("", "not JSON"), ("{", "not JSON"), ("[]", "'model' is missing"),
                          ('{"model": {}}', "'training' is missing")):
        (tmp_path / "config.json").write_text(text)
        with pytest.raises(InputError, match="config.json: .*" + message):
            run_directory.load(str(tmp_path))
    directory = run_directory.create(str(tmp_path / "run"), RUN)
    with open(os.path.join(directory, "target_vocabulary.txt"), "wb") as file:
        file.write(b"\xff")
    with pytest.raises(InputError, match="target_vocabulary.txt: not UTF-8"):
        run_directory.load(directory)


GONE = object()


@pytest.mark.parametrize("section, key, value, message", [
    ("model", "colour", 1, "model: there is no field 'colour'"),
    ("model", "vocab_size", GONE, "model: field 'vocab_size' is missing"),
    ("model", "dropout", "much", "model: dropout is 'much'; it must be from 0"),
    ("model", "mask_padding", "no", "model: mask_padding is 'no'; it must be true or false"),
    ("training", "batch_size", 2.5, "training: batch_size is 2.5; it must be an integer"),
    ("text", "min_count", GONE, "text: field 'min_count' is missing; give it the run"),
    ("text", "min_count", True, "text: min_count is True; it must be an integer"),
    ("text", "kind", "poems", "text: kind is 'poems'; it must be one of cmudict, pairs, folder"),
    ("text", "source_tokens", ["words"], "text: source_tokens is .*one of characters, pieces"),
    ("text", "limit", 0, "text: limit is 0; it must be none or an integer"),
])
def test_a_configuration_that_cannot_be_used_is_refused_by_its_key(
    tmp_path, section, key, value, message
):
    directory = run_directory.create(str(tmp_path / "run"), RUN)
    path = tmp_path / "run" / "config.json"
    sections = json.loads(path.read_text())
    sections[section].pop(key, None)
    if value is not GONE:
        sections[section][key] = value
    path.write_text(json.dumps(sections))
    with pytest.raises(InputError, match="config.json: " + message):
        run_directory.load(directory)

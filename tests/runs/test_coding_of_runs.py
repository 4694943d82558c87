"""Sub-words in a run directory: written, read without the text, missed where they are gone."""

import os

import pytest
import subword_texts

from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.data import subword_learner
from seq2seq_graph.errors import InputError
from seq2seq_graph.runs import opening, origins, run_directory
from seq2seq_graph.runs.origins import text_config

subword_texts.require()
MODEL = ModelConfig(max_input_length=40, max_output_length=40)
BOTH = {"source_tokens": "subwords", "target_tokens": "subwords",
        "subword_vocabulary": subword_texts.SIZE}
LINE = "Open ▁ 9 \u3000日"


def begin(folder, **given):
    pairs = subword_texts.write(folder / "pairs.tsv")
    text = text_config(pairs, **{**BOTH, **given})
    with opening.begin(text, MODEL, TrainingConfig(), str(folder / "run")) as opened:
        return opened


def models(coding):
    return [side.subwords for side in coding]


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    return begin(tmp_path_factory.mktemp("begun"), joint_subwords=True)


def test_joint_sub_words_are_one_file(begun):
    names = os.listdir(begun.directory)
    assert [name for name in names if name.endswith(".model")] == ["subwords.model"]
    run = run_directory.load(begun.directory)
    assert models(run.coding) == models(begun.dataset.coding) and run.text.subwords
    assert run.joiner("target")(run.cutter("source")(LINE)) == LINE
    assert len(run.source_vocabulary) == run.model.vocab_size == subword_texts.SIZE


def test_separate_ones_are_a_file_a_side_and_one_side_alone_has_one(tmp_path):
    for name, given, files in (
        ("two", {}, ["source_subwords.model", "target_subwords.model"]),
        ("one", {"source_tokens": "words"}, ["target_subwords.model"]),
    ):
        (tmp_path / name).mkdir()
        opened = begin(tmp_path / name, **given)
        assert sorted(n for n in os.listdir(opened.directory) if n.endswith(".model")) == files
        loaded = run_directory.load(opened.directory)
        assert models(loaded.coding) == models(opened.dataset.coding)


def test_a_run_is_reopened_and_its_text_encoded_without_learning_anew(begun, monkeypatch):
    monkeypatch.setattr(subword_learner, "learn", None)
    with opening.reopen(begun.directory) as again:
        assert origins.fingerprint(again.dataset) == begun.run.text.fingerprint


def test_a_run_is_loaded_without_its_text(begun, tmp_path):
    os.rename(begun.run.text.origin, begun.run.text.origin + ".gone")
    try:
        assert run_directory.load(begun.directory).cutter("target")("창 1개")
    finally:
        os.rename(begun.run.text.origin + ".gone", begun.run.text.origin)


def test_a_damaged_or_missing_model_file_is_refused_by_name(begun):
    path = os.path.join(begun.directory, "subwords.model")
    with open(path, "rb") as file:
        content = file.read()
    try:
        for damaged in (content[:-1], b"", content[:-1] + b"x", content + b"\0"):
            with open(path, "wb") as file:
                file.write(damaged)
            with pytest.raises(InputError, match="subwords.model: damaged, or of another run"):
                run_directory.load(begun.directory)
        os.remove(path)
        with pytest.raises(InputError, match="subwords.model: No such file.*bring back"):
            run_directory.load(begun.directory)
    finally:
        with open(path, "wb") as file:
            file.write(content)
    run_directory.load(begun.directory)


def test_flags_of_sub_words_go_with_sub_words():
    for flag, given in (("--subword-vocabulary", {"subword_vocabulary": 500}),
                        ("--joint-subwords", {"joint_subwords": True}),
                        ("--subword-kind", {"subword_kind": "bpe"})):
        with pytest.raises(InputError, match=f"{flag} goes with --source-tokens subwords"):
            text_config("pairs.tsv", **given)
    with pytest.raises(InputError, match="--min-count 2 counts tokens"):
        text_config("pairs.tsv", min_count=2, **BOTH)
    assert text_config("pairs.tsv", min_count=2, target_tokens="subwords").min_count == 2

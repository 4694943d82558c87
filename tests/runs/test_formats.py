"""Files of other versions: an older run opens and goes on, a newer one is refused by its version.

`tests/cases/run-0.1.0` was written by version 0.1.0 (TensorFlow 2.21.0): 2 epochs of the recipe
practical on `pairs.tsv` there, which was elsewhere then.
"""

import json
import os
import shutil

import pytest
from conftest import case_path

from seq2seq_graph import __version__
from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.data.text_config import TextConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.runs import checkpoint, formats, opening, origins, progress, run_directory
from seq2seq_graph.weights import forms

OLD = case_path("run-0.1.0")
RUN = run_directory.load(OLD)


@pytest.fixture
def copy(tmp_path):
    return shutil.copytree(OLD, str(tmp_path / "run"))


def test_a_run_of_version_0_1_0_opens():
    assert RUN.model == ModelConfig(
        16, max_input_length=3, max_output_length=4, encoder_embedding_size=4,
        encoder_hidden_units=6, decoder_embedding_size=4, decoder_hidden_units=6,
        mask_padding=True, stop_at_length=True, reverse_source=True, sparse_labels=True,
        cut_batches=True, dropout=0.1, label_smoothing=0.1, rnn="auto")
    assert RUN.training == TrainingConfig(
        num_epochs=2, batch_size=8, clip_norm=5.0, half_life=5000, average=0.999,
        keep_checkpoints=1, dense_embeddings=True)  # what `rnn` decided then
    assert RUN.text.origin == "/home/somebody/pairs.tsv" and RUN.text.fingerprint == 2270121885
    state = checkpoint.progress_of(OLD)
    assert (state.step, [row.epoch for row in state.rows]) == (14, [1, 2])
    assert checkpoint.best(OLD) == os.path.join(OLD, "model.ckpt-14")


def test_a_run_of_version_0_1_0_goes_on_with_its_text_at_another_place(copy, tmp_path):
    pairs = shutil.copy(os.path.join(OLD, "pairs.tsv"), str(tmp_path / "moved.tsv"))
    with opening.reopen(copy, pairs, num_epochs=4) as opened:
        assert opened.run.training.num_epochs == 4 and opened.dataset.vocab_size == 16
    with open(os.path.join(copy, "config.json"), encoding="utf-8") as file:
        sections = json.load(file)
    assert (sections["format"], sections["version"]) == (formats.FORMAT, __version__)
    assert sections["text"]["origin"] == pairs
    assert run_directory.load(copy)[:2] == opened.run[:2]


def test_the_document_of_version_0_1_0_had_sparse_gradients():
    sections = {"model": {"rnn": "dynamic", "towers": 1}, "training": {"intra_op_threads": 0}}
    assert formats.upgrade(sections, "x") == {
        "model": {"rnn": "dynamic"}, "training": {"dense_embeddings": False}}


def test_every_file_names_its_format_and_version(copy):
    run_directory.write_config(copy, RUN)
    progress.save(os.path.join(copy, "model.ckpt-14.json"), checkpoint.progress_of(copy))
    for name in ("config.json", "model.ckpt-14.json"):
        with open(os.path.join(copy, name), encoding="utf-8") as file:
            sections = json.load(file)
        assert (sections["format"], sections["version"]) == (formats.FORMAT, __version__)


def test_the_weights_of_version_0_1_0_are_read_with_their_configuration():
    state = forms.read(OLD)
    assert state.model == RUN.model and state.training == RUN.training
    assert {name for name in state.arrays if name.endswith("ExponentialMovingAverage")}


@pytest.mark.parametrize("name, read", [
    ("config.json", run_directory.load), ("model.ckpt-14.json", checkpoint.progress_of)])
def test_a_newer_format_is_refused_with_the_version_that_wrote_it(name, read, copy):
    path = os.path.join(copy, name)
    with open(path, encoding="utf-8") as file:
        sections = json.load(file)
    for stamp, message in (
        ({"format": formats.FORMAT + 1, "version": "7.5.3"}, "version 7.5.3 in format 3"),
        ({"format": "new"}, "format is 'new'"), ({"format": 0}, "format is 0"),
    ):
        with open(path, "w", encoding="utf-8") as file:
            json.dump({**sections, **stamp}, file)
        with pytest.raises(InputError, match=f"{name}: .*{message}"):
            read(copy)


def test_a_run_of_version_0_1_0_on_a_folder_that_repeats_pairs_finds_its_text_unchanged(tmp_path):
    words = [a + b for a in "abcdef" for b in "uvwx"]
    lines = [f"{word} {word[1]}\t{word[0]}\n" for word in words]
    for part, some in (("train", lines[:16] + lines[2:5] + lines[18:19]),  # the last is valid's too
                       ("valid", lines[16:20] + lines[:1] + lines[16:17]),
                       ("test", lines[20:] + lines[1:2])):
        (tmp_path / f"{part}.tsv").write_text("".join(some))
    section = {  # version 0.1.0's, of a run that it trained on these
        "kind": "folder", "origin": str(tmp_path), "source_tokens": "pieces",
        "target_tokens": "pieces", "min_count": 1, "limit": None, "fingerprint": 2189767046}
    text = TextConfig(**formats.upgrade({"text": section}, "config.json")["text"])
    sizes = ModelConfig(max_input_length=3, max_output_length=3)
    dataset = origins.dataset(text, sizes)
    assert (len(dataset.train.source_index), len(dataset.valid.source_index)) == (20, 6)
    origins.check_fingerprint(text, dataset, "runs/001")
    anew = origins.dataset(origins.text_config(None, str(tmp_path)), sizes)
    assert (len(anew.train.source_index), len(anew.valid.source_index)) == (14, 5)

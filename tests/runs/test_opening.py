import dataclasses
import os

import pytest

from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.runs import opening, origins, run_directory
from seq2seq_graph.runs.origins import text_config
from seq2seq_graph.vocabulary import Vocabulary

MODEL = ModelConfig(max_input_length=2, max_output_length=2)


@pytest.fixture
def pairs(tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text("".join(f"{a}{b}\t{b}\n" for a in "abcdef" for b in "uvwxyz"))
    return str(path)


@pytest.fixture
def begun(tmp_path, pairs):
    directory = str(tmp_path / "run")
    with opening.begin(text_config(pairs), MODEL, TrainingConfig(), directory) as opened:
        assert opened.directory == directory
    return opened


def test_a_run_is_begun_from_a_text_and_two_configurations(begun):
    assert begun.run.model.vocab_size == begun.dataset.vocab_size == 4 + 12
    read = run_directory.load(begun.directory)
    assert read[:2] == begun.run[:2] and read.text.fingerprint
    assert read.source_vocabulary.tokens == begun.dataset.source_vocabulary.tokens


def test_a_vocabulary_that_is_too_small_for_the_text_is_refused(tmp_path, pairs):
    small = ModelConfig(15, max_input_length=2, max_output_length=2)
    with pytest.raises(InputError, match="vocab_size is 15, .* has 16 tokens"), opening.begin(
            text_config(pairs), small, TrainingConfig(), str(tmp_path / "run")):
        pass
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("directory, init_from, message", [
    ("pairs.tsv", None, "pairs.tsv exists, and a run is never written over another"),
    ("pairs.tsv/run", None, "pairs.tsv is a file, so nothing can be kept in it"),
    ("r*n", None, r"r\*n"),
    ("new", "nowhere", "nowhere: no such run"),
    ("new", "run/model.ckpt-1", "encoder_embedding_size is 50 in .*run, .* and 7 here"),
])
def test_what_is_wrong_with_the_directories_is_said_before_the_text_is_read(
        begun, tmp_path, monkeypatch, directory, init_from, message):
    (tmp_path / "run" / "model.ckpt-1.index").touch()
    monkeypatch.setattr(opening.origins, "dataset", None)
    training = TrainingConfig(init_from=init_from and str(tmp_path / init_from))
    model = dataclasses.replace(MODEL, encoder_embedding_size=7)
    with pytest.raises(InputError, match=message), opening.begin(
            begun.run.text, model, training, str(tmp_path / directory)):
        pass


def test_a_run_is_reopened_with_what_may_change(begun):
    with opening.reopen(begun.directory, num_epochs=9) as again:
        assert again.run.training == TrainingConfig(num_epochs=9)
        assert again.run.model == begun.run.model
    assert run_directory.load(begun.directory).training.num_epochs == 9


def test_a_run_is_held_while_it_is_open(begun):
    if os.name == "nt":
        pytest.skip("Windows lets a process lock what it holds")
    with opening.reopen(begun.directory), pytest.raises(
            InputError, match="is being trained by process"), opening.reopen(begun.directory):
        pass


def test_a_text_that_was_moved_is_taken_at_its_new_place_if_it_is_the_same(begun, pairs, tmp_path):
    moved = str(tmp_path / "moved.tsv")
    os.rename(pairs, moved)
    wanted = pytest.raises(InputError, match="pairs.tsv: .* not there; say where .* --pairs")
    with wanted, opening.reopen(begun.directory):
        pass
    other = tmp_path / "other.tsv"
    other.write_text("".join(f"{a}{b}\t{a}\n" for a in "abcdef" for b in "uvwxyz"))
    with pytest.raises(InputError, match="other.tsv has changed since .* or is another text"), (
            opening.reopen(begun.directory, str(other))):
        pass
    assert run_directory.load(begun.directory).text.origin == pairs
    with opening.reopen(begun.directory, moved):
        pass
    with opening.reopen(begun.directory) as again:
        assert again.run.text.origin == moved


def test_a_run_and_its_text_may_be_moved_together(begun, pairs, tmp_path):
    (tmp_path / "new").mkdir()
    for name in ("run", "pairs.tsv"):
        os.rename(tmp_path / name, tmp_path / "new" / name)
    directory, moved = str(tmp_path / "new" / "run"), str(tmp_path / "new" / "pairs.tsv")
    run = opening.found(directory, run_directory.load(directory))
    assert run.text.origin == moved
    with opening.reopen(directory) as again:
        assert again.run.text.origin == moved
    with open(moved, "a") as file:
        file.write("zz\tz\n")
    os.rename(moved, pairs)
    with pytest.raises(InputError, match="is another text"):
        opening.found(directory, run, pairs)


def test_patience_with_the_last_epoch_as_the_best_is_refused(begun, tmp_path, pairs):
    never = TrainingConfig(patience=3, best_by="epoch")
    with pytest.raises(InputError, match="patience is 3, but by best_by epoch"), opening.begin(
            text_config(pairs), MODEL, never, str(tmp_path / "other")):
        pass
    with opening.reopen(begun.directory, patience=3):
        pass
    with pytest.raises(InputError, match="patience is 3"), opening.reopen(
            begun.directory, best_by="epoch"):
        pass


def test_what_is_no_run_is_left_without_a_lock(tmp_path):
    with pytest.raises(InputError, match="it has no config.json"), opening.reopen(
            str(tmp_path)):
        pass
    assert os.listdir(tmp_path) == []


@pytest.fixture
def vocabularies(tmp_path):
    """A source vocabulary without a, with g; a target vocabulary that has every letter."""
    for name, letters in (("source", "uvwxyzbcdefg"), ("target", "zyxwvu")):
        (tmp_path / f"{name}.txt").write_text("".join(f"{letter}\n" for letter in letters))
    return {f"{name}_vocabulary": str(tmp_path / f"{name}.txt") for name in ("source", "target")}


def test_a_users_vocabularies_are_taken_as_they_are_and_kept(tmp_path, pairs, vocabularies):
    directory = str(tmp_path / "run")
    with opening.begin(text_config(pairs, **vocabularies), MODEL, TrainingConfig(),
                       directory) as opened:
        first = opened.dataset.train.encoder_inputs[0]
        assert opened.dataset.source_vocabulary.tokens == tuple("uvwxyzbcdefg")
        assert opened.dataset.target_vocabulary.tokens == tuple("zyxwvu")
    assert first.tolist() == [3, 7]  # a x: a is not in it
    os.remove(vocabularies["source_vocabulary"])
    with opening.reopen(directory) as again:
        assert again.dataset.source_vocabulary.tokens == tuple("uvwxyzbcdefg")
    with open(pairs, "a") as file:
        file.write("bb\tz\n")
    with pytest.raises(InputError, match="has changed since"), opening.reopen(directory):
        pass


def test_what_is_given_is_neither_learned_nor_counted(pairs, vocabularies):
    for number in {"subword_vocabulary": 300}, {"subword_kind": "bpe"}:
        with pytest.raises(InputError, match="says how sub-words are learned, but a file of them"):
            text_config(pairs, source_tokens="subwords", **number, **vocabularies)
    with pytest.raises(InputError, match="--min-count 2 counts tokens, but neither side's"):
        text_config(pairs, min_count=2, **vocabularies)
    del vocabularies["source_vocabulary"]
    assert text_config(pairs, min_count=2, **vocabularies).min_count == 2


def test_a_text_that_has_changed_is_not_scored(begun, pairs):
    with open(pairs) as file:
        content = file.read()
    with open(pairs, "w") as file:
        file.write("new\tn\n" + content)
    with pytest.raises(InputError, match="pairs.tsv has changed since"):
        opening.found(begun.directory, run_directory.load(begun.directory))


def test_a_directory_that_could_not_be_filled_is_not_left(tmp_path, monkeypatch, pairs):
    def full(self, path):
        raise OSError(28, "No space left on device", path)

    origins.dataset(text_config(pairs), MODEL)  # its own files have room
    with monkeypatch.context() as patched:
        patched.setattr(Vocabulary, "save", full)
        wanted = pytest.raises(InputError, match="No space left on device; make room")
        with wanted, opening.begin(
                text_config(pairs), MODEL, TrainingConfig(), str(tmp_path / "new")):
            pass
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["source_vocabulary.txt", "target_vocabulary.txt"])
def test_another_vocabulary_of_as_many_tokens_is_refused(begun, name):
    path = os.path.join(begun.directory, name)
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines[:4] + lines[:3:-1]) + "\n")
    with pytest.raises(InputError, match=f"{name}.* not the tokens that the run was begun with"):
        run_directory.load(begun.directory)

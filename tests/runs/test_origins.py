import dataclasses

import pytest

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.data.text_config import TextConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.runs import origins, places
from seq2seq_graph.runs.origins import text_config

CONFIG = ModelConfig(max_input_length=3, max_output_length=3)


@pytest.fixture
def pairs(tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text("".join(f"{a}{b}\t{b}\n" for a in "abcdef" for b in "uvwxyz"))
    return str(path)


@pytest.fixture
def folder(tmp_path):
    for part, line in (("train", "ab cd\tu\n"), ("valid", "ab\tu\n"), ("test", "cd\tu\n")):
        (tmp_path / f"{part}.tsv").write_text(line)
    return str(tmp_path)


def test_a_text_is_named_so_that_it_is_found_from_anywhere(pairs, folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert text_config() == TextConfig("cmudict", "cmudict", "characters", "words", 1, None)
    assert text_config("pairs.tsv", limit=7, min_count=2) == TextConfig(
        "pairs", pairs, "characters", "words", 2, 7)
    assert text_config(None, ".", target_tokens="characters") == TextConfig(
        "folder", folder, "pieces", "characters", 1, None)


def test_two_texts_or_tokens_for_none_are_refused():
    with pytest.raises(InputError, match="--pairs and --data both name a text"):
        text_config("a", "b")
    with pytest.raises(InputError, match="go with --pairs, --data or --source-file"):
        text_config(source_tokens="words")


@pytest.mark.slow
def test_each_kind_is_read_back_as_parts(pairs, folder):
    parts = origins.read(text_config(pairs))
    assert [len(parts[part]) for part in ("train", "valid", "test")] == [30, 2, 4]
    parts = origins.read(text_config(None, folder))
    assert parts["train"] == [(("ab", "cd"), ("u",))]
    parts = origins.read(text_config())
    assert len(parts["train"]) > 100_000 and parts["valid"][0] == (tuple("'bout"), ("B", "AW", "T"))


def test_a_text_is_encoded_and_limited(pairs):
    dataset = origins.dataset(text_config(pairs, limit=3), CONFIG)
    assert [len(part.source_index) for part in dataset[:3]] == [3, 2, 3]


def test_min_count_leaves_rare_tokens_out_of_the_vocabularies(pairs):
    dataset, whole = (origins.dataset(text_config(pairs, min_count=n), CONFIG) for n in (4, 1))
    assert dataset.vocab_size < whole.vocab_size
    assert len(dataset.train.source_index) == len(whole.train.source_index)


def test_a_text_of_which_nothing_is_left_is_refused_by_name(pairs):
    with pytest.raises(InputError, match="pairs.tsv: no pair is left for the train part"):
        origins.dataset(text_config(pairs), ModelConfig(max_input_length=1))


def test_the_fingerprint_changes_with_the_text(pairs):
    text = text_config(pairs)
    before = origins.fingerprint(origins.dataset(text, CONFIG))
    assert before == origins.fingerprint(origins.dataset(text, CONFIG)) == 2623454498
    begun = dataclasses.replace(text, fingerprint=before)
    origins.check_fingerprint(begun, origins.dataset(text, CONFIG), "runs/001")
    with open(pairs) as file:
        lines = file.read()
    for old, new in (("fz\tz", "fz\ty"), ("a", "q")):  # another target; the same ids, other letters
        with open(pairs, "w") as file:
            file.write(lines.replace(old, new))
        with pytest.raises(InputError, match="pairs.tsv has changed since runs/001 was begun"):
            origins.check_fingerprint(begun, origins.dataset(text, CONFIG), "runs/001")


def test_a_text_may_have_moved_but_not_become_another_kind(pairs, folder):
    text = text_config("gone.tsv", min_count=2)
    with pytest.raises(InputError, match="gone.tsv: the text that runs/001 .* is not there"):
        places.find_moved(text, "runs/001")
    assert places.find_moved(text, "runs/001", pairs) == dataclasses.replace(text, origin=pairs)
    with pytest.raises(InputError, match="the run was trained on a file, --pairs"):
        places.find_moved(text, "runs/001", None, folder)


def test_a_text_that_was_moved_with_its_run_is_found(pairs, tmp_path):
    text = dataclasses.replace(text_config("/gone/pairs.tsv"), beside="../pairs.tsv")
    run = str(tmp_path / "run")
    assert places.find_moved(text, run) == dataclasses.replace(text, origin=pairs)
    where_it_was = dataclasses.replace(text, origin=__file__)
    assert places.find_moved(where_it_was, run) == where_it_was
    assert places.find_moved(text_config(), run) == text_config()

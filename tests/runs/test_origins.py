import pytest

from seq2seq_graph.runs import origins
from seq2seq_graph.config import ModelConfig
from seq2seq_graph.errors import InputError

NO_TOKENS = {"source_tokens": None, "target_tokens": None}
CONFIG = ModelConfig(9, max_input_length=3, max_output_length=3)


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
    assert origins.describe(None, None, NO_TOKENS) == {
        "kind": "cmudict", "origin": "cmudict", "source_tokens": "characters",
        "target_tokens": "words", "min_count": 1, "limit": None}
    assert origins.describe("pairs.tsv", None, NO_TOKENS, 7, 2) == {
        "kind": "pairs", "origin": pairs, "source_tokens": "characters", "target_tokens": "words",
        "min_count": 2, "limit": 7}
    chosen = {"source_tokens": None, "target_tokens": "characters"}
    assert origins.describe(None, ".", chosen) == {
        "kind": "folder", "origin": folder, "source_tokens": "pieces",
        "target_tokens": "characters", "min_count": 1, "limit": None}


def test_two_texts_or_tokens_for_none_are_refused():
    with pytest.raises(InputError, match="--pairs and --data both name a text"):
        origins.describe("a", "b", NO_TOKENS)
    with pytest.raises(InputError, match="go with --pairs or --data"):
        origins.describe(None, None, {"source_tokens": "words", "target_tokens": None})


def test_each_kind_is_read_back_as_parts(pairs, folder):
    parts = origins.read(origins.describe(pairs, None, NO_TOKENS))
    assert [len(parts[part]) for part in ("train", "valid", "test")] == [30, 2, 4]
    parts = origins.read(origins.describe(None, folder, NO_TOKENS))
    assert parts["train"] == [(("ab", "cd"), ("u",))]
    parts = origins.read(origins.describe(None, None, NO_TOKENS))
    assert len(parts["train"]) > 100_000 and parts["valid"][0] == (tuple("'bout"), ("B", "AW", "T"))


def test_a_text_is_prepared_and_limited(pairs):
    text = origins.describe(pairs, None, NO_TOKENS, limit=3)
    dataset = origins.prepare(text, CONFIG)
    assert [len(part.source_index) for part in dataset[:3]] == [3, 2, 3]


def test_min_count_leaves_rare_tokens_out_of_the_vocabularies(pairs):
    text = origins.describe(pairs, None, NO_TOKENS)
    dataset, whole = (origins.prepare({**text, "min_count": n}, CONFIG) for n in (4, 1))
    assert dataset.vocab_size < whole.vocab_size
    assert len(dataset.train.source_index) == len(whole.train.source_index)


def test_a_text_of_which_nothing_is_left_is_refused_by_name(pairs):
    text = origins.describe(pairs, None, NO_TOKENS)
    with pytest.raises(InputError, match="pairs.tsv: no pair is left for the train part"):
        origins.prepare(text, ModelConfig(9, max_input_length=1))


def test_the_fingerprint_changes_with_the_text(pairs):
    text = origins.describe(pairs, None, NO_TOKENS)
    before = origins.fingerprint(origins.prepare(text, CONFIG))
    assert before == origins.fingerprint(origins.prepare(text, CONFIG)) == 2623454498
    with open(pairs) as file:
        lines = file.read()
    for old, new in (("fz\tz", "fz\ty"), ("a", "q")):  # another target; the same ids, other letters
        with open(pairs, "w") as file:
            file.write(lines.replace(old, new))
        assert origins.fingerprint(origins.prepare(text, CONFIG)) != before

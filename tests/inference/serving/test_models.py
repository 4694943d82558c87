"""A run and its export answer as `generation.generate` does."""

import os

import pytest
import subword_texts
import tensorflow.compat.v1 as tf
import tiny_run

from seq2seq_graph.data import subwords
from seq2seq_graph.errors import InputError
from seq2seq_graph.inference import generation, saved_model
from seq2seq_graph.inference.reader import Reader
from seq2seq_graph.inference.serving import models

pytestmark = pytest.mark.slow
TEXTS = ["abc", "", "dé가", "abcdeabcde", "zz", "e\nf", "\ud800", "\ufeffab\r\n"]
DECODING = 3, 2, 0.6


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return tiny_run.make(tmp_path_factory.mktemp("runs") / "run", stop_at_length=True)


@pytest.fixture(scope="module")
def expected(run):
    with generation.open_run(run, *DECODING) as generator:
        return [[(one.text, one.score) for one in found] for text in TEXTS
                for found in generation.generate(  # each as a file of its own
                    generator, Reader(generator.run, lambda message: None),
                    [text.encode("utf-8", "surrogatepass")])]


@pytest.fixture
def cutter(tmp_path):
    """What cuts the texts for an export whose model reads 5 sub-words."""
    subword_texts.require()
    (tmp_path / saved_model.ASSETS).mkdir()
    (tmp_path / saved_model.ASSETS / "subwords.model").write_bytes(
        subwords.learn(subword_texts.SOURCES, subword_texts.SIZE).serialized)
    loaded = tf.MetaGraphDef()
    loaded.collection_def[saved_model.MOST_READ].int64_list.value.append(5)
    return models._cutter(str(tmp_path), loaded)


def test_sub_words_are_those_that_the_model_reads(cutter):
    assert cutter(["ab", "ab" * 999]).shape == (2, 5)  # one long text does not make long rows


def test_what_cannot_be_utf8_and_a_files_marks_do_not_reach_the_sub_words(cutter):
    found = cutter(["\ufeffab\r\n", "ab", "\ud800", "\ufffd" * 3]).tolist()
    assert found[0] == found[1] and found[2] == found[3] != found[0]


def check(model, expected):
    assert model.n_best == 2
    for answer, found in zip(model.answer(TEXTS), expected):
        assert len(answer.texts) == len(answer.scores) == 2 and answer.text == answer.texts[0]
        assert answer.texts == [text for text, _ in found] + [""] * (2 - len(found))
        assert answer.scores[: len(found)] == pytest.approx([score for _, score in found], abs=1e-5)
        assert set(answer.scores[len(found) :]) <= {float("-inf")}


def test_a_run_answers(run, expected):
    with models.open_run(run, *DECODING) as model:
        check(model, expected)


def test_an_export_answers(run, expected, tmp_path):
    saved_model.export(run, str(tmp_path / "exported"), *DECODING)
    assert models.is_saved_model(str(tmp_path / "exported")) and not models.is_saved_model(run)
    with models.open_saved_model(str(tmp_path / "exported")) as model:
        check(model, expected)


def test_an_export_moved_to_where_tensorflow_does_not_find_it_is_named(run, tmp_path):
    folder = str(tmp_path / "a[b]")
    saved_model.export(run, str(tmp_path / "exported"))
    os.rename(str(tmp_path / "exported"), folder)
    wanted = pytest.raises(InputError, match=r"a\[b\]: .* for a pattern")
    with wanted, models.open_saved_model(folder):
        pass


def test_a_damaged_export_is_named(run, tmp_path):
    folder = str(tmp_path / "exported")
    saved_model.export(run, folder)
    with open(folder + "/saved_model.pb", "r+b") as file:
        file.truncate(1000)
    wanted = pytest.raises(InputError, match="exported: cannot be loaded: .*; export it anew")
    with wanted, models.open_saved_model(folder):
        pass

"""A run and its export answer as `generation.generate` does."""

import pytest
import tiny_run

from seq2seq_graph.errors import InputError
from seq2seq_graph.inference import generation, saved_model
from seq2seq_graph.inference.reader import Reader
from seq2seq_graph.inference.serving import models

pytestmark = pytest.mark.slow
TEXTS = ["abc", "", "dé가", "abcdeabcde", "zz", "e\nf", "\ud800"]
DECODING = 3, 2, 0.6


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return tiny_run.make(tmp_path_factory.mktemp("runs") / "run", stop_at_length=True)


@pytest.fixture(scope="module")
def expected(run):
    with generation.open_run(run, *DECODING) as generator:
        reader = Reader(generator.run, lambda message: None)
        lines = [text.encode("utf-8", "surrogatepass") for text in TEXTS]
        return [[(one.text, one.score) for one in found]
                for found in generation.generate(generator, reader, lines)]


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


def test_a_damaged_export_is_named(run, tmp_path):
    folder = str(tmp_path / "exported")
    saved_model.export(run, folder)
    with open(folder + "/saved_model.pb", "r+b") as file:
        file.truncate(1000)
    wanted = pytest.raises(InputError, match="exported: cannot be loaded: .*; export it anew")
    with wanted, models.open_saved_model(folder):
        pass

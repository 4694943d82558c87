"""What is said of one text, beside what the other commands say of it."""

import json

import numpy as np
import pytest
import tiny_run

from seq2seq_graph.inference import evaluation, generation
from seq2seq_graph.inference.reader import Reader
from seq2seq_graph.inference.serving.batcher import TooLate
from seq2seq_graph.inference.serving.explaining import Explainer
from seq2seq_graph.inference.serving.protocol import BadRequest
from seq2seq_graph.runs import checkpoint

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def attending(tmp_path_factory):
    return tiny_run.make(tmp_path_factory.mktemp("runs") / "run", stop_at_length=True,
                         attention="luong", bidirectional=True)


@pytest.mark.parametrize("text", ["abc", "dé가", "zb", "abcdeabcde"])
def test_text_tokens_and_attention_are_those_of_generate(attending, text):
    with generation.open_run(attending, 3, alignments=True) as generator:
        reader = Reader(generator.run, lambda message: None)
        (best, *_), = generation.generate(generator, reader, [text.encode()])
        found = Explainer(generator)(text)
    assert found["text"] == best.text and found["source"] == best.alignment.source
    assert found["written"] == best.alignment.target
    np.testing.assert_allclose(found["attention"], best.alignment.weights, atol=1e-4)
    assert [node["token"] for node in found["beam"] if node["best"]] == found["written"]
    assert found["forced"] is None and json.dumps(found, allow_nan=False)


def test_teacher_forcing_gives_the_perplexity_of_evaluate(attending):
    with generation.open_run(attending, with_graph=True) as generator:
        found = Explainer(generator)("abc", "K AE X")["forced"]
        pairs = [(tuple("abc"), ("K", "AE", "X"))]
        prefix = checkpoint.best(attending)
        scores = evaluation.evaluate(prefix, generator.run, pairs).teacher_forced
    assert [one["token"] for one in found] == ["K", "AE", "<UNKNOWN>", "END"]
    log_p = np.log([one["probability"] for one in found])
    assert np.exp(-log_p.mean()) == pytest.approx(scores.perplexity, rel=1e-2)
    right = sum(one["token"] == one["predicted"] for one in found if one["token"] != "<UNKNOWN>")
    assert right / 4 == scores.token_accuracy


def test_a_target_longer_than_any_that_is_written_is_refused(attending):
    with generation.open_run(attending, with_graph=True) as generator:
        with pytest.raises(BadRequest, match='"target" has 8 tokens; give at most 7'):
            Explainer(generator)("abc", "K " * 8)
        found = Explainer(generator, longest=9)("abc", "K " * 8)
        assert [one["token"] for one in found["forced"]] == ["K"] * 8 + ["END"]


def test_who_waits_too_long_for_others_or_for_a_beam_is_told(attending):
    with generation.open_run(attending, with_graph=True) as generator:
        explain = Explainer(generator)
        with pytest.raises(TooLate):
            explain("abc", seconds=0.0)
        with explain._one, pytest.raises(TooLate):
            explain("abc", seconds=0.1)
        assert explain("abc", seconds=60.0)["text"] is not None


def test_without_attention_and_without_a_token(tmp_path):
    directory = tiny_run.make(tmp_path / "run")
    with generation.open_run(directory, with_graph=True) as generator:
        assert Explainer(generator)("abc")["attention"] is None
        assert Explainer(generator)("")["source"] == []

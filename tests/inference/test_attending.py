"""A run with attention in use: what it writes, what it looked at, what it scores."""

import dataclasses
import io

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
import tiny_run

from seq2seq_graph.errors import InputError
from seq2seq_graph.inference import evaluation, generation
from seq2seq_graph.inference.reader import Reader
from seq2seq_graph.model import build_training_graph
from seq2seq_graph.runs import checkpoint, run_directory

pytestmark = pytest.mark.slow
LINES = [b"abcd\n", b"\n", "eé가\n".encode(), b"dab\n"]
OPTIONS = {
    "luong": {"attention": "luong", "input_feeding": True, "bidirectional": True,
              "stop_at_length": True},
    "bahdanau": {"attention": "bahdanau", "reverse_source": True, "decoder_layers": 2,
                 "encoder_layers": 2, "residual": True},
}


@pytest.fixture(scope="module", params=sorted(OPTIONS))
def directory(request, tmp_path_factory):
    return tiny_run.make(tmp_path_factory.mktemp("runs") / "run", **OPTIONS[request.param])


def written(directory, **options):
    with generation.open_run(directory, **options) as generator:
        reader = Reader(generator.run, print)
        return list(generation.generate(generator, reader, io.BytesIO(b"".join(LINES))))


def test_greedy_writes_what_the_teacher_forced_graph_chooses_step_by_step(directory):
    """Fed with its own choices, one after another, the training graph gives exactly the same."""
    run = run_directory.load(directory)
    answers = written(directory)
    config = dataclasses.replace(run.model, cut_batches=True)
    with tf.Graph().as_default(), tf.Session() as sess:
        graph = build_training_graph(config)
        checkpoint.restore_for_use(sess, checkpoint.best(directory))
        for line, hypotheses in zip(LINES, answers):
            source = Reader(run, print).read(line)
            ids = []
            while source and len(ids) < run.model.max_output_length and 2 not in ids:
                padded = np.zeros([1, run.model.max_input_length], np.int32)
                padded[0, : len(source)] = source
                logits = sess.run(graph.decoder_logits, {
                    graph.encoder_inputs: padded, graph.decoder_targets: [[*ids, 2]]})[0, -1]
                logits[[0, 1, 3, *range(8, 11)]] = -np.inf  # what is never written
                ids.append(int(logits.argmax()))
            text = " ".join(run.target_vocabulary.decode(ids))
            assert [hypothesis.text for hypothesis in hypotheses] == [text] * bool(source)


def test_each_flag_answers_every_line_and_says_where_it_looked(directory):
    plain = written(directory)
    for options in ({"compiled": True}, {"width": 3, "n_best": 2}, {"length_penalty": 1.0}):
        answers = written(directory, alignments=True, **options)
        assert [len(answer) for answer in answers] == [
            options.get("n_best", 1) * bool(answer) for answer in plain]
        for line, answer in zip(LINES, answers):
            if not answer:
                continue
            found = answer[0].alignment
            assert "".join(found.source) == line.decode().strip()
            assert found.weights.shape == (len(found.target), len(found.source))
            assert " ".join(t for t in found.target if t != "END") == answer[0].text
            assert (found.weights.sum(1) < 1 + 1e-5).all() and (found.weights >= 0).all()
            assert all(other.alignment is None for other in answer[1:])
        if "width" not in options:
            assert [[h.text for h in answer] for answer in answers] == [
                [h.text for h in answer] for answer in plain]


def test_it_is_scored(directory):
    run = run_directory.load(directory)
    pairs = [(list("abc"), ["K", "AE"]), (["d"], ["T"])]
    scores = evaluation.evaluate(checkpoint.best(directory), run, pairs, 2)
    assert scores.sources == 2 and np.isfinite(scores.teacher_forced.perplexity)


def test_a_model_without_attention_has_nothing_to_show(tmp_path):
    directory = tiny_run.make(tmp_path / "run")
    message = "no attention to show; train one with --attention luong"
    with pytest.raises(InputError, match=message), generation.open_run(directory, alignments=True):
        pass

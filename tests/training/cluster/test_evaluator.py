import csv
import os
import socket

import pytest
from cluster_processes import tasks

from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.data.text_config import TextConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.inference import evaluation
from seq2seq_graph.runs import checkpoint, checkpoint_files, lock, opening, run_directory
from seq2seq_graph.training.cluster import evaluator, tf_config
from seq2seq_graph.training.cluster.flags import Cluster
from seq2seq_graph.training.cluster.tf_config import EVALUATOR, Task
from seq2seq_graph.training.loop import train

pytestmark = pytest.mark.slow

MODEL = ModelConfig(max_input_length=3, max_output_length=4, encoder_hidden_units=8,
                    decoder_hidden_units=8)
EPOCHS = 3


@pytest.fixture
def directory(tmp_path):
    """A run of which two epochs of three are trained."""
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("".join(f"{a}{b}{c}\t{c} {b} {a}\n"
                             for a in "abcd" for b in "efgh" for c in "ijkl"))
    text = TextConfig("pairs", str(pairs), "characters", "words")
    training = TrainingConfig(num_epochs=EPOCHS, batch_size=8, threads=1, keep_checkpoints=9)
    path = str(tmp_path / "run")
    with opening.begin(text, MODEL, training, path) as (_, run, dataset):
        for epoch in train(run.model, run.training, dataset, path):
            if epoch.metrics.epoch == 2:
                break
    return path


def go_on(directory):
    with opening.reopen(directory) as (_, run, dataset):
        for _ in train(run.model, run.training, dataset, directory, resume=True):
            pass


class Signal:
    """Comes when it was asked about so many times."""

    def __init__(self, times):
        self.left = times

    def __call__(self):
        self.left -= 1
        return 15 if self.left < 0 else None


def evaluated(directory, times, wait=600.0, chief=None, came=Signal):
    (chief,) = [chief] if chief else tasks(workers=1, ps=0)  # nobody listens there
    own = Cluster(Task(EVALUATOR, 0, chief.cluster), wait=wait)
    return evaluator.evaluate(own, directory, evaluation.scorer(directory), came(times))


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(evaluator, "_START", 0.01)


def test_it_scores_what_evaluate_scores_until_the_run_has_ended(directory, capsys):
    assert evaluated(directory, 2) == 143  # asked before the first and after it
    go_on(directory)
    assert evaluated(directory, 9) == 0
    scores = evaluator.read_scores(directory)
    steps = [row.step for row in checkpoint.progress_of(directory).rows]
    assert [score.step for score in scores] == steps[1:]
    run = run_directory.load(directory)
    pairs, _ = evaluation.read_part(run, "valid")
    for score in scores:
        found = evaluation.evaluate(f"{directory}/model.ckpt-{score.step}", run, pairs)
        assert score.perplexity == pytest.approx(found.teacher_forced.perplexity, rel=1e-6)
        assert score[2:] == (found.free_running.exact_match, found.free_running.token_error_rate)
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1].startswith(f"evaluator 0: step {steps[-1]}: perplexity ")
    assert len(lines) == 2 + len(scores)


def test_tensorboard_gets_a_point_a_score(directory):
    import tensorflow.compat.v1 as tf

    evaluated(directory, 2)
    folder = os.path.join(directory, evaluator.EVENTS)
    (name,) = os.listdir(folder)
    points = {value.tag: (event.step, value.simple_value)
              for event in tf.train.summary_iterator(os.path.join(folder, name))
              for value in event.summary.value}
    (score,) = evaluator.read_scores(directory)
    for field in ("exact_match", "token_error_rate"):
        step, value = points[f"free_running/{field}"]
        assert step == score.step and value == pytest.approx(getattr(score, field), rel=1e-6)


def test_all_points_of_an_evaluator_stand_in_one_file(directory):
    class GoesOn(Signal):
        def __call__(self):
            if self.left == 7:
                go_on(directory)
            return super().__call__()

    assert evaluated(directory, 9, came=GoesOn) == 0
    assert len(evaluator.read_scores(directory)) == 2
    assert len(os.listdir(os.path.join(directory, evaluator.EVENTS))) == 1


def test_a_finished_run_that_a_chief_may_go_on_with_is_waited_for(directory, monkeypatch):
    monkeypatch.setattr(evaluator, "_START", 60.0)
    go_on(directory)
    assert evaluated(directory, 3) == 143
    (chief,) = tasks(workers=1, ps=0)
    with socket.socket() as server:
        server.bind(tf_config.host_and_port(chief.address))
        server.listen()
        assert evaluated(directory, 3, chief=chief) == 0  # what changes is written before


def test_it_ends_where_the_chief_ended_in_order_before_the_runs_end(directory):
    path = os.path.join(directory, lock.NAME)

    class Leaves(Signal):
        def __call__(self):
            with open(path, "w", encoding="utf-8") as file:
                file.write("process 1" if self.left > 2 else "")
            return super().__call__()

    assert evaluated(directory, 9, came=Leaves) == 0
    with open(path, "w", encoding="utf-8") as file:
        file.write("process 1")  # as one that was killed leaves it
    assert evaluated(directory, 2) == 143


def test_what_is_scored_is_not_scored_again_and_what_is_taken_back_is_forgotten(
        directory, monkeypatch):
    go_on(directory)
    assert evaluated(directory, 9) == 0
    (last,) = evaluator.read_scores(directory)
    with monkeypatch.context() as patched:
        patched.setattr(evaluation, "evaluate", None)
        assert evaluated(directory, 9) == 0
    before = checkpoint.whole(directory)[-2]
    with opening.reopen(directory, from_step=checkpoint.step_of(before)):
        pass
    assert evaluated(directory, 2) == 143
    assert [score.step for score in evaluator.read_scores(directory)] == [
        checkpoint.step_of(before)]
    assert checkpoint.step_of(before) < last.step


def test_a_checkpoint_that_is_deleted_meanwhile_is_passed_over(directory, monkeypatch):
    real, first = evaluation.evaluate, checkpoint.last(directory)

    def evaluate(prefix, *args, **options):
        if prefix == first:
            go_on(directory)
            checkpoint_files.delete(directory, [
                step for step in checkpoint_files.own(directory)
                if step != checkpoint.step_of(first)])
        return real(prefix, *args, **options)

    monkeypatch.setattr(evaluation, "evaluate", evaluate)
    assert evaluated(directory, 9) == 0
    last = checkpoint.step_of(checkpoint.last(directory))
    assert [score.step for score in evaluator.read_scores(directory)] == [last]
    assert last > checkpoint.step_of(first)


def test_without_a_chief_or_a_run_it_ends_and_says_so(tmp_path, capsys):
    assert evaluated(str(tmp_path / "never"), 99, wait=2.0) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1].startswith("evaluator 0: ends: no answer of chief (localhost:")
    assert not (tmp_path / "never").exists()


def test_scores_that_are_none_are_named_and_kept(directory):
    path = os.path.join(directory, evaluator.SCORES)
    with open(path, "w", encoding="utf-8") as file:
        csv.writer(file).writerows([["step", "perplexity"], ["1", "x"]])
    with open(path, encoding="utf-8") as file:
        before = file.read()
    with pytest.raises(InputError, match=r"evaluation\.csv: not an evaluator's scores.*move it"):
        evaluated(directory, 9)
    with open(path, encoding="utf-8") as file:
        assert file.read() == before

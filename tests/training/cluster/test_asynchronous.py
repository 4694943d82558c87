import dataclasses

import pytest
from cluster_processes import started, tasks
from copying import CONFIG, RATE, SHORT

from seq2seq_graph.config import TrainingConfig
from seq2seq_graph.data.batches import step_count
from seq2seq_graph.runs import checkpoint
from seq2seq_graph.training.cluster import asynchronous, chief
from seq2seq_graph.training.cluster.flags import Cluster

pytestmark = pytest.mark.slow

OPTIONS = TrainingConfig(num_epochs=60, batch_size=8, learning_rate=RATE, threads=1)
STEPS = step_count(SHORT.train, OPTIONS.batch_size)  # an epoch


@pytest.fixture
def takers(monkeypatch):
    """Lists who took a step, and its number."""
    noted = []
    real = asynchronous._Taken

    def note(step, task, loss, error):
        if error is None:
            noted.append((task.name, step[0]))
        return real(step, task, loss, error)

    monkeypatch.setattr(asynchronous, "_Taken", note)
    return noted


def test_each_takes_batches_of_its_own_and_a_killed_ones_batch_is_taken_again(
        tmp_path, takers, capsys):
    own, *others = tasks(workers=3)
    losses, worker = [], {}
    options = dataclasses.replace(OPTIONS, save_steps=3)

    def on_step(step, loss_value):
        losses.append(loss_value)
        if "worker 0" in dict(takers) and "worker 1" in dict(takers) and "killed" not in worker:
            worker["killed"] = len(losses)
            processes[names.index("worker 0")].kill()

    names = [task.name for task in others]
    with started(others) as processes, chief.training(
            Cluster(own, asynchronous=True), CONFIG, options) as train:
        epochs = list(train(CONFIG, options, SHORT, str(tmp_path), on_step, False, lambda: False))
    assert "killed" in worker
    assert sorted(number for _, number in takers) == list(range(OPTIONS.num_epochs * STEPS))
    assert {name for name, _ in takers} == {"chief", "worker 0", "worker 1"}
    assert "worker 1" in {name for name, _ in takers[worker["killed"] + 5:]}
    assert len(losses) == OPTIONS.num_epochs * STEPS and len(epochs) == OPTIONS.num_epochs
    assert epochs[-1].metrics.training_loss < 0.5 * epochs[0].metrics.training_loss
    assert "chief: lost worker 0 (" in capsys.readouterr().err
    assert checkpoint.step_of(checkpoint.last(str(tmp_path))) == OPTIONS.num_epochs * STEPS


def test_it_stops_with_no_step_under_way(tmp_path, takers):
    own, *others = tasks()
    taken = []
    with started(others), chief.training(
            Cluster(own, asynchronous=True), CONFIG, OPTIONS) as train:
        list(train(CONFIG, OPTIONS, SHORT, str(tmp_path), lambda *step: taken.append(step), False,
                   lambda: len(taken) > 2 * STEPS))
    step = checkpoint.step_of(checkpoint.last(str(tmp_path)))
    assert step == len(taken) == len(takers) and step > 2 * STEPS
    assert sorted(number for _, number in takers) == list(range(step))

import dataclasses
import os
import signal
import time

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from cluster_processes import started, tasks
from copying import CONFIG, RATE, SHORT

from seq2seq_graph.config import TrainingConfig
from seq2seq_graph.data.batches import epoch_batches, step_count
from seq2seq_graph.runs import checkpoint
from seq2seq_graph.training.cluster import answers, asynchronous, chief, server
from seq2seq_graph.training.cluster.flags import Cluster
from seq2seq_graph.training.steps import build_trainer
from seq2seq_graph.training.threads import Threads

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


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="Windows stops no process")
def test_a_step_that_was_given_up_changes_nothing_when_its_worker_wakes(takers, monkeypatch):
    monkeypatch.setattr(asynchronous, "_PATIENCE", 1.0)
    monkeypatch.setattr(answers, "_PATIENCE", 1.0)
    own, *others = tasks()
    cluster, said = Cluster(own, asynchronous=True), []
    monkeypatch.setattr(Cluster, "tell", lambda self, line: said.append(line))
    target = server.start(own, tf.ConfigProto(), False)
    stopped = False

    def batches():
        left = 9  # after the worker's
        while left:
            yield next(epoch_batches(SHORT.train, OPTIONS, 0, CONFIG.cut_batches, 0))
            left -= stopped

    with started(others) as (worker, _):
        assert answers.wait_for(others, target, 100, print)
        place = asynchronous.place_of(cluster, target, own)
        with tf.Graph().as_default(), place.device():
            trainer = build_trainer(CONFIG, OPTIONS, place.devices)
            with place.open_session(Threads(1, 1, 1)) as sess:
                sess.run(tf.global_variables_initializer())
                crew = asynchronous.Crew(cluster, target, CONFIG, OPTIONS, lambda: False)
                for _ in crew.take_steps(sess, trainer, batches()):
                    if not stopped and [name for name, _ in takers].count("worker 0") > 9:
                        os.kill(worker.pid, signal.SIGSTOP)
                        stopped = True
                assert said[-1].startswith("lost worker 0 (")
                before = sess.run(tf.global_variables())
                os.kill(worker.pid, signal.SIGCONT)
                time.sleep(3.0)
                for value, then in zip(sess.run(tf.global_variables()), before):
                    np.testing.assert_array_equal(value, then)
                crew.close()


def test_a_thread_closes_no_other_threads_session():
    class Session:
        def close(self):
            closed.append(self)

    (own,), closed = tasks(1, 0), []
    crew = asynchronous.Crew(Cluster(own), "", CONFIG, OPTIONS, lambda: False)
    first, second = Session(), Session()
    crew._keep("worker 0", (first, None), 0)
    crew._shut("worker 0", first)
    crew._keep("worker 0", (second, None), 0)
    crew._shut("worker 0", first)  # its thread, awake again
    assert crew._open == {"worker 0": (second, None)}
    crew._keep("worker 0", (first, None), 0)  # opened too late
    assert crew._open == {"worker 0": (second, None)}
    crew.close()
    until = time.monotonic() + 10
    while second not in closed:
        assert time.monotonic() < until
    crew._keep("worker 0", (first, None), 0)  # begun before all were closed
    assert crew._open == {}
    crew._keep("worker 0", (second, None), 1)
    assert crew._open == {"worker 0": (second, None)}


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

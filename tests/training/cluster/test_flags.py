import argparse

import pytest
import train  # of scripts/

from seq2seq_graph.errors import InputError
from seq2seq_graph.training.cluster import flags, tf_config
from seq2seq_graph.training.cluster.tf_config import Task


def parsed(*argv):
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int)
    flags.add(parser)
    return parser.parse_args(argv)


def test_a_flag_of_a_cluster_without_one_is_refused(monkeypatch):
    monkeypatch.delenv(tf_config.NAME, raising=False)
    assert flags.read(parsed()) is None
    for flag in (["--asynchronous"], ["--open-ports"], ["--wait", "9"]):
        with pytest.raises(InputError, match=f"{flag[0]} goes with TF_CONFIG, which is not set"):
            flags.read(parsed(*flag))


def test_a_process_is_told_what_it_is(monkeypatch):
    task = Task("ps", 0, {"chief": ["localhost:1"], "ps": ["localhost:2"]})
    monkeypatch.setenv(tf_config.NAME, tf_config.written(task))
    cluster = flags.read(parsed("--asynchronous", "--wait", "9"))
    assert cluster == flags.Cluster(task, False, True, 9) and not cluster.is_chief


def test_an_evaluator_needs_no_address(monkeypatch):
    task = Task("evaluator", 0, {"chief": ["localhost:1"]})
    monkeypatch.setenv(tf_config.NAME, tf_config.written(task))
    cluster = flags.read(parsed())
    assert cluster.is_evaluator and not cluster.is_chief and cluster.task.others[0].kind == "chief"


def test_the_machines_flags_go_to_all_processes():
    args = parsed("--asynchronous", "--wait", "9", "--threads", "2")
    assert flags.kept(args) == ["--asynchronous", "--wait", "9", "--threads", "2"]
    assert flags.kept(parsed()) == []
    assert flags.kept(train.parse_args(["--verbose"])) == ["--verbose"]


def test_a_chief_that_was_killed_in_a_resume_is_told_again_what_changes():
    given = ["--resume", "run", "--num-epochs", "40", "--learning-rate", "1e-05", "--best-by",
             "epoch", "--data", "moved", "--threads", "0"]
    assert train.parse_args(["--resume", "run", *flags.again(train.parse_args(given))]) == (
        train.parse_args(given))
    assert flags.again(train.parse_args([*given, "--from-s", "8"])) == (
        flags.again(train.parse_args(given)))  # said apart
    assert flags.again(train.parse_args(["--num-epochs", "40", "--data", "there"])) == []

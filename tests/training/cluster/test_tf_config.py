import json

import pytest

from seq2seq_graph.errors import InputError
from seq2seq_graph.training.cluster import tf_config

CLUSTER = {"chief": ["localhost:4000"], "worker": ["localhost:4001", "10.0.0.7:4001"],
           "ps": ["[::1]:4002"]}


def read(cluster=None, task=None, **more):
    cluster = CLUSTER if cluster is None else cluster
    task = {"type": "worker", "index": 1} if task is None else task
    return tf_config.read({"TF_CONFIG": json.dumps({"cluster": cluster, "task": task, **more})})


def test_it_says_which_process_this_is_and_who_the_others_are():
    task = read()
    assert (task.name, task.address, task.device) == (
        "worker 1", "10.0.0.7:4001", "/job:worker/task:1")
    assert [other.name for other in task.others] == ["chief", "ps 0", "worker 0"]
    assert [other.name for other in task.computing] == ["chief", "worker 0", "worker 1"]
    assert tf_config.host_and_port("[::1]:4002") == ("::1", 4002)
    assert tf_config.read({"TF_CONFIG": tf_config.written(task)}) == task


def test_without_it_or_without_a_cluster_a_process_is_alone():
    for text in ("", " ", "{}", '{"cluster": {}, "task": {"type": "worker", "index": 0}}'):
        assert tf_config.read({"TF_CONFIG": text}) is None
    assert tf_config.read({}) is None


def test_an_evaluator_need_not_stand_in_the_cluster():
    task = read(task={"type": "evaluator", "index": 0})
    assert (task.name, task.address) == ("evaluator 0", "")


@pytest.mark.parametrize("hosts, here", [
    (["localhost", "127.0.0.1", "127.1.2.3", "[::1]"], True), (["localhost", "0.0.0.0"], False),
    (["localhost.example.org"], False), (["10.0.0.7"], False), (["[::]"], False),
])
def test_only_the_loopback_is_this_machine(hosts, here):
    addresses = [f"{host}:{4000 + i}" for i, host in enumerate(hosts)]
    task = read({"chief": addresses[:1], "worker": addresses[1:]}, {"type": "chief", "index": 0})
    assert task.on_this_machine == here


@pytest.mark.parametrize("text, said", [
    ("{", "no JSON: "), ("[1]", "not an object with cluster and task"),
    ('{"cluster": ["a:1"]}', "cluster is no object of kind: "),
])
def test_what_is_no_cluster_is_refused(text, said):
    with pytest.raises(InputError, match="TF_CONFIG: " + said):
        tf_config.read({"TF_CONFIG": text})


@pytest.mark.parametrize("cluster, task, said", [
    ({"master": ["a:1"]}, None, "cluster has 'master'; .*; name it chief"),
    ({"chief": "a:1"}, None, "chief is no list of addresses"),
    ({"chief": ["a"]}, None, "chief 0 is 'a'; an address is host:port"),
    ({"chief": ["a:0"]}, None, "chief 0 is 'a:0'"), ({"chief": ["a:70000"]}, None, "'a:70000'"),
    ({"chief": [7]}, None, "chief 0 is 7"), ({"chief": ["grpc://a:1"]}, None, "'grpc://a:1'"),
    ({"chief": ["a:1"], "ps": ["a:1"]}, None, "a:1 is chief 0 and ps 0; give each its own port"),
    ({"worker": ["a:1"]}, None, "cluster has 0 chiefs; it needs one"),
    ({"chief": ["a:1", "a:2"]}, None, "cluster has 2 chiefs"),
    (None, {"type": "boss"}, "task is .*boss"), (None, {"type": "worker", "index": 2},
     "task is worker 2, but cluster has 2 of worker, counted from 0"),
    (None, {"type": "worker", "index": "1"}, "task is worker '1'"),
    (None, {"type": "worker", "index": True}, "task is worker True"),
    (None, {"type": "ps", "index": -1}, "task is ps -1"), (None, [], "give it a type"),
])
def test_a_part_that_is_wrong_is_named(cluster, task, said):
    with pytest.raises(InputError, match="TF_CONFIG: .*" + said):
        read(cluster, task)

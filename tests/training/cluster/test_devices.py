import collections
import dataclasses

import pytest
import tensorflow.compat.v1 as tf
from copying import CONFIG

from seq2seq_graph.config import TrainingConfig
from seq2seq_graph.runs import checkpoint_writer
from seq2seq_graph.training.cluster import devices, launch
from seq2seq_graph.training.placement import Place
from seq2seq_graph.training.steps import build_trainer

pytestmark = pytest.mark.slow


def operations(workers, ps):
    """Gives the operations of a cluster's graph: (job, task) -> type -> how many."""
    place = Place(devices=devices.setters(launch.on_free_ports(launch.Sizes(workers, ps))[0]))
    with tf.Graph().as_default() as graph, place.device():
        build_trainer(
            dataclasses.replace(CONFIG, towers=workers), TrainingConfig(), place.devices)
        checkpoint_writer.make_saver()
        found = collections.defaultdict(collections.Counter)
        for operation in graph.get_operations():
            spec = tf.DeviceSpec.from_string(operation.device)
            kind = operation.type.replace("Resource", "", 1)
            found[spec.job, spec.task][kind] += 1
            found[spec.job, spec.task]["of gradients"] += operation.name.startswith("gradients/")
        sizes = collections.Counter()
        for variable in tf.global_variables():
            assert variable.op.type.startswith("Var")
            sizes[variable.device] += variable.shape.num_elements()
    return found, sizes


def test_parameter_servers_hold_the_variables_and_workers_compute():
    found, sizes = operations(workers=3, ps=2)
    assert set(sizes) == {"/job:ps/task:0", "/job:ps/task:1"}
    assert max(sizes.values()) < 2 * min(sizes.values())
    computing = [found["chief", 0], found["worker", 0], found["worker", 1]]
    # What goes forward and what comes back, as many of each; some a TensorFlow hides in loops.
    assert computing[1]["MatMul"] == computing[2]["MatMul"] == computing[0]["MatMul"] >= 3
    assert computing[1]["of gradients"] == computing[2]["of gradients"] > 100
    for number in (0, 1):
        assert not found["ps", number]["MatMul"] and found["ps", number]["ApplyAdam"]
    assert not any(counts["ApplyAdam"] for counts in computing)


def test_the_chief_alone_reads_and_writes_checkpoints():
    """So the run's directory need not be shared between machines."""
    found, _ = operations(workers=2, ps=1)
    where = {task for task, counts in found.items() for kind in counts
             if kind in ("SaveV2", "RestoreV2", "MergeV2Checkpoints", "ShardedFilename")}
    assert where == {("chief", 0)}


def test_without_a_parameter_server_the_chief_holds_the_variables():
    _, sizes = operations(workers=2, ps=0)
    assert set(sizes) == {"/job:chief/task:0"}

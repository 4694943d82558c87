"""A server in a process of its own: TensorFlow's cannot be stopped."""

import os
import socket
import subprocess
import sys

import pytest
from cluster_processes import tasks
from conftest import ROOT

from seq2seq_graph.training.cluster import tf_config

pytestmark = pytest.mark.slow

SERVES = """
import sys
import tensorflow.compat.v1 as tf
from seq2seq_graph.errors import InputError
from seq2seq_graph.training.cluster import server, tf_config
try:
    server.start(tf_config.read(), tf.ConfigProto(), sys.argv[1] == "open")
except InputError as error:
    print(error, flush=True)
else:
    print("serves", flush=True)
    sys.stdin.read()
"""


def start(task, how="closed"):
    environment = {**os.environ, "PYTHONPATH": ROOT, tf_config.NAME: tf_config.written(task)}
    process = subprocess.Popen(
        [sys.executable, "-c", SERVES, how], env=environment, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return process, process.stdout.readline().decode().strip()


def end(process):
    process.kill()
    process.communicate()


def own_address():
    """Gives an address of this machine that is not its loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing
        except OSError:
            pytest.skip("needs a network interface beside the loopback")
        return probe.getsockname()[0]


def connects(host, port):
    try:
        socket.create_connection((host, port), 5).close()
    except OSError:
        return False
    return True


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux keeps a port to a device")
@pytest.mark.parametrize("how, open_to_others", [("closed", False), ("open", True)])
def test_a_port_is_this_machines_alone_unless_it_is_told_otherwise(how, open_to_others):
    host = own_address()
    if host.startswith("127."):
        pytest.skip("needs a network interface beside the loopback")
    task = tasks(workers=1)[0]
    process, said = start(task, how)
    try:
        _, port = tf_config.host_and_port(task.address)
        assert said == "serves"
        assert connects("localhost", port)
        assert connects(host, port) == open_to_others
    finally:
        end(process)


def test_a_port_that_is_taken_is_said():
    task = tasks(workers=1)[0]
    first, _ = start(task)
    second, said = start(task)
    end(first)
    end(second)
    assert said.startswith(f"chief ({task.address}): cannot serve there")
    assert said.endswith("is the port taken?")


def test_other_machines_are_not_let_in_by_their_mere_name():
    task = tf_config.Task("chief", 0, {"chief": ["localhost:4000"], "ps": ["10.0.0.7:4000"]})
    process, said = start(task)
    end(process)
    assert said.startswith("TF_CONFIG names other machines") and said.endswith("--open-ports")

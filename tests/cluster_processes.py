"""The processes of a small cluster, started for a test as a user starts them."""

import contextlib
import os
import subprocess
import sys

from conftest import ROOT

from seq2seq_graph.training.cluster import launch, tf_config

TRAIN = os.path.join(ROOT, "scripts", "train.py")


def tasks(workers=2, ps=1):
    """Gives a chief and all others, on free ports."""
    return launch.on_free_ports(launch.Sizes(workers, ps))


def start(task, *flags, script=TRAIN, **streams):
    environment = {**os.environ, tf_config.NAME: tf_config.written(task), "PYTHONPATH": ROOT}
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    return subprocess.Popen([sys.executable, script, *flags], env=environment, **streams)


@contextlib.contextmanager
def started(some_tasks, *flags):
    """Starts tasks by scripts/train.py; yields the processes, none of which is left."""
    processes = [start(task, "--threads", "1", *flags) for task in some_tasks]
    try:
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.communicate()

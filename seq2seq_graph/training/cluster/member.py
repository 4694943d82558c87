"""What a worker or a parameter server does: it serves the chief's Session until the run ends."""

import time
from typing import Callable, Optional

from seq2seq_graph.training.cluster import answers, server
from seq2seq_graph.training.cluster.flags import Cluster
from seq2seq_graph.training.cluster.tf_config import CHIEF
from seq2seq_graph.training.threads import Threads, session_config


def serve(cluster: Cluster, threads: int, came: Callable[[], Optional[int]]) -> int:
    """Serves until the chief tells the end, or does not answer for too long.

    It needs neither the text nor the run's directory: what it computes on comes over the network.

    Args:
      cluster: which process this is.
      threads: cores to take; 0 takes all.
      came: the signal that has come, None so far.

    Returns:
      The exit status: 0 after the run's end, 1 without a chief, 128 and a signal's number.

    Raises:
      InputError: as `server.start`.
    """
    task, tell = cluster.task, cluster.tell
    config = session_config(Threads(1, threads, threads))
    target = server.start(task, config, cluster.open_ports)
    tell(f"serves at {task.address}")
    (chief,) = task.all_of(CHIEF)
    quiet = answers.Quiet(cluster.wait)
    with answers.told_end(task, target) as told:
        while not told():
            if came():
                return 128 + (came() or 0)
            if answers.listens(chief):
                quiet.ends()
            if quiet.seconds > cluster.wait:
                tell(f"ends: no answer of {chief.shown} for {quiet.seconds:.0f} seconds")
                return 1
            if quiet.is_to_be_said():
                tell(f"waits for {chief.shown}: no answer for {quiet.seconds:.0f} seconds")
            time.sleep(1.0)
    return 0

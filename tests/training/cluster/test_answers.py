import os
import signal
import time

import pytest
import tensorflow.compat.v1 as tf
from cluster_processes import started, tasks

from seq2seq_graph.training.cluster import answers, server

pytestmark = pytest.mark.slow


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="Windows stops no process")
def test_one_that_is_stopped_does_not_answer_and_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(answers, "_PATIENCE", 1.0)
    own, worker = tasks(workers=2, ps=0)
    target = server.start(own, tf.ConfigProto(), False)
    with started([worker]) as (process,):
        assert answers.wait_for([worker], target, 100, print)
        os.kill(process.pid, signal.SIGSTOP)
        began = time.monotonic()
        assert not answers.answers(worker, target) and answers.listens(worker)
        answers.tell_end([worker], target)
        assert time.monotonic() - began < 10
        os.kill(process.pid, signal.SIGCONT)
        assert answers.wait_for([worker], target, 60, print)

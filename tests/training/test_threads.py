import os

import pytest

from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.data.encoding import workers
from seq2seq_graph.training import threads
from seq2seq_graph.training.threads import Threads, session_config, threads_of


@pytest.mark.parametrize("cores", [1, 2, 16])
def test_a_fused_recurrence_takes_every_core(cores, monkeypatch):
    monkeypatch.setattr(threads, "cores", lambda: cores)
    model = ModelConfig(rnn="auto")
    assert threads_of(model, TrainingConfig()) == Threads(cores, 1, cores)
    assert threads_of(model, TrainingConfig(threads=3)) == Threads(3, 1, 3)
    assert threads_of(model, TrainingConfig(batch_size=1)).towers == 1


def test_the_document_is_one_slice_and_its_threads_are_tensorflows_choice():
    assert threads_of(ModelConfig(), TrainingConfig()) == Threads(1, 0, 0)
    assert threads_of(ModelConfig(), TrainingConfig(threads=1)) == Threads(1, 1, 1)


def test_towers_that_a_program_asks_for_stay():
    assert threads_of(ModelConfig(rnn="fused", towers=3), TrainingConfig(threads=2)).towers == 3


def test_a_session_is_told_both_numbers():
    config = session_config(Threads(2, 3, 4))
    assert (config.intra_op_parallelism_threads, config.inter_op_parallelism_threads) == (3, 4)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs Linux's affinity")
def test_cores_are_those_that_this_process_may_use():
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        assert workers.cores() == 1
    finally:
        os.sched_setaffinity(0, before)

"""How a machine's cores are shared out: by towers and TensorFlow's two kinds of threads."""

from typing import NamedTuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.data.encoding.workers import cores


class Threads(NamedTuple):
    """What a Session and its graph are told; 0 threads leave it to TensorFlow."""

    towers: int  # slices that a batch is computed in, at once where cores are free
    intra_op: int  # threads within an op
    inter_op: int  # ops at once


def threads_of(model: ModelConfig, training: TrainingConfig) -> Threads:
    """Shares out `training.threads` cores, or all that this process may use.

    The document's recurrence, a hundred small ops, is left to TensorFlow's own threads. A fused
    one has few and large ops, on which threads within an op cost more than they gain: a core
    takes a tower, with all its ops to itself.
    """
    if model.rnn == "dynamic":
        return Threads(model.towers, training.threads, training.threads)
    count = training.threads or cores()
    towers = model.towers if model.towers > 1 else min(count, training.batch_size)
    return Threads(towers, 1, count)


def session_config(threads: Threads) -> tf.ConfigProto:
    """Makes the Session's configuration; with one thread of each kind sums have one order."""
    return tf.ConfigProto(
        intra_op_parallelism_threads=threads.intra_op,
        inter_op_parallelism_threads=threads.inter_op,
    )

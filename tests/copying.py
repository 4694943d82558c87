"""A task that a small model learns in a few steps: every source is its target."""

import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.data.datasets import build_dataset
from seq2seq_graph.data.pairs import split_by_source
from seq2seq_graph.model import build_training_graph
from seq2seq_graph.training.optimizer import build_optimizer
from seq2seq_graph.training.steps import Trainer

RATE = 0.01
PAIRS = [(f"{a}{b}", f"{a}{b}") for a in "abcdef" for b in "abcdef"]
DATASET = build_dataset(split_by_source(PAIRS), 2, 3)
# The same with targets of one token as well, so that there is padding.
SHORT = build_dataset(split_by_source(
    (a + b, a + b if a < b else a) for a in "abcdef" for b in "abcdef"), 2, 3)
CONFIG = ModelConfig(DATASET.vocab_size, max_input_length=2, max_output_length=3)


def session(seed=0):
    """The document's Trainer of CONFIG, and a Session in which it is initialised."""
    with tf.Graph().as_default():
        graph = build_training_graph(CONFIG, seed)
        optimizer = build_optimizer(graph.loss, RATE)
        sess = tf.Session()
        sess.run(tf.global_variables_initializer())
        sess.graph.finalize()  # from here on, making an op is an error
    return Trainer(graph, optimizer), sess

"""Checkpoints of a model that is small, made in a moment; tests of runs use them."""

import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.model import build_training_graph
from seq2seq_graph.runs import checkpoint, checkpoint_writer, progress
from seq2seq_graph.training.optimizer import build_optimizer

SMALL = ModelConfig(5, 1, 1, 1, 1, 1, 1, 1)


def session(config=None, with_optimizer=True):
    with tf.Graph().as_default():
        graph = build_training_graph(config or ModelConfig(40), seed=1)
        if with_optimizer:
            build_optimizer(graph.loss, 0.001)
        sess, saver = tf.Session(), checkpoint_writer.make_saver()
        sess.run(tf.global_variables_initializer())
        sess.graph.finalize()
    return sess, saver


def row(epoch, validation_loss):
    return progress.Metrics(epoch, 10 * epoch, 1.0, 1.0, validation_loss, 0.5, 0.5)


def steps(directory):
    return [checkpoint.step_of(prefix) for prefix in checkpoint.whole(str(directory))]


def write_files(folder, *names):
    for name in names:
        (folder / name).write_text("")


def saved(tmp_path, *steps_to_save, rows=()):
    sess, saver = session(SMALL)
    for step in steps_to_save:
        state = progress.START._replace(step=step, rows=[r for r in rows if r.step <= step])
        checkpoint_writer.save(sess, saver, str(tmp_path), state)
    return sess, saver, state

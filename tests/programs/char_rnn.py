"""A character model as such were written for TensorFlow 1.0: flags, a class, a checkpoint, samples.

    python char_rnn.py --steps 100
"""
from __future__ import print_function

import os
import tempfile

import numpy as np
import tensorflow as tf
from tensorflow.contrib import legacy_seq2seq
from tensorflow.contrib import rnn

tf.app.flags.DEFINE_integer("steps", 100, "training steps")
tf.app.flags.DEFINE_integer("rnn_size", 6, "units of a layer")
tf.app.flags.DEFINE_float("keep", 0.9, "share kept by dropout")
tf.app.flags.DEFINE_string("save_dir", "", "where the checkpoint goes")
FLAGS = tf.app.flags.FLAGS

TEXT = "the cat sat on the mat and the rat sat on the cat that sat on the mat. " * 8
BATCH, LENGTH = 4, 10


class Model(object):
    def __init__(self, vocab_size, infer=False):
        self.batch = 1 if infer else BATCH
        self.length = 1 if infer else LENGTH
        cells = []
        for _ in range(2):
            cell = rnn.BasicLSTMCell(FLAGS.rnn_size, state_is_tuple=True)
            if not infer and FLAGS.keep < 1:
                cell = rnn.DropoutWrapper(cell, output_keep_prob=FLAGS.keep)
            cells.append(cell)
        self.cell = cell = rnn.MultiRNNCell(cells, state_is_tuple=True)
        self.input_data = tf.placeholder(tf.int32, [self.batch, self.length])
        self.targets = tf.placeholder(tf.int32, [self.batch, self.length])
        self.initial_state = cell.zero_state(self.batch, tf.float32)
        with tf.variable_scope("rnnlm"):
            softmax_w = tf.get_variable("softmax_w", [FLAGS.rnn_size, vocab_size])
            softmax_b = tf.get_variable("softmax_b", [vocab_size])
        embedding = tf.get_variable("embedding", [vocab_size, FLAGS.rnn_size])
        inputs = tf.split(tf.nn.embedding_lookup(embedding, self.input_data), self.length, 1)
        inputs = [tf.squeeze(part, [1]) for part in inputs]

        def loop(prev, _):
            prev = tf.matmul(prev, softmax_w) + softmax_b
            return tf.nn.embedding_lookup(embedding, tf.stop_gradient(tf.argmax(prev, 1)))

        outputs, last_state = legacy_seq2seq.rnn_decoder(
            inputs, self.initial_state, cell, loop_function=loop if infer else None,
            scope="rnnlm")
        output = tf.reshape(tf.concat(outputs, 1), [-1, FLAGS.rnn_size])
        self.logits = tf.matmul(output, softmax_w) + softmax_b
        self.probs = tf.nn.softmax(self.logits)
        self.last_state = last_state
        if infer:
            return
        loss = legacy_seq2seq.sequence_loss_by_example(
            [self.logits], [tf.reshape(self.targets, [-1])], [tf.ones([self.batch * self.length])])
        self.cost = tf.reduce_sum(loss) / self.batch / self.length
        self.lr = tf.Variable(0.0, trainable=False)
        tvars = tf.trainable_variables()
        grads, _ = tf.clip_by_global_norm(tf.gradients(self.cost, tvars), 5.0)
        self.train_op = tf.train.AdamOptimizer(self.lr).apply_gradients(zip(grads, tvars))


def main(_):
    chars = sorted(set(TEXT))
    vocab = dict(zip(chars, range(len(chars))))
    data = np.array([vocab[c] for c in TEXT], dtype=np.int32)
    folder = FLAGS.save_dir or tempfile.mkdtemp()
    with tf.Graph().as_default():
        model = Model(len(chars))
        saver = tf.train.Saver(tf.global_variables())
        with tf.Session() as sess:
            sess.run(tf.global_variables_initializer())
            sess.run(tf.assign(model.lr, 0.01))
            state = sess.run(model.initial_state)
            for step in range(FLAGS.steps):
                at = [(step * LENGTH + 37 * i) % (len(data) - LENGTH - 1) for i in range(BATCH)]
                feed = {model.input_data: [data[a:a + LENGTH] for a in at],
                        model.targets: [data[a + 1:a + LENGTH + 1] for a in at]}
                for i, (c, h) in enumerate(model.initial_state):
                    feed[c], feed[h] = state[i].c, state[i].h
                cost, state, _ = sess.run([model.cost, model.last_state, model.train_op], feed)
                if step % 20 == 0:
                    print("step {} cost {:.3f}".format(step, cost))
            saver.save(sess, os.path.join(folder, "model.ckpt"), global_step=FLAGS.steps)
    with tf.Graph().as_default():
        model = Model(len(chars), infer=True)
        with tf.Session() as sess:
            tf.train.Saver(tf.global_variables()).restore(
                sess, tf.train.latest_checkpoint(folder))
            state, char, said = sess.run(model.cell.zero_state(1, tf.float32)), "t", "t"
            for _ in range(40):
                feed = {model.input_data: [[vocab[char]]], model.initial_state: state}
                probs, state = sess.run([model.probs, model.last_state], feed)
                char = chars[int(np.argmax(probs[0]))]
                said += char
            print(said)


if __name__ == "__main__":
    tf.app.run()

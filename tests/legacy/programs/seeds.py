"""A program that draws with default op seeds, for `run`: what a paper's script does."""

import sys

import numpy as np
import tensorflow as tf

tf.set_random_seed(777)
BATCH, TIME, DEPTH, UNITS = 2, 3, 5, 4
inputs = tf.placeholder(tf.float32, [None, TIME, DEPTH])
labels = tf.placeholder(tf.int32, [None, TIME])
first, second = tf.split(inputs, [2, 3], 2)
both = tf.concat(tf.split(inputs, 5, 2), 2)
weights = [
    tf.get_variable("normal", [2, 3], initializer=tf.random_normal_initializer(stddev=0.1)),
    tf.get_variable("uniform", [2, 3], initializer=tf.random_uniform_initializer(-1, 1)),
    tf.get_variable("unit", [2, 3], initializer=tf.random_uniform_initializer(0, 1)),
    tf.get_variable("glorot", [2, 3]),
    tf.get_variable("truncated", [2, 3], initializer=tf.truncated_normal_initializer()),
    tf.get_variable("orthogonal", [3, 3], initializer=tf.orthogonal_initializer(),
                    regularizer=tf.nn.l2_loss),
    tf.Variable(tf.random_uniform([2, 3]), name="variable"),
]
dropped = tf.nn.dropout(inputs, 0.5)
state = tf.zeros([tf.shape(inputs)[0], UNITS])
kernel = tf.Variable(tf.random_normal([DEPTH, UNITS]), name="kernel")
logits = tf.tensordot(dropped, kernel, 1)
data = tf.data.Dataset.from_tensor_slices(np.arange(8)).shuffle(8).batch(4)
batch = data.make_initializable_iterator()
last = tf.Variable(tf.truncated_normal([UNITS, 2]), name="last")
loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))
train = tf.train.AdamOptimizer(0.1).minimize(loss)
order = batch.get_next()
after = {"after": tf.random_uniform([4])}
with tf.variable_scope("more"):
    outputs, _ = tf.nn.dynamic_rnn(
        tf.nn.rnn_cell.LSTMCell(UNITS), dropped, dtype=tf.float32)
    more = tf.reduce_mean(tf.square(tf.layers.dense(tf.nn.dropout(outputs, 0.5), 1) / 2.0))
    gradients, _ = tf.clip_by_global_norm(tf.gradients(more, tf.trainable_variables("more")), 1.0)
after["after a loop's gradients"] = tf.random_normal([4])
tf.train.FtrlOptimizer(0.1).apply_gradients(zip(gradients, tf.trainable_variables("more")))
after["after an optimizer"] = tf.get_variable("after", [2, 2]).initialized_value()
after["after summaries"] = [tf.summary.scalar("loss", loss), tf.summary.histogram("w", kernel),
                            tf.random_uniform([4])][-1]

with tf.Session() as sess:
    sess.run([tf.global_variables_initializer(), batch.initializer])
    result = {v.op.name: sess.run(v) for v in tf.trainable_variables()}
    feed = {inputs: np.ones([BATCH, TIME, DEPTH]), labels: np.zeros([BATCH, TIME])}
    result["dropped"] = sess.run(dropped, feed)
    result["order"] = sess.run(order)
    result.update(sess.run(after))
    result["losses"] = np.array([sess.run([loss, train], feed)[0] for _ in range(20)])
np.savez(sys.argv[1], **result)

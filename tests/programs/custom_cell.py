"""A cell of one's own, in both directions over sentences of unequal length.

    python custom_cell.py
"""
import collections

import numpy as np
import tensorflow as tf
from tensorflow.python.ops import array_ops, control_flow_ops, math_ops, variable_scope
from tensorflow.python.ops.rnn_cell_impl import RNNCell

UNITS, CLASSES, LENGTH, BATCH = 6, 4, 7, 5
State = collections.namedtuple("State", ["memory", "output"])


class MinimalGatedCell(RNNCell):
    """One gate alone; the state is a tuple of two."""

    def __init__(self, num_units, reuse=None):
        super(MinimalGatedCell, self).__init__(_reuse=reuse)
        self._num_units = num_units

    @property
    def state_size(self):
        return State(self._num_units, self._num_units)

    @property
    def output_size(self):
        return self._num_units

    def call(self, inputs, state):
        depth = inputs.get_shape()[-1].value
        kernel = variable_scope.get_variable(
            "kernel", [depth + self._num_units, 2 * self._num_units],
            initializer=tf.orthogonal_initializer(seed=3))
        bias = variable_scope.get_variable(
            "bias", [2 * self._num_units], initializer=tf.constant_initializer(0.5))
        both = math_ops.matmul(array_ops.concat([inputs, state.output], 1), kernel) + bias
        gate, new = array_ops.split(both, 2, axis=1)
        gate = tf.sigmoid(gate)
        memory = (1 - gate) * state.memory + gate * tf.tanh(new)
        return tf.nn.relu(memory), State(memory, tf.nn.relu(memory))


class OldStyleCell(tf.contrib.rnn.RNNCell):
    """As before there was `call`: variables by hand in `__call__`."""

    @property
    def state_size(self):
        return UNITS

    output_size = state_size

    def __call__(self, inputs, state, scope=None):
        with tf.variable_scope(scope or type(self).__name__):
            w = tf.get_variable("w", [inputs.get_shape()[1] + UNITS, UNITS])
            new = tf.tanh(tf.matmul(tf.concat([inputs, state], 1), w))
        return new, new


words = tf.placeholder(tf.float32, [None, LENGTH, 3])
lengths = tf.placeholder(tf.int64, [None])
labels = tf.placeholder(tf.int32, [None, LENGTH])
(forward, backward), states = tf.nn.bidirectional_dynamic_rnn(
    MinimalGatedCell(UNITS), MinimalGatedCell(UNITS), words, lengths, dtype=tf.float32)
both = tf.concat([forward, backward], 2)
outputs, last = tf.nn.dynamic_rnn(OldStyleCell(), both, lengths, dtype=tf.float32)
logits = tf.layers.dense(outputs, CLASSES, name="project")
mask = tf.sequence_mask(lengths, LENGTH, dtype=tf.float32)
losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
loss = tf.reduce_sum(losses * mask) / tf.reduce_sum(mask)
safe = control_flow_ops.cond(loss < 100.0, lambda: loss, lambda: tf.constant(0.0))
step = tf.train.get_or_create_global_step()
rate = tf.train.exponential_decay(0.05, step, 20, 0.8, staircase=True)
train = tf.train.RMSPropOptimizer(rate).minimize(safe, global_step=step)
prediction = tf.argmax(logits, 2)

np.random.seed(5)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(100):
        x = np.random.uniform(-1, 1, [BATCH, LENGTH, 3])
        n = np.random.randint(1, LENGTH + 1, BATCH)
        y = (x.sum(2) > 0).astype(np.int32) + 2 * (x[:, :, 0] > 0)
        _, value, now = sess.run([train, loss, step], {words: x, lengths: n, labels: y})
    print(now, "%.2f" % value)
    print(sess.run([prediction, states[0].memory, last], {words: x, lengths: n, labels: y})[0][0])

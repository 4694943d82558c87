"""A program that writes a checkpoint and goes on, or restores one and goes on; for `run`.

    python scripts/legacy.py run tests/legacy/programs/checkpoints.py save FOLDER OUT.npz
    python scripts/legacy.py run tests/legacy/programs/checkpoints.py restore FOLDER OUT.npz

LSTM with peepholes and projection, GRU, layer-normalized cell, attention, dense layers, Adam's
slots. OUT.npz has the losses of the steps after the checkpoint, and the variables' names.
"""

import os
import sys

import numpy as np
import tensorflow as tf

BATCH, LENGTH, UNITS, VOCABULARY, STEPS = 3, 4, 5, 7, 6
rnn, seq2seq = tf.contrib.rnn, tf.contrib.seq2seq
command, folder, out = sys.argv[1:]

ids = tf.placeholder(tf.int32, [BATCH, LENGTH])
embedded = tf.contrib.layers.embed_sequence(ids, VOCABULARY, UNITS)
with tf.variable_scope("encoder"):
    cells = rnn.MultiRNNCell([
        rnn.LSTMCell(UNITS, use_peepholes=True, num_proj=4), rnn.GRUCell(UNITS),
        rnn.BasicLSTMCell(UNITS), rnn.LayerNormBasicLSTMCell(UNITS)])
    (forward, backward), _ = tf.nn.bidirectional_dynamic_rnn(
        cells, rnn.BasicRNNCell(UNITS), embedded, dtype=tf.float32)
with tf.variable_scope("decoder"):
    memory = tf.concat([forward, backward], 2)
    attention = seq2seq.BahdanauAttention(UNITS, memory, normalize=True)
    cell = seq2seq.AttentionWrapper(rnn.LSTMCell(UNITS), attention, attention_layer_size=UNITS)
    helper = seq2seq.TrainingHelper(embedded, tf.fill([BATCH], LENGTH))
    decoder = seq2seq.BasicDecoder(
        cell, helper, cell.zero_state(BATCH, tf.float32), tf.layers.Dense(VOCABULARY))
    outputs, _, _ = seq2seq.dynamic_decode(decoder)
logits = tf.layers.batch_normalization(outputs.rnn_output, training=True)
loss = seq2seq.sequence_loss(logits, ids, tf.ones([BATCH, LENGTH]))
step = tf.train.get_or_create_global_step()
train = tf.train.AdamOptimizer(0.02).minimize(loss, global_step=step)
saver = tf.train.Saver()


def feed(i):
    return {ids: np.random.RandomState(i).randint(0, VOCABULARY, [BATCH, LENGTH])}


with tf.Session() as sess:
    if command == "save":
        sess.run(tf.global_variables_initializer())
        for i in range(STEPS):
            sess.run(train, feed(i))
        saver.save(sess, os.path.join(folder, "model.ckpt"), write_meta_graph=False)
    else:
        saver.restore(sess, tf.train.latest_checkpoint(folder))
    losses = [sess.run([loss, train], feed(STEPS + i))[0] for i in range(STEPS)]
    np.savez_compressed(out, losses=losses, step=sess.run(step),
                        names=sorted(v.op.name for v in tf.global_variables()))

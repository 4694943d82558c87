"""Training without an Estimator: HParams from a flag, queues by length, then a Dataset.

    python hparams_queue.py --hparams units=8,rate=0.02
"""
import argparse
import os
import tempfile

import numpy as np
import tensorflow as tf

parser = argparse.ArgumentParser()
parser.add_argument("--hparams", default="units=8,layers=[8,6]")
args = parser.parse_args()
hparams = tf.contrib.training.HParams(
    units=4, rate=0.01, steps=50, layers=[4], cell="gru", residual=False)
hparams.parse(args.hparams)

WORDS = ["<unk>", "a", "b", "c", "d", "e"]
folder = tempfile.mkdtemp()
vocabulary = os.path.join(folder, "words.txt")
with open(vocabulary, "w") as f:
    f.write("\n".join(WORDS) + "\n")
rng = np.random.RandomState(11)
LINES = [" ".join(rng.choice(WORDS[1:], rng.randint(2, 9))) for _ in range(60)]


def make_cell():
    if hparams.cell == "gru":
        cells = [tf.contrib.rnn.GRUCell(units) for units in hparams.layers]
    else:
        cells = [tf.contrib.rnn.LayerNormBasicLSTMCell(units) for units in hparams.layers]
    return tf.contrib.rnn.MultiRNNCell(cells)


def model(ids, lengths, reuse=False):
    with tf.variable_scope("model", reuse=reuse,
                           initializer=tf.random_uniform_initializer(-.1, .1)):
        embedded = tf.contrib.layers.embed_sequence(ids, len(WORDS), hparams.units, scope="words")
        outputs, state = tf.nn.dynamic_rnn(make_cell(), embedded, lengths, dtype=tf.float32)
        hidden = tf.contrib.layers.fully_connected(
            outputs, hparams.units, weights_regularizer=tf.contrib.layers.l2_regularizer(1e-3))
        logits = tf.contrib.layers.linear(hidden, len(WORDS), scope="logits")
    weights = tf.sequence_mask(lengths - 1, tf.shape(ids)[1] - 1, dtype=tf.float32)
    loss = tf.contrib.seq2seq.sequence_loss(logits[:, :-1], ids[:, 1:], weights)
    return loss, state


table = tf.contrib.lookup.index_table_from_file(vocabulary, default_value=0)

# Queues, one thread each, so that the order is known.
line = tf.train.string_input_producer(LINES, shuffle=False).dequeue()
ids = tf.cast(table.lookup(tf.string_split([line]).values), tf.int32)
batch = tf.train.batch([ids, tf.size(ids)], 6, dynamic_pad=True, num_threads=1)
loss, state = model(batch[0], batch[1])
total = loss + tf.losses.get_regularization_loss()
global_step = tf.contrib.framework.get_or_create_global_step()
train = tf.contrib.layers.optimize_loss(
    total, global_step, hparams.rate, "Adam", clip_gradients=1.0, summaries=["loss"])

# A Dataset, by windows of like length.
data = tf.data.Dataset.from_tensor_slices(LINES)
data = data.map(lambda text: tf.cast(table.lookup(tf.string_split([text]).values), tf.int32))
data = data.map(lambda words: (words, tf.size(words))).apply(tf.contrib.data.group_by_window(
    lambda words, size: tf.cast(size // 3, tf.int64),
    lambda key, window: window.padded_batch(5, ([None], [])), 5))
iterator = data.make_initializable_iterator()
valid_loss, _ = model(*iterator.get_next(), reuse=True)

with tf.Session() as sess:
    sess.run([tf.global_variables_initializer(), tf.tables_initializer()])
    coord = tf.train.Coordinator()
    threads = tf.train.start_queue_runners(sess, coord)
    for _ in range(hparams.steps):
        value, now = sess.run([train, global_step])
    coord.request_stop()
    sess.run(iterator.initializer)
    losses = []
    while True:
        try:
            losses.append(sess.run(valid_loss))
        except tf.errors.OutOfRangeError:
            break
    print("%d steps, %d batches, %.3f" % (now, len(losses), np.mean(losses)))
    path = tf.train.Saver().save(sess, os.path.join(folder, "model"))
    coord.join(threads, stop_grace_period_secs=5)
print([name for name, _ in tf.contrib.framework.list_variables(path)][:3])

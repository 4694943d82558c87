"""Tags a text of made-up words: a bidirectional LSTM and a conditional random field on top.

Tags: O outside, B the first word of a name, I the words that follow.
"""
from __future__ import print_function

import numpy as np
import tensorflow as tf
from tensorflow.contrib.crf import crf_decode, crf_log_likelihood, viterbi_decode

WORDS = "the a in saw met and mr mrs ada max grey hill old".split()
NAMES, TITLES = set("ada max grey hill".split()), set("mr mrs".split())
TAGS = ["O", "B", "I"]
BATCH, LONGEST, EMBED, UNITS, STEPS = 16, 8, 8, 10, 100

tf.set_random_seed(12)
rng = np.random.RandomState(12)


def tag(words):
    """A name begins at a title or a name and goes on through names."""
    tags, inside = [], False
    for word in words:
        named = word in NAMES or word in TITLES
        tags.append(("I" if inside and word in NAMES else "B") if named else "O")
        inside = named
    return tags


def batch():
    lengths = rng.randint(1, LONGEST + 1, BATCH)
    ids = np.zeros([BATCH, LONGEST], np.int32)
    tags = np.zeros([BATCH, LONGEST], np.int32)
    for row, length in enumerate(lengths):
        ids[row, :length] = rng.randint(0, len(WORDS), length)
        words = [WORDS[i] for i in ids[row, :length]]
        tags[row, :length] = [TAGS.index(t) for t in tag(words)]
    return ids, tags, lengths


graph = tf.Graph()
with graph.as_default():
    tf.set_random_seed(12)
    word_ids = tf.placeholder(tf.int32, shape=[None, None], name="word_ids")
    labels = tf.placeholder(tf.int32, shape=[None, None], name="labels")
    sequence_lengths = tf.placeholder(tf.int32, shape=[None], name="sequence_lengths")
    dropout = tf.placeholder(dtype=tf.float32, shape=[], name="dropout")

    with tf.variable_scope("words"):
        table = tf.Variable(
            tf.random_uniform([len(WORDS), EMBED], -0.25, 0.25), name="_word_embeddings")
        embeddings = tf.nn.dropout(tf.nn.embedding_lookup(table, word_ids), dropout)
    with tf.variable_scope("bi-lstm"):
        cell_fw, cell_bw = [tf.contrib.rnn.LSTMCell(UNITS) for _ in range(2)]
        (fw, bw), _ = tf.nn.bidirectional_dynamic_rnn(
            cell_fw, cell_bw, embeddings, sequence_length=sequence_lengths, dtype=tf.float32)
        output = tf.nn.dropout(tf.concat([fw, bw], axis=-1), dropout)
    with tf.variable_scope("proj"):
        W = tf.get_variable("W", dtype=tf.float32, shape=[2 * UNITS, len(TAGS)])
        b = tf.get_variable("b", shape=[len(TAGS)], initializer=tf.zeros_initializer())
        steps = tf.shape(output)[1]
        logits = tf.matmul(tf.reshape(output, [-1, 2 * UNITS]), W) + b
        logits = tf.reshape(logits, [-1, steps, len(TAGS)])
    likelihood, transitions = crf_log_likelihood(logits, labels, sequence_lengths)
    loss = tf.reduce_mean(-likelihood)
    best, best_score = crf_decode(logits, transitions, sequence_lengths)
    train_op = tf.train.AdamOptimizer(0.01).minimize(loss)
    init = tf.global_variables_initializer()

with tf.Session(graph=graph) as sess:
    sess.run(init)
    for step in range(STEPS):
        ids, tags, lengths = batch()
        _, value = sess.run([train_op, loss], feed_dict={
            word_ids: ids, labels: tags, sequence_lengths: lengths, dropout: 0.8})
        if step % 20 == 0 or step == STEPS - 1:
            print("step", step, "loss %.4f" % value)
    ids, tags, lengths = batch()
    found, scores, moves, found_tags = sess.run(
        [logits, best_score, transitions, best],
        feed_dict={word_ids: ids, sequence_lengths: lengths, dropout: 1.0})
    right = 0
    for row in range(BATCH):
        length = lengths[row]
        viterbi, score = viterbi_decode(found[row, :length], moves)
        assert viterbi == found_tags[row, :length].tolist() and abs(score - scores[row]) < 1e-3
        right += sum(np.equal(viterbi, tags[row, :length]))
        if row < 4:
            words = [WORDS[i] for i in ids[row, :length]]
            print(" ".join("%s/%s" % pair for pair in zip(words, [TAGS[t] for t in viterbi])))
    print("right: %d of %d" % (right, lengths.sum()))

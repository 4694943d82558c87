"""Copies short words in two buckets, as the translation tutorial of TensorFlow 1.0 did.

    python buckets.py
"""
from __future__ import print_function

import random

import numpy as np
import tensorflow as tf

PAD, GO, EOS = 0, 1, 2
VOCAB, SIZE, BATCH = 12, 10, 16
BUCKETS = [(3, 4), (5, 6)]
STEPS = 80

tf.set_random_seed(777)
random.seed(777)
np.random.seed(777)
legacy = tf.contrib.legacy_seq2seq


class Model(object):
    def __init__(self, forward_only):
        longest_in, longest_out = BUCKETS[-1]
        self.encoder_inputs = [
            tf.placeholder(tf.int32, [None], name="encoder%d" % i) for i in range(longest_in)]
        self.decoder_inputs = [
            tf.placeholder(tf.int32, [None], name="decoder%d" % i) for i in range(longest_out + 1)]
        self.weights = [
            tf.placeholder(tf.float32, [None], name="weight%d" % i) for i in range(longest_out)]
        targets = self.decoder_inputs[1:]

        w = tf.get_variable("proj_w", [SIZE, VOCAB])
        b = tf.get_variable("proj_b", [VOCAB])

        def seq2seq_f(encoder_inputs, decoder_inputs):
            cell = tf.contrib.rnn.MultiRNNCell([tf.contrib.rnn.GRUCell(SIZE) for _ in range(2)])
            return legacy.embedding_attention_seq2seq(
                encoder_inputs, decoder_inputs, cell, num_encoder_symbols=VOCAB,
                num_decoder_symbols=VOCAB, embedding_size=SIZE, output_projection=(w, b),
                feed_previous=forward_only)

        def loss_f(labels, logits):
            logits = tf.nn.xw_plus_b(logits, w, b)
            return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)

        self.outputs, self.losses = legacy.model_with_buckets(
            self.encoder_inputs, self.decoder_inputs[:-1], targets, self.weights, BUCKETS,
            seq2seq_f, softmax_loss_function=loss_f)
        if forward_only:
            self.outputs = [
                [tf.matmul(output, w) + b for output in outputs] for outputs in self.outputs]
            return
        self.updates = []
        variables = tf.trainable_variables()
        optimizer = tf.train.AdamOptimizer(0.02)
        for loss in self.losses:
            gradients = tf.gradients(loss, variables)
            clipped, _ = tf.clip_by_global_norm(gradients, 5.0)
            self.updates.append(optimizer.apply_gradients(zip(clipped, variables)))

    def feed(self, pairs, bucket):
        """Sources are padded in front and read backwards, targets begin with GO."""
        source_size, target_size = BUCKETS[bucket]
        feed = {}
        sources = np.full([len(pairs), source_size], PAD)
        targets = np.full([len(pairs), target_size + 1], PAD)
        for row, (source, target) in enumerate(pairs):
            sources[row, source_size - len(source):] = source[::-1]
            targets[row, :len(target) + 2] = [GO] + target + [EOS]
        for i in range(source_size):
            feed[self.encoder_inputs[i]] = sources[:, i]
        for i in range(target_size + 1):
            feed[self.decoder_inputs[i]] = targets[:, i]
        for i in range(target_size):
            feed[self.weights[i]] = (targets[:, i + 1] != PAD).astype(np.float32)
        return feed


def pairs_for(bucket, count=BATCH):
    longest = BUCKETS[bucket][0]
    shortest = 1 if bucket == 0 else BUCKETS[bucket - 1][0] + 1
    words = []
    for _ in range(count):
        length = random.randint(shortest, longest)
        word = [random.randint(EOS + 1, VOCAB - 1) for _ in range(length)]
        words.append((word, word[:]))
    return words


def main(_):
    with tf.variable_scope("model"):
        model = Model(forward_only=False)
    with tf.variable_scope("model", reuse=True):
        tester = Model(forward_only=True)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for step in range(STEPS):
            bucket = 0 if random.random() < 0.5 else 1
            fetched = [model.updates[bucket], model.losses[bucket]]
            _, loss = sess.run(fetched, model.feed(pairs_for(bucket), bucket))
            if step % 20 == 0 or step == STEPS - 1:
                print("step %3d bucket %d perplexity %.4f" % (step, bucket, np.exp(loss)))
        for bucket in range(len(BUCKETS)):
            pairs = pairs_for(bucket, 3)
            feed = tester.feed(pairs, bucket)
            outputs = sess.run(tester.outputs[bucket], feed)
            said = np.argmax(np.array(outputs), 2).T.tolist()
            for (source, _), ids in zip(pairs, said):
                print(source, "->", ids[:ids.index(EOS)] if EOS in ids else ids)


if __name__ == "__main__":
    tf.app.run()

"""Translates words of digits into themselves, backwards: attention, greedy and beam search.

Written for TensorFlow 1.4: contrib.seq2seq for the decoder, the encoder both ways.
"""
from __future__ import division, print_function

import numpy as np
import tensorflow as tf
from tensorflow.contrib import seq2seq
from tensorflow.contrib.rnn import DropoutWrapper, LSTMCell, LSTMStateTuple
from tensorflow.python.layers.core import Dense

PAD, GO, EOS, FIRST = 0, 1, 2, 3
VOCAB, UNITS, EMBED, BATCH, BEAMS, LONGEST = 8, 16, 8, 24, 3, 5
STEPS = 120

tf.set_random_seed(2017)
np.random.seed(2017)


def make_batch(size):
    """Words of 2 to 4 digits; what is asked for is the word from behind, and EOS."""
    lengths = np.random.randint(2, LONGEST, size)
    source = np.zeros([size, lengths.max()], np.int32)
    target = np.zeros([size, lengths.max() + 1], np.int32)
    for row, length in enumerate(lengths):
        word = np.random.randint(FIRST, VOCAB, length)
        source[row, :length] = word
        target[row, :length + 1] = list(word[::-1]) + [EOS]
    return source, lengths, target, lengths + 1


class Translator(object):
    def __init__(self):
        self.source = tf.placeholder(tf.int32, [None, None], name="source")
        self.source_length = tf.placeholder(tf.int32, [None], name="source_length")
        self.target = tf.placeholder(tf.int32, [None, None], name="target")
        self.target_length = tf.placeholder(tf.int32, [None], name="target_length")
        self.keep_prob = tf.placeholder_with_default(1.0, [], name="keep_prob")
        self.batch_size = tf.shape(self.source)[0]
        self.embedding = tf.get_variable(
            "embedding", [VOCAB, EMBED], initializer=tf.random_uniform_initializer(-0.5, 0.5))
        self.projection = Dense(VOCAB, use_bias=False, name="projection")
        self.encode()
        self.loss = self.train_decoder()
        self.greedy = self.infer(1)
        self.beams = self.infer(BEAMS)
        optimizer = tf.train.AdamOptimizer(0.01)
        variables = tf.trainable_variables()
        gradients, _ = tf.clip_by_global_norm(tf.gradients(self.loss, variables), 5.0)
        self.train_op = optimizer.apply_gradients(zip(gradients, variables))

    def encode(self):
        embedded = tf.nn.embedding_lookup(self.embedding, self.source)
        with tf.variable_scope("encoder"):
            forward, backward = LSTMCell(UNITS // 2), LSTMCell(UNITS // 2)
            outputs, (fw, bw) = tf.nn.bidirectional_dynamic_rnn(
                forward, backward, embedded, self.source_length, dtype=tf.float32)
        self.memory = tf.concat(outputs, 2)
        self.final = LSTMStateTuple(tf.concat([fw.c, bw.c], 1), tf.concat([fw.h, bw.h], 1))

    def decoder_cell(self, beams):
        memory, lengths, final = self.memory, self.source_length, self.final
        if beams > 1:
            memory, lengths, final = seq2seq.tile_batch((memory, lengths, final), beams)
        attention = seq2seq.BahdanauAttention(
            UNITS, memory, memory_sequence_length=lengths, normalize=True)
        cell = DropoutWrapper(LSTMCell(UNITS), output_keep_prob=self.keep_prob)
        cell = seq2seq.AttentionWrapper(cell, attention, attention_layer_size=UNITS)
        state = cell.zero_state(self.batch_size * beams, tf.float32)
        return cell, state.clone(cell_state=final)

    def train_decoder(self):
        go = tf.fill([self.batch_size, 1], GO)
        inputs = tf.nn.embedding_lookup(
            self.embedding, tf.concat([go, self.target[:, :-1]], 1))
        with tf.variable_scope("decode"):
            cell, state = self.decoder_cell(1)
            helper = seq2seq.TrainingHelper(inputs, self.target_length)
            decoder = seq2seq.BasicDecoder(cell, helper, state, output_layer=self.projection)
            outputs, _, _ = seq2seq.dynamic_decode(decoder, parallel_iterations=1)
        weights = tf.sequence_mask(self.target_length, dtype=tf.float32)
        return seq2seq.sequence_loss(outputs.rnn_output, self.target, weights)

    def infer(self, beams):
        with tf.variable_scope("decode", reuse=True):
            cell, state = self.decoder_cell(beams)
            start = tf.fill([self.batch_size], GO)
            if beams == 1:
                helper = seq2seq.GreedyEmbeddingHelper(self.embedding, start, EOS)
                decoder = seq2seq.BasicDecoder(cell, helper, state, self.projection)
            else:
                decoder = seq2seq.BeamSearchDecoder(
                    cell, self.embedding, start, EOS, state, beams, self.projection,
                    length_penalty_weight=0.5)
            outputs, _, _ = seq2seq.dynamic_decode(decoder, maximum_iterations=LONGEST + 2)
        return outputs.sample_id if beams == 1 else outputs.predicted_ids


def word(ids):
    ids = list(ids)
    if EOS in ids:
        ids = ids[:ids.index(EOS)]
    return "".join(str(i - FIRST) for i in ids if i >= FIRST)


def main():
    model = Translator()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for step in range(STEPS):
            source, source_length, target, target_length = make_batch(BATCH)
            _, loss = sess.run([model.train_op, model.loss], {
                model.source: source, model.source_length: source_length,
                model.target: target, model.target_length: target_length,
                model.keep_prob: 0.9})
            if step % 20 == 0 or step == STEPS - 1:
                print("step %3d loss %.4f" % (step, loss))
        source, source_length, target, _ = make_batch(6)
        feed = {model.source: source, model.source_length: source_length}
        greedy, beams = sess.run([model.greedy, model.beams], feed)
        for row in range(len(source)):
            found = [word(beams[row, :, beam]) for beam in range(BEAMS)]
            print(word(source[row]), "wanted", word(target[row]), "greedy", word(greedy[row]),
                  "beams", found)


if __name__ == "__main__":
    main()

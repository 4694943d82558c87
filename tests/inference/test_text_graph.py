"""Tokens within the graph are those that the package cuts, and texts those that it joins."""

import random

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from seq2seq_graph.data import subwords, text
from seq2seq_graph.data.pairs import JOINERS, TOKENIZERS
from seq2seq_graph.inference import text_graph
from seq2seq_graph.vocabulary import END, PAD, SPECIAL_TOKENS, Vocabulary

LINES = [
    'Save "notes.txt", {1}?', "", "   ", "a", "The file {12}{3} is\tnot  there...",
    "파일(F)을 저장, 예?", "don't stop-me: now!", "{1", "1}", "{a}", "x{0}y",
    "\u3000전각 공백\u00a0끝\u2028", "a\uffedb \uffed,", "emoji 👍🏽 here", "end\n",
    "end\r\n", "end\r", "in\nside", "ß — “q”", "\ufeffmark", "bell\x07 and\x01\x02 marks",
    "ا\u200cب", "हिन्दी में", "a\x1cb\x85c", "-", "--", "- -", "'",
]
ALPHABET = "ab 1.,{}()'\"-가é\uffed\u3000\t👍"


def random_lines(count):
    rng = random.Random(7)
    return ["".join(rng.choices(ALPHABET, k=rng.randrange(12))) for _ in range(count)]


def run(build):
    with tf.Graph().as_default(), tf.Session() as sess:
        fetched = build()
        sess.run(tf.tables_initializer())
        return sess.run(fetched)


@pytest.mark.parametrize("tokens", sorted(TOKENIZERS))
def test_ids_are_those_of_the_tokens_that_the_package_cuts(tokens):
    lines = LINES + random_lines(300)
    cut = [TOKENIZERS[tokens](text.only_line(line)) for line in lines]
    vocabulary = Vocabulary.of(cut[::2])  # the others have tokens that it lacks
    longest = max(map(len, cut)) - 2
    ids = run(lambda: text_graph.read_text(
        tf.constant([line.encode() for line in lines]), tokens, vocabulary, longest))
    assert ids.shape[1] == longest
    for row, line_tokens, line in zip(ids, cut, lines):
        expected = vocabulary.encode(line_tokens)[:longest]
        assert row.tolist() == expected + [PAD] * (longest - len(expected)), repr(line)


def test_a_text_that_is_far_too_long_takes_no_room_in_the_rows_of_the_others():
    metadata = tf.RunMetadata()
    with tf.Graph().as_default(), tf.Session() as sess:
        texts = tf.placeholder(tf.string, [None])
        ids = text_graph.read_text(texts, "characters", Vocabulary(["a"]), 5)
        sess.run(tf.tables_initializer())
        found = sess.run(ids, {texts: [b"a"] * 99 + [b"a" * 9999]},
                         tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE), metadata)
    assert found[98:].tolist() == [[4, PAD, PAD, PAD, PAD], [4] * 5]
    sizes = [np.prod([dim.size for dim in output.tensor_description.shape.dim] or [1])
             for device in metadata.step_stats.dev_stats for node in device.node_stats
             for output in node.output]
    assert 9999 < max(sizes) < 30000  # all characters, in a row


def test_what_is_no_text_is_read_as_the_package_reads_it():
    vocabulary = Vocabulary(["a", "\ufffd", "b"])
    ids = run(lambda: text_graph.read_text(
        tf.constant([b"a\xffb", b"\xe0"]), "characters", vocabulary, 5))
    assert ids.tolist() == [[4, 5, 6], [5, PAD, PAD]]


def test_texts_of_no_token_are_a_column_of_padding():
    ids = run(lambda: text_graph.read_text(
        tf.constant([b"", b"\n"]), "words", Vocabulary(["a"]), 5))
    assert ids.tolist() == [[PAD], [PAD]]


VOCABULARIES = {
    "characters": ["a", " ", "\t", "가", "\u2028", "é"],
    "words": ["K", "AE", "<END>", "a\x0bb"],
    "pieces": ["a", "\uffed,", "(\uffed", "\uffed-\uffed", "{1}", "\uffed{2}\uffed", "b", "\uffed",
               "\uffedab"],
    "subwords": ["\u2581on", "e", "\u2581", "<0xEA>", "<0xB0>", "<0x80>", "\ue581s", "\ue581e", "s",
                 "<0x0A>"],
}


@pytest.mark.parametrize("tokens", sorted(VOCABULARIES))
def test_texts_are_those_that_the_package_joins(tokens):
    vocabulary = Vocabulary(VOCABULARIES[tokens])
    random_ids = np.random.RandomState(3)
    ids = random_ids.randint(4, len(vocabulary), [200, 2, 7]).astype(np.int32)
    for row in ids.reshape(-1, 7):
        end = random_ids.randint(8)
        row[end : end + 1], row[end + 1 :] = END, PAD
    texts = run(lambda: text_graph.write_text(tf.constant(ids), tokens, vocabulary))
    join = JOINERS[tokens]
    for row, written in zip(ids.reshape(-1, 7), texts.reshape(-1)):
        assert written.decode() == text.one_line(join(vocabulary.decode(row))), row


def test_ids_behind_the_vocabulary_do_not_break_it():
    ids = np.array([[[4, 99, END]]], np.int32)
    texts = run(lambda: text_graph.write_text(tf.constant(ids), "words", Vocabulary(["a", "b"])))
    assert texts.tolist() == [[b"a b"]]


def test_a_sub_word_stands_for_its_bytes():
    assert [*map(subwords.written, ["<0xEA>", "\u2581a", "<0xea>", SPECIAL_TOKENS[3]])] == [
        b"\xea", b" a", b"<0xea>", b"<UNKNOWN>"]

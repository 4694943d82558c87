"""Decoding against the training graph, against itself, and against trying every sequence."""

import dataclasses
import functools
import itertools

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.inference import lstms
from seq2seq_graph.inference.beam import beam_search
from seq2seq_graph.inference.greedy import first_largest, greedy
from seq2seq_graph.inference.search import build_decoding
from seq2seq_graph.inference.step import decoder_step, encoder
from seq2seq_graph.model import build_training_graph
from seq2seq_graph.vocabulary import END, PAD, START, UNKNOWN

NEVER = [PAD, START, UNKNOWN]
T_IN, T_OUT = 5, 6
CONFIG = ModelConfig(
    vocab_size=12, max_input_length=T_IN, max_output_length=T_OUT, encoder_embedding_size=4,
    encoder_hidden_units=7, decoder_embedding_size=3, decoder_hidden_units=7,
)
CONFIGS = {
    "document": CONFIG,
    "reversed": dataclasses.replace(CONFIG, reverse_source=True),
    "stopped": dataclasses.replace(CONFIG, stop_at_length=True),
    "practical": dataclasses.replace(
        CONFIG, reverse_source=True, stop_at_length=True, cut_batches=True, dropout=0.5,
        mask_padding=True, sparse_labels=True),
    "luong": dataclasses.replace(CONFIG, attention="luong"),
    "luong, fed": dataclasses.replace(
        CONFIG, attention="luong", input_feeding=True, stop_at_length=True, bidirectional=True),
    "bahdanau, layers": dataclasses.replace(
        CONFIG, attention="bahdanau", stop_at_length=True, reverse_source=True, encoder_layers=2,
        decoder_layers=3, residual=True, dropout=0.5),
    "bahdanau, fed, tied": dataclasses.replace(
        CONFIG, attention="bahdanau", input_feeding=True, bidirectional=True, encoder_layers=2,
        decoder_embedding_size=7, tied_embeddings=True),
    "stacked ways": dataclasses.replace(
        CONFIG, bidirectional=True, encoder_layers=3, stack_bidirectional=True, residual=True,
        stop_at_length=True, reverse_source=True, attention="luong", dropout=0.5),
    "both ways": dataclasses.replace(CONFIG, bidirectional=True, decoder_layers=2),
}
SOURCES = np.array(
    [[5, 6, 7, 8, 9], [4, 0, 0, 0, 0], [9, 9, 3, 0, 0], [11, 5, 4, 10, 0], [8, 7, 0, 0, 0]])
TINY = dataclasses.replace(CONFIG, vocab_size=7, max_output_length=4)
TINY_SOURCES = np.array([[4, 5, 0, 0, 0], [5, 5, 4, 3, 4], [3, 0, 0, 0, 0]])


def session(scale=1.5, seed=0):
    """Gives a session of the default graph: weights far from zero, some sequences end early."""
    sess = tf.Session()
    for i, variable in enumerate(sorted(tf.global_variables(), key=lambda v: v.op.name)):
        values = np.random.RandomState([seed, i]).normal(size=variable.shape.as_list())
        if variable.op.name == "fully_connected/biases":
            values[END] += 1.5
        variable.load((scale * values).astype(np.float32), sess)
    return sess


def built(config, **options):
    """Gives the training graph, a decoding of `options` beside it, and a session."""
    with tf.Graph().as_default():
        step = tf.placeholder_with_default(-1, [])
        graph = build_training_graph(config, seed=1, step=step)
        decoding = build_decoding(config, **options)
        return graph, decoding, session()


def decoded(sess, decoding, sources=SOURCES):
    return sess.run([decoding.ids, decoding.scores], {decoding.encoder_inputs: sources})


def log_probabilities(sess, graph, sources, targets):
    """Gives the training graph's log-probability of each real target token, 0 for padding."""
    feed = {graph.encoder_inputs: sources, graph.decoder_targets: targets}
    return -sess.run(graph.cross_entropy, feed) * (targets != PAD)


@pytest.mark.parametrize("name", sorted(CONFIGS))
def test_along_a_prefix_the_logits_are_the_training_graphs(name):
    config = CONFIGS[name]
    prefix = np.random.RandomState(0).randint(2, 12, [len(SOURCES), T_OUT])
    with tf.Graph().as_default():
        graph = build_training_graph(config, step=tf.constant(-1))
        count = len(tf.global_variables())
        step = decoder_step(config)
        state, memory = encoder(config)(graph.encoder_inputs)
        states, logits = tf.nest.flatten(state.cells), []
        for t in range(T_OUT):
            step_logits, state = step(graph.decoder_inputs[:, t], state, memory)
            logits.append(step_logits)
        assert len(tf.global_variables()) == count
        sess = session(scale=0.5)
        values = sess.run(
            [tf.stack(logits, 1), graph.decoder_logits, states,
             tf.nest.flatten(graph.encoder_states)],
            {graph.encoder_inputs: SOURCES, graph.decoder_targets: prefix})
    np.testing.assert_allclose(values[0], values[1], atol=1e-6, rtol=0)
    np.testing.assert_allclose(np.stack(values[2]), np.stack(values[3]), atol=1e-6, rtol=0)
    assert np.abs(values[1]).max() > 0.5


@pytest.mark.parametrize("name", sorted(CONFIGS))
def test_greedy_takes_the_likeliest_token_that_may_be_chosen(name):
    graph, decoding, sess = built(CONFIGS[name])
    ids, scores = decoded(sess, decoding)
    assert ids.shape == (5, 1, T_OUT) and scores.shape == (5, 1)
    ids = ids[:, 0]
    feed = {graph.encoder_inputs: SOURCES, graph.decoder_targets: ids}
    logits = sess.run(graph.decoder_logits, feed)
    logits[:, :, NEVER] = -np.inf
    np.testing.assert_array_equal(ids, logits.argmax(2) * (ids != PAD))
    expected = log_probabilities(sess, graph, SOURCES, ids).sum(1)
    np.testing.assert_allclose(scores[:, 0], expected, atol=1e-5)
    for row in ids.tolist():
        length = row.index(END) + 1 if END in row else T_OUT
        assert PAD not in row[:length] and not any(row[length:])
    assert len({tuple(row) for row in ids}) > 1


@pytest.mark.parametrize("options", [{}, {"width": 3, "n_best": 3}])
def test_padding_start_and_unknown_are_never_chosen(options):
    config = dataclasses.replace(CONFIG, start_token=7)
    _, decoding, sess = built(config, **options)
    biases = sess.graph.get_tensor_by_name("fully_connected/biases:0").op.name
    with sess.graph.as_default():
        (variable,) = [v for v in tf.global_variables() if v.op.name == biases]
        variable.load(np.where(np.isin(np.arange(12), [*NEVER, 7, 9]), 50, 0), sess)
    ids, scores = decoded(sess, decoding)
    assert not np.isin(ids, [START, UNKNOWN, 7]).any() and (ids[:, 0, 0] == 9).all()
    assert np.isfinite(scores).all() and (scores < -1).all()


@pytest.mark.parametrize("name", sorted(CONFIGS))
def test_a_beam_of_one_is_greedy(name):
    with tf.Graph().as_default():
        encoder_inputs = tf.placeholder(tf.int32, [None, None])
        state, memory = encoder(CONFIGS[name])(encoder_inputs)
        step = functools.partial(decoder_step(CONFIGS[name]), memory=memory)
        sides = (
            greedy(CONFIGS[name], step, state, T_OUT),
            beam_search(CONFIGS[name], step, state, T_OUT, 1, 1),
        )
        values = session().run(sides, {encoder_inputs: SOURCES})
    (greedy_ids, greedy_scores), (beam_ids, beam_scores) = values
    np.testing.assert_array_equal(greedy_ids, beam_ids[:, 0])
    np.testing.assert_allclose(greedy_scores, beam_scores[:, 0], rtol=1e-5)


@pytest.mark.parametrize("options", [
    {}, {"width": 4, "n_best": 4}, {"compiled": True}, {"width": 30, "n_best": 30}])
def test_an_id_that_is_no_token_of_the_target_is_never_chosen(options):
    """The vocabulary's size is that of the larger side: 9 of 12 ids are the target's."""
    _, decoding, sess = built(CONFIG, target_size=9, **options)
    with sess.graph.as_default():
        (biases,) = [v for v in tf.global_variables() if v.op.name == "fully_connected/biases"]
        biases.load(np.where(np.arange(12) >= 9, 9, 0), sess)  # the likeliest by far
    ids, scores = decoded(sess, decoding)
    assert ids.max() < 9 and np.isfinite(scores).all() and (scores < -5).all()


def every_sequence(config):
    """Gives all that can be written: what ends within T_out, and what does not end, as rows."""
    tokens = [id_ for id_ in range(config.vocab_size) if id_ not in (*NEVER, END)]
    length = config.max_output_length
    for count in range(length + 1):
        for words in itertools.product(tokens, repeat=count):
            ended = list(words) + [END] * (count < length)
            yield ended + [PAD] * (length - len(ended))


@pytest.mark.parametrize("length_penalty", [0.0, 1.0])
def test_a_wide_beam_is_exhaustive_search(length_penalty):
    rows = np.array(list(every_sequence(TINY)))
    count = 1 + 3 + 9 + 27 + 81
    assert rows.shape == (count, 4)
    graph, decoding, sess = built(
        TINY, width=count + 2, n_best=count + 2, length_penalty=length_penalty)
    ids, scores = decoded(sess, decoding, TINY_SOURCES)
    for source, found, found_scores in zip(TINY_SOURCES, ids, scores):
        log_p = log_probabilities(sess, graph, np.tile(source, [count, 1]), rows).sum(1)
        expected = log_p / ((5 + (rows != PAD).sum(1)) / 6) ** length_penalty
        order = np.argsort(-expected, kind="stable")
        np.testing.assert_allclose(found_scores[:count], expected[order], rtol=1e-4)
        np.testing.assert_array_equal(found[:10], rows[order[:10]])
        assert {tuple(row) for row in found[:count]} == {tuple(row) for row in rows}
        # There are no more sequences than that.
        assert (found_scores[count:] == -np.inf).all() and not found[count:].any()


def plain_beam_search(log_p_of, width, length, alpha):
    """Beam search in Python, to the very end; returns (ids, score) of all that was finished or
    stood at the end, best first."""

    def score(hypothesis):
        return hypothesis[1] / ((5 + len(hypothesis[0])) / 6) ** alpha

    beam, finished = [((), 0.0)], []
    for _ in range(length):
        candidates = []
        for ids, log_p in beam:
            gains = enumerate(log_p_of(ids))
            candidates += [((*ids, i), log_p + g) for i, g in gains if i not in NEVER]
        candidates.sort(key=lambda hypothesis: -hypothesis[1])
        finished += [hypothesis for hypothesis in candidates[:width] if hypothesis[0][-1] == END]
        beam = [hypothesis for hypothesis in candidates if hypothesis[0][-1] != END][:width]
    found = sorted(finished + beam, key=score, reverse=True)
    return [(hypothesis[0], score(hypothesis)) for hypothesis in found]


@pytest.mark.parametrize("length_penalty", [0.0, 0.7])
@pytest.mark.parametrize("seed", range(4))
def test_no_answer_is_worse_than_one_that_was_finished_on_the_way(seed, length_penalty):
    """Held once, it is compared at the end; and none is better than the best of all sequences."""
    rows = np.array(list(every_sequence(TINY)))
    with tf.Graph().as_default():
        graph = build_training_graph(TINY, seed=1)
        decoding = build_decoding(TINY, 2, 1, length_penalty)
        sess = session(seed=seed)
    ids, scores = decoded(sess, decoding, TINY_SOURCES)
    for source, (found,), (score,) in zip(TINY_SOURCES, ids, scores):
        log_p = log_probabilities(sess, graph, np.tile(source, [len(rows), 1]), rows)
        by_row = {tuple(row): gains for row, gains in zip(rows.tolist(), log_p)}

        def log_p_of(prefix):
            gains = np.full(TINY.vocab_size, -np.inf)
            for row, of_row in by_row.items():  # noqa: B023
                if row[: len(prefix)] == prefix and row[len(prefix)] != PAD:
                    gains[row[len(prefix)]] = of_row[len(prefix)]
            return gains

        expected = plain_beam_search(log_p_of, 2, TINY.max_output_length, length_penalty)
        assert [id_ for id_ in found if id_ != PAD] == list(expected[0][0])
        np.testing.assert_allclose(score, expected[0][1], rtol=1e-4)
        lengths = (rows != PAD).sum(1)
        best_of_all = (log_p.sum(1) / ((5 + lengths) / 6) ** length_penalty).max()
        assert score <= best_of_all + 1e-4


@pytest.mark.parametrize("name, n_best, length_penalty", [
    *(("document", n_best, alpha) for n_best in (1, 3) for alpha in (0.0, 0.7, 3.0)),
    ("luong, fed", 3, 0.7), ("bahdanau, layers", 3, 0.0),
])
def test_beam_search_is_a_plain_one_that_never_stops_early(name, n_best, length_penalty):
    graph, decoding, sess = built(
        CONFIGS[name], width=3, n_best=n_best, length_penalty=length_penalty)
    ids, scores = decoded(sess, decoding)
    assert ids.shape == (5, n_best, T_OUT) and scores.shape == (5, n_best)
    for source, found, found_scores in zip(SOURCES, ids, scores):

        def log_p_of(prefix):
            rows = np.full([1, T_OUT], END)
            rows[0, : len(prefix)] = prefix
            feed = {graph.encoder_inputs: source[None], graph.decoder_targets: rows}  # noqa: B023
            logits = sess.run(graph.decoder_logits, feed)[0, len(prefix)].astype(float)
            return logits - np.log(np.exp(logits).sum())

        expected = plain_beam_search(log_p_of, 3, T_OUT, length_penalty)[:n_best]
        for row, score, (words, expected_score) in zip(found, found_scores, expected):
            assert row.tolist() == list(words) + [PAD] * (T_OUT - len(words))
            np.testing.assert_allclose(score, expected_score, rtol=1e-4)


@pytest.mark.parametrize("name", sorted(CONFIGS))
def test_n_best_are_sorted_distinct_and_keep_the_score_of_their_own_tokens(name):
    graph, decoding, sess = built(CONFIGS[name], width=6, n_best=4, length_penalty=0.8)
    ids, scores = decoded(sess, decoding)
    assert (np.diff(scores, axis=1) <= 0).all()
    lengths = set()
    for source, rows, row_scores in zip(SOURCES, ids, scores):
        assert len({tuple(row) for row in rows}) == 4
        log_p = log_probabilities(sess, graph, np.tile(source, [4, 1]), rows).sum(1)
        length = (rows != PAD).sum(1)
        np.testing.assert_allclose(row_scores, log_p / ((5 + length) / 6) ** 0.8, rtol=1e-4)
        lengths |= set(length)
    assert len(lengths) > 1  # some ended early, and kept their score to the end


@pytest.mark.parametrize("options", [{}, {"width": 4, "n_best": 2}])
def test_the_graph_does_not_grow_and_a_source_does_not_see_its_batch(options):
    _, decoding, sess = built(CONFIG, **options)
    sess.graph.finalize()
    together = decoded(sess, decoding)
    alone = [decoded(sess, decoding, SOURCES[i : i + 1]) for i in range(len(SOURCES))]
    np.testing.assert_array_equal(together[0], np.concatenate([ids for ids, _ in alone]))
    np.testing.assert_allclose(
        together[1], np.concatenate([scores for _, scores in alone]), atol=1e-5)
    assert decoded(sess, decoding, SOURCES[:0])[0].shape == (0, options.get("n_best", 1), T_OUT)


@pytest.mark.parametrize("name", sorted(set(CONFIGS) - {"luong", "both ways"}))
@pytest.mark.parametrize("options", [{}, {"width": 3, "n_best": 2, "length_penalty": 0.5}])
def test_compiled_it_writes_the_same(name, options):
    plain, compiled = (
        decoded(*built(CONFIGS[name], compiled=compiled, **options)[:0:-1])
        for compiled in (False, True))
    np.testing.assert_array_equal(plain[0], compiled[0])
    np.testing.assert_allclose(plain[1], compiled[1], rtol=1e-5, atol=1e-5)


def test_a_large_vocabulary_is_read_without_a_table(monkeypatch):
    sides = []
    for size in (lstms.LARGE_VOCABULARY, 1):
        monkeypatch.setattr(lstms, "LARGE_VOCABULARY", size)
        for compiled in (False, True):
            _, decoding, sess = built(CONFIGS["practical"], compiled=compiled)
            sides.append(decoded(sess, decoding))
    for ids, scores in sides[1:]:
        np.testing.assert_array_equal(ids, sides[0][0])
        np.testing.assert_allclose(scores, sides[0][1], atol=1e-5)


def test_compiled_or_not_the_first_of_equals_is_chosen():
    with tf.Graph().as_default(), tf.Session() as sess:
        rows = tf.constant([[1.0, 3.0, 3.0], [-np.inf, -2.0, -np.inf]])
        assert sess.run(first_largest(rows)).tolist() == [1, 1]


def test_with_stop_at_length_padding_changes_nothing():
    config = CONFIGS["stopped"]
    _, decoding, sess = built(config, width=2)
    padded = np.pad(SOURCES, [(0, 0), (0, 7)], "constant")
    for one, other in zip(decoded(sess, decoding), decoded(sess, decoding, padded)):
        np.testing.assert_allclose(one, other, rtol=1e-6)


def test_the_longest_output_is_given_when_the_graph_is_built():
    short, long = (built(CONFIG, max_output_length=length)[1:] for length in (2, 30))
    short_ids, long_ids = decoded(*short[::-1])[0], decoded(*long[::-1])[0]
    assert short_ids.shape == (5, 1, 2) and long_ids.shape == (5, 1, 30)
    np.testing.assert_array_equal(short_ids, long_ids[:, :, :2])


@pytest.mark.parametrize("width", [1, 3])
def test_it_stops_when_every_source_has_ended(width):
    with tf.Graph().as_default():
        config = dataclasses.replace(CONFIG, max_output_length=2**16)
        state, _ = encoder(config)(tf.constant(SOURCES, tf.int32))
        steps = tf.get_variable("steps", [], tf.int32, tf.zeros_initializer(), trainable=False)
        take = decoder_step(config)

        def counted(previous, state):
            with tf.control_dependencies([steps.assign_add(1)]):
                return take(tf.identity(previous), state)

        ids, _ = (
            greedy(config, counted, state, 2**16) if width == 1
            else beam_search(config, counted, state, 2**16, width))
        sess = session()
        (biases,) = [v for v in tf.global_variables() if v.op.name == "fully_connected/biases"]
        biases.load(np.where(np.arange(12) == END, 30, 0), sess)
        steps.load(0, sess)
        ids = sess.run(ids).reshape([len(SOURCES), 2**16])
        assert sess.run(steps) <= 2 and (ids[:, 0] == END).all()


def test_alone_it_is_restored_from_a_training_checkpoint(tmp_path):
    graph, decoding, sess = built(CONFIG)
    with sess.graph.as_default():
        prefix = tf.train.Saver().save(sess, str(tmp_path / "model.ckpt"), global_step=1)
        names = {variable.op.name for variable in tf.global_variables()}
    with tf.Graph().as_default(), tf.Session() as other:
        alone = build_decoding(CONFIG)
        assert {variable.op.name for variable in tf.global_variables()} == names
        tf.train.Saver().restore(other, prefix)
        np.testing.assert_array_equal(decoded(other, alone)[0], decoded(sess, decoding)[0])


@pytest.mark.parametrize("options, message", [
    ({"width": 0}, "width is 0; it must be an integer of at least 1"),
    ({"n_best": 0}, "n_best is 0"),
    ({"width": 2, "n_best": 3}, "n_best is 3 and width 2"),
    ({"length_penalty": -1}, "length_penalty is -1"),
    ({"length_penalty": float("nan")}, "length_penalty is nan"),
    ({"length_penalty": 40}, "length_penalty is 40; it must be from 0 to 5"),
    ({"max_output_length": 0}, "max_output_length is 0"),
    ({"max_output_length": 2**16 + 1}, "max_output_length is 65537; it must be at most 65536"),
])
def test_numbers_that_cannot_be_are_refused(options, message):
    with tf.Graph().as_default(), pytest.raises(InputError, match=message):
        build_decoding(CONFIG, **options)

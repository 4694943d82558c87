import dataclasses

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
import tiny_run

from seq2seq_graph.data.datasets import encode_pairs, to_matrix
from seq2seq_graph.data.pairs import PARTS, drop_repeats, read_pairs, split_by_source
from seq2seq_graph.errors import InputError
from seq2seq_graph.inference import evaluation, generation
from seq2seq_graph.model import build_training_graph
from seq2seq_graph.runs import checkpoint, run_directory
from seq2seq_graph.training.validation import validate
from seq2seq_graph.vocabulary import END, PAD, UNKNOWN

WORDS = ["abc", "cab", "dé", "e", "edcba", "bad", "가a", "cc"]
LONG = "abcdeabcde"  # 10 tokens, the model reads 6


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return tiny_run.make(tmp_path_factory.mktemp("runs") / "run")


def written(directory, words):
    """Returns what the model writes for each word, by the library that `generate` uses."""
    with generation.open_run(directory) as generator:
        sources = [generator.run.source_vocabulary.encode(word) for word in words]
        ids, _ = generation.decode(
            generator.sess, generator.decoding, generator.run.model, sources)
        return [generator.run.target_vocabulary.decode(row) for row in ids[:, 0]]


def evaluated(directory, pairs, **options):
    run = run_directory.load(directory)
    return evaluation.evaluate(checkpoint.best(directory), run, pairs, **options)


def test_what_the_model_writes_itself_is_scored_as_perfect(directory):
    answers = written(directory, WORDS)
    ended = [(word, answer) for word, answer in zip(WORDS, answers)
             if len(answer) < tiny_run.T_OUT]
    assert len({tuple(answer) for _, answer in ended}) > 1
    result = evaluated(directory, ended)
    assert result.teacher_forced.exact_match == result.teacher_forced.token_accuracy == 1
    assert result.free_running[:2] == (1, 0) and result.hypotheses == [a for _, a in ended]
    assert (result.pairs, result.sources, result.too_long) == (len(ended), len(ended), 0)
    wrong = evaluated(directory, [(word, answer + ["K"]) for word, answer in ended])
    assert wrong.free_running.exact_match == 0
    tokens = sum(len(answer) + 1 for _, answer in ended)
    assert wrong.free_running.token_error_rate == pytest.approx(len(ended) / tokens)


def test_it_takes_as_many_cores_as_it_is_given(directory, monkeypatch):
    taken, configs = [], []
    real, session = generation.ThreadPoolExecutor, tf.Session
    monkeypatch.setattr(
        generation, "ThreadPoolExecutor", lambda count: taken.append(count) or real(count))
    monkeypatch.setattr(
        tf, "Session", lambda config=None: configs.append(config) or session(config=config))
    evaluated(directory, [("abc", ["S"])], threads=3)
    assert taken == [3]
    assert [(c.intra_op_parallelism_threads, c.inter_op_parallelism_threads) for c in configs] == [
        (1, 3)]


def test_any_listed_target_is_right(directory):
    (answer,) = written(directory, ["abc"])
    pairs = [("abc", ["S", "S"]), ("cab", ["nothing"]), ("abc", answer)]
    result = evaluated(directory, pairs)
    assert (result.pairs, result.sources, result.unknown) == (3, 2, 1)
    assert result.free_running.exact_match == result.teacher_forced.exact_match == 1 / 2


def test_a_source_that_is_too_long_is_counted_as_wrong_and_shifts_nothing(directory):
    answers = written(directory, WORDS)
    pairs = list(zip(WORDS, answers))
    pairs.insert(3, (LONG, ["K", "AE"]))
    result = evaluated(directory, pairs)
    assert (result.sources, result.too_long) == (9, 1)
    assert result.hypotheses[3] == [] and result.hypotheses[:3] == answers[:3]
    assert result.hypotheses[4:] == answers[3:]
    assert result.free_running.exact_match == pytest.approx(8 / 9)
    assert result.free_running.token_error_rate == 2 / (sum(map(len, answers)) + 2)
    short = evaluated(directory, pairs[:3] + pairs[4:]).teacher_forced
    tokens = sum(map(len, answers)) + 8
    assert result.teacher_forced.token_accuracy == pytest.approx(
        short.token_accuracy * tokens / (tokens + 3))
    assert result.teacher_forced.perplexity == pytest.approx(short.perplexity)
    only_long = evaluated(directory, [(LONG, ["K"])])
    assert only_long.teacher_forced.token_accuracy == 0 and only_long.too_long == 1
    assert only_long.free_running[:2] == (0, 1) and only_long.silent == 0


def test_a_target_longer_than_any_in_training_is_scored_to_its_end(directory):
    long_target = ["K", "AE", "T", "S"] * 5
    result = evaluated(directory, [("abc", long_target), ("cab", ["T"])])
    assert result.free_running.exact_match == 0 and result.pairs == 2
    assert result.free_running.token_error_rate > 0
    assert np.isfinite(result.teacher_forced.perplexity)


@pytest.mark.parametrize("options", [{}, {"reverse_source": True, "stop_at_length": True,
                                          "cut_batches": True, "dropout": 0.5}])
def test_teacher_forced_scores_are_the_training_graphs(tmp_path, options):
    directory = tiny_run.make(tmp_path / "run", **options)
    run = run_directory.load(directory)
    random = np.random.RandomState(0)
    pairs = [(word, random.choice(tiny_run.TARGET_TOKENS, random.randint(1, 6)).tolist())
             for word in WORDS]
    forced = evaluated(directory, pairs).teacher_forced
    sources = to_matrix([run.source_vocabulary.encode(s) for s, _ in pairs], tiny_run.T_IN)
    targets = to_matrix([run.target_vocabulary.encode(t) + [END] for _, t in pairs], 7)
    with tf.Graph().as_default(), tf.Session() as sess:
        graph = build_training_graph(run.model)
        checkpoint.restore(sess, tf.train.Saver(), checkpoint.best(directory))
        prediction, cross_entropy = sess.run(
            [graph.decoder_prediction, graph.cross_entropy],
            {graph.encoder_inputs: sources, graph.decoder_targets: targets})
    real = targets != PAD
    assert forced.token_accuracy == pytest.approx((prediction == targets)[real].mean())
    assert forced.perplexity == pytest.approx(np.exp(cross_entropy[real].mean()), rel=1e-5)


def test_a_true_token_that_the_vocabulary_lacks_is_never_right(directory):
    result = evaluated(directory, [("abc", ["<UNKNOWN>"]), ("cab", ["new"])])
    assert result.unknown == 2 and result.teacher_forced.exact_match == 0


def test_validation_and_evaluation_give_one_number_on_the_same_pairs(directory):
    run = run_directory.load(directory)
    answers = written(directory, WORDS)
    # A model that predicts UNKNOWN where it stands must not gain by it: its bias is raised.
    pairs = [(tuple(word), tuple(answer[:1]) + ("new",)) for word, answer in zip(WORDS, answers)]
    examples = encode_pairs(
        pairs, run.source_vocabulary, run.target_vocabulary, tiny_run.T_IN, tiny_run.T_OUT)
    with tf.Graph().as_default(), tf.Session() as sess:
        graph = build_training_graph(dataclasses.replace(run.model, cut_batches=True))
        checkpoint.restore_for_use(sess, checkpoint.best(directory))
        biases, = [v for v in tf.global_variables() if v.op.name.endswith("fully_connected/biases")]
        biases.load(sess.run(biases) + 3 * np.eye(11, dtype=np.float32)[UNKNOWN], sess)
        valid = validate(
            sess, graph, examples, dataclasses.replace(run.model, mask_padding=True))
        assert (valid.prediction == UNKNOWN).any()
        scores, unknown = evaluation._teacher_forced(run, pairs, sess, graph)
    assert unknown == len(pairs)
    assert valid.token_accuracy == scores.token_accuracy > 0
    assert valid.source_accuracy == scores.exact_match == 0
    assert np.exp(valid.loss) == pytest.approx(scores.perplexity, rel=1e-6)


def test_a_scoring_step_holds_a_bounded_number_of_floats(directory, monkeypatch):
    answers = written(directory, WORDS)
    pairs = [(word, (answer + ["K"] * 9)[:1 + 3 * (i % 3)])
             for i, (word, answer) in enumerate(zip(WORDS, answers))]
    whole = evaluated(directory, pairs).teacher_forced
    asked = []

    def two_rows(config, target_length):
        asked.append(target_length)
        return 2

    monkeypatch.setattr(evaluation, "rows_within", two_rows)
    by_two = evaluated(directory, pairs).teacher_forced
    assert asked == [8, 5, 5, 2]
    assert by_two.token_accuracy == whole.token_accuracy
    assert by_two.exact_match == whole.exact_match
    assert by_two.perplexity == pytest.approx(whole.perplexity, rel=1e-6)


def test_a_part_is_dealt_out_as_in_training_with_nothing_left_out(tmp_path):
    path = tmp_path / "pairs.tsv"
    lines = [f"{'abcde'[i % 5] * (i % 9 + 1)}{'b' * (i // 9)}\tK T\n" for i in range(45)]
    path.write_text("".join(lines))
    run = run_directory.load(tiny_run.make(tmp_path / "run", origin=path))
    parts, _ = drop_repeats(split_by_source(read_pairs(str(path))))
    for part in PARTS:
        assert evaluation.read_part(run, part) == (parts[part], (0, 0)) and parts[part]
    other = tmp_path / "other.tsv"
    other.write_text("b\tT\na\tK\nb\tT\n")
    assert evaluation.read_part(run, "test", str(other)) == (
        [(("b",), ("T",)), (("a",), ("K",))], (1, 0))


def test_a_folder_of_parts_is_read_as_it_stands(tmp_path):
    for part in PARTS:
        (tmp_path / f"{part}.tsv").write_text(f"{part[0]}\tK\n")
    run = run_directory.load(tiny_run.make(tmp_path / "run", origin=tmp_path))
    assert evaluation.read_part(run, "valid") == ([(("v",), ("K",))], (0, 0))
    (tmp_path / "valid.tsv").write_text("v\tK\nt\tT\nv\tK\n")
    assert evaluation.read_part(run, "valid") == ([(("v",), ("K",))], (1, 1))
    (tmp_path / "train.tsv").unlink()  # what is not used is not read
    assert evaluation.read_part(run, "test") == ([(("t",), ("K",))], (0, 0))


def test_an_empty_part_and_a_missing_file_are_refused(tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text("a\tK\n")
    run = run_directory.load(tiny_run.make(tmp_path / "run", origin=path))
    with pytest.raises(InputError, match="no pair for the test part"):
        evaluation.read_part(run)
    with pytest.raises(InputError, match="missing"):
        evaluation.read_part(run, "test", str(tmp_path / "missing"))

import evaluate as evaluate_script
import numpy as np
import pytest
import tensorflow.compat.v1 as tf
import tiny_run

from seq2seq_graph.data.datasets import to_matrix
from seq2seq_graph.errors import InputError
from seq2seq_graph.inference import ranking
from seq2seq_graph.model import build_training_graph
from seq2seq_graph.runs import checkpoint, run_directory
from seq2seq_graph.vocabulary import END

SOURCES = ["abc", "cab", "d", "edcba", "bad", "cc", "ab", "ea", "dd"]
TARGETS = [tuple(line.split()) for line in (
    "K", "AE T", "T S K", "S AE", "AE K K AE", "S", "T T T T T", "K S AE", "AE")]
PAIRS = list(zip(SOURCES, TARGETS))


@pytest.fixture(scope="module", params=[False, True], ids=["padded", "stop_at_length"])
def directory(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    return tiny_run.make(folder / "run", stop_at_length=request.param)


def one_by_one(directory, pairs):
    """The log-probability of each pair alone, from the logits."""
    run = run_directory.load(directory)
    found = []
    with tf.Graph().as_default(), tf.Session() as sess:
        graph = build_training_graph(run.model)
        checkpoint.restore_for_use(sess, checkpoint.best(directory))
        for source, target in pairs:
            ids = run.target_vocabulary.encode(target) + [END]
            logits = sess.run(graph.decoder_logits, {
                graph.encoder_inputs: to_matrix(
                    [run.source_vocabulary.encode(source)], run.model.max_input_length),
                graph.decoder_targets: to_matrix([ids], run.model.max_output_length),
            })[0, : len(ids)].astype(np.float64)
            logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
            found.append(logs[np.arange(len(ids)), ids].sum())
    return np.array(found)


def test_candidates_are_ordered_by_the_models_log_probability(directory):
    run = run_directory.load(directory)
    targets = list(dict.fromkeys(TARGETS))
    every = one_by_one(directory, [(source, target) for source in SOURCES for target in targets])
    every = every.reshape(len(SOURCES), len(targets))
    penalties = np.array([(6 + len(target)) / 6 for target in targets])
    candidates = ranking.drawn(PAIRS, 5, 3)
    for alpha in (0.0, 2.0):
        scores = np.take_along_axis(every / penalties**alpha, candidates, 1)
        ranks = 1 + (scores[:, 1:] >= scores[:, :1]).sum(axis=1)
        (found,) = ranking.rank(checkpoint.best(directory), run, PAIRS, [5], 3, alpha)
        assert found.first == np.mean(ranks == 1) and len(set(ranks)) > 2
        assert found.reciprocal_rank == pytest.approx(np.mean(1 / ranks))


def test_what_a_run_drops_in_training_changes_nothing(tmp_path):
    found = []
    for options in {}, {"dropout": 0.5, "variational_dropout": True}:
        directory = tiny_run.make(tmp_path / str(len(options)), **options)
        found += ranking.rank(checkpoint.best(directory), run_directory.load(directory), PAIRS, [5])
    assert found[0] == found[1]


def test_a_source_that_cannot_be_read_is_last(directory):
    run = run_directory.load(directory)
    long = [(source + "a" * run.model.max_input_length, target) for source, target in PAIRS]
    assert ranking.rank(checkpoint.best(directory), run, long, [2, 4]) == [
        ranking.Ranking(2, 9, 0, 1 / 2, 0, 1 / 2), ranking.Ranking(4, 9, 0, 1 / 4, 0, 1 / 4)]


def test_what_a_source_adds_is_less_what_others_give_a_candidate():
    """Target 0 is what all say: likelier than the true one after sources 1 and 2."""
    candidates = np.array([[0, 1, 2], [1, 0, 2], [2, 0, 1]])
    scores = np.array([[-1.0, -7.0, -8.0], [-4.0, -2.0, -8.0], [-5.0, -2.0, -6.0]])
    # Of the first row: 0 has -2 and -2 elsewhere; 1 has -6, drawn for the third; 2 has -8.
    np.testing.assert_allclose(ranking.added(scores, candidates), [
        [-1 + 2, -7 + 6, -8 + 8], [-4 + 6.5, -2 + 2, -8 + 8], [-5 + 8, -2 + 2, -6 + 7]])
    alone = ranking.added(scores[:1], candidates[:1])
    np.testing.assert_array_equal(alone, np.zeros([1, 3]))


def test_the_draw_is_the_seeds_and_smaller_sets_are_parts_of_larger_ones():
    pairs = [(f"s{i}", [f"t{i}"]) for i in range(60)]
    drawn = ranking.drawn(pairs, 10, 0)
    assert drawn.shape == (60, 10) and (drawn[:, 0] == np.arange(60)).all()
    assert all(len(set(row)) == 10 for row in drawn)
    assert (drawn == ranking.drawn(pairs, 10, 0)).all()
    assert (drawn != ranking.drawn(pairs, 10, 1)).any()
    # Every target is as often another's candidate: 60 * 9 / 60 = 9 times in the mean.
    assert np.bincount(drawn[:, 1:].ravel(), minlength=60).max() < 25


def test_no_listed_target_of_a_source_is_among_its_others():
    pairs = [(f"s{i}", [f"t{i}"]) for i in range(8)] + [("s0", [f"t{j}"]) for j in (1, 2, 3)]
    for seed in range(20):
        row = ranking.drawn(pairs, 5, seed)[0]
        assert row[0] == 0 and set(row[1:]) == {4, 5, 6, 7}
    with pytest.raises(InputError, match="rank is 6, but there are 8 different targets, 4 of them"):
        ranking.drawn(pairs, 6, 0)


def test_chance_is_what_one_reaches_who_guesses():
    found = ranking.Ranking(4, 9, 0.5, 0.5, 0.5, 0.5)
    assert found.chance == pytest.approx((1 / 4, (1 + 1 / 2 + 1 / 3 + 1 / 4) / 4))


def test_the_script_prints_the_ranks_beside_chance(directory, tmp_path, capsys):
    path = tmp_path / "pairs.tsv"
    path.write_text("".join(f"{s}\t{' '.join(t)}\n" for s, t in PAIRS))
    argv = [directory, "--pairs", str(path)]
    assert evaluate_script.main([*argv, "--rank", "2", "--rank", "5"]) == 0
    printed = capsys.readouterr().out.split("\n")
    assert printed[-3].startswith("the true target among 2, 9 sources: first in ")
    assert "; by what the source adds " in printed[-3]
    assert "(chance 50.00%)" in printed[-3] and "(chance 20.00%)" in printed[-2]
    for refused, message in (("99", "give at most"), ("1", "at least 2")):
        with pytest.raises(SystemExit):
            evaluate_script.main([*argv, "--rank", refused])
        assert message in capsys.readouterr().err

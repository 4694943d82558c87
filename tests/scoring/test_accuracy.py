import numpy as np

from seq2seq_graph.scoring import accuracy

TARGETS = np.array([[5, 6, 2, 0], [5, 2, 0, 0], [7, 2, 0, 0]])
PREDICTION = np.array([[5, 9, 2, 9], [5, 2, 9, 0], [7, 0, 0, 0]])


def test_token_accuracy_counts_end_and_not_padding():
    assert accuracy.token_accuracy(PREDICTION, TARGETS) == 5 / 7


def test_exact_match_needs_end_and_ignores_padding():
    np.testing.assert_array_equal(
        accuracy.exact_match(PREDICTION, TARGETS), [False, True, False])


def test_a_source_is_right_if_any_of_its_targets_matches():
    matches = np.array([False, True, False])
    assert accuracy.source_accuracy(matches, np.array([0, 0, 1])) == 1 / 2
    assert accuracy.source_accuracy(matches, np.array([0, 1, 2])) == 1 / 3
    assert accuracy.source_accuracy(~matches, np.array([0, 0, 1])) == 1.0


def test_a_predicted_unknown_is_wrong():
    targets = np.array([[5, 3, 2, 0], [3, 2, 0, 0], [6, 2, 0, 0]])  # UNKNOWN is 3
    assert accuracy.is_right(targets, targets).tolist() == [
        [True, False, True, False], [False, True, False, False], [True, True, False, False]]
    assert accuracy.token_accuracy(targets, targets) == 5 / 7
    assert accuracy.exact_match(targets, targets).tolist() == [False, False, True]

import random

import numpy as np

from seq2seq_graph.scoring import text_metrics

HYPOTHESES = [("K", "AE", "T"), ("D", "AO"), (), ("S",)]
REFERENCES = [
    [("K", "AE", "T")],
    [("D", "AO", "G"), ("D", "AA", "G", "Z")],
    [("AH",)],
    [("T", "UW"), ("S",)],
]


def plain_distance(one, other):
    table = {(i, 0): i for i in range(len(one) + 1)}
    table.update({(0, j): j for j in range(len(other) + 1)})
    for i, a in enumerate(one):
        for j, b in enumerate(other):
            table[i + 1, j + 1] = min(
                table[i, j] + (a != b), table[i, j + 1] + 1, table[i + 1, j] + 1)
    return table[len(one), len(other)]


def test_edit_distances_of_words_that_can_be_checked_by_eye():
    ones = ["kitten", "", "abc", "abc", "flaw", "abc", ""]
    others = ["sitting", "abc", "", "abc", "lawn", "xyz", ""]
    assert text_metrics.edit_distances(ones, others).tolist() == [3, 3, 3, 0, 2, 3, 0]
    assert text_metrics.edit_distances([], []).tolist() == []


def test_edit_distances_are_a_plain_tables():
    draw = random.Random(0)
    words = [[draw.choice("abc") for _ in range(draw.randrange(12))] for _ in range(3000)]
    ones, others = words[::2], words[1::2]
    np.testing.assert_array_equal(
        text_metrics.edit_distances(ones, others),
        [plain_distance(one, other) for one, other in zip(ones, others)])


def test_one_long_text_among_short_ones_takes_no_memory_for_all(monkeypatch):
    shapes, real = [], text_metrics._distances

    def noted(ones, others):
        shapes.append((len(others), max(map(len, others)) + 1))
        return real(ones, others)

    monkeypatch.setattr(text_metrics, "_distances", noted)
    others = ["a" * 10**6, *["ab"] * 3000]
    distances = text_metrics.edit_distances(["ab"] * 3001, others)
    assert distances.tolist() == [10**6 - 1, *[0] * 3000]
    assert shapes == [(1, 10**6 + 1), (1024, 3), (1024, 3), (952, 3)]


def test_a_source_is_wrong_unless_a_listed_target_is_written_whole():
    assert text_metrics.exact_match(HYPOTHESES, REFERENCES) == 2 / 4
    assert text_metrics.exact_match([list("ab")], [[("a", "b")]]) == 1


def test_the_nearest_reference_counts_for_the_token_error_rate():
    # Edits 0, 1, 1, 0 by tokens 3, 3, 1, 1 of the nearest references.
    assert text_metrics.token_error_rate(HYPOTHESES, REFERENCES) == 2 / 8
    assert text_metrics.token_error_rate([("a", "b", "c")], [[("d",)]]) == 3


def test_targets_of_no_token_are_no_division_by_none():
    assert text_metrics.token_error_rate([(), ("a",)], [[()], [()]]) == 1

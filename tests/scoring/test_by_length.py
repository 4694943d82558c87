"""Scores by the length of the source, by hand."""

import pytest

from seq2seq_graph.scoring import by_length

LENGTHS = [1, 3, 2, 21, 5]
HYPOTHESES = [["a"], ["b", "c"], ["x"], ["d"], []]
REFERENCES = [[["a"]], [["b", "d"], ["b"]], [["y"]], [["d"]], [["e"]]]


@pytest.fixture(scope="module")
def groups():
    return by_length.score_by_length(LENGTHS, HYPOTHESES, REFERENCES, " ".join)


def test_each_source_is_in_the_group_of_its_length_and_empty_groups_are_left_out(groups):
    assert [(group.name, group.sources) for group in groups] == [
        ("1 to 2", 2), ("3 to 5", 2), ("over 20", 1)]


def test_a_group_has_the_scores_of_its_sources_alone(groups):
    assert [group.scores.exact_match for group in groups] == [0.5, 0.0, 1.0]
    # x for y: one of two tokens; one edit of "b c", one of "": of the references' 2 + 1 tokens.
    assert [group.scores.token_error_rate for group in groups] == [0.5, 2 / 3, 0.0]


def test_a_group_is_a_line_and_the_columns_stand_below_each_other(groups):
    heading, *rows = by_length.lines(groups)
    assert heading.split()[:4] == ["pieces", "of", "source", "sources"]
    assert [row[:50].split()[-3:] for row in rows] == [
        ["2", "2", "50.00%"], ["5", "2", "0.00%"], ["20", "1", "100.00%"]]
    assert len({len(row) for row in [heading, *rows]}) == 1


def test_no_source_no_table():
    assert list(by_length.lines([])) == []

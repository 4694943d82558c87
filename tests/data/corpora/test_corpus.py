from seq2seq_graph.data.corpora.corpus import collect

RAW = [
    (" a  b", "x\n"), ("a b", "x"), ("a b", "y"), ("c", "x"), ("", "x"), ("d", " "), ("e", "e"),
    ("1", "f"), ("cafe\u0301", "café"), ("g", "!"),
]


def test_pairs_are_normalized_and_those_that_teach_nothing_left_out():
    pairs, left_out = collect(RAW)
    assert pairs == [("a b", "x"), ("a b", "y"), ("c", "x")]
    assert left_out == {
        "the pair was there before": 1, "one side is empty": 2, "the same on both sides": 2,
        "a side without a letter": 2}


def test_each_side_may_be_kept_once():
    pairs, left_out = collect(RAW, unique_sides=True)
    assert pairs == [("a b", "x")]
    assert left_out["the source or the target was there before"] == 2

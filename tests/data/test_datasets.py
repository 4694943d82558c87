import numpy as np
import pytest

from seq2seq_graph.data.datasets import describe, limit, prepare, prepare_parts
from seq2seq_graph.data.pairs import PARTS
from seq2seq_graph.errors import InputError
from seq2seq_graph.vocabulary import END, PAD, UNKNOWN


def pairs_of(count):
    return [((str(i),), ("t", str(i % 3))) for i in range(count)]


def test_rare_tokens_of_either_side_are_unknown_in_training_too():
    pairs = [(("a", "b"), ("x", "x")), (("a", "c"), ("y",))]
    dataset = prepare_parts(dict.fromkeys(PARTS, pairs), 3, 3, min_count=2)
    assert dataset.source_vocabulary.tokens == ("a",)
    assert dataset.target_vocabulary.tokens == ("x",)
    assert dataset.train.encoder_inputs.tolist() == [[4, UNKNOWN, PAD], [4, UNKNOWN, PAD]]
    assert dataset.train.decoder_targets.tolist() == [[4, 4, END], [UNKNOWN, END, PAD]]


def test_prepare_pads_and_ends():
    pairs = [("ba", "x"), ("q", "x"), ("r", "x"), ("ab", "yx"), ("b", "y")]
    dataset = prepare(pairs, max_input_length=3, max_output_length=4)
    assert dataset.source_vocabulary.tokens == ("a", "b")  # of the training part alone
    np.testing.assert_array_equal(dataset.train.encoder_inputs, [[4, 5, 0], [5, 0, 0]])
    np.testing.assert_array_equal(dataset.train.decoder_targets, [[5, 4, 2, 0], [5, 2, 0, 0]])
    np.testing.assert_array_equal(dataset.valid.encoder_inputs, [[5, 4, 0]])
    np.testing.assert_array_equal(dataset.test.encoder_inputs, [[3, 0, 0], [3, 0, 0]])
    assert dataset.train.encoder_inputs.dtype == np.int32
    assert dataset.vocab_size == 6


def test_source_index_tells_which_pairs_share_a_source():
    pairs = [("a", "x"), ("b", "x"), ("c", "x"), ("d", "x"), ("e", "x"), ("d", "y")]
    np.testing.assert_array_equal(prepare(pairs, 3, 3).train.source_index, [0, 1, 0])


def test_pairs_that_are_too_long_are_left_out_after_the_split_and_counted():
    pairs = [("a", "x"), ("b", "x"), ("c", "x"), ("dddd", "x"), ("eee", "xx"), ("f", "xxx"),
             ("eee", "xxx")]
    dataset = prepare(pairs, max_input_length=3, max_output_length=3)
    assert dataset.left_out == {"train": (3, 2), "valid": (0, 0), "test": (0, 0)}
    assert len(dataset.train.encoder_inputs) == 1  # eee -> xx END fits exactly
    assert " ".join(describe(dataset).splitlines()[0].split()) == (
        "train kept 1 sources, 1 pairs; left out as too long 2 sources, 3 pairs")


@pytest.mark.parametrize("pairs, part", [
    ([("a", "x")], "train"), ([("aaaa", "x")] + pairs_of(9), "valid"),
])
def test_a_part_without_pairs_is_refused(pairs, part):
    with pytest.raises(InputError, match=f"no pair is left for the {part} part"):
        prepare(pairs, 3, 3)


def test_limit_keeps_the_first_sources_of_each_part_whole():
    dataset = limit(prepare(pairs_of(60) + [(("3",), ("u",))], 3, 4), 2)
    assert [part.source_index.tolist() for part in dataset[:3]] == [[0, 1, 0], [0, 1], [0, 1]]
    with pytest.raises(InputError, match="limit is 0"):
        limit(dataset, 0)

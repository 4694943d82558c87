import numpy as np
import pytest

from seq2seq_graph.data.datasets import build_dataset, counts_text, keep_sources, unknown_hints
from seq2seq_graph.data.pairs import read_pairs, read_parts, split_by_source
from seq2seq_graph.errors import InputError
from seq2seq_graph.vocabulary import END, PAD, UNKNOWN


def made(pairs, max_input_length, max_output_length):
    return build_dataset(split_by_source(pairs), max_input_length, max_output_length)


def pairs_of(count):
    return [((str(i),), ("t", str(i % 3))) for i in range(count)]


def test_rare_tokens_of_either_side_are_unknown_in_training_too():
    pairs = [(("a", "b"), ("x", "x")), (("a", "c"), ("y",))]
    dataset = build_dataset(
        {"train": pairs, "valid": [(("d",), ("x",))], "test": []}, 3, 3, min_count=2)
    assert dataset.source_vocabulary.tokens == ("a",)
    assert dataset.target_vocabulary.tokens == ("x",)
    assert dataset.train.encoder_inputs.tolist() == [[4, UNKNOWN, PAD], [4, UNKNOWN, PAD]]
    assert dataset.train.decoder_targets.tolist() == [[4, 4, END], [UNKNOWN, END, PAD]]


def test_ids_are_padded_and_ended():
    pairs = [("ba", "x"), ("q", "x"), ("r", "x"), ("ab", "yx"), ("b", "y")]
    dataset = made(pairs, max_input_length=3, max_output_length=4)
    assert dataset.source_vocabulary.tokens == ("a", "b")  # of the training part alone
    np.testing.assert_array_equal(dataset.train.encoder_inputs, [[4, 5, 0], [5, 0, 0]])
    np.testing.assert_array_equal(dataset.train.decoder_targets, [[5, 4, 2, 0], [5, 2, 0, 0]])
    np.testing.assert_array_equal(dataset.valid.encoder_inputs, [[5, 4, 0]])
    np.testing.assert_array_equal(dataset.test.encoder_inputs, [[3, 0, 0], [3, 0, 0]])
    assert dataset.train.encoder_inputs.dtype == np.int32
    assert dataset.vocab_size == 6


def test_source_index_tells_which_pairs_share_a_source():
    pairs = [("a", "x"), ("b", "x"), ("c", "x"), ("d", "x"), ("e", "x"), ("d", "y")]
    np.testing.assert_array_equal(made(pairs, 3, 3).train.source_index, [0, 1, 0])


def test_pairs_that_are_too_long_are_left_out_after_the_split_and_counted():
    pairs = [("a", "x"), ("b", "x"), ("c", "x"), ("dddd", "x"), ("eee", "xx"), ("f", "xxx"),
             ("eee", "xxx")]
    dataset = made(pairs, max_input_length=3, max_output_length=3)
    assert dataset.left_out == {
        "train": (3, 2, 0, 0), "valid": (0, 0, 0, 0), "test": (0, 0, 0, 0)}
    assert len(dataset.train.encoder_inputs) == 1  # eee -> xx END fits exactly
    assert " ".join(counts_text(dataset).splitlines()[0].split()) == (
        "train kept 1 sources, 1 pairs; left out as too long 2 sources, 3 pairs")


@pytest.mark.parametrize("pairs, part", [
    ([("a", "x")], "train"), ([("aaaa", "x")] + pairs_of(9), "valid"),
])
def test_a_part_without_pairs_is_refused(pairs, part):
    with pytest.raises(InputError, match=f"no pair is left for the {part} part"):
        made(pairs, 3, 3)


def test_a_part_whose_sources_all_belong_to_another_is_refused_with_the_reason():
    pair, other = (("a",), ("x",)), (("b",), ("x",))
    with pytest.raises(InputError, match=r"the valid part \(0 .* that another part has 1\)"):
        build_dataset({"train": [other], "valid": [pair], "test": [pair]}, 2, 2)


def test_many_unknown_tokens_in_validation_are_said_with_the_flag_that_helps():
    """Of 4 source tokens "new" and "newer" are in no training pair; of 4 target tokens none."""
    parts = {"train": [(("a", "b"), ("c", "d"))], "test": [],
             "valid": [(("a", "new"), ("c", "d")), (("b", "newer"), ("d", "c"))]}
    (hint,) = unknown_hints(build_dataset(parts, 4, 4))
    assert hint.startswith("50% of the source tokens of validation are not in the vocabulary")
    assert "--source-tokens subwords" in hint
    known = dict(parts, valid=[(("a", "b", "a"), ("c", "d"))])
    assert list(unknown_hints(build_dataset(known, 4, 4))) == []


def test_limit_keeps_the_first_sources_of_each_part_whole():
    dataset = keep_sources(made(pairs_of(60) + [(("3",), ("u",))], 3, 4), 2)
    assert [part.source_index.tolist() for part in dataset[:3]] == [[0, 1, 0], [0, 1], [0, 1]]
    with pytest.raises(InputError, match="limit is 0"):
        keep_sources(dataset, 0)


def test_repeats_of_any_kind_are_dropped_counted_and_said():
    a, b, c = (("a",), ("x",)), (("b",), ("x",)), (("c",), ("x",))
    dataset = build_dataset(
        {"train": [c, a, b, c, (("d",), ("x",)), c], "valid": [b, a, b], "test": [a]}, 2, 2)
    assert [len(part.source_index) for part in dataset[:3]] == [2, 1, 1]  # c, d; b; a
    assert dataset.left_out == {
        "train": (0, 0, 2, 2), "valid": (0, 0, 1, 1), "test": (0, 0, 0, 0)}
    assert [line.split("0 pairs")[1] for line in counts_text(dataset).splitlines()] == [
        "; left out as repeated 2; left out as of a source that another part has 2",
        "; left out as repeated 1; left out as of a source that another part has 1", ""]


def test_repeated_lines_count_the_same_in_a_file_and_in_a_folder(tmp_path):
    lines = [f"{source}\tx\n" for source in "abcdefgh"]
    (tmp_path / "pairs.tsv").write_text("".join(3 * lines))
    for part, chosen in ("train", lines[3:]), ("valid", lines[:1]), ("test", lines[1:3]):
        (tmp_path / f"{part}.tsv").write_text("".join(3 * chosen))
    of_file = build_dataset(split_by_source(read_pairs(str(tmp_path / "pairs.tsv"))), 2, 2)
    of_folder = build_dataset(read_parts(str(tmp_path)), 2, 2)
    assert of_file.left_out == of_folder.left_out
    assert of_file.left_out["train"] == (0, 0, 10, 0)
    for one, other in zip(of_file[:3], of_folder[:3]):
        for array, other_array in zip(one, other):
            np.testing.assert_array_equal(array, other_array)

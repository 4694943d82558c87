import numpy as np
import pytest

from seq2seq_graph.data.batches import batches, epoch_batches, step_count
from seq2seq_graph.data.datasets import describe, limit, prepare, prepare_parts
from seq2seq_graph.data.pairs import JOINERS, PARTS, TOKENIZERS, listed_targets, read_pairs, read_parts, split_by_source
from seq2seq_graph.data import text
from seq2seq_graph.config import TrainingConfig
from seq2seq_graph.data.datasets import Examples
from seq2seq_graph.errors import InputError
from seq2seq_graph.vocabulary import END, PAD, UNKNOWN


def pairs_of(count):
    return [((str(i),), ("t", str(i % 3))) for i in range(count)]


def write(tmp_path, content):
    path = tmp_path / "pairs.tsv"
    path.write_bytes(content)
    return str(path)


def test_pairs_are_cut_into_characters_and_words(tmp_path):
    path = write(tmp_path, "cat\tK AE T\n고양이\t고양 이\n".encode())
    assert read_pairs(path) == [
        (("c", "a", "t"), ("K", "AE", "T")), (("고", "양", "이"), ("고양", "이"))]
    assert read_pairs(path, "words", "characters")[0] == (("cat",), tuple("K AE T"))


@pytest.mark.parametrize("content", [
    b"a\tb\r\nc\td\r\n", b"a\tb\nc\td", b"\xef\xbb\xbfa\tb\nc\td\n",
])
def test_line_ends_and_byte_order_mark_are_no_text(tmp_path, content):
    assert read_pairs(write(tmp_path, content)) == [(("a",), ("b",)), (("c",), ("d",))]


def test_only_a_line_feed_ends_a_line(tmp_path):
    path = write(tmp_path, "a\u2028\x0b\x85b\tc\n".encode())
    assert read_pairs(path) == [(("a", "\u2028", "\x0b", "\x85", "b"), ("c",))]


@pytest.mark.parametrize("content, message", [
    (b"", r"pairs.tsv: the file is empty"),
    (b"a\tb\nc\n", r"pairs.tsv:2: 1 field where 2 fields are needed \(source TAB target\)"),
    (b"a\tb\tc\n", r"pairs.tsv:1: 3 fields where 2"),
    (b"a\tb\n\nc\td\n", r"pairs.tsv:2: an empty line where 2"),
    (b"a\tb\n\tc\n", r"pairs.tsv:2: the source is empty"),
    (b"a\t\n", r"pairs.tsv:1: the target is empty"),
    (b"a\t  \n", r"pairs.tsv:1: the target is empty"),
    (b"a\tb\nab\xff\tc\n", r"pairs.tsv:2: byte 0xff at column 3 is not UTF-8"),
])
def test_a_malformed_file_is_refused_with_its_line(tmp_path, content, message):
    with pytest.raises(InputError, match=message):
        read_pairs(write(tmp_path, content))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="nothing.tsv: No such file"):
        read_pairs(str(tmp_path / "nothing.tsv"))
    with pytest.raises(InputError, match="Is a directory"):
        read_pairs(str(tmp_path))


def test_sources_are_dealt_by_their_number():
    parts = split_by_source(pairs_of(45))
    assert [pair[0][0] for pair in parts["valid"]] == ["0", "20", "40"]
    assert [pair[0][0] for pair in parts["test"]] == ["1", "2", "21", "22", "41", "42"]
    assert len(parts["train"]) == 45 - 9


def test_all_targets_of_a_source_stay_in_one_part_and_repeats_go():
    pairs = [("a", "x"), ("b", "x"), ("a", "y"), ("c", "z"), ("d", "z"), ("a", "x")]
    parts = split_by_source(pairs)
    assert parts["valid"] == [(("a",), ("x",)), (("a",), ("y",))]
    assert parts["train"] == [(("d",), ("z",))]


def test_sources_of_one_group_count_as_one_and_stay_in_one_part():
    sources = ["a1", "b", "c", "A22", "d", "A3"]
    parts = split_by_source(
        [(source, "x") for source in sources], group=lambda source: text.fold("".join(source)))
    assert ["".join(source) for source, _ in parts["valid"]] == ["a1", "A22", "A3"]
    assert ["".join(source) for source, _ in parts["train"]] == ["d"]


def write_parts(folder, **contents):
    for part, content in contents.items():
        (folder / f"{part}.tsv").write_text(content, encoding="utf-8")
    return str(folder)


def test_a_folder_of_three_files_is_read_as_the_parts(tmp_path):
    folder = write_parts(tmp_path, train="Save, {1}\t저장\n", valid="a\tb\n", test="c\td\ne\tf\n")
    assert read_parts(folder, target_tokens="characters") == {
        "train": [(("Save", "￭,", "{1}"), ("저", "장"))],
        "valid": [(("a",), ("b",))],
        "test": [(("c",), ("d",)), (("e",), ("f",))]}
    dataset = prepare_parts(read_parts(folder), 3, 2)
    assert set(dataset.left_out.values()) == {(0, 0)}
    assert dataset.source_vocabulary.tokens == ("Save", "{1}", "￭,")


def test_rare_tokens_of_either_side_are_unknown_in_training_too():
    pairs = [(("a", "b"), ("x", "x")), (("a", "c"), ("y",))]
    dataset = prepare_parts(dict.fromkeys(PARTS, pairs), 3, 3, min_count=2)
    assert dataset.source_vocabulary.tokens == ("a",)
    assert dataset.target_vocabulary.tokens == ("x",)
    assert dataset.train.encoder_inputs.tolist() == [[4, UNKNOWN, PAD], [4, UNKNOWN, PAD]]
    assert dataset.train.decoder_targets.tolist() == [[4, 4, END], [UNKNOWN, END, PAD]]


def test_a_folder_is_refused_with_its_file_and_line(tmp_path):
    folder = write_parts(tmp_path, train="a\tb\n", valid="a\tb\n\tc\n")
    with pytest.raises(InputError, match="valid.tsv:2: the source is empty"):
        read_parts(folder)
    write_parts(tmp_path, valid="a\tb\n")
    with pytest.raises(InputError, match="test.tsv: No such file"):
        read_parts(folder)


@pytest.mark.parametrize("tokens", sorted(TOKENIZERS))
def test_joined_tokens_are_the_line(tokens):
    line = "Don't save (all) 12 files, 저장 안 함!"
    assert JOINERS[tokens](TOKENIZERS[tokens](line)) == line


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


def test_batches_cover_all_rows_once_and_the_last_may_be_smaller():
    examples = Examples(np.arange(7)[:, None], np.arange(7)[:, None] * 10, np.arange(7))
    seen = list(batches(examples, 3))
    assert [len(sources) for sources, _ in seen] == [3, 3, 1] and step_count(examples, 3) == 3
    for sources, targets in epoch_batches(examples, TrainingConfig(batch_size=3), 0):
        np.testing.assert_array_equal(sources * 10, targets)


def test_an_epochs_order_depends_on_seed_and_epoch_alone():
    examples = Examples(np.arange(8)[:, None], np.arange(8)[:, None], np.arange(8))

    def order(seed, epoch):
        config = TrainingConfig(batch_size=8, seed=seed)
        (sources, _), = epoch_batches(examples, config, epoch)
        return sources[:, 0].tolist()

    assert order(0, 0) == [3, 7, 4, 0, 2, 6, 5, 1]  # the same on every NumPy
    assert sorted(order(0, 1)) == list(range(8))
    assert len({tuple(order(*pair)) for pair in [(0, 0), (0, 1), (1, 0), (1, 1)]}) == 4


def test_limit_keeps_the_first_sources_of_each_part_whole():
    dataset = limit(prepare(pairs_of(60) + [(("3",), ("u",))], 3, 4), 2)
    assert [part.source_index.tolist() for part in dataset[:3]] == [[0, 1, 0], [0, 1], [0, 1]]
    with pytest.raises(InputError, match="limit is 0"):
        limit(dataset, 0)


def test_cut_batches_hold_like_lengths_and_no_needless_padding():
    random = np.random.RandomState(0)
    lengths = random.randint(1, 9, [500, 2])
    examples = Examples(
        *((np.arange(8) < lengths[:, [side]]) * (np.arange(500)[:, None] + 1) for side in (0, 1)),
        np.arange(500))
    config = TrainingConfig(batch_size=10, seed=1)
    seen = list(epoch_batches(examples, config, 0, cut=True))
    rows = np.concatenate([sources[:, 0] for sources, _ in seen])
    assert sorted(rows) == list(range(1, 501)) and len(seen) == 50  # every pair once
    for sources, targets in seen:
        assert (sources[:, 0] == targets[:, 0]).all()  # still pairs
        assert sources[:, -1].any() and targets[:, -1].any()  # cut to the longest
    cut = sum(targets.size for _, targets in seen)
    assert cut < 1.1 * lengths[:, 1].sum()  # where full length would hold 500 * 8
    again = list(epoch_batches(examples, config, 0, cut=True))
    other = list(epoch_batches(examples, config, 1, cut=True))
    assert all((a[0] == b[0]).all() for a, b in zip(seen, again))
    assert [a[0].shape for a in seen] != [a[0].shape for a in other]


def test_all_targets_of_a_source_are_listed():
    assert listed_targets([("ab", "x"), ("c", "y"), ("ab", "z")]) == {
        ("a", "b"): [("x",), ("z",)], ("c",): [("y",)]}

"""Texts encoded on disk are what Python's own sets and dictionaries make of them in memory."""

import random

import numpy as np
import pytest

from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.data.batches import epoch_batches
from seq2seq_graph.data.datasets import encode_pairs
from seq2seq_graph.data.encoding import beside, chunks, claims, encode, workers
from seq2seq_graph.data.pairs import PARTS, Repeats, drop_repeats
from seq2seq_graph.runs import origins
from seq2seq_graph.vocabulary import Vocabulary

T_IN, T_OUT = 7, 6


def line(rng, longest):
    """Few words, so that sources and pairs repeat; more than a byte each, and some space."""
    words = [rng.choice(["a", "é", "한국", "z."]) + rng.choice("012") for _ in range(longest)]
    return rng.choice([" ", "  "]).join(words[: rng.randint(1, longest)])


@pytest.fixture(params=range(3))
def texts(request, tmp_path):
    """A file of pairs, a folder of three, and two files side by side."""
    rng = random.Random(request.param)
    for name, count in (("pairs", 300), ("train", 300), ("valid", 40), ("test", 40)):
        ends = [rng.choice(["\n", "\r\n"]) for _ in range(count - 1)] + [""]
        content = "".join(f"{line(rng, 3)}\t{line(rng, 3)}{end}" for end in ends)
        (tmp_path / f"{name}.tsv").write_bytes(content.encode())
    for name in ("sources", "targets"):
        content = "\n".join(line(rng, 3) for _ in range(300))
        (tmp_path / f"{name}.txt").write_bytes(content.encode())
    files = {f"{side}_file": str(tmp_path / f"{side}s.txt") for side in ("source", "target")}
    return [{"pairs": str(tmp_path / "pairs.tsv")}, {"folder": str(tmp_path)}, {"files": files}]


@pytest.fixture
def in_small_pieces(monkeypatch):
    monkeypatch.setattr(chunks, "AT_ONCE", 200)
    monkeypatch.setattr(claims, "_TOGETHER", 70)
    monkeypatch.setattr(claims, "_ROWS_AT_ONCE", 11)


def expected(text, min_count=1, keep_repeats=False):
    """Does it in memory, as the rules are written."""
    parts, repeats = origins.read(text), dict.fromkeys(PARTS, Repeats(0, 0))
    if not keep_repeats:
        parts, repeats = drop_repeats(parts)
    kept = {part: [pair for pair in pairs if len(pair[0]) <= T_IN and len(pair[1]) < T_OUT]
            for part, pairs in parts.items()}
    lost = {
        part: (len(pairs) - len(kept[part]),
               len({pair[0] for pair in pairs} - {pair[0] for pair in kept[part]}),
               *repeats[part])
        for part, pairs in parts.items()}
    vocabularies = [Vocabulary.of((pair[i] for pair in kept["train"]), min_count) for i in (0, 1)]
    return [encode_pairs(kept[part], *vocabularies, T_IN, T_OUT) for part in PARTS], lost, [
        vocabulary.tokens for vocabulary in vocabularies]


def same(dataset, wanted):
    examples, lost, tokens = wanted
    assert [dataset.source_vocabulary.tokens, dataset.target_vocabulary.tokens] == tokens
    assert dataset.left_out == lost
    for mine, theirs in zip(dataset[:3], examples):
        for one, other in zip(mine, theirs):
            np.testing.assert_array_equal(one, other)
    return True


SIZES = ModelConfig(max_input_length=T_IN, max_output_length=T_OUT)


@pytest.mark.parametrize("options", [{}, {"min_count": 3}, {"keep_repeats": True}])
def test_a_text_in_pieces_is_what_it_is_in_memory(texts, in_small_pieces, options):
    for where in texts:
        for tokens in ("characters", "words"):
            text = origins.text_config(
                **where, source_tokens=tokens, target_tokens="pieces", **options)
            assert same(origins.dataset(text, SIZES), expected(text, **options))  # made
            assert same(origins.dataset(text, SIZES), expected(text, **options))  # found


def test_several_processes_make_what_one_makes(texts, in_small_pieces):
    pieces, _ = chunks.plan(None, (texts[0]["pairs"],))
    assert len(pieces) > 10
    task = workers.Task("pieces", "words", encode.Coding(), True, True)
    here, there = (list(workers.cut_all(task, pieces, count)) for count in (1, 3))
    for one, other in zip(here, there):
        assert one.tokens == other.tokens
        for mine, theirs in zip(one[:4], other[:4]):
            np.testing.assert_array_equal(mine, theirs)


def test_a_fault_in_a_later_piece_is_named_by_its_line_and_ends_the_processes(
        tmp_path, in_small_pieces):
    path = tmp_path / "pairs.tsv"
    path.write_text("a b\tc\n" * 700 + "no tab\n" + "a\tb\n" * 700)
    pieces, _ = chunks.plan(None, (str(path),))
    task = workers.Task("words", "words", encode.Coding(), True, True)
    for count in (1, 2):
        with pytest.raises(workers.InputError, match="pairs.tsv:701: 1 field where 2"):
            list(workers.cut_all(task, pieces, count))


def test_sub_words_are_learned_from_evenly_spread_pairs_of_a_long_text(
        tmp_path, monkeypatch, in_small_pieces):
    monkeypatch.setattr(encode, "_SAMPLE", 10)
    path = tmp_path / "pairs.tsv"
    path.write_text("".join(f"{i}\tt{i}\n" for i in range(100)))
    seen, said = [], []

    def learn(pairs):
        seen.extend(pairs)
        return encode.Coding()

    request = beside.Request(
        str(path), [(None, (str(path),))], ("subwords", "subwords"), encode.Rules(5, 5), {}, learn,
        True)
    beside.make(request, tell=lambda *what: said.append(what))
    # 85 of 100 are trained on: each 9th of them is learned from.
    assert [pair[0][0] for pair in seen] == [
        "3", "12", "24", "33", "45", "54", "66", "75", "87", "96"]
    assert ("sub-words are learned from each 9th of 85 training pairs", 0, 0) in said


def test_a_line_of_ten_thousand_tokens_is_left_out_or_kept_whole_and_costs_its_own_batch(tmp_path):
    path = tmp_path / "pairs.tsv"
    lines = [f"{i}\tt{i}\n" for i in range(100)]
    lines[50] = " ".join(map(str, range(10000))) + "\tlong\n"
    path.write_text("".join(lines))
    text = origins.text_config(str(path), source_tokens="words", target_tokens="words")
    short = origins.dataset(text, ModelConfig(max_input_length=10, max_output_length=2))
    assert short.left_out["train"] == (1, 1, 0, 0) and len(short.source_vocabulary) == 4 + 84
    whole = origins.dataset(text, ModelConfig(max_input_length=10000, max_output_length=2))
    assert len(whole.train.source_index) == 85 and len(whole.source_vocabulary) == 4 + 10000
    made = list(epoch_batches(whole.train, TrainingConfig(batch_size=1), 0, cut=True))
    widths = [sources.shape[1] for sources, _ in made]
    assert sorted(widths) == 84 * [1] + [10000]
    row = made[widths.index(10000)][0][0]
    assert whole.source_vocabulary.decode(row) == [str(i) for i in range(10000)]

import io
import itertools
import random

import numpy as np
import pytest
import tiny_run

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.data.encoding.workers import cores
from seq2seq_graph.inference import generation
from seq2seq_graph.inference.reader import Reader
from seq2seq_graph.vocabulary import Vocabulary

WORDS = ["".join(letters) for letters in itertools.product("abcdé", repeat=3)]


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return tiny_run.make(tmp_path_factory.mktemp("runs") / "run")


def answers(directory, text, block=generation.BLOCK, **options):
    """Returns the hypotheses of each line, the warnings, and the reader."""
    warnings = []
    with generation.open_run(directory, **options) as generator:
        reader = Reader(generator.run, warnings.append)
        found = list(generation.generate(generator, reader, io.BytesIO(text), block))
    return found, warnings, reader


def test_every_line_gets_the_answer_it_gets_alone_in_order(directory):
    words = random.Random(0).sample(WORDS, 40) + ["a", "", "abcdea", "가"]
    text = "\n".join(words).encode()
    found, warnings, _ = answers(directory, text)
    assert len(found) == len(words) and not warnings and found[-2:] != [[], []]
    for word, hypotheses in zip(words[-8:], found[-8:]):
        alone, _, _ = answers(directory, word.encode() + b"\n")
        assert [h.text for h in alone[0]] == [h.text for h in hypotheses]
    assert len({hypotheses[0].text for hypotheses in found if hypotheses}) > 4
    for block in (1, 7):
        assert [[h.text for h in line] for line in answers(directory, text, block)[0]] == [
            [h.text for h in line] for line in found]


def test_an_empty_line_is_kept_in_its_place(directory):
    found, warnings, reader = answers(directory, b"\na\n\n\r\nb\n\n")
    assert [len(hypotheses) for hypotheses in found] == [0, 1, 0, 0, 1, 0]
    assert not warnings and reader.clean and reader.summary() == "6 lines"
    assert answers(directory, b"")[0] == [] and answers(directory, b"\n\n")[0] == [[], []]


def test_unknown_tokens_and_long_lines_are_answered_reported_and_counted(directory):
    found, warnings, reader = answers(directory, b"abc\nxax\nabcdeabc\nabcdea\n")
    assert warnings == [
        "line 2: not in the vocabulary: 'x', 'x'",
        "line 3: 8 tokens; the first 6 are read",
    ]
    assert reader.summary() == "4 lines; 1 too long; 1 with unknown tokens"
    assert len(found) == 4 and found[2] == found[3] and found[1]


def test_bytes_that_are_not_utf8_shift_nothing(directory):
    text = b"abc\n\xff\xfe\nab\xe9d\nabc\xf0\x9f\nabc"
    found, warnings, reader = answers(directory, text)
    assert [len(hypotheses) for hypotheses in found] == [1] * 5 and found[0] == found[4]
    assert [w for w in warnings if "UTF-8" in w] == [
        "line 2: byte 0xff at column 1 is not UTF-8; it is read as U+FFFD",
        "line 3: byte 0xe9 at column 3 is not UTF-8; it is read as U+FFFD",
        "line 4: byte 0xf0 at column 4 is not UTF-8; it is read as U+FFFD",
    ]
    assert "3 not UTF-8" in reader.summary()


def test_what_only_looks_like_a_line_break_breaks_no_line(directory):
    text = "a\u2028b\nc\x0bd\x85\na\rb\r\n".encode()
    found, warnings, reader = answers(directory, text)
    assert len(found) == 3 and len(warnings) == 3 and "'\\r'" in warnings[2]


def test_a_byte_order_mark_is_no_token(directory):
    with_mark, warnings, _ = answers(directory, b"\xef\xbb\xbfabc\n")
    assert with_mark == answers(directory, b"abc\n")[0] and not warnings


def test_many_warnings_of_a_kind_are_cut_short_and_all_counted(directory):
    _, warnings, reader = answers(directory, b"x\n" * 500 + b"aaaaaaaaaaa\n")
    assert len(warnings) == 12 and warnings[9].startswith("line 10: ")
    assert warnings[10] == "further lines with unknown tokens are only counted"
    assert reader.summary() == "501 lines; 1 too long; 500 with unknown tokens"


def test_n_best_come_sorted_and_distinct(directory):
    found, _, _ = answers(directory, b"abc\nd\n", width=5, n_best=3, length_penalty=0.5)
    for hypotheses in found:
        scores = [hypothesis.score for hypothesis in hypotheses]
        assert scores == sorted(scores, reverse=True) and max(scores) < 0
        assert len({hypothesis.text for hypothesis in hypotheses}) == 3


def test_lines_are_read_as_they_are_needed(directory):
    read = []

    def endless():
        for number in itertools.count():
            read.append(number)
            yield b"abc\n"

    with generation.open_run(directory) as generator:
        reader = Reader(generator.run, print)
        found = generation.generate(generator, reader, endless(), block=10)
        assert len(list(itertools.islice(found, 25))) == 25
    assert len(read) == 30


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("options", [
    {"stop_at_length": True, "reverse_source": True, "cut_batches": True},
    {"reverse_source": True},
])
def test_the_order_of_decoding_changes_no_answer(tmp_path, options, compiled):
    directory = tiny_run.make(tmp_path / "run", **options)
    with generation.open_run(directory, compiled=compiled) as generator:
        sources = [generator.run.source_vocabulary.encode(word[:n])
                   for word, n in zip(WORDS, itertools.cycle((3, 1, 2)))]
        decode = [generator.sess, generator.decoding, generator.run.model]
        ids, scores = generation.decode(*decode, sources, batch_size=16)
        assert ids.shape[0] == scores.shape[0] == len(sources) == 125
        for i in (0, 1, 50, 124):
            alone_ids, alone_scores = generation.decode(*decode, sources[i : i + 1])
            np.testing.assert_array_equal(ids[i : i + 1], alone_ids)
            np.testing.assert_allclose(scores[i : i + 1], alone_scores, rtol=1e-4)


def test_what_xla_finds_side_by_side_has_a_thread_a_core():
    def threads(compiled, **options):
        config = generation.session_config(ModelConfig(40, **options), compiled)
        return config.intra_op_parallelism_threads

    assert threads(True, bidirectional=True) == cores()
    assert threads(False, bidirectional=True) == threads(True) == 1


@pytest.mark.parametrize("config, width, compiled, size", [
    (ModelConfig(43), 1, False, 128),
    (ModelConfig(43), 1, True, 1024),
    (ModelConfig(8000), 1, True, 524),  # 524 * 8000 are 4.19 million numbers, 2**22 is 4.194304
    (ModelConfig(8000), 5, False, 104),
    (ModelConfig(43, encoder_hidden_units=2048, decoder_hidden_units=2048), 16, False, 32),
    (ModelConfig(10**7), 5, False, 1),  # even one is over the budget
])
def test_batches_are_as_large_as_a_budget_of_memory_allows(config, width, compiled, size):
    assert generation.batch_size(config, width, compiled) == size


@pytest.fixture
def separators(tmp_path):
    """A run whose only answers are made of what some readers take for the end of a line."""
    ends = "\v\x1e\x85\u2028"  # as many as the run has target tokens
    directory = tiny_run.make(tmp_path / "run")
    config = tmp_path / "run" / "config.json"
    config.write_text(config.read_text().replace('"words"', '"characters"'))
    Vocabulary([f"x{end}y" for end in ends]).save(str(tmp_path / "run/target_vocabulary.txt"))
    return directory

def test_an_answer_is_one_line_for_every_reader(separators):
    found, _, _ = answers(separators, "\n".join(WORDS[:60]).encode(), width=3, n_best=3)
    texts = [hypothesis.text for hypotheses in found for hypothesis in hypotheses]
    assert any("x y" in text for text in texts)
    assert all(len(text.splitlines()) <= 1 and "\t" not in text for text in texts)


def test_an_empty_text_can_be_told_from_no_hypothesis():
    empty, other = generation.Hypothesis("", -0.5), generation.Hypothesis("a b", -1.25)
    assert generation.lines_of([other]) == ["a b"] and generation.lines_of([]) == [""]
    assert generation.lines_of([empty, other], 3) == ["-0.5000\t", "-1.2500\ta b", ""]

"""scripts/evaluate.py as a user calls it."""

import itertools

import evaluate
import pytest
import tiny_run

from seq2seq_graph.inference import generation
from seq2seq_graph.runs import checkpoint
from seq2seq_graph.vocabulary import END

pytestmark = pytest.mark.slow

PAIRS = "abc\tK AE T\nabc\tT\na1\tS\nabcdeabcde\tS S S\ndé\tK new\nabc\tT\n"


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return tiny_run.make(tmp_path_factory.mktemp("runs") / "run")


@pytest.fixture
def pairs_file(tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text(PAIRS, encoding="utf-8")
    return str(path)


def test_both_scores_stand_side_by_side_over_all_pairs(directory, pairs_file, capsys):
    assert evaluate.main([directory, "--pairs", pairs_file]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:6] == [
        f"{pairs_file}: 4 sources, 5 pairs; left out as repeated 1",
        "model.ckpt-1, greedy",
        "1 of the sources over 6 tokens, counted as wrong",
        "1 of the source tokens not in the vocabulary",
        "1 of the sources answered by no token",
        "1 of the target tokens not in the vocabulary, counted as wrong (6.67%; the perplexity "
        "takes <UNKNOWN> for right)",
    ]
    assert lines[7].split() == ["teacher-forced", "free-running"]
    assert [line[:16].strip() for line in lines[8:]] == [
        "token accuracy", "perplexity", "exact match", "token error rate", "word error rate",
        "chrF++", "chrF", "BLEU (13a)"]
    assert len(lines[10].split()) == 4  # exact match has both


def test_the_checkpoint_is_chosen_once(directory, pairs_file, capsys, monkeypatch):
    """A training that goes on may find a better one meanwhile."""
    prefixes = iter([checkpoint.best(directory)])
    monkeypatch.setattr(checkpoint, "best", lambda directory: next(prefixes))
    assert evaluate.main([directory, "--pairs", pairs_file, "--rank", "2"]) == 0
    assert "model.ckpt-1, greedy" in capsys.readouterr().out


def test_only_sources_of_letters_where_asked(directory, pairs_file, capsys):
    assert evaluate.main([directory, "--pairs", pairs_file, "--letters-only", "--beam", "3"]) == 0
    printed = capsys.readouterr().out
    assert "3 sources, 4 pairs" in printed and "model.ckpt-1, beam 3" in printed


def test_the_test_part_of_its_own_text_by_default(tmp_path, pairs_file, capsys):
    directory = tiny_run.make(tmp_path / "run", origin=pairs_file)
    assert evaluate.main([directory]) == 0
    assert f"{pairs_file}, test part: 2 sources, 2 pairs" in capsys.readouterr().out
    assert evaluate.main([directory, "--limit", "1"]) == 0
    assert f"{pairs_file}, test part: 1 sources, 1 pairs" in capsys.readouterr().out
    assert evaluate.main([directory, "--part", "valid", "--limit", "1"]) == 0  # all its targets
    assert f"{pairs_file}, valid part: 1 sources, 2 pairs" in capsys.readouterr().out


def test_groups_by_the_length_of_the_source_hold_every_source(directory, pairs_file, capsys):
    evaluate.main([directory, "--pairs", pairs_file, "--by-length"])
    heading, row = capsys.readouterr().out.splitlines()[-2:]
    assert heading.startswith("pieces of source") and row.split()[:4] == ["1", "to", "2", "4"]


def test_where_no_source_can_be_read_there_is_no_perplexity(directory, tmp_path, capsys):
    path = tmp_path / "long.tsv"
    path.write_text("abcdabcd\tK\n")
    assert evaluate.main([directory, "--pairs", str(path)]) == 0
    printed = capsys.readouterr().out
    assert "perplexity          no source read\n" in printed and "nan" not in printed


def test_word_error_rate_is_printed_of_words_alone(directory, pairs_file, tmp_path, capsys):
    evaluate.main([directory, "--pairs", pairs_file])
    assert "word error rate" in capsys.readouterr().out
    path = tmp_path / "texts.tsv"
    path.write_text("abc\tK AE T\nab c\tT\n")
    evaluate.main([directory, "--pairs", str(path)])
    printed = capsys.readouterr().out
    assert "word error rate" not in printed and "token error rate" in printed


def test_an_answer_of_no_token_is_told_from_a_source_that_cannot_be_read(
        directory, tmp_path, capsys):
    words = ["".join(letters) for letters in itertools.product("abcd", repeat=3)]
    path = tmp_path / "pairs.tsv"
    path.write_text("".join(f"{word}\tK\n" for word in [*words, "abcdabcd"]))
    evaluate.main([directory, "--pairs", str(path)])
    lines = capsys.readouterr().out.splitlines()
    assert lines[2] == "1 of the sources over 6 tokens, counted as wrong"
    with generation.open_run(directory) as generator:
        ids, _ = generation.decode(generator.sess, generator.decoding, generator.run.model, [
            generator.run.source_vocabulary.encode(word) for word in words])
    assert lines[3] == f"{(ids[:, 0, 0] == END).sum()} of the sources answered by no token"


@pytest.mark.parametrize("flags, message", [
    (["--pairs", "no such file"], "no such file: No such file"),
    (["--beam", "0"], "--beam is 0"),
    (["--limit", "0"], "--limit is 0"),
    (["--longest", "-1"], "--longest is -1"),
    (["--part", "test"], "--part is of what the run was trained on; leave it out"),
    (["--text", "there"], "--text is of what the run was trained on; leave it out"),
    ([], "nowhere: the text that"),
])
def test_bad_input_is_refused_in_one_line(directory, pairs_file, flags, message, capsys):
    flags = flags if flags in ([], ["--pairs", "no such file"]) else [
        "--pairs", pairs_file, *flags]
    with pytest.raises(SystemExit) as stopped:
        evaluate.main([directory, *flags])
    printed = capsys.readouterr()
    assert stopped.value.code == 2 and message in printed.err and printed.err.count("\n") == 1

"""Pairs files of any bytes: they train, or an InputError names the file."""

import os
import tempfile

import pytest
import train as train_script

from seq2seq_graph.data.datasets import build_dataset
from seq2seq_graph.data.pairs import read_pairs, split_by_source
from seq2seq_graph.data.text_config import TOKENS as ALL_TOKENS
from seq2seq_graph.errors import InputError

hypothesis = pytest.importorskip("hypothesis", reason="pip install -e '.[test]'")
st = hypothesis.strategies

# Bytes that mean something to a reader of lines, and pieces that are nearly right.
SEPARATORS = [b"\t", b"\n", b"\r", b"\r\n", b" ", b"\0", b"\x0b", b"\x0c", b"\x1c", b"\x85",
              b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\xff", b"\xed\xa0\x80", b",", b";", b"\t\t"]
LINES = [b"a\tb\n", b"b c\td e\n", "가\t나 다\n".encode(), b"x\ty\r\n", b"<PAD>\t<END>\n"]
CONTENTS = st.lists(
    st.one_of(st.sampled_from(SEPARATORS), st.sampled_from(LINES), st.binary(max_size=6)),
    max_size=40,
).map(b"".join)
# Whole lines of whole fields: most of these train.
CHARACTERS = st.characters(blacklist_characters="\t\n\r", blacklist_categories=["Cs"])
TEXT = st.text(CHARACTERS, min_size=1)
PAIRS = st.lists(st.tuples(TEXT, TEXT), min_size=4, max_size=30).map(
    lambda pairs: "".join(f"{s}\t{t}\n" for s, t in pairs).encode())
TOKENS = st.sampled_from(ALL_TOKENS)
SMALL = ["--encoder-hidden-units", "2", "--decoder-hidden-units", "2", "--num-epochs", "1"]


def written(content):
    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "pairs.tsv")
    with open(path, "wb") as file:
        file.write(content)
    return folder, path


@hypothesis.settings(max_examples=150, deadline=None, database=None)
@hypothesis.given(st.one_of(CONTENTS, PAIRS), TOKENS, TOKENS)
def test_any_bytes_are_ids_or_an_error_with_file_and_line(content, source_tokens, target_tokens):
    _, path = written(content)
    try:
        pairs = list(read_pairs(path, source_tokens, target_tokens))
    except InputError as error:
        count = content.count(b"\n") + 1
        place = str(error)[len(path):].split(" ")[0]
        assert str(error).startswith(path) and (
            not content or place.endswith(":") and 1 <= int(place.strip(":")) <= count)
        return
    assert len(pairs) == content.count(b"\n") + (not content.endswith(b"\n"))
    assert all(token for pair in pairs for side in pair for token in side)
    try:
        dataset = build_dataset(split_by_source(pairs), 10, 12)
    except InputError as error:
        assert "no pair is left" in str(error)
        return
    for examples in dataset[:3]:
        for ids in examples[:2]:
            assert ids.min(initial=0) >= 0 and ids.max(initial=0) < dataset.vocab_size
    assert (dataset.train.encoder_inputs[:, 0] > 3).all()


@hypothesis.settings(
    max_examples=5, deadline=None, database=None, derandomize=True,
    suppress_health_check=list(hypothesis.HealthCheck))
@hypothesis.given(PAIRS, TOKENS)
def test_a_file_of_any_text_trains_or_is_refused_in_a_line(capsys, content, tokens):
    trains_or_refuses(capsys, content, tokens)


@hypothesis.settings(
    max_examples=15, deadline=None, database=None, derandomize=True,
    suppress_health_check=list(hypothesis.HealthCheck))
@hypothesis.given(CONTENTS, TOKENS)
def test_a_file_of_any_bytes_trains_or_is_refused_in_a_line(capsys, content, tokens):
    trains_or_refuses(capsys, content, tokens)


def trains_or_refuses(capsys, content, tokens):
    folder, path = written(content)
    run = os.path.join(folder, "run")
    argv = ["--run", run, "--pairs", path, "--source-tokens", tokens, *SMALL]
    try:
        status = train_script.main(argv)
    except SystemExit as stopped:
        status = stopped.code
    errors = capsys.readouterr().err
    if status == 0:
        assert os.path.exists(os.path.join(run, "metrics.csv"))
    else:
        assert status == 2 and errors.startswith(f"error: {path}") and errors.count("\n") == 1
        assert not os.path.exists(run)

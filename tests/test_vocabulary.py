import pytest

from seq2seq_graph.errors import InputError
from seq2seq_graph.vocabulary import END, PAD, START, UNKNOWN, Vocabulary

VOCABULARY = Vocabulary(["b", "a", "<END>"])


def test_special_tokens_come_first():
    assert (PAD, START, END, UNKNOWN) == (0, 1, 2, 3)
    assert VOCABULARY.encode(["b", "a"]) == [4, 5]
    assert len(VOCABULARY) == 7


def test_an_unseen_token_is_unknown():
    assert VOCABULARY.encode(["z", "b"]) == [UNKNOWN, 4]


def test_rare_tokens_may_be_left_out():
    sequences = [["a", "b"], ["b", "c", "c"], ["d"]]
    assert Vocabulary.of(sequences).tokens == ("a", "b", "c", "d")
    assert Vocabulary.of(sequences, min_count=2).tokens == ("b", "c")
    with pytest.raises(InputError, match="min_count is 3, but the most frequent .* only 2 times"):
        Vocabulary.of(sequences, min_count=3)


def test_text_that_is_written_like_a_special_token_is_a_token_of_its_own():
    assert VOCABULARY.encode(["<END>", "<PAD>"]) == [6, UNKNOWN]
    assert VOCABULARY.decode([6, 4]) == ["<END>", "b"]


def test_decoding_stops_at_end_and_passes_over_padding():
    assert VOCABULARY.decode([5, PAD, 4, END, 4, 4]) == ["a", "b"]


def test_decoding_names_ids_that_are_no_token():
    assert VOCABULARY.decode([START, UNKNOWN, 57]) == ["<START>", "<UNKNOWN>", "<57>"]


def test_of_collects_sorted_tokens():
    assert Vocabulary.of([("b", "c"), ("a", "b")]).tokens == ("a", "b", "c")


@pytest.mark.parametrize("tokens", [
    ["a"], [" ", "\t", "\r", "\u2028", "\x0b"], ["가", "각", "🙂"], ["<PAD>", "<END>"], [""],
])
def test_a_saved_vocabulary_is_read_back_as_it_was(tokens, tmp_path):
    path = str(tmp_path / "vocabulary.txt")
    Vocabulary(tokens).save(path)
    assert Vocabulary.load(path).tokens == tuple(tokens)


def test_the_file_has_one_token_a_line_at_the_line_of_its_id(tmp_path):
    VOCABULARY.save(str(tmp_path / "v.txt"))
    lines = (tmp_path / "v.txt").read_bytes().decode().split("\n")
    assert lines == ["<PAD>", "<START>", "<END>", "<UNKNOWN>", "b", "a", "<END>", ""]


def test_a_large_vocabulary_with_a_token_twice_is_refused_at_once():
    tokens = [str(i) for i in range(300000)]
    with pytest.raises(InputError, match="'299999' stands twice"):
        Vocabulary([*tokens, tokens[-1]])


@pytest.mark.parametrize("tokens, message", [
    ([], "at least one token"), (["a", "b", "a"], "'a' stands twice"), (["a\nb"], "line break"),
])
def test_a_vocabulary_that_cannot_be_kept_is_refused(tokens, message):
    with pytest.raises(InputError, match=message):
        Vocabulary(tokens)


def test_a_file_that_is_no_vocabulary_is_refused_by_name(tmp_path):
    path = tmp_path / "v.txt"
    for text in ("", "a\nb\n", "<PAD>\n<START>\n<END>\n<UNKNOWN>\n"):
        path.write_text(text)
        with pytest.raises(InputError, match="v.txt"):
            Vocabulary.load(str(path))


def given(folder, content):
    path = folder / "mine.txt"
    path.write_bytes(content)
    return Vocabulary.given(str(path)).tokens


@pytest.mark.parametrize("content", [
    "b\na\n가\n", "b\r\na\r\n가\r\n", "\ufeffb\na\n가",
    "<PAD>\n<START>\n<END>\n<UNKNOWN>\nb\na\n가\n",
])
def test_a_users_vocabulary_has_a_token_a_line(content, tmp_path):
    assert given(tmp_path, content.encode()) == ("b", "a", "가")


def test_what_a_run_has_saved_is_a_users_vocabulary_special_words_among_it(tmp_path):
    saved = Vocabulary(["a", "<END>", "b"])
    saved.save(str(tmp_path / "saved.txt"))
    assert Vocabulary.given(str(tmp_path / "saved.txt")).tokens == saved.tokens


@pytest.mark.parametrize("content, message", [
    (b"", "mine.txt: there is no token"), (b"a\n\nb\n", "mine.txt:2: the line is empty"),
    (b"a\nb\nc\nb\n", "mine.txt:4: 'b' stands twice, in line 2 before"),
    (b"a\n<UNKNOWN>\n", "mine.txt:2: <UNKNOWN> is reserved"),
    (b"<PAD>\n<START>\n<END>\n<UNKNOWN>\n", "mine.txt: there is no token"),
    (b"a\n\xff\n", "mine.txt: not UTF-8"),
])
def test_a_users_vocabulary_that_cannot_be_used_is_refused_with_its_line(
        content, message, tmp_path):
    with pytest.raises(InputError, match=message):
        given(tmp_path, content)
    with pytest.raises(InputError, match="gone: No such file"):
        Vocabulary.given(str(tmp_path / "gone"))

import re

import pytest

from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.data.text_config import TextConfig
from seq2seq_graph.inference.reader import Reader
from seq2seq_graph.runs.run_directory import Run
from seq2seq_graph.vocabulary import UNKNOWN, Vocabulary

RUN = Run(ModelConfig(9), TrainingConfig(), TextConfig(), Vocabulary(["a", "b", "Ö", "가"]),
          Vocabulary(["K"]))
A, B, O_UMLAUT, GA = range(4, 8)


def read(line, **options):
    """The ids of a line, and the warnings."""
    warnings = []
    return Reader(RUN, warnings.append, **options).read(line.encode()), warnings


def test_ids_are_the_vocabularys_and_the_lines_end_is_none():
    assert read("ab가\r\n") == ([A, B, GA], [])
    assert read("\n") == ([], [])


def test_a_token_that_is_there_in_another_case_is_named():
    assert read("Aöb?A") == ([UNKNOWN, UNKNOWN, B, UNKNOWN, UNKNOWN], [
        "line 1: not in the vocabulary: 'A', 'ö', '?', 'A'; it has 'a', 'Ö', which --fold-case "
        "reads instead"])


def test_case_is_folded_where_asked_and_only_where_needed():
    assert read("AöbÖ", fold_case=True) == ([A, O_UMLAUT, B, O_UMLAUT], [])
    assert read("A?", fold_case=True) == ([A, UNKNOWN], ["line 1: not in the vocabulary: '?'"])


def test_a_letter_whose_other_case_is_two_characters_is_unknown():
    assert read("ßİ", fold_case=True)[0] == [UNKNOWN, UNKNOWN]


@pytest.mark.parametrize("separator", ["\u2028", "\x0b", "\x85", "\x1c"])
def test_only_a_line_feed_ends_a_line(separator):
    ids, (warning,) = read(f"a{separator}b\n")
    assert ids == [A, UNKNOWN, B] and re.search(r"'\\[ux]", warning)


def test_what_is_wrong_with_answers_is_counted_among_what_is_wrong_with_lines():
    warnings = []
    reader = Reader(RUN, warnings.append)
    reader.read(b"c\n")
    reader.read(b"a\n")
    reader.warn(1, "answered by no token", "the model writes no token")
    assert warnings[1] == "line 1: the model writes no token" and not reader.clean
    assert reader.summary() == "2 lines; 1 answered by no token; 1 with unknown tokens"

import numpy as np

from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.data.datasets import Examples
from seq2seq_graph.data.text_config import TextConfig
from seq2seq_graph.runs import samples
from seq2seq_graph.runs.run_directory import Run
from seq2seq_graph.runs.samples import sample_cells, table_lines
from seq2seq_graph.vocabulary import Vocabulary

RUN = Run(
    ModelConfig(8), TrainingConfig(), TextConfig("pairs", "nowhere"),
    Vocabulary(["a", "b"]), Vocabulary(["AH", "B"]),
)
EXAMPLES = Examples(
    np.array([[4, 5, 0], [5, 0, 0]]), np.array([[4, 5, 2], [5, 2, 0]]), np.array([0, 1]))
PREDICTION = np.array([[4, 2, 0], [7, 5, 2]])


def test_rows_stand_under_their_headings():
    assert table_lines(sample_cells(RUN, EXAMPLES, PREDICTION)) == [
        "source  target  teacher-forced prediction",
        "ab      AH B    AH",
        "b       B       <7> B",
    ]


def test_a_row_is_one_line_whatever_the_tokens():
    run = RUN._replace(source_vocabulary=Vocabulary(["a\u2028", "b\x0b\r"]))
    for line in table_lines(sample_cells(run, EXAMPLES, PREDICTION)):
        assert len(line.splitlines()) == 1


def test_a_long_text_does_not_fill_the_screen():
    header, row = table_lines([["source", "target"], ["a" * 10000, "b" * 80]])
    assert row == "a" * 79 + "…  " + "b" * 80 and header == "source" + " " * 76 + "target"


def test_rows_are_spread_and_at_most_count():
    many = Examples(*(np.repeat(array, 50, axis=0) for array in EXAMPLES))
    cells = sample_cells(RUN, many, np.repeat(PREDICTION, 50, axis=0), count=5)
    assert [row[0] for row in cells] == ["source", "ab", "ab", "ab", "b", "b"]


def test_samples_of_the_dictionary_are_of_a_fixed_list(monkeypatch):
    monkeypatch.setattr(samples.cmudict, "SAMPLES", ("bb", "b", "aba", "a", "ba"))
    run = RUN._replace(text=TextConfig())
    rows = np.array([[5, 4, 0], [4, 4, 0], [4, 0, 0], [4, 0, 0], [5, 0, 0], [4, 5, 4]])
    examples = Examples(rows, rows, np.arange(6))
    assert [row[0] for row in sample_cells(run, examples, rows)[1:]] == ["ba", "a", "b", "aba"]
    assert [row[0] for row in sample_cells(run, examples, rows, count=2)[1:]] == ["b", "aba"]
    others = Examples(*(array[1:2] for array in examples))
    assert [row[0] for row in sample_cells(run, others, rows[1:2])[1:]] == ["aa"]  # none of them

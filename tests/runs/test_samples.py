import numpy as np

from seq2seq_graph.data.datasets import Examples
from seq2seq_graph.config import ModelConfig, TrainingConfig
from seq2seq_graph.runs.run_directory import Run
from seq2seq_graph.runs.samples import sample_table
from seq2seq_graph.vocabulary import Vocabulary

RUN = Run(
    ModelConfig(8), TrainingConfig(), {"source_tokens": "characters", "target_tokens": "words"},
    Vocabulary(["a", "b"]), Vocabulary(["AH", "B"]),
)
EXAMPLES = Examples(
    np.array([[4, 5, 0], [5, 0, 0]]), np.array([[4, 5, 2], [5, 2, 0]]), np.array([0, 1]))
PREDICTION = np.array([[4, 2, 0], [7, 5, 2]])


def test_rows_stand_under_their_headings():
    assert sample_table(RUN, EXAMPLES, PREDICTION) == [
        "source  target  teacher-forced prediction",
        "ab      AH B    AH",
        "b       B       <7> B",
    ]


def test_rows_are_spread_and_at_most_count():
    many = Examples(*(np.repeat(array, 50, axis=0) for array in EXAMPLES))
    table = sample_table(RUN, many, np.repeat(PREDICTION, 50, axis=0), count=5)
    assert len(table) == 6 and table[1].startswith("ab") and table[-1].startswith("b ")

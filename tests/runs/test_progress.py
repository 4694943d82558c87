import csv

import pytest

from seq2seq_graph.errors import InputError
from seq2seq_graph.runs import progress
from seq2seq_graph.runs.progress import Metrics, Progress


def rows(*validation_losses):
    return [
        Metrics(i, 7 * i, 0.1 * i, 1 / 3, loss, 0.25, 0.125)
        for i, loss in enumerate(validation_losses, 1)]


def test_progress_is_read_back_to_the_bit(tmp_path):
    state = Progress(19, 0.1 + 0.2, 2 / 3, rows(1 / 7, 1e-30))
    progress.save(str(tmp_path / "a.json"), state)
    assert progress.load(str(tmp_path / "a.json")) == state


def test_the_best_epoch_is_the_first_of_the_lowest_loss():
    assert progress.best_row([]) is None
    assert progress.best_row(rows(3, 1, 2, 1)).epoch == 2


def test_the_best_epoch_is_by_choice_the_one_of_most_sources_right():
    epochs = [row._replace(source_accuracy=share) for row, share in zip(
        rows(3, 1, 2, 1), (0.1, 0.2, 0.4, 0.4))]
    assert progress.best_row(epochs, "source_accuracy").epoch == 3
    assert not progress.out_of_patience(epochs, 2, "source_accuracy")
    assert progress.out_of_patience(epochs, 2)


def test_the_best_epoch_may_be_the_last():
    assert progress.best_row(rows(3, 1, 2, 4), "epoch").epoch == 4
    assert not progress.out_of_patience(rows(3, 1, 2, 4), 1, "epoch")
    epochs = [row._replace(token_accuracy=share) for row, share in zip(rows(1, 2, 3), (0, 1, 1))]
    assert progress.best_row(epochs, "token_accuracy").epoch == 2


@pytest.mark.parametrize("losses, patience, out", [
    ([], 1, False), ([1], 1, False), ([1, 2], 1, True), ([1, 1], 1, True), ([1, 2], 2, False),
    ([1, 2, 3], 2, True), ([2, 3, 1], 2, False), ([1, 2, 3, 4], 0, False),
])
def test_patience_ends_so_many_epochs_after_the_best(losses, patience, out):
    assert progress.out_of_patience(rows(*losses), patience) is out


def test_metrics_are_a_table_with_a_line_an_epoch(tmp_path):
    progress.write_metrics(str(tmp_path), rows(3, 2))
    progress.write_metrics(str(tmp_path), rows(3, 2, 1))  # over the old one
    with open(tmp_path / "metrics.csv", newline="") as file:
        table = list(csv.reader(file))
    assert table[0] == ["epoch", "step", "seconds", "training_loss", "validation_loss",
                        "token_accuracy", "source_accuracy"]
    assert table[3] == ["3", "21", repr(0.1 * 3), repr(1 / 3), "1", "0.25", "0.125"]
    assert len(table) == 4
    with pytest.raises(InputError, match="metrics.csv: cannot be written: No such file"):
        progress.write_metrics(str(tmp_path / "gone"), [])


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"rows": [{}]}', '{"rows": [], "step": 1}'])
def test_what_is_no_progress_is_refused(tmp_path, text):
    with pytest.raises(InputError, match="x.json: No such file"):
        progress.load(str(tmp_path / "x.json"))
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(InputError, match="x.json: not JSON|not a checkpoint's progress"):
        progress.load(str(tmp_path / "x.json"))

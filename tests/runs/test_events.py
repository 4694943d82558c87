import os
import threading

import numpy as np
import pytest

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.runs import events
from seq2seq_graph.runs.progress import Metrics

CONFIG = ModelConfig(5, 1, 1, 1, 1, 1, 1, 1)
ROWS = [Metrics(i, 10 * i, 1.0, 3.0 / i, 4.0 / i, 0.1 * i, 0.05 * i) for i in (1, 2, 3)]
TAGS = {
    "loss/training": "training_loss", "loss/validation": "validation_loss",
    "teacher_forced/token_accuracy": "token_accuracy",
    "teacher_forced/source_accuracy": "source_accuracy",
}


@pytest.fixture(scope="module")
def tensorboard():
    """TensorBoard's own reader."""
    module = "tensorboard.backend.event_processing.event_accumulator"
    reader = pytest.importorskip(module, reason="pip install -e '.[tensorboard]'")

    def read(path):
        accumulator = reader.EventAccumulator(str(path), {reader.TENSORS: 0})
        return accumulator.Reload()

    return read


def curve(accumulator, tag):
    return [(event.step, event.value) for event in accumulator.Scalars(tag)]


def test_tensorboard_reads_graph_curves_and_samples(tmp_path, tensorboard):
    with events.open_writer(str(tmp_path), CONFIG) as writer:
        for row in ROWS:
            events.write_epoch(writer, row, [["source", "target"], ["a|b <i>", f"*{row.epoch}*"]])
    read = tensorboard(tmp_path)
    names = {node.name for node in read.Graph().node}
    assert {"encoder_inputs", "decoder_targets", "encoder/lstm_cell/kernel"} <= names
    for tag, field in TAGS.items():
        assert curve(read, tag) == [
            (row.step, np.float32(getattr(row, field))) for row in ROWS], tag
    assert [event.step for event in read.Tensors("samples")] == [10, 20, 30]
    (text,) = read.Tensors("samples")[2].tensor_proto.string_val
    assert text.decode() == (
        "| source | target |\n| --- | --- |\n| a&#124;b &lt;i> | &#42;3&#42; |")
    assert read.SummaryMetadata("samples").plugin_data.plugin_name == "text"


def test_what_a_resumed_run_takes_again_is_read_once(tmp_path, tensorboard):
    """The first process was killed after epoch 3 was written and before it was saved."""
    with events.open_writer(str(tmp_path), CONFIG) as writer:
        for row in ROWS:
            events.write_epoch(writer, row)
    (first,) = os.listdir(tmp_path)
    os.rename(tmp_path / first, tmp_path / "events.out.tfevents.0000000001.first")
    with events.open_writer(str(tmp_path), CONFIG, ROWS[:2]) as writer:
        events.write_epoch(writer, ROWS[2]._replace(training_loss=0.5))
    assert curve(tensorboard(tmp_path), "loss/training") == [(10, 3.0), (20, 1.5), (30, 0.5)]


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"), events.open_writer(
            str(tmp_path / "file" / "run"), CONFIG):
        pass


@pytest.mark.skipif(not hasattr(threading, "excepthook"), reason="needs Python 3.8")
def test_what_ends_tensorflows_writer_is_printed_by_nobody_else(tmp_path, monkeypatch):
    class _EventLoggerThread(threading.Thread):  # TensorFlow's name for it
        pass

    shown = []
    monkeypatch.setattr(threading, "excepthook", lambda args: shown.append(args.thread.name))
    with events.open_writer(str(tmp_path), ModelConfig(9, 2, 2, 2, 2, 2, 2, 2)):
        for kind, name in (_EventLoggerThread, "writer"), (threading.Thread, "other"):
            thread = kind(target=lambda: 1 // 0, name=name)
            thread.start()
            thread.join()
    assert shown == ["other"]


def test_the_writers_thread_has_the_name_that_is_known_here(tmp_path):
    with events.open_writer(str(tmp_path), ModelConfig(9, 2, 2, 2, 2, 2, 2, 2)):
        assert "_EventLoggerThread" in {type(thread).__name__ for thread in threading.enumerate()}

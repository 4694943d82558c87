"""What TensorBoard shows of a run: the graph, the curves, samples as text."""

import contextlib
import struct
import threading
from typing import Dict, Iterator, List, Optional, Sequence

import tensorflow.compat.v1 as tf

from seq2seq_graph.config import ModelConfig
from seq2seq_graph.errors import InputError
from seq2seq_graph.model import build_training_graph
from seq2seq_graph.runs.progress import Metrics

_TEXT = tf.SummaryMetadata(
    plugin_data=tf.SummaryMetadata.PluginData(plugin_name="text")
)


@contextlib.contextmanager
def open_writer(directory: str, config: ModelConfig, rows: Sequence[Metrics] = ()) -> Iterator:
    """Opens a new event file in a run's directory and writes the graph into it.

    Args:
      directory: the run's.
      config: the graph is built anew from it, up to its loss.
      rows: the epochs before a resume. What older files say about later steps, TensorBoard
        forgets: the run takes them again.

    Yields:
      The `tf.summary.FileWriter` for `write_epoch`.

    Raises:
      InputError: the file cannot be written.
    """
    with tf.Graph().as_default() as graph:
        build_training_graph(config, seed=0)
    writer = new_writer(directory, graph)
    with _reported(directory):
        if rows:
            start = tf.SessionLog(status=tf.SessionLog.START)
            writer.add_session_log(start, rows[-1].step)
            write_epoch(writer, rows[-1])  # the run may have been killed before it was written
    try:
        with _writers_silent():
            yield writer
    finally:
        with contextlib.suppress(Exception):  # said already, or no loss of the run's
            writer.close()


@contextlib.contextmanager
def _writers_silent():
    """Keeps Python from printing what ends the writer's thread: `_reported` says it, in a line."""
    shown = getattr(threading, "excepthook", None)  # None before Python 3.8

    def show(args):
        if type(args.thread).__name__ != "_EventLoggerThread":
            shown(args)

    if shown is not None:
        threading.excepthook = show
    try:
        yield
    finally:
        if shown is not None:
            threading.excepthook = shown


def new_writer(directory: str, graph: Optional[tf.Graph] = None) -> tf.summary.FileWriter:
    """Opens a new event file in a directory, which is made if need be.

    Raises:
      InputError: it cannot be written.
    """
    with _reported(directory), tf.Graph().as_default():  # it must not be made eagerly
        return tf.summary.FileWriter(directory, graph)


def write_values(writer: tf.summary.FileWriter, step: int, values: Dict[str, float]) -> None:
    """Writes points of curves, one a tag.

    Raises:
      InputError: the file cannot be written.
    """
    _write(writer, step, [
        tf.Summary.Value(tag=tag, simple_value=value) for tag, value in values.items()])


def write_epoch(writer: tf.summary.FileWriter, row: Metrics,
                samples: Sequence[Sequence[str]] = (), picture: Optional[bytes] = None) -> None:
    """Writes an epoch's row as points of curves, samples as a table, a picture of attention.

    Args:
      writer: from `open_writer`.
      row: whose `step` is the place on the axis.
      samples: rows of cells, the headings first.
      picture: a PNG file's bytes.
    """
    values = [
        tf.Summary.Value(tag=tag, simple_value=value)
        for tag, value in (
            ("loss/training", row.training_loss),
            ("loss/validation", row.validation_loss),
            ("teacher_forced/token_accuracy", row.token_accuracy),
            ("teacher_forced/source_accuracy", row.source_accuracy),
        )
    ]
    if samples:
        values.append(
            tf.Summary.Value(
                tag="samples", tensor=tf.make_tensor_proto(_table(samples)), metadata=_TEXT
            )
        )
    if picture is not None:
        width, height = struct.unpack(">II", picture[16:24])  # of the PNG's first part
        image = tf.Summary.Image(
            width=width, height=height, colorspace=4, encoded_image_string=picture)
        values.append(tf.Summary.Value(tag="attention", image=image))
    _write(writer, row.step, values)


def _write(writer, step, values):
    with _reported("the event file for TensorBoard"):
        writer.add_summary(tf.Summary(value=values), step)
        writer.flush()


def _table(samples: Sequence[Sequence[str]]) -> str:
    """Writes cells as a Markdown table, which TensorBoard's text page draws."""
    headings, *rows = [[_cell(text) for text in row] for row in samples]
    lines: List[List[str]] = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cell(text):
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace("|", "&#124;")
    return " ".join(escaped.replace("`", "&#96;").replace("*", "&#42;").split())


@contextlib.contextmanager
def _reported(path):
    try:
        yield
    except InputError:
        raise
    except Exception as error:  # the writer's thread hands on whatever it met, an IndexError too
        reason = str(error).split("\n")[0]
        raise InputError(f"{path}: cannot be written: {reason}") from None

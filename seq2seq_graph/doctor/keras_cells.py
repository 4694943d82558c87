"""Finds cells of Keras in TensorFlow's own RNNs, which Keras 3's refuse. No TensorFlow."""

import ast
from typing import Iterator

from seq2seq_graph.doctor import graph
from seq2seq_graph.doctor.findings import Finding
from seq2seq_graph.doctor.shared import RNNS
from seq2seq_graph.doctor.values import Flow

_CELLS = ("LSTMCell", "GRUCell", "SimpleRNNCell", "StackedRNNCells")
_BASES = (*_CELLS, "Layer", "AbstractRNNCell")


def find(flow: Flow) -> Iterator[Finding]:
    """Yields the RNNs whose cell is one of Keras', or of a class made from one."""
    for rnn in graph.calls(flow, *RNNS, "raw_rnn"):
        if rnn in flow.guarded:
            continue
        for i, name in enumerate(("cell", "cell_bw")):
            named = ("cell", "cell_fw") if i == 0 else (name,)
            position = i if i == 0 or "bidirectional" in graph.op(rnn, flow) else None
            cell = graph.source(graph.argument(rnn, position, *named), flow)
            kind = _keras(cell, flow) if isinstance(cell, ast.Call) else None
            if kind:
                yield Finding(
                    "keras-cell", rnn.lineno, f"`{kind}` is a cell of Keras, and "
                    f"`tf.nn.{graph.op(rnn, flow)}` takes none of Keras 3's: TypeError.",
                    "take the cell of tf_keras (Keras 2), which this package's runner does, or "
                    "`tf.nn.rnn_cell`'s of the same name from `legacy`.", by="run")
                break


def _keras(call, flow):
    """Gives the name of the Keras cell that a call makes; None if it makes none."""
    name = graph.name(call, flow)
    if name.startswith("keras.layers.") and name.split(".")[-1] in _CELLS:
        return f"tf.{name}"
    values = flow.values.get(call.func, ())
    made = next(iter(values)).node if len(values) == 1 else None
    if isinstance(made, ast.ClassDef):
        for base in made.bases:
            path = flow.path(base) or ""
            if ".keras.layers." in path and path.split(".")[-1] in _BASES:
                return f"{made.name}(tf.keras.layers.{path.split('.')[-1]})"
    return None

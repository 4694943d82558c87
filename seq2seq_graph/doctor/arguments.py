"""Finds arguments that TensorFlow 2's function of the same name takes otherwise. No TensorFlow."""

import ast
from typing import Iterator

from seq2seq_graph.doctor import symbols, verdicts
from seq2seq_graph.doctor.findings import Finding
from seq2seq_graph.doctor.values import Flow

# 1.15's name of an argument -> 2's, where the position and its meaning stayed.
RENAMED = {
    ("value", "input"), ("filter", "filters"), ("kernel", "filters"), ("tensor", "input"),
    ("tensor", "data"), ("values", "data"), ("string_tensor", "input"), ("t", "x"), ("t", "input"),
    ("input_tensor", "input"), ("msg", "message"), ("m", "mean"), ("v", "variance"),
    ("keep_dims", "keepdims"), ("box_ind", "box_indices"), ("dim", "axis"),
    ("device_name_or_function", "device_name"), ("expand_nonconcat_dim", "expand_nonconcat_dims"),
}


def find(flow: Flow) -> Iterator[Finding]:
    """Yields the calls that TensorFlow 2 refuses or takes otherwise."""
    for node in flow.nodes:
        if isinstance(node, ast.Call) and node not in flow.guarded:
            yield from _arguments(node, flow)


def _arguments(node, flow):
    path = flow.path(node.func) or ""
    in_v1, name = verdicts.below(path)
    if in_v1 or name not in symbols.table().changed:
        return
    old, new = symbols.table().changed[name]
    for keyword in node.keywords:
        if keyword.arg in old and keyword.arg not in new:
            yield Finding(
                "removed-argument", node.lineno,
                f"`tf.{name}` of TensorFlow 2 takes no `{keyword.arg}`, it takes "
                f"{', '.join(new)}: TypeError.", *_fix(name, keyword.arg))
    if any(isinstance(argument, ast.Starred) for argument in node.args):
        return
    for i, _ in enumerate(node.args[:len(old)]):
        if i >= len(new):
            yield Finding("removed-argument", node.lineno, f"`tf.{name}` of TensorFlow 2 takes "
                          f"{len(new)} arguments, not {len(node.args)}: TypeError.",
                          *_fix(name, old[i]))
            return
        moved = old[i] in new or new[i] in old
        if old[i] != new[i] and (old[i], new[i]) not in RENAMED and moved and old[i][0] != "_":
            yield Finding("other-argument", node.lineno, f"argument {i + 1} of `tf.{name}` was "
                          f"`{old[i]}` and is `{new[i]}` in TensorFlow 2.", *_fix(name, old[i]))


def _fix(name, argument):
    """Gives what to write, and what else takes the finding away: compat.v1 has the old function."""
    if name.startswith("keras."):
        return "name the arguments as Keras 3 does.", ""
    if argument == "keep_prob":
        return "give `rate=1 - keep_prob`, or call `tf.compat.v1.nn.dropout`.", "v1"
    return f"name the arguments as TensorFlow 2 does, or call `tf.compat.v1.{name}`.", "v1"

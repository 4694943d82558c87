"""Finds what is wrong with labels, lengths, seeds and the Session loop. No TensorFlow."""

import ast
import re
from typing import Iterator, Set

from seq2seq_graph.doctor import graph
from seq2seq_graph.doctor.findings import Finding
from seq2seq_graph.doctor.values import Flow

LARGE = 1000  # labels; below, one-hot ones cost little
_VOCABULARY = re.compile(r"(?i)vocab|num_(words|tokens)|(word|token)s?_(size|num|count)")
_LOOPS = (ast.For, ast.While)
_WRITTEN_OUT = ("Constant", "Str", "Ellipsis")  # the latter two on Python 3.7
_INITIALIZERS = ("global_variables_initializer", "initialize_all_variables")


def find(flow: Flow, empty_lines: Set[int]) -> Iterator[Finding]:
    """Yields the defects around the model; `empty_lines` are loops found empty already."""
    yield from one_hot_labels(flow)
    yield from lengths_after_padding(flow)
    yield from no_seed(flow)
    trains = any(_method(n) in ("minimize", "apply_gradients") for n in flow.nodes)
    for loop in (n for n in flow.nodes if isinstance(n, _LOOPS)):
        if trains and loop.lineno not in empty_lines and _does_nothing(loop):
            yield Finding(
                "empty-loop", loop.lineno,
                "nothing is done in this loop, while the program has a train op: if it is the "
                "training loop, nothing is trained.",
                "run the train op in it, as `training.loop.train_steps` or scripts/tutorial.py "
                "does.")


def _method(node):
    """Gives the name of the method that a node calls, or None."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr
    return None


def _does_nothing(loop):
    over_numbers = isinstance(loop, ast.While) or isinstance(loop.iter, ast.Call)
    return over_numbers and not loop.orelse and all(
        isinstance(s, ast.Pass)
        or isinstance(s, ast.Expr) and type(s.value).__name__ in _WRITTEN_OUT for s in loop.body)


def one_hot_labels(flow: Flow) -> Iterator[Finding]:
    """Labels that hold a float for each word of the vocabulary."""
    for loss in graph.calls(flow, *graph.LOSSES[:2]):
        labels = graph.call_of(graph.argument(loss, None, "labels"), flow, "one_hot")
        if labels is None:
            continue
        depth = graph.argument(labels, 1, "depth")
        size = graph.literal(graph.source(depth, flow))
        named = size is None and depth is not None and _VOCABULARY.search(graph.text(depth))
        if named or (size or 0) >= LARGE:
            yield Finding(
                "one-hot-labels", labels.lineno,
                f"one-hot labels hold {_shape(labels, graph.text(depth), flow)}, slow and large.",
                "give the ids themselves to `tf.nn.sparse_softmax_cross_entropy_with_logits`, the "
                "same losses; in this package `ModelConfig(sparse_labels=True)`.")


def _shape(labels, depth, flow):
    """Says what the ids' placeholder, if they are one, counts: batch alone, or time too."""
    ids = graph.call_of(graph.argument(labels, 0, "indices"), flow, "placeholder")
    dims = None if ids is None else graph.dimensions(ids)
    axes = {1: "batch", 2: "batch x time"}.get(len(dims or ()))
    return f"{axes} x {depth} floats" if axes else f"{depth} floats for each label"


def lengths_after_padding(flow: Flow) -> Iterator[Finding]:
    """Lengths that are all the same, since padding made them so."""
    for node in flow.nodes:
        over = counted = None
        if isinstance(node, (ast.ListComp, ast.GeneratorExp)) and len(node.generators) == 1:
            over, target = node.generators[0].iter, node.generators[0].target
            counted = node.elt
        elif isinstance(node, ast.For) and len(node.body) == 1:
            call = getattr(node.body[0], "value", None)
            if isinstance(call, ast.Call) and _method(call) == "append" and len(call.args) == 1:
                over, target, counted = node.iter, node.target, call.args[0]
        if isinstance(counted, ast.Call) and isinstance(counted.func, ast.Name) \
                and counted.func.id == "len" and len(counted.args) == 1 \
                and isinstance(target, ast.Name) and isinstance(counted.args[0], ast.Name) \
                and counted.args[0].id == target.id and _is_padded(over, flow):
            yield Finding(
                "lengths-after-padding", counted.lineno,
                f"`{graph.text(over)}` is padded already, so every length is that of the longest.",
                "measure before padding, or count the ids that are not PAD, as "
                "`options.sources.source_lengths` does.")


def _is_padded(node, flow):
    node = graph.source(node, flow)
    if _method(node) in ("array", "asarray") and node.args:
        node = graph.source(node.args[0], flow)
    if not isinstance(node, ast.Call):
        return False
    function = graph.text(node.func).split(".")[-1]
    return re.match(r"(?i)_?pad(ding)?_", function) is not None


def no_seed(flow: Flow) -> Iterator[Finding]:
    """Weights drawn by chance, in a program that nowhere speaks of a seed."""
    for node in flow.nodes:
        words = [getattr(node, field, None) for field in ("id", "attr", "arg", "name")]
        if any(isinstance(word, str) and "seed" in word.lower() for word in words):
            return
    trains = any(_method(n) in ("minimize", "apply_gradients") for n in flow.nodes)
    starts = graph.calls(flow, *_INITIALIZERS)
    sessions = graph.calls(flow, "Session", "InteractiveSession")
    if trains and starts and sessions:
        yield Finding(
            "no-seed", starts[0].lineno,
            "the weights are drawn without any seed, so no run can be repeated.",
            "seed the initializers, `tf.glorot_uniform_initializer(seed=...)`, as this package's "
            "`--seed` does; `tf.set_random_seed` gives other weights on another TensorFlow.")

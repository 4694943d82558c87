"""Finds programs that build a graph while TensorFlow executes eagerly. No TensorFlow."""

import ast
from typing import Iterator

from seq2seq_graph.doctor import graph
from seq2seq_graph.doctor.findings import Finding
from seq2seq_graph.doctor.values import Flow

# Modules that leave TensorFlow as it was.
_LEAVES_EAGER = {
    "tensorflow", "numpy", "scipy", "pandas", "matplotlib", "sklearn", "seq2seq_graph", "tqdm",
    "__future__", "argparse", "collections", "csv", "datetime", "functools", "glob", "itertools",
    "json", "math", "os", "pickle", "random", "re", "string", "sys", "time", "typing",
}
_GRAPH_MODE = ("disable_eager_execution", "disable_v2_behavior", "as_default",
               "reset_default_graph", "wrap_function", "function", "make_template")
_SWITCHES = ("disable_eager_execution", "disable_v2_behavior")
_GRAPHS = ("Session", "InteractiveSession", "placeholder", "MonitoredTrainingSession",
           "global_variables_initializer", "initialize_all_variables")


def find(flow: Flow) -> Iterator[Finding]:
    """A placeholder is refused while TensorFlow executes eagerly, as it does unless told not to."""
    words = _words(flow)
    if words & set(_GRAPH_MODE) or not words & {"Session", "InteractiveSession"}:
        return
    imported = {a.name.split(".")[0] for n in flow.nodes if isinstance(n, ast.Import)
                for a in n.names}
    imported |= {"" if n.level or not n.module else n.module.split(".")[0] for n in flow.nodes
                 if isinstance(n, ast.ImportFrom)}
    if not imported <= _LEAVES_EAGER:
        return  # a module that is not known may have switched it off
    for call in graph.calls(flow, "placeholder"):
        # Reached by the bare name the symbol itself is missing, which is said already.
        path = flow.path(call.func)
        if call not in flow.guarded and path in (
                "tensorflow.compat.v1.placeholder", "seq2seq_graph.legacy.tensorflow.placeholder"):
            yield Finding("eager", call.lineno, "TensorFlow 2 executes eagerly unless told not to, "
                          "and then refuses `placeholder`: RuntimeError.",
                          "call `tf.disable_eager_execution()` after the import, or build in `with "
                          "tf.Graph().as_default():`, as this package does.", by="v1")
            return


def switch(flow: Flow) -> str:
    """Gives the call that a program needs once its names are there; "" if it needs none.

    A graph's program needs graphs; one that reads `.value` of a dimension needs the old shapes
    besides.
    """
    words = _words(flow)
    if words & {*_SWITCHES, "enable_eager_execution"} or not words & set(_GRAPHS):
        return ""
    dimensions = "value" in words and words & {"shape", "get_shape"} or "as_list" in words and \
        "Dimension" in words
    if dimensions:
        return "disable_v2_behavior()"
    return "" if words & {"as_default"} else "disable_eager_execution()"


def _words(flow):
    words = {n.attr for n in flow.nodes if isinstance(n, ast.Attribute)}
    return words | {a.name.split(".")[-1] for n in flow.nodes
                    if isinstance(n, ast.ImportFrom) for a in n.names}

"""Computes the exercises in float64, to know how far TensorFlow 1.15.5's float32 is from there.

    cd tests && PYTHONPATH=.. python -m native.exact exercises_cells [...]

It writes `tests/cases/exact_<family>.npz`: float64 less what is recorded, for each float. An
exercise is left out, and said, where float64 is another computation: what is drawn at random,
steps, ops that have no float64.
"""

import contextlib
import importlib
import os
import sys

import numpy as np

from native import form

FURTHEST = 1e-5  # of the largest number; what is further off is no rounding
CASES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "cases")


class Float64:
    """TensorFlow, but for Sessions: they compute the default graph with each float32 as float64."""

    def __init__(self, tf):
        self.tf = tf

    def __getattr__(self, name):
        return getattr(self.tf, name)

    def Session(self, config=None):  # noqa: N802
        return _Session(self.tf, config)


class _Session:
    def __init__(self, tf, config):
        self.tf, self.config, self.graph = tf, config, tf.get_default_graph()
        self.session, self.size = None, 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.session is not None:
            self.session.close()

    def run(self, fetches, feed=None):
        """Runs by name, in a copy that is made anew where ops have come since."""
        size = len(self.graph.get_operations())
        if size != self.size:
            values = {} if self.session is None else self._values()
            self._copy()
            self.size = size
            for name, value in values.items():
                assign = self.session.graph.get_operation_by_name(name + "/Assign")
                self.session.run(assign, {assign.inputs[1]: value})
        feed = {key.name: value for key, value in (feed or {}).items()}
        return self.session.run(_names(fetches), feed)

    def _copy(self):
        with self.tf.Graph().as_default() as graph:
            self.tf.import_graph_def(_in_float64(self.tf, self.graph), name="")
        self.session = self.tf.Session(graph=graph, config=self.config)

    def _values(self):
        kinds = ("Variable", "VariableV2")
        known = [op.name for op in self.session.graph.get_operations() if op.type in kinds]
        ready = {}
        for name in known:
            with contextlib.suppress(self.tf.errors.FailedPreconditionError):  # no value yet
                ready[name] = self.session.run(name + ":0")
        return ready


def _names(fetches):
    if isinstance(fetches, dict):
        return {key: _names(value) for key, value in fetches.items()}
    if isinstance(fetches, (list, tuple)):
        return [_names(fetch) for fetch in fetches]
    return fetches.name


def _in_float64(tf, graph):
    single, double = tf.float32.as_datatype_enum, tf.float64.as_datatype_enum
    graph_def, flows = graph.as_graph_def(), _flows(graph)
    nodes = [*graph_def.node, *(n for f in graph_def.library.function for n in f.node_def)]
    for node in nodes:
        for attr in node.attr.values():
            if attr.type == single and node.name not in flows:
                attr.type = double
            for i, kind in enumerate(attr.list.type):
                attr.list.type[i] = double if kind == single else kind
            if attr.tensor.dtype == single and node.name not in flows:
                value = tf.make_ndarray(attr.tensor).astype(np.float64)
                attr.tensor.CopyFrom(tf.make_tensor_proto(value, shape=value.shape))
    for function in graph_def.library.function:
        for arg in [*function.signature.input_arg, *function.signature.output_arg]:
            arg.type = double if arg.type == single else arg.type
    return graph_def


def _flows(graph):
    """Gives the names of the ops that pass on a TensorArray's flow, which is float32 always."""
    passing = {"Enter", "Merge", "Switch", "NextIteration", "Exit", "Identity", "AddN", "Add",
               "AddV2", "ZerosLike", "Const"}
    edges = [(tensor, op) for op in graph.get_operations() for tensor in op.inputs
             if tensor.dtype == "float32"]
    found, before = set(), -1
    while len(found) != before:
        before = len(found)
        for tensor, op in edges:
            source, flow = tensor.op, tensor.op.name in found or _is_flow(tensor)
            if op.type in passing and flow:
                found.add(op.name)
            if source.type in passing and op.name in found:
                found.add(source.name)
    return found


def _is_flow(tensor):
    kind = tensor.op.type
    return kind in ("TensorArrayV3", "TensorArrayGradV3") and tensor.value_index == 1 or kind in (
        "TensorArrayWriteV3", "TensorArrayScatterV3", "TensorArraySplitV3")


def record(module_name):
    """Writes `tests/cases/exact_<family>.npz`; gives its path and a word on each exercise."""
    import tensorflow as tf

    family = module_name.replace("exercises_", "")
    with np.load(os.path.join(CASES, f"legacy_{family}.npz"), allow_pickle=False) as arrays:
        recorded = form.unpack(arrays)
    scales, off = form.scales(recorded), {}
    for name, exercise in importlib.import_module("native." + module_name).EXERCISES.items():
        keys = [key for key, value in recorded.items() if key.startswith(name + "|")
                and value.dtype == np.float32 and "|initial/" not in key
                and np.isfinite(value).all() and value.size]
        try:
            exact = form.run_all(Float64(tf), {name: exercise}) if keys else {}
        except Exception as error:
            print(f"{family} {name}: no float64: {type(error).__name__} {str(error)[:90]!r}")
            continue
        apart = {key: exact[key] - recorded[key] for key in keys
                 if exact[key].dtype == np.float64 and exact[key].shape == recorded[key].shape}
        furthest = max((np.abs(value).max() / scales[form.group(key)]
                        for key, value in apart.items()), default=0)
        if furthest > FURTHEST:
            print(f"{family} {name}: another computation, off by {furthest:.1e}")
            continue
        off.update((key, value.astype(np.float32)) for key, value in apart.items())
    path = os.path.join(CASES, f"exact_{family}.npz")
    np.savez_compressed(path, **form.pack(off))
    return path


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(record(name))

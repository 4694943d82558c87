"""Finds what TensorFlow 2 took away: symbols, arguments, and graphs by default. No TensorFlow.

Which names are gone is asked from `symbols.table()`; here stands only what to use instead.
"""

import ast
from typing import Iterator, Optional, Tuple

from seq2seq_graph.doctor import symbols
from seq2seq_graph.doctor.findings import Finding
from seq2seq_graph.doctor.values import Flow

# What this package carries over, same variables, same numbers.
LEGACY = {
    "contrib.layers.embed_sequence": "layers.embed_sequence",
    "contrib.layers.linear": "layers.linear",
    "nn.rnn_cell.LSTMCell": "rnn_cell.LSTMCell",
    "nn.rnn_cell.LSTMStateTuple": "rnn_cell.LSTMStateTuple",
}
# What this package has in place of it, another name or another way.
INSTEAD = {
    "contrib.seq2seq.sequence_loss": "this package's `losses.masked_mean_loss` is that mean",
    "contrib.seq2seq.GreedyEmbeddingHelper": "this package's `decoding` has greedy search",
    "contrib.seq2seq.BeamSearchDecoder": "this package's `decoding` has beam search",
    "contrib.layers.fully_connected":
        "with activation_fn=None it is `seq2seq_graph.legacy.layers.linear`; its default is relu",
}
# 1.15's name of an argument -> 2's, where the position and its meaning stayed.
RENAMED = {
    ("value", "input"), ("filter", "filters"), ("kernel", "filters"), ("tensor", "input"),
    ("tensor", "data"), ("values", "data"), ("string_tensor", "input"), ("t", "x"), ("t", "input"),
    ("input_tensor", "input"), ("msg", "message"), ("m", "mean"), ("v", "variance"),
    ("keep_dims", "keepdims"), ("box_ind", "box_indices"), ("dim", "axis"),
    ("device_name_or_function", "device_name"), ("expand_nonconcat_dim", "expand_nonconcat_dims"),
}
_BARE, _V1 = "tensorflow.", "tensorflow.compat.v1."
# TensorFlow's own files; only which of them are gone is known.
_FILES = ("python", "core", "compiler", "tools", "lite", "examples", "include", "tsl")
# Modules that leave TensorFlow as it was.
_LEAVES_EAGER = {
    "tensorflow", "numpy", "scipy", "pandas", "matplotlib", "sklearn", "seq2seq_graph", "tqdm",
    "__future__", "argparse", "collections", "csv", "datetime", "functools", "glob", "itertools",
    "json", "math", "os", "pickle", "random", "re", "string", "sys", "time", "typing",
}
_GRAPH_MODE = ("disable_eager_execution", "disable_v2_behavior", "as_default",
               "reset_default_graph", "wrap_function", "function", "make_template")


def find(tree: ast.Module, flow: Flow) -> Iterator[Finding]:
    """Yields what TensorFlow 2 no longer has, node by node."""
    assigned = {p for node in ast.walk(tree) if isinstance(node, ast.Attribute)
                and isinstance(node.ctx, ast.Store) for p in flow.paths(node)}
    for node in ast.walk(tree):
        if node in flow.guarded:
            continue
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from _imports(node)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            yield from _attribute(node, flow, assigned)
        elif isinstance(node, ast.Call):
            yield from _arguments(node, flow)
    yield from _eager(tree, flow)


def _imports(node):
    for a in node.names:
        if isinstance(node, ast.Import):
            path = a.name
        elif node.level or not node.module:
            continue
        else:
            path = node.module if a.name == "*" else f"{node.module}.{a.name}"
        finding = verdict(path, node.lineno, imported=True)
        if finding:
            yield finding


def _attribute(node, flow, assigned):
    if isinstance(flow.parents.get(node), ast.Attribute):
        return  # the whole chain is looked at once
    root = node
    while isinstance(root, ast.Attribute):
        root = root.value
    for base in flow.paths(root):
        # A value such as FLAGS was found where it was taken; a module's names are each looked at.
        name = _below(base or "")[1]
        if name and name not in symbols.table().groups["modules"] and _group(base):
            return
    found = [path and path not in assigned and verdict(path, node.lineno)
             for path in flow.paths(node)]
    if all(found):
        yield found[0]


def _below(path: str) -> Tuple[Optional[bool], str]:
    """Gives whether a path is in compat.v1, and its name below that; None outside TensorFlow."""
    if path.startswith(_V1):
        return True, path[len(_V1):]
    if path.startswith(_BARE) and not path.startswith(("tensorflow.compat", _BARE + "_")):
        return False, path[len(_BARE):]
    return None, ""


def _known(name: str) -> Tuple[str, str]:
    """Gives the longest beginning of a dotted name that is in the table, and its group."""
    parts, groups = name.split("."), symbols.table().groups
    for end in range(len(parts), 0, -1):
        begin = ".".join(parts[:end])
        for group in ("gone", "keras3", "moved", "kept", "new", "new_v1"):
            if begin in groups[group]:
                return begin, group
    return "", ""


def _group(path: str) -> str:
    """Gives why a path is missing in TensorFlow 2: gone, keras3, moved, never; or "" if it is not.

    "never": neither TensorFlow has such a name in a module that both know.
    """
    in_v1, name = _below(path)
    if in_v1 is None or not name or name.split(".")[0] in _FILES:
        return ""
    begin, group = _known(name)
    rest = name[len(begin):].lstrip(".")
    in_module = not begin or begin in symbols.table().groups["modules"]
    if group == "gone":
        return "gone"
    if rest and in_module and not rest.startswith("_"):
        return "never" if begin or "." not in rest else ""
    if group == "keras3":
        return "keras3"
    if (group == "moved" or group == "new_v1") and not in_v1:
        return "moved"
    return ""


def verdict(path: str, line: int, imported: bool = False) -> Optional[Finding]:
    """Says what is wrong with a dotted import path, such as `tensorflow.nn.dynamic_rnn`."""
    in_v1, name = _below(path)
    if in_v1 is None:
        return None
    table = symbols.table()
    if imported and name.split(".")[0] in _FILES:
        return _file(name, line)
    group = _group(path)
    if not group:
        return None
    shown = f"`tf.compat.v1.{name}`" if in_v1 else f"`tf.{name}`"
    error = "ImportError" if imported else "AttributeError"
    if group == "never":
        return Finding("removed-symbol", line, f"{shown} is neither in TensorFlow {table.old} nor "
                       f"in {table.new}: {error}.",
                       "look its successor up in the notes of the TensorFlow 1 that dropped it.")
    same = table.aliases.get(name, name)
    if group == "gone":
        return Finding("removed-symbol", line, f"{shown} is gone from TensorFlow 2, from "
                       f"tf.compat.v1 too: {error}.", _mend(name, same))
    if group == "keras3":
        return Finding("keras-3", line, f"{shown} is not in TensorFlow 2, and tf.compat.v1 says "
                       f"that it is not available with Keras 3: {error}.", _mend(name, same))
    return Finding("moved-symbol", line, f"{shown} is in tf.compat.v1 alone: {error}.",
                   f"`import tensorflow.compat.v1 as tf`, or write `tf.compat.v1.{name}`.")


def _file(name, line):
    parts = name.split(".")
    gone = symbols.table().groups["gone_files"]
    if not any(".".join(parts[:end]) in gone for end in range(1, len(parts) + 1)):
        return None
    return Finding("removed-symbol", line, f"`tensorflow.{name}` is a file of TensorFlow "
                   f"{symbols.table().old} that {symbols.table().new} has not: ImportError.",
                   "import the public name of it; data sets such as MNIST are in "
                   "`tf.keras.datasets`." if parts[0] == "examples" else
                   "import a public name; this package's `legacy` uses public names alone.")


def _mend(name, same):
    for known in (name, same):
        if known in LEGACY:
            return f"`seq2seq_graph.legacy.{LEGACY[known]}` is the same, variables included."
        if known in INSTEAD:
            return f"{INSTEAD[known]}."
    group = _known(same)[1]
    if same != name and group in ("kept", "moved"):
        return f"`tf.{'compat.v1.' * (group == 'moved')}{same}` is the same object."
    if group == "keras3":
        return ("write it with today's `tf.keras.layers`, or stay below TensorFlow 2.16, the first "
                "with Keras 3; this package's `legacy` has LSTMCell alone.")
    return "write what it did with names that TensorFlow 2 has; this package does not carry it."


def _arguments(node, flow):
    path = flow.path(node.func) or ""
    in_v1, name = _below(path)
    if in_v1 or name not in symbols.table().changed:
        return
    old, new = symbols.table().changed[name]
    for keyword in node.keywords:
        if keyword.arg in old and keyword.arg not in new:
            yield Finding(
                "removed-argument", node.lineno,
                f"`tf.{name}` of TensorFlow 2 takes no `{keyword.arg}`, it takes "
                f"{', '.join(new)}: TypeError.", _argument_mend(name, keyword.arg))
    if any(isinstance(argument, ast.Starred) for argument in node.args):
        return
    for i, _ in enumerate(node.args[:len(old)]):
        if i >= len(new):
            yield Finding("removed-argument", node.lineno, f"`tf.{name}` of TensorFlow 2 takes "
                          f"{len(new)} arguments, not {len(node.args)}: TypeError.",
                          _argument_mend(name, old[i]))
            return
        moved = old[i] in new or new[i] in old
        if old[i] != new[i] and (old[i], new[i]) not in RENAMED and moved and old[i][0] != "_":
            yield Finding("other-argument", node.lineno, f"argument {i + 1} of `tf.{name}` was "
                          f"`{old[i]}` and is `{new[i]}` in TensorFlow 2.",
                          _argument_mend(name, old[i]))


def _argument_mend(name, argument):
    if argument == "keep_prob":
        return "give `rate=1 - keep_prob`, or call `tf.compat.v1.nn.dropout`."
    return f"name the arguments as TensorFlow 2 does, or call `tf.compat.v1.{name}`."


def _eager(tree, flow):
    """A placeholder is refused while TensorFlow executes eagerly, as it does unless told not to."""
    words = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
    words |= {a.name.split(".")[-1] for n in ast.walk(tree)
              if isinstance(n, ast.ImportFrom) for a in n.names}
    if words & set(_GRAPH_MODE) or not words & {"Session", "InteractiveSession"}:
        return
    imported = {a.name.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import)
                for a in n.names}
    imported |= {"" if n.level else n.module.split(".")[0] for n in ast.walk(tree)
                 if isinstance(n, ast.ImportFrom)}
    if not imported <= _LEAVES_EAGER:
        return  # a module that is not known may have switched it off
    for node in ast.walk(tree):
        # Reached by the bare name the symbol itself is missing, which is said already.
        if isinstance(node, ast.Call) and node not in flow.guarded \
                and flow.path(node.func) == _V1 + "placeholder":
            yield Finding("eager", node.lineno, "TensorFlow 2 executes eagerly unless told not to, "
                          "and then refuses `placeholder`: RuntimeError.",
                          "build in `with tf.Graph().as_default():`, as this package does, or call "
                          "`tf.disable_eager_execution()` first.")
            return

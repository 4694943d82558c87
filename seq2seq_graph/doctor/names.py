"""Finds names that nothing defines, and those of Python 2. No TensorFlow."""

import ast
from typing import Iterator

from seq2seq_graph.doctor.findings import Finding
from seq2seq_graph.doctor.values import Flow

# Python 2's builtin -> what Python 3 has in its place.
BUILTINS = {
    "xrange": "range", "unicode": "str", "raw_input": "input", "basestring": "str", "long": "int",
    "unichr": "chr", "reduce": "functools.reduce", "cmp": "(a > b) - (a < b)", "file": "open",
    "execfile": "exec(open(path).read())", "reload": "importlib.reload", "apply": "f(*args)",
    "buffer": "memoryview",
}
# Python 2's module -> Python 3's.
MODULES = {
    "cPickle": "pickle", "cStringIO": "io", "StringIO": "io", "urllib2": "urllib.request",
    "urlparse": "urllib.parse", "ConfigParser": "configparser", "HTMLParser": "html.parser",
    "httplib": "http.client", "cookielib": "http.cookiejar", "__builtin__": "builtins",
}


def find(tree: ast.Module, flow: Flow) -> Iterator[Finding]:
    """Yields one finding a name, where it is read first."""
    for node, later in flow.undefined:
        if node.id in BUILTINS and not later:
            yield Finding("python2-name", node.lineno, f"`{node.id}` is a builtin of Python 2: "
                          "NameError.", f"write `{BUILTINS[node.id]}`.")
        elif later:
            yield Finding("read-before-assignment", node.lineno, f"`{node.id}` is read here and "
                          "first assigned here or further down: NameError.",
                          "assign it before" + (
                              "; a decoder reads the targets, shifted right by the start token, "
                              "`model.shift_right`." if node.id == "decoder_inputs" else "."))
        else:
            yield Finding("undefined-name", node.lineno, f"nothing defines `{node.id}`: NameError.",
                          "define it; scripts/tutorial.py takes vocab_size from the data and sets "
                          "batch_size and num_epochs." if node.id in (
                              "vocab_size", "batch_size", "num_epochs") else
                          "define or import it.")
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and node not in flow.guarded:
            for module in (a.name for a in node.names if a.name in MODULES):
                yield Finding("python2-name", node.lineno, f"`{module}` is a module of Python 2: "
                              "ModuleNotFoundError.", f"import `{MODULES[module]}`.")

"""Finds names that nothing defines, and those of Python 2. No TensorFlow."""

import ast
from typing import FrozenSet, Iterator

from seq2seq_graph.doctor import reach
from seq2seq_graph.doctor.findings import Finding
from seq2seq_graph.doctor.values import Flow

# Python 2's builtin -> what Python 3 has in its place.
BUILTINS = {
    "xrange": "range", "unicode": "str", "raw_input": "input", "basestring": "str", "long": "int",
    "unichr": "chr", "reduce": "functools.reduce", "cmp": "(a > b) - (a < b)", "file": "open",
    "execfile": "exec(open(path).read())", "reload": "importlib.reload", "apply": "f(*args)",
    "buffer": "memoryview", "intern": "sys.intern", "coerce": "(a, b)",
    "StandardError": "Exception",
}
# Of these the name alone has to be changed.
SAME_CALL = {"xrange", "unicode", "raw_input", "basestring", "long", "unichr", "StandardError"}
# Python 2's module -> Python 3's.
MODULES = {
    "cPickle": "pickle", "cStringIO": "io", "StringIO": "io", "urllib2": "urllib.request",
    "urlparse": "urllib.parse", "ConfigParser": "configparser", "HTMLParser": "html.parser",
    "httplib": "http.client", "cookielib": "http.cookiejar", "__builtin__": "builtins",
    "Queue": "queue", "SocketServer": "socketserver", "Tkinter": "tkinter", "commands":
    "subprocess", "copy_reg": "copyreg", "thread": "_thread", "sets": "builtins", "md5": "hashlib",
    "sha": "hashlib", "tkMessageBox": "tkinter.messagebox", "tkFileDialog": "tkinter.filedialog",
    "BaseHTTPServer": "http.server", "SimpleHTTPServer": "http.server", "xmlrpclib":
    "xmlrpc.client", "anydbm": "dbm", "exceptions": "builtins", "dummy_thread": "_thread",
}
# Python 2's name in a module that stayed -> Python 3's.
MEMBERS = {
    "itertools.izip": "zip", "itertools.imap": "map", "itertools.ifilter": "filter",
    "itertools.izip_longest": "itertools.zip_longest", "os.getcwdu": "os.getcwd",
    "string.letters": "string.ascii_letters", "string.lowercase": "string.ascii_lowercase",
    "string.uppercase": "string.ascii_uppercase", "string.maketrans": "str.maketrans",
    "string.join": "the string's own method `join`", "string.replace": "the string's `replace`",
    "string.split": "the string's own method `split`", "string.strip": "the string's `strip`",
    "string.lower": "the string's own method `lower`", "string.upper": "the string's `upper`",
    "sys.maxint": "sys.maxsize", "sys.setdefaultencoding": "nothing, text is Unicode",
    "sys.exc_clear": "nothing", "urllib.urlopen": "urllib.request.urlopen",
    "urllib.urlretrieve": "urllib.request.urlretrieve", "urllib.quote": "urllib.parse.quote",
    "urllib.urlencode": "urllib.parse.urlencode", "urllib.unquote": "urllib.parse.unquote",
    "urllib.quote_plus": "urllib.parse.quote_plus", "types.StringType": "str",
    "urllib.unquote_plus": "urllib.parse.unquote_plus", "types.UnicodeType": "str",
    "types.ListType": "list", "types.DictType": "dict", "types.IntType": "int",
    "types.StringTypes": "str", "os.popen2": "subprocess.Popen",
    "os.popen3": "subprocess.Popen", "operator.isCallable": "callable",
    "operator.sequenceIncludes": "operator.contains",
}
# A method of Python 2's dictionaries -> Python 3's; (arguments, what to write).
METHODS = {
    "iteritems": (0, "`.items()`"), "iterkeys": (0, "`.keys()`"), "itervalues": (0, "`.values()`"),
    "viewitems": (0, "`.items()`"), "viewkeys": (0, "`.keys()`"), "viewvalues": (0, "`.values()`"),
    "has_key": (1, "`key in dictionary`"),
}


def find(flow: Flow, beside: FrozenSet[str]) -> Iterator[Finding]:
    """Yields one finding a name, where it is read first.

    `beside` are the modules in the program's folder, which come before Python's own.
    """
    uncalled = reach.find_uncalled(flow.tree) if flow.undefined else ()
    for read, later in flow.undefined:
        yield _undefined(read, later, _function(read, flow, uncalled))
    defined = {n.name for n in flow.nodes if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
    for node in flow.nodes:
        if node in flow.guarded:
            continue
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from _imports(node, beside)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) \
                and not isinstance(flow.parents.get(node), ast.Attribute):
            # Of `string.letters.lower` the first two parts.
            yield from _member(node, ".".join((flow.path(node) or "").split(".")[:2]))
        elif isinstance(node, ast.Call):
            yield from _method(node, flow, defined)


def _function(node, flow, uncalled):
    """Gives the function around a node that nothing calls, or None."""
    while node in flow.parents:
        node = flow.parents[node]
        if node in uncalled:
            return node
    return None


def _undefined(node, later, function):
    name = node.id
    if function is not None:
        return Finding(
            "uncalled-name", node.lineno, f"nothing defines `{name}` before it is read here: "
            f"NameError, if `{function.name}` were called, which nothing here does.",
            f"define or import it, or take `{function.name}` away.")
    if name in BUILTINS and not later:
        return Finding(
            "python2-name", node.lineno, f"`{name}` is a builtin of Python 2: NameError.",
            f"write `{BUILTINS[name]}`.", by="edit" if name in SAME_CALL else "")
    if later:
        return Finding(
            "read-before-assignment", node.lineno, f"`{name}` is read here and "
            "first assigned here or further down: NameError.",
            "assign it before" + (
                "; a decoder reads the targets, shifted right by the start token, "
                "`model.shift_right`." if name == "decoder_inputs" else "."))
    return Finding(
        "undefined-name", node.lineno, f"nothing defines `{name}`: NameError.",
        "define it; scripts/tutorial.py takes vocab_size from the data and sets batch_size and "
        "num_epochs." if name in ("vocab_size", "batch_size", "num_epochs") else
        "define or import it.")


def _imports(node, beside):
    if isinstance(node, ast.Import):
        for module in (a.name for a in node.names if a.name in MODULES and a.name not in beside):
            yield Finding("python2-name", node.lineno, f"`{module}` is a module of Python 2: "
                          "ModuleNotFoundError.", f"import `{MODULES[module]}`.",
                          by="edit" if len(node.names) == 1 else "")
    elif not node.level and node.module:
        if node.module in MODULES and node.module not in beside:
            yield Finding("python2-name", node.lineno, f"`{node.module}` is a module of Python 2: "
                          "ModuleNotFoundError.", f"import from `{MODULES[node.module]}`.",
                          by="edit")
        for path in (f"{node.module}.{a.name}" for a in node.names):
            if path in MEMBERS:
                yield Finding("python2-name", node.lineno, f"`{path}` is of Python 2: ImportError.",
                              f"use {_shown(MEMBERS[path])}.")


def _member(node, path):
    if path in MEMBERS:
        certain = all(part.isidentifier() for part in MEMBERS[path].split(".")) and (
            path.split(".")[0] == MEMBERS[path].split(".")[0] != "urllib")
        yield Finding("python2-name", node.lineno, f"`{path}` is of Python 2: AttributeError.",
                      f"use {_shown(MEMBERS[path])}.", by="edit" if certain else "")


def _shown(instead):
    return f"`{instead}`" if " " not in instead else instead


def _method(node, flow, defined):
    name = getattr(node.func, "attr", None)
    if (name == "sort" or getattr(node.func, "id", "") == "sorted") and any(
            k.arg == "cmp" for k in node.keywords):
        yield Finding("python2-name", node.lineno, "`cmp` is an argument of Python 2's sorting: "
                      "TypeError.", "give `key=functools.cmp_to_key(...)`.")
    if name not in METHODS or name in defined or node.keywords:
        return
    count, instead = METHODS[name]
    if len(node.args) == count and flow.path(node.func) is None:  # `six.iteritems` has a path
        yield Finding("python2-name", node.lineno, f"`.{name}(...)` is a method of Python 2's "
                      "dictionaries: AttributeError.", f"write {instead}.",
                      by="edit" if count == 0 else "")

"""Finds names that NumPy and Python's own library took away since TensorFlow 1. No TensorFlow."""

import ast
from typing import FrozenSet, Iterator, Union

from seq2seq_graph.doctor import names, provided, symbols
from seq2seq_graph.doctor.findings import Finding
from seq2seq_graph.doctor.values import Flow
from seq2seq_graph.doctor.verdicts import RUN

# NumPy's name -> what to write; what NumPy never had the other way is left to the reader.
NUMPY = {
    "Inf": "np.inf", "Infinity": "np.inf", "infty": "np.inf", "PINF": "np.inf", "NaN": "np.nan",
    "NAN": "np.nan", "NINF": "-np.inf", "float_": "np.float64", "complex_": "np.complex128",
    "unicode_": "np.str_", "string_": "np.bytes_", "product": "np.prod", "int": "int",
    "cumproduct": "np.cumprod", "alltrue": "np.all", "sometrue": "np.any", "round_": "np.round",
    "row_stack": "np.vstack", "in1d": "np.isin", "trapz": "np.trapezoid", "float": "float",
    "bool8": "np.bool_", "object0": "np.object_", "str": "str", "object": "object",
    "complex": "complex", "unicode": "str", "mat": "np.asmatrix", "singlecomplex": "np.complex64",
    "loads": "pickle.loads", "asfarray": "np.asarray(a, dtype=float)", "asscalar": "a.item()",
    "msort": "np.sort(a, axis=0)", "ndarray.tostring": "a.tobytes()", "cast": "a.astype(...)",
    "ndarray.itemset": "a[index] = value", "ndarray.ptp": "np.ptp(a)", "alen": "len(a)",
    "ndarray.newbyteorder": "a.view(a.dtype.newbyteorder(order))", "math": "the module math",
    "issubsctype": "np.issubdtype", "AxisError": "np.exceptions.AxisError", "cfloat":
    "np.complex128", "VisibleDeprecationWarning": "np.exceptions.VisibleDeprecationWarning",
    "ComplexWarning": "np.exceptions.ComplexWarning", "find_common_type": "np.result_type",
}
# Python's name -> what to write.
PYTHON = {
    "time.clock": "time.process_time", "inspect.getargspec": "inspect.getfullargspec, four fields "
    "of seven", "fractions.gcd": "math.gcd", "imp": "importlib",
    "distutils": "setuptools, or packaging.version for its LooseVersion", "base64.encodestring":
    "base64.encodebytes", "base64.decodestring": "base64.decodebytes",
    "platform.linux_distribution": "the package distro", "asyncio.coroutine": "async def",
    "configparser.SafeConfigParser": "configparser.ConfigParser", "pipes": "shlex",
    "locale.format": "locale.format_string",
    "inspect.formatargspec": "inspect.signature", "unittest.makeSuite":
    "unittest.defaultTestLoader.loadTestsFromTestCase", "cgi": "html and urllib.parse",
}
BROUGHT = f"{RUN} brings it back"
_AMBIGUOUS = {"parser", "symbol", "chunk", "formatter", "uu", "crypt"}  # names of programs' own
_METHODS = {"tostring": 0, "itemset": None, "newbyteorder": None}


def find(flow: Flow, beside: FrozenSet[str]) -> Iterator[Finding]:
    """Yields what is gone; `beside` are the modules in the program's folder, which come first."""
    table = symbols.table()
    defined = {n.name for n in flow.nodes if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
    for node in flow.nodes:
        if node in flow.guarded:
            continue
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for path in list_imported(node):
                yield from _library(path, node.lineno, table, beside, "ImportError")
                yield from _numpy(path, node.lineno, table, "ImportError")
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) \
                and not isinstance(flow.parents.get(node), ast.Attribute):
            # One way that is still there is enough: `Mapping` from here or, failing that, there.
            paths = flow.paths(node)
            only = next(iter(paths)) if len(paths) == 1 else None
            if only and "." in only:
                yield from _library(only, node.lineno, table, beside, "AttributeError")
                yield from _numpy(only, node.lineno, table, "AttributeError")
        elif isinstance(node, ast.Call):
            yield from _method(node, flow, table, defined)


def list_imported(node: Union[ast.Import, ast.ImportFrom]) -> Iterator[str]:
    """Yields the dotted paths that an import brings."""
    for a in node.names:
        if isinstance(node, ast.Import):
            yield a.name
        elif not node.level and node.module:
            yield node.module if a.name == "*" else f"{node.module}.{a.name}"


def _library(path, line, table, beside, error):
    top = path.split(".")[0]
    if top in beside or top in _AMBIGUOUS or top in names.MODULES or path in names.MEMBERS:
        return
    gone = table.groups["python"]
    found = next((p for p in (top, ".".join(path.split(".")[:2])) if p in gone), None)
    if found is None or found == top and error == "AttributeError":
        return  # a module that is gone is said where it is imported
    new = PYTHON.get(path) or PYTHON.get(found)
    if found.startswith("collections."):
        new = "collections.abc." + found.split(".")[1]
    old, version = table.libraries["python"]
    certain = new and new.replace(".", "").isidentifier() and found == path
    yield Finding(
        "python-name", line, f"`{found}`: in Python {old}, not in {version}, {error}.",
        (f"use {new if ' ' in new else f'`{new}`'}" if new else "write it another way")
        + _brought(found),
        by="edit" if certain and error == "AttributeError" else _by(found), name=f"`{found}`")


def _numpy(path, line, table, error):
    if not path.startswith("numpy."):
        return
    name = path[len("numpy."):]
    parts, gone = name.split("."), table.groups["numpy"]
    found = next((n for n in (name, ".".join(parts[:2]), parts[0]) if n in gone), None)
    if found:
        yield _of_numpy(found, line, table, error)


def _of_numpy(found, line, table, error):
    new = NUMPY.get(found)
    last = found.rpartition(".")[2]
    if new is None and found.startswith("lib.") and last not in table.groups["numpy"]:
        new = f"np.{last}"
    old, version = table.libraries["numpy"]
    shown = f"`np.{found}`"
    certain = new and new.replace("np.", "").isidentifier() and error == "AttributeError"
    return Finding(
        "numpy-name", line, f"{shown}: in NumPy {old}, not in {version}, {error}.",
        (f"write {new if ' ' in new and '(' not in new else f'`{new}`'}" if new
         else "write it another way") + _brought(f"numpy.{found}"),
        by="edit" if certain else _by(f"numpy.{found}"), name=shown)


def _brought(path):
    return f"; {BROUGHT}." if path in provided.brought_back() else "."


def _by(path):
    return "run" if path in provided.brought_back() else ""


def _method(node, flow, table, defined):
    """`a.tostring()` of an array; a module's function of that name has a path, and is another's."""
    name = getattr(node.func, "attr", None)
    if name not in _METHODS or name in defined or node.keywords \
            or _METHODS[name] not in (None, len(node.args)):
        return
    if flow.path(node.func) is None and (name == "tostring" or _is_array(node.func.value, flow)):
        yield _of_numpy("ndarray." + name, node.lineno, table, "AttributeError")._replace(
            by="edit" if name == "tostring" else "run")


def _is_array(node, flow):
    values = flow.values.get(node, ())
    made = [value.node for value in values] or [node]
    return all(isinstance(n, ast.Call) and (flow.path(n.func) or "").startswith("numpy.")
               for n in made)

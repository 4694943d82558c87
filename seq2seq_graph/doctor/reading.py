"""Reads a Python file or a notebook into a syntax tree, past what is no Python. No TensorFlow."""

import ast
import codecs
import io
import os
import re
import stat
import sys
import tokenize
import warnings
from typing import FrozenSet, List, NamedTuple, Optional, Tuple

from seq2seq_graph.doctor import lexing, notebook, repairs
from seq2seq_graph.doctor.findings import Finding
from seq2seq_graph.doctor.python2 import python2
from seq2seq_graph.errors import InputError

REPAIRS = (repairs.placeholders, repairs.empty_blocks, python2, repairs.tabs)
LARGEST = 64 * 1024 * 1024  # bytes of a file
LONG = 50_000  # tokens of one expression without a comma
STANDARD_INPUT = "-"


class Program(NamedTuple):
    """A file that was read."""

    path: str
    tree: Optional[ast.Module]  # None where no repair makes Python of it
    findings: List[Finding]  # of its syntax
    given: FrozenSet[str]  # names that stand for a <placeholder>, or that notebooks define
    places: Tuple[str, ...]  # line from 1 -> "17" or "cell 3:2", at index line - 1
    text: str = ""  # of a Python file, line ends all `\\n`; of a notebook, its JSON
    encoding: str = "utf-8"
    beside: FrozenSet[str] = frozenset()  # modules in its folder, which come before Python's own

    def place(self, line: int) -> str:
        return self.places[min(max(line, 1), len(self.places)) - 1] if self.places else "1"

    @property
    def is_notebook(self) -> bool:
        return self.path.endswith(".ipynb") or self.path == STANDARD_INPUT \
            and self.text.lstrip()[:1] == "{" and '"cells"' in self.text


def read(path: str, text: Optional[str] = None) -> Program:
    """Reads `path`, a notebook if it ends in `.ipynb`, and never runs it; `-` is standard input.

    Args:
      path: the file.
      text: what is taken for its text, line ends all `\\n`; None takes what is there.

    Raises:
      InputError: it cannot be read, or holds no text of Python.
    """
    encoding = "utf-8"
    if text is None:
        text, encoding = decode(content(path), path)
    text = re.sub("\r\n?", "\n", text)
    program = Program(path, None, [], frozenset({"get_ipython"}), (), text, encoding, _beside(path))
    if program.is_notebook:
        return _notebook(program)
    program = program._replace(places=tuple(map(str, range(1, text.count("\n") + 2))))
    if "\0" in text:
        raise InputError(f"{path}: holds null bytes, so it is no text; give a .py or .ipynb file")
    repaired, tree, error = _repaired(text)
    findings = repaired.findings + ([error] if error else [])
    return program._replace(tree=tree, findings=findings, given=program.given | repaired.names)


def _notebook(program):
    """Joins the code cells, in order; one that is no Python stands alone, as it does in Jupyter."""
    parts, places, findings = [], [], []
    given = program.given | {"display", "In", "Out", "_", "__", "___", "_i", "_ii", "_ih", "_oh",
                             "_dh", *re.findall(r"\b_i?\d+\b", program.text)}  # its history
    before = 0
    for cell in notebook.cells(program.text, program.path):
        repaired, tree, error = _repaired(cell.text.replace("\0", " "))
        count = cell.text.count("\n") + 1
        found = repaired.findings + ([error] if error else [])
        findings += [f._replace(line=f.line + before) for f in found]
        given |= repaired.names
        parts.append(repaired.text if tree is not None else "\n" * (count - 1))
        places += [f"cell {cell.number}:{i + 1}" for i in range(count)]
        before += count
    tree, error = _parse("\n".join(parts))
    if tree is None:
        findings.append(_no_python(error, before))
    return program._replace(tree=tree, findings=findings, given=given, places=tuple(places))


def _repaired(text):
    """Parses a text, repaired as far as it must be; gives (its repairs, tree, finding or None)."""
    so_far = repairs.Repaired(text, [])
    for repair in (None, *REPAIRS):
        if repair is not None:
            done = repair(so_far.text)
            so_far = repairs.Repaired(
                done.text, so_far.findings + done.findings, so_far.names | done.names)
        tree, error = _parse(so_far.text)
        if tree is not None or isinstance(error, (RecursionError, MemoryError)):
            break
    return so_far, tree, None if error is None else _no_python(error, text.count("\n") + 1)


def _parse(text):
    if len(text) > LONG and lexing.longest_chain(text) > LONG:
        return None, RecursionError()  # older Pythons' parsers die of it
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # such as invalid escapes in strings
        try:
            return ast.parse(text), None
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return None, error


def _no_python(error, lines):
    if isinstance(error, SyntaxError):
        return Finding(
            "syntax-error", min(max(error.lineno or 1, 1), max(lines, 1)),
            f"Python cannot read this line: {error.msg}; nothing after it was looked at.",
            "write it as Python 3.")
    if isinstance(error, ValueError):
        return Finding("syntax-error", 1, f"Python cannot read this file: {_one_line(error)}.",
                       "write it as Python 3.")
    return Finding("not-examined", 1, f"Python's own parser gave up ({type(error).__name__}): "
                   "an expression is nested too deeply.", "cut the expression into parts.")


def _one_line(error):
    return " ".join(ascii(str(error)).strip("'\"").split())[:200]


def content(path: str) -> bytes:
    """Reads a file's bytes.

    Raises:
      InputError: it is not there, no file, or too large.
    """
    try:
        if path == STANDARD_INPUT:
            return sys.stdin.buffer.read(LARGEST)
        with open(path, "rb") as file:
            device = stat.S_ISCHR(os.fstat(file.fileno()).st_mode)
            found = b"" if device else file.read(LARGEST + 1)
    except (OSError, ValueError, AttributeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path}: {reason}; give a .py or .ipynb file") from None
    if device:
        raise InputError(f"{path}: is a device; give a .py or .ipynb file")
    if len(found) > LARGEST:
        raise InputError(f"{path}: more than {LARGEST // 1024 // 1024} MiB; give a program")
    return found


def decode(found: bytes, path: str) -> Tuple[str, str]:
    """Decodes a program's bytes as Python does, heeding a `coding:` line; gives the encoding too.

    Line ends stay.

    Raises:
      InputError: they are no text in that encoding.
    """
    try:
        if path.endswith(".ipynb"):  # whose first lines are no `coding:` line
            encoding = "utf-8-sig" if found.startswith(codecs.BOM_UTF8) else "utf-8"
        else:
            encoding = tokenize.detect_encoding(io.BytesIO(found).readline)[0]
        return found.decode(encoding), encoding
    except (SyntaxError, LookupError, UnicodeError, ValueError) as error:
        raise InputError(f"{path}: cannot be decoded: {_one_line(error)}; save it as UTF-8"
                         ) from None


def _beside(path):
    folder = os.path.dirname(os.path.abspath(path)) if path != STANDARD_INPUT else os.curdir
    try:
        with os.scandir(folder) as entries:
            return frozenset(e.name[:-3] if e.name.endswith(".py") else e.name for e in entries
                             if e.name.endswith(".py") or e.is_dir())
    except OSError:
        return frozenset()

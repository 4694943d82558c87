"""Reads a Python file or a notebook into a syntax tree, past what is no Python. No TensorFlow."""

import ast
import json
import re
import tokenize
import warnings
from typing import FrozenSet, List, NamedTuple, Optional, Tuple

from seq2seq_graph.doctor import repairs
from seq2seq_graph.doctor.findings import Finding
from seq2seq_graph.errors import InputError

# Cell magics whose cell is Python all the same.
_PYTHON_CELLS = ("%%time", "%%timeit", "%%capture", "%%prun")
_MAGIC = re.compile(r"^(\s*)([%!?].*|[\w.]+\?+)$")
_MAGIC_VALUE = re.compile(r"^(\s*[\w.,\s]+=\s*)[%!].*$")


class Program(NamedTuple):
    """A file that was read."""

    path: str
    tree: Optional[ast.Module]  # None where no repair makes Python of it
    findings: List[Finding]  # of its syntax
    given: FrozenSet[str]  # names that stand for a <placeholder>, or that notebooks define
    places: Tuple[str, ...]  # line from 1 -> "17" or "cell 3:2", at index line - 1

    def place(self, line: int) -> str:
        return self.places[min(max(line, 1), len(self.places)) - 1] if self.places else "1"


def read(path: str) -> Program:
    """Reads `path`, a notebook if it ends in `.ipynb`, and never runs it.

    Raises:
      InputError: it cannot be read, or holds no text of Python.
    """
    notebook = path.endswith(".ipynb")
    text, places = _read_notebook(path) if notebook else _read_text(path)
    if "\0" in text:
        raise InputError(f"{path}: holds null bytes, so it is no text; give a .py or .ipynb file")
    given = {"get_ipython", "display", "In", "Out", "_"} if notebook else {"get_ipython"}
    findings: List[Finding] = []
    for repair in (None, repairs.placeholders, repairs.empty_blocks, repairs.python2, repairs.tabs):
        if repair is not None:
            repaired = repair(text)
            text, given = repaired.text, given | repaired.names
            findings += repaired.findings
        tree, error = _parse(text)
        if tree is not None:
            return Program(path, tree, findings, frozenset(given), places)
    if isinstance(error, SyntaxError):
        what = f"Python cannot read this line: {error.msg}; nothing after it was looked at."
        line = min(error.lineno or 1, len(places) or 1)
    else:
        what, line = f"Python cannot read this file: {error}.", 1
    findings.append(Finding("syntax-error", line, what, "write it as Python 3."))
    return Program(path, None, findings, frozenset(given), places)


def _parse(text):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # such as invalid escapes in strings
        try:
            return ast.parse(text), None
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return None, error


def _read_text(path):
    try:
        with tokenize.open(path) as file:  # heeds a `coding:` line
            text = file.read()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; give a .py or .ipynb file") from None
    except (SyntaxError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be decoded: {error}; save it as UTF-8") from None
    return text, tuple(str(i + 1) for i in range(text.count("\n") + 1))


def _read_notebook(path):
    """Joins the code cells, in order; magics become blank lines, so that lines stay."""
    try:
        with open(path, encoding="utf-8") as file:
            notebook = json.load(file)
        sheets = notebook.get("worksheets") or [notebook]  # format 3 has sheets
        cells = [cell for sheet in sheets for cell in sheet["cells"]
                 if cell["cell_type"] == "code"]
        sources = [cell.get("source", cell.get("input", "")) for cell in cells]
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; give a .py or .ipynb file") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"{path}: no notebook ({type(error).__name__}: {error}); give the .ipynb "
                         "file that Jupyter saves") from None
    lines, places = [], []
    for number, source in enumerate(sources, 1):
        text = source if isinstance(source, str) else "".join(source)
        cell = _without_magics(text.split("\n"))
        lines += cell
        places += [f"cell {number}:{i + 1}" for i in range(len(cell))]
    return "\n".join(lines), tuple(places)


def _without_magics(lines):
    first = next((line.strip() for line in lines if line.strip()), "")
    if first.startswith("%%") and not first.startswith(_PYTHON_CELLS):
        return [""] * len(lines)
    inside = repairs.mask("\n".join(lines)).split("\n")
    kept = []
    for line, masked in zip(lines, inside):
        if _MAGIC.match(masked) and (not kept or not kept[-1].rstrip().endswith(("\\", "("))):
            kept.append(_MAGIC.match(masked).group(1) + "pass")
        elif _MAGIC_VALUE.match(masked):
            kept.append(_MAGIC_VALUE.match(masked).group(1) + "None")
        else:
            kept.append(line)
    return kept

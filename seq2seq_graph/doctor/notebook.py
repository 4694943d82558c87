"""Reads a notebook's code cells as one program; what is IPython's and not Python's goes. No
TensorFlow.
"""

import json
import re
from typing import Container, Iterator, List, NamedTuple, Tuple

from seq2seq_graph.doctor.lexing import Reader
from seq2seq_graph.errors import InputError

# Cell magics whose cell is Python all the same.
_PYTHON_CELLS = ("%%time", "%%timeit", "%%capture", "%%prun")
_MAGIC = re.compile(r"^(\s*)(%{1,2}|!{1,2}|\?{1,2})\s*([A-Za-z_]\w*)?.*$")
_HELP = re.compile(r"^(\s*)[%\w.]+\?{1,2}$")
_MAGIC_VALUE = re.compile(r"^(\s*[\w.,\s]+=\s*)(%[A-Za-z]|!).*$")
# Line magics that run Python: what follows them is looked at.
_RUNS = re.compile(
    r"^(\s*)%(?:time|timeit|prun|memit|mprun|lprun)\s+((?:-\w+\s+(?:\d+\s+)?)*)(.*)$")
# Those after which names may be there that the notebook does not show.
_BRINGS = ("pylab", "run", "store", "load", "reload", "loadpy", "R", "sql", "macro", "recall")
# Without a `%`, as long as no variable has the name: IPython's magics and its aliases of commands.
_AUTOMAGICS = (
    "alias autoawait autocall automagic autoreload autosave bookmark cat cd clear colors conda "
    "config connect_info cp debug dhist dirs doctest_mode edit env gui hist history ldir less lf "
    "lk ll load load_ext logoff logon logstart logstate logstop ls lsmagic lx macro magic man "
    "matplotlib mkdir more mv notebook page pastebin pdb pdef pdoc pfile pinfo pinfo2 pip popd "
    "pprint precision prun psearch psource pushd pwd pycat pylab qtconsole quickref recall rehashx "
    "reload_ext rerun reset reset_selective rm rmdir run save sc set_env store sx system tb "
    "tensorflow_version time timeit unalias unload_ext who who_ls whos xdel xmode")
_AUTOMAGIC = re.compile(rf"^({_AUTOMAGICS.replace(' ', '|')})(?:[ \t]+(.*))?$")
# As in IPython: an operator other than `-` after it makes it Python.
_PYTHON_FOLLOWS = re.compile(r"[!=()<>,+*/%^&|\[]|(?:in|is|and|or|if|not)\b")


class Cell(NamedTuple):
    """A code cell: its number among the code cells, and its text with the magics taken out."""

    number: int  # from 1
    text: str
    place: int  # among all cells, in `cells` of the file
    sheet: int  # of a format 3 notebook


def cells(text: str, path: str) -> List[Cell]:
    """Gives the code cells, in order; lines stay, magics become blank lines.

    Raises:
      InputError: the text is no notebook.
    """
    raw = list(sources(text, path))
    bound = set(re.findall(
        r"(?m)^\s*(?:import|def|class|for|with.*\bas)\s+(\w+)|\bas\s+(\w+)|^\s*(\w+)\s*=[^=]",
        "\n".join(source for _, _, source in raw)))
    names = {name for found in bound for name in found if name}
    return [Cell(i, "\n".join(without_magics(source.split("\n"), names)), index, sheet)
            for i, (index, sheet, source) in enumerate(raw, 1)]


def sources(text: str, path: str) -> Iterator[Tuple[int, int, str]]:
    """Yields (index, sheet, text) of each code cell.

    Raises:
      InputError: the text is no notebook.
    """
    try:
        notebook = json.loads(text)
        sheets = notebook.get("worksheets") or [notebook]  # format 3 has sheets
        found = [(i, s, cell.get("source", cell.get("input", "")))
                 for s, sheet in enumerate(sheets) for i, cell in enumerate(sheet["cells"])
                 if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"{path}: no notebook ({type(error).__name__}: {error}); give the .ipynb "
                         "file that Jupyter saves") from None
    for number, (index, sheet, source) in enumerate(found, 1):
        lines = [] if source is None else source if isinstance(source, list) else [source]
        if not all(isinstance(line, str) for line in lines):
            raise InputError(f"{path}: cell {number}: its source is no text and no list of texts; "
                             "give the .ipynb file that Jupyter saves")
        yield index, sheet, re.sub("\r\n?", "\n", "".join(lines))


def without_magics(lines: List[str], bound: Container[str]) -> List[str]:
    """Takes out what is no Python, where a line begins a statement.

    Args:
      lines: of a cell.
      bound: names that the notebook binds, which are then no automagic.
    """
    first = next((line.strip() for line in lines if line.strip()), "")
    if first.startswith("%%") and not first.startswith(_PYTHON_CELLS):
        return [_names_kept(first)] + [""] * (len(lines) - 1)
    kept, reader, goes_on = [], Reader(), False
    for line in lines:
        if goes_on:  # of a shell's command
            kept.append("")
            goes_on = line.rstrip().endswith("\\")
            continue
        python = line if reader.inside else _python(line, bound)
        goes_on = python != line and line.rstrip().endswith("\\")
        if goes_on:
            python = python.rstrip("\\")
        reader.take(python)
        kept.append(python)
    return kept


def _python(line, bound):
    """Gives a line that begins a statement, or what of it is Python."""
    runs = _RUNS.match(line)
    if runs:
        return runs.group(1) + (runs.group(3) or "pass")
    magic = _MAGIC.match(line)
    if magic:
        if magic.group(3) in _BRINGS and "%" in magic.group(2):
            return f"{magic.group(1)}from {magic.group(3)} import *"
        return magic.group(1) + _names_kept(line.strip() if "%%" in magic.group(2) else "")
    if _HELP.match(line):
        return _HELP.match(line).group(1) + "pass"
    value = _MAGIC_VALUE.match(line)
    if value:
        return value.group(1) + "None"
    automatic = _AUTOMAGIC.match(line)
    if automatic and automatic.group(1) not in bound \
            and not _PYTHON_FOLLOWS.match(automatic.group(2) or ""):
        return "from run import *" if automatic.group(1) in _BRINGS else "pass"
    return line


def _names_kept(magic):
    """`%%capture out` and `%%bash --out out` give a name its value."""
    names = re.findall(r"(?:--(?:out|err)\s+|^%%capture\s+)([A-Za-z_]\w*)", magic)
    return " = ".join([*names, "None"]) if names else "pass"

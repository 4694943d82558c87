"""A notebook's cells as a program runs them: Jupyter's own lines left out."""

import json
import linecache
import re
from typing import List, Tuple

from seq2seq_graph.errors import InputError
from seq2seq_graph.legacy.programs.notices import say_once

# Cell magics of which the cell itself is still Python.
_PYTHON_CELLS = ("time", "timeit", "capture", "prun")


def cells(path: str) -> List[Tuple[str, str]]:
    """Gives each code cell as (source, name), its lines known to tracebacks.

    Raises:
      InputError: the file is no notebook.
    """
    try:
        with open(path, encoding="utf-8") as file:
            raw = json.load(file)
        found = raw.get("cells") or [c for sheet in raw["worksheets"] for c in sheet["cells"]]
    except (ValueError, KeyError, AttributeError) as error:
        raise InputError(f"{path}: no notebook: {error}") from None
    parts = []
    for number, cell in enumerate((c for c in found if c["cell_type"] == "code"), 1):
        lines = cell.get("source", cell.get("input", ""))
        text = plain("".join(lines), f"{path}, cell {number}")
        name = f"{path}[cell {number}]"
        linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
        parts.append((text, name))
    return parts


def plain(text: str, where: str) -> str:
    """Gives a cell without magics and shell lines; each line keeps its number."""
    magic = re.match(r"\s*%%(\w+)", text)
    if magic and magic.group(1) not in _PYTHON_CELLS:
        say_once(f"{where}: %%{magic.group(1)} was left out")
        return ""
    lines, depth, goes_on = [], 0, False
    for given in text.split("\n"):
        line = given
        shell = re.match(r"\s*([%!?]|%%)", line) and depth == 0 or goes_on
        timed = re.match(r"(\s*)%time(it)?\s+(?!-)(.+)", line)
        if timed and depth == 0:
            line, shell = timed.group(1) + timed.group(3), False
        elif re.search(r"^\s*[\w.]+\?+\s*$", line):
            shell = True
        if shell:
            say_once(f"{where}: {line.strip()!r} was left out")
            begins = "" if goes_on else line[:len(line) - len(line.lstrip())] + "pass"
            goes_on = line.rstrip().endswith("\\")
            line = begins
        else:
            depth = max(0, depth + _opened(line))
        lines.append(line)
    return "\n".join(lines)


def _opened(line: str) -> int:
    """Gives how many brackets a line opens and does not close, strings and comments apart."""
    code = re.sub(r"#.*|'(\\.|[^'\\])*'|\"(\\.|[^\"\\])*\"", "", line)
    return sum(code.count(c) for c in "([{") - sum(code.count(c) for c in ")]}")

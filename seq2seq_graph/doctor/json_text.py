"""Finds where the texts of a notebook's cells stand in its JSON, to the byte. No TensorFlow."""

import json
import re
from typing import Dict, List, NamedTuple, Tuple

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+')
_UNIT = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
                   r"|\\u[0-9a-fA-F]{4}|\\.|[^\\]", re.DOTALL)


class Unit(NamedTuple):
    """A character of a cell's text, and where it stands in the JSON."""

    start: int
    end: int


def cells(text: str) -> Dict[Tuple[int, int], List[Unit]]:
    """Gives for each (sheet, cell of the sheet) the places of its source's characters.

    Args:
      text: JSON that was read already.
    """
    found: Dict[Tuple[int, int], List[Unit]] = {}
    for whole, start, end in _strings(text):
        in_sheet = whole[:1] == ("worksheets",)
        sheet, path = (whole[1], whole[2:]) if in_sheet else (0, whole)
        if len(path) in (3, 4) and path[0] == "cells" and path[2] in ("source", "input"):
            units = found.setdefault((sheet, path[1]), [])
            units += [Unit(m.start(), m.end()) for m in _UNIT.finditer(text, start + 1, end - 1)]
    return found


def escape(text: str) -> str:
    """Writes a text as it stands between a JSON string's quotes."""
    return json.dumps(text)[1:-1]


def _strings(text):
    """Yields (path, start, end) of each string that is a value."""
    stack = []  # of [kind, key or index, whether a key is next]
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token in "[{":
            stack.append([token, 0 if token == "[" else None, token == "{"])
        elif token in "]}":
            stack.pop()
        elif token == ",":
            if stack[-1][0] == "[":
                stack[-1][1] += 1
            else:
                stack[-1][2] = True
        elif token == ":":
            stack[-1][2] = False
        elif token[0] == '"':
            if stack and stack[-1][2]:
                stack[-1][1] = json.loads(token)
            else:
                yield tuple(frame[1] for frame in stack), match.start(), match.end()

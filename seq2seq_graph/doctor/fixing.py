"""Changes programs in their files: what is certain, shown first as a diff. No TensorFlow."""

import difflib
import os
import re
import tempfile
from typing import Iterator, List, NamedTuple

from seq2seq_graph.doctor import certain, diff, json_text, lexing, notebook, reading, report
from seq2seq_graph.doctor.python2 import python2
from seq2seq_graph.doctor.repairs import expand
from seq2seq_graph.errors import InputError

LONGEST = 2000  # characters of a notebook's line whose parts are compared
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")


class Fixed(NamedTuple):
    """What became of a file."""

    path: str
    old: List[str]  # lines with their ends
    new: List[List[str]]  # for each the lines in its place
    encoding: str
    bytes: bytes  # the file's as it was read
    before: report.Report
    after: report.Report

    @property
    def changes(self) -> int:
        if self._by_cell:
            return sum(line[0] == "+" and line[:3] != "+++" for line in self._cells())
        return sum(new != [old] for old, new in zip(self.old, self.new))

    @property
    def _by_cell(self) -> bool:
        """A notebook's line may hold a whole cell, or all of them."""
        return self.before.program.is_notebook and any(
            new != [old] and old.count(r"\n") > 1 for old, new in zip(self.old, self.new))

    def diff(self) -> str:
        """Writes the unified diff, of a notebook's cells where a line is no line of the program;
        "" where nothing changes."""
        if self._by_cell:
            return "".join(self._cells())
        return diff.write_unified(self.path, self.old, self.new)

    def _cells(self) -> Iterator[str]:
        texts = "".join(self.old), "".join(line for lines in self.new for line in lines)
        for number, cell in enumerate(zip(*(notebook.sources(t, self.path) for t in texts)), 1):
            old, new = ([line + "\n" for line in source.split("\n")] for _, _, source in cell)
            name = f"{self.path} cell {number}"
            yield from difflib.unified_diff(old, new, name, name)


def fix(path: str) -> Fixed:
    """Makes the changes to a file that are certain, in memory.

    Raises:
      InputError: the file cannot be read, or the changes do not hold what they promise.
    """
    found = reading.content(path)
    text, encoding = reading.decode(found, path)
    before = report.examine(path, text)
    old = [line for line in _LINE.findall(text) if line]
    new = _notebook(text, before) if before.program.is_notebook else _python(old, before)
    after = report.examine(path, "".join(line for lines in new for line in lines))
    _check(path, before, after)
    return Fixed(path, old, new, encoding, found, before, after)


def _check(path, before, after):
    """Nothing that stops may be new, and what was Python stays it."""
    known = {(f.code, f.what) for f in before.findings}
    new = [f for f in after.findings if f.stops and (f.code, f.what) not in known
           and before.program.tree is not None]
    worse = before.program.tree is not None and after.program.tree is None
    if worse or any(f.code in ("syntax-error", "undefined-name", "read-before-assignment")
                    for f in new):
        raise InputError(f"{path}: its changes would bring {new[0].code if new else 'no Python'}; "
                         "nothing is changed, do it by hand")


def _python(old, before):
    """Gives for each line of a Python file the lines in its place."""
    ends = [re.search(r"[\r\n]*$", line).group() for line in old]
    text = "".join(line.rstrip("\r\n") + "\n" * bool(end) for line, end in zip(old, ends))
    changed = _text(text, before, lambda new: report.examine(before.program.path, new))
    lines = changed.text.split("\n")
    newline = next((end for end in ends if end), "\n")
    result = []
    for i, (line, end) in enumerate(zip(lines, ends)):
        more = changed.after.get(i + 1, [])
        result.append([line + (end or newline * bool(more)),
                       *(m + (end or newline * (j + 1 < len(more))) for j, m in enumerate(more))])
    return result


def _text(text, before, examine):
    """Changes a text: first what is no Python 3, then what Python 3 then shows."""
    syntax = [f for f in before.findings if f.code == "python2-syntax" and f.by == "edit"]
    if syntax:
        text = python2(text, certain=True).text
        if any("tabs" in f.what for f in syntax):
            text = "\n".join(expand(line, within) for line, within in zip(
                text.split("\n"), lexing.inside_lines(text)))
        divisions = [f for f in before.findings if f.code == "python2-division"]
        before = examine(text)
        known = {(f.line, f.code) for f in before.findings}
        before = before._replace(findings=before.findings + [
            f for f in divisions if (f.line, f.code) not in known])
    return certain.change(text, before)


def _notebook(text, before):
    """Gives for each line of a notebook's JSON the line in its place."""
    units = json_text.cells(text)
    sources = list(notebook.sources(text, before.program.path))
    edits, first = [], 0
    for index, sheet, source in sources:
        count = source.count("\n") + 1
        places = units.get((sheet, index), [])
        # Carriage returns, and a cell without text, are left as they are.
        if len(places) == len(source):
            part = _part(before, first, count)
            changed = _text(source, part, lambda new, part=part: part)
            edits += _spliced(source, changed, places)
        first += count
    new, lines = lexing.apply(text, edits), [line for line in _LINE.findall(text) if line]
    return [[line] for line in _LINE.findall(new) if line] if edits else [[line] for line in lines]


def _part(whole, first, count):
    """Gives a report of one cell, its lines counted from 1; an import is replaced where it is."""
    findings = [f._replace(line=f.line - first) for f in whole.findings
                if first < f.line <= first + count]
    chosen = whole.chosen and whole.chosen._replace(
        imports=tuple(i._replace(line=i.line - first) for i in whole.chosen.imports
                      if first < i.line <= first + count),
        froms=tuple(n - first for n in whole.chosen.froms if first < n <= first + count))
    return report.Report(whole.program, findings, chosen)


def _spliced(source, changed, places):
    """Yields the edits of the JSON that make a cell's text the changed one, line by line."""
    position = 0
    for i, (old, line) in enumerate(zip(source.split("\n"), changed.text.split("\n"))):
        new = "\n".join([line, *changed.after.get(i + 1, [])])
        for start, end, part in _differences(old, new) if old != new else ():
            yield from _within(places, position + start, position + end, json_text.escape(part))
        position += len(old) + 1


def _differences(old, new):
    """Gives (start, end, what stands there now) of the parts of a line that differ."""
    if len(old) > LONGEST:  # where finding the least change would take long
        return [(0, len(old), new)]
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return [(a, b, new[c:d]) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]


def _within(places, start, end, new):
    """Replaces characters of a cell in its JSON, where they may stand in several strings."""
    if start == end:
        at = places[start].start if start < len(places) else places[-1].end
        yield lexing.Edit(at, at, new)
    while start < end:
        last = start
        while last + 1 < end and places[last + 1].start == places[last].end:
            last += 1
        yield lexing.Edit(places[start].start, places[last].end, new)
        start, new = last + 1, ""


def write(fixed: Fixed) -> None:
    """Puts the changed text in the file's place, whole or not at all; its mode stays.

    Raises:
      InputError: it cannot be written, or the file is another by now.
    """
    path = os.path.realpath(fixed.path)
    text = "".join(line for lines in fixed.new for line in lines)
    name = None
    try:
        if reading.content(path) != fixed.bytes:
            raise InputError(f"{fixed.path}: has changed while it was read; nothing is written")
        handle, name = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".doctor-")
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode(fixed.encoding))
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, os.stat(path).st_mode & 0o7777)
        os.replace(name, path)
        name = None
    except (OSError, UnicodeError) as error:
        raise InputError(f"{fixed.path}: cannot be written: {getattr(error, 'strerror', error)}; "
                         "the file is as it was") from None
    finally:
        if name is not None:
            os.unlink(name)

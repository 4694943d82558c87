"""Makes the changes to a program's text that are certain: they mean what was meant. No TensorFlow.

Nothing else in the text changes, and lines stay in place but for those put after another.
"""

import re
from typing import Dict, List, NamedTuple

from seq2seq_graph.doctor import lexing, names, outside, plan
from seq2seq_graph.doctor.lexing import Edit
from seq2seq_graph.doctor.report import Report

_UNCERTAIN_MODULES = {"sets", "md5", "sha"}  # their names are others in the new module
_SHORT = re.compile(r"`([\w.]+)`")


class Change(NamedTuple):
    """A text after its certain changes."""

    text: str
    after: Dict[int, List[str]]  # line from 1 -> lines to be put after it


def change(text: str, report: Report) -> Change:
    """Changes a program's text.

    Args:
      text: line ends all `\\n`.
      report: of a program of that text; of a notebook's cell, with lines counted in the cell.
    """
    found = _Editor(text, report)
    for finding in report.findings:
        if finding.by == "edit":
            found.edit(finding)
    if report.chosen is not None:
        found.imports(report.chosen)
    return Change(lexing.apply(text, found.edits), found.after)


class _Editor:
    def __init__(self, text, report):
        self.tokens = [t for t in lexing.tokens(text) if t.kind not in ("newline", "comment")]
        self.edits: List[Edit] = []
        self.after: Dict[int, List[str]] = {}
        self.lines = lexing.Lines(text)
        self.by_line: Dict[int, List[int]] = {}
        self.by_name: Dict[str, List[int]] = {}
        for i, token in enumerate(self.tokens):
            self.by_line.setdefault(self.lines.line(token.start), []).append(i)
            if token.kind == "name":
                self.by_name.setdefault(token.text, []).append(i)
        self.findings = report.findings

    def word(self, i):
        return self.tokens[i].text if 0 <= i < len(self.tokens) else ""

    def replace(self, first, last, new):
        self.edits.append(Edit(self.tokens[first].start, self.tokens[last].end, new))

    def edit(self, finding):
        shown = _SHORT.findall(finding.what)
        if finding.code == "python2-name" and shown and shown[0] in names.SAME_CALL:
            self.builtin(shown[0])
        elif finding.code == "python2-name" and shown and shown[0] in names.MODULES:
            self.module(finding.line, shown[0])
        elif finding.code == "python2-name" and shown and shown[0] in names.MEMBERS:
            old, new = shown[0], names.MEMBERS[shown[0]]
            self.member(finding.line, old.split(".")[-1], new.split(".")[-1])
        elif finding.code == "python2-division":
            self.division(finding.line)
        elif finding.code == "python2-name":
            self.method(finding.line, re.search(r"`\.(\w+)\(", finding.what).group(1))
        elif finding.code == "numpy-name" and finding.name == "`np.ndarray.tostring`":
            self.member(finding.line, "tostring", "tobytes")
        elif finding.code == "numpy-name":
            self.numpy(finding.line, finding.name.strip("`")[len("np."):])
        elif finding.code == "python-name":
            self.library(finding.line, finding.name.strip("`"))

    def builtin(self, name):
        """A builtin of Python 2 that the program binds nowhere, wherever it is read."""
        for i in self.by_name.get(name, ()):
            argument = self.word(i + 1) == "=" and self.tokens[i].depth
            if self.word(i - 1) != "." and not argument:
                self.replace(i, i, names.BUILTINS[name])

    def module(self, line, name):
        if name in _UNCERTAIN_MODULES:
            return
        new = names.MODULES[name]
        for i in self.by_line.get(line, ()):
            if self.word(i) == name and self.word(i - 1) == "import" \
                    and self.word(i - 3) != "from":
                self.replace(i, i, new if self.word(i + 1) == "as" else f"{new} as {name}")
            elif self.word(i) == name and self.word(i - 1) == "from":
                self.replace(i, i, new)

    def member(self, line, old, new):
        for i in self.by_line.get(line, ()):
            if self.word(i) == old and self.word(i - 1) == ".":
                self.replace(i, i, new)

    def method(self, line, name):
        new = re.search(r"\w+", names.METHODS[name][1]).group()
        for i in self.by_line.get(line, ()):
            if self.word(i) == name and self.word(i - 1) == "." \
                    and self.word(i + 1) + self.word(i + 2) == "()":
                self.replace(i, i, new)

    def division(self, line):
        slashes = [i for i in self.by_line.get(line, ()) if self.word(i) == "/"]
        if len(slashes) == 1:  # else it cannot be told here which one it is
            self.replace(slashes[0], slashes[0], "//")

    def numpy(self, line, name):
        new = outside.NUMPY.get(name) or f"np.{name.split('.')[-1]}"
        parts = name.split(".")
        for i in self.by_line.get(line, ()):
            last = i + 2 * len(parts)
            chain = [self.word(j) for j in range(i + 1, last + 1)]
            if self.tokens[i].kind == "name" and self.word(i - 1) != "." \
                    and chain == [w for part in parts for w in (".", part)]:
                if new.startswith("np."):
                    self.replace(i, last, self.word(i) + new[2:])
                elif new not in self.bound():
                    self.replace(i, last, new)

    def bound(self):
        return {t.text for i, t in enumerate(self.tokens) if t.kind == "name" and (
            self.word(i + 1) == "=" and not t.depth or self.word(i - 1) in ("def", "for", "as"))}

    def library(self, line, path):
        new = outside.PYTHON.get(path)
        module, _, name = path.partition(".")
        if module == "collections":
            self.member(line, name, "abc." + name)
        elif new and new.rpartition(".")[0] == module:
            self.member(line, name, new.rpartition(".")[2])

    def imports(self, chosen):
        """The import line that takes findings away, and what it makes necessary."""
        if not chosen.module:
            return
        first = True
        for line, name in chosen.imports:
            here = self.by_line.get(line, [])
            words = [self.word(i) for i in here]
            if "".join(words[1:]) not in ("tensorflowas" + name, "tensorflow",
                                          "tensorflow.compat.v1as" + name) or words[0] != "import":
                continue
            self.replace(here[0], here[-1], chosen.written(name))
            if chosen.switch and first:
                self.after[line] = [" " * self._indent(here[0]) + f"{name}.{chosen.switch}"]
            first = False
        for line in chosen.froms:
            self.from_import(line, chosen.module)

    def from_import(self, line, module):
        """`from tensorflow.contrib import rnn`: the same module of the one that has it."""
        concerned = [f for f in self.findings if f.line == line and f.stops
                     and f.code in ("moved-symbol", "removed-symbol", "keras-3")]
        here = self.by_line.get(line, [])
        if not concerned or any(f.by not in ("v1", "legacy") for f in concerned) \
                or [self.word(i) for i in here[:2]] != ["from", "tensorflow"]:
            return
        new = "seq2seq_graph.legacy.tensorflow" if module == plan.LEGACY else plan.V1
        end = here[1]
        if [self.word(end + j) for j in range(1, 5)] == [".", "compat", ".", "v1"]:
            end += 4
        self.replace(here[1], end, new)

    def _indent(self, i):
        start = self.tokens[i].start
        return start - self.lines.starts[self.lines.line(start) - 1]

"""Makes Python 3 of text that is none, so that the rest of it can be looked at.

Each repair keeps the lines where they are, and says which it had to change. `python2` has those
for Python 2.
"""

import re
from typing import FrozenSet, List, NamedTuple

from seq2seq_graph.doctor import lexing
from seq2seq_graph.doctor.findings import Finding

_PLACEHOLDER = re.compile(r"(?:(?<=[(\[{,=:+*/%])|(?<=return ))(\s*)<([A-Za-z_][\w -]*)>")
_OPENER = re.compile(
    r"^(\s*)(for|while|if|elif|else|try|except|finally|with|def|class)\b.*:\s*$")


class Repaired(NamedTuple):
    """A text after a repair."""

    text: str
    findings: List[Finding]
    names: FrozenSet[str] = frozenset()  # that stand in it for a placeholder


def placeholders(text: str) -> Repaired:
    """Takes `<start_token>` where a value belongs for the name `start_token`."""
    findings, edits, names, lines = [], [], set(), lexing.Lines(text)
    for match in _PLACEHOLDER.finditer(lexing.mask(text)):
        written = match.group(2)
        name = re.sub(r"\W", "_", written)
        start = match.start(2) - 1
        edits.append(lexing.Edit(start, match.end(), f" {name} "))
        names.add(name)
        findings.append(Finding(
            "placeholder-text", lines.line(start),
            f"`<{written}>` stands for a value that was never filled in: SyntaxError.",
            f"write the value, or a name such as `{name}` that has it; in this package START is "
            "1, `vocabulary.START`."))
    return Repaired(lexing.apply(text, edits), findings, frozenset(names))


def empty_blocks(text: str) -> Repaired:
    """Puts `pass` into blocks that have no statement."""
    lines, findings = text.split("\n"), []
    masked, inside = lexing.mask(text).split("\n"), lexing.inside_lines(text)
    following = ""  # the next line that holds code
    for i in range(len(masked) - 1, -1, -1):
        line, after = masked[i], following
        if line.strip():
            following = line
        opener = _OPENER.match(line)
        if not opener or inside[i] or _depth(line):
            continue
        indent = len(after) - len(after.lstrip())
        if after and indent > len(opener.group(1)):
            continue
        end = len(line.rstrip())
        lines[i] = lines[i][:end] + " pass" + lines[i][end:]
        kind = opener.group(2)
        loop = kind in ("for", "while")
        findings.append(Finding(
            "empty-block", i + 1,
            f"nothing stands in this `{kind}`{', so nothing is done in the loop' if loop else ''}: "
            "SyntaxError.",
            "write the Session loop, as `training.loop` or scripts/tutorial.py has it."
            if loop else "write its body, or `pass`."))
    return Repaired("\n".join(lines), findings[::-1])


def tabs(text: str) -> Repaired:
    """Makes a tab what Python 2 took it for, the way to the next eighth column."""
    lines, inside = text.split("\n"), lexing.inside_lines(text)
    first = next((i for i, line in enumerate(lines, 1)
                  if re.match(r" *\t", line) and not inside[i - 1]), None)
    if first is None:
        return Repaired(text, [])
    return Repaired("\n".join(expand(line, within) for line, within in zip(lines, inside)), [
        Finding("python2-syntax", first, "tabs and spaces are mixed: TabError on Python 3.",
                "indent with spaces alone.", by="edit")])


def expand(line: str, inside: bool) -> str:
    """Makes spaces of the tabs of a line's indent, but not inside a string or brackets."""
    if inside:
        return line
    code = line.lstrip(" \t")
    return line[:len(line) - len(code)].expandtabs(8) + code


def _depth(line):
    return sum(line.count(c) for c in "([{") - sum(line.count(c) for c in ")]}")

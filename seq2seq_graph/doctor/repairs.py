"""Makes Python 3 of text that is none, so that the rest of it can be looked at.

Each repair keeps the lines where they are, and says which it had to change.
"""

import re
from typing import FrozenSet, List, NamedTuple

from seq2seq_graph.doctor.findings import Finding

_STRING_OR_COMMENT = re.compile(
    r'"""(?:\\.|[^\\])*?"""|' r"'''(?:\\.|[^\\])*?'''|"
    r'"(?:\\.|[^"\\\n])*"|' r"'(?:\\.|[^'\\\n])*'|#[^\n]*", re.DOTALL)
_PLACEHOLDER = re.compile(r"(?:(?<=[(\[{,=:+*/%])|(?<=return ))(\s*)<([A-Za-z_][\w -]*)>")
_OPENER = re.compile(
    r"^(\s*)(for|while|if|elif|else|try|except|finally|with|def|class)\b.*:\s*$")
_PRINT = re.compile(r"(?m)((?:^|[:;])[ \t]*)print[ \t]+(?!(?:in|is|and|or|if)\b)(?=\w|>>)")
_EXEC = re.compile(r"(?m)((?:^|[:;])[ \t]*)exec[ \t]+(?=\w)")
_RAISE = re.compile(r"(?m)((?:^|[:;])[ \t]*raise[ \t]+[\w.]+)[ \t]*,[ \t]*(?=\w)")
_EXCEPT = re.compile(r"\bexcept[ \t]+(?:\([^)\n]*\)|[\w.]+)[ \t]*(,)[ \t]*\w+[ \t]*:")
_SMALL = (  # what Python 2 writes -> its Python 3, same place
    (re.compile(r"<>"), "!=", "`<>`"),
    (re.compile(r"(?<![\w.])0(?=[0-7]+\b(?!\.))(?!0+\b)"), "0o", "an octal number with a plain 0"),
    (re.compile(r"(?<=\d)[lL]\b"), " ", "a long number with an L"),
)


class Repaired(NamedTuple):
    """A text after a repair."""

    text: str
    findings: List[Finding]
    names: FrozenSet[str] = frozenset()  # that stand in it for a placeholder


def mask(text: str) -> str:
    """Blanks comments and makes `_` of strings, so that only code is matched; same length."""

    def blank(match):
        filler = " " if match.group(0).startswith("#") else "_"
        return re.sub(r"[^\n]", filler, match.group(0))

    return _STRING_OR_COMMENT.sub(blank, text)


def placeholders(text: str) -> Repaired:
    """Takes `<start_token>` where a value belongs for the name `start_token`."""
    findings, names = [], set()
    for match in list(_PLACEHOLDER.finditer(mask(text))):
        written = match.group(2)
        name = re.sub(r"\W", "_", written)
        start, end = match.start(2) - 1, match.end()
        text = text[:start] + f" {name} " + text[end:]
        names.add(name)
        findings.append(Finding(
            "placeholder-text", _line(text, start),
            f"`<{written}>` stands for a value that was never filled in: SyntaxError.",
            f"write the value, or a name such as `{name}` that has it; in this package START is "
            "1, `vocabulary.START`."))
    return Repaired(text, findings, frozenset(names))


def empty_blocks(text: str) -> Repaired:
    """Puts `pass` into blocks that have no statement."""
    lines, findings = text.split("\n"), []
    masked = mask(text).split("\n")
    for i, line in enumerate(masked):
        opener = _OPENER.match(line)
        if not opener or _depth(line):
            continue
        following = next((other for other in masked[i + 1:] if other.strip()), "")
        indent = len(following) - len(following.lstrip())
        if following and indent > len(opener.group(1)):
            continue
        end = len(line.rstrip())
        lines[i] = lines[i][:end] + " pass" + lines[i][end:]
        kind = opener.group(2)
        loop = kind in ("for", "while")
        findings.append(Finding(
            "empty-block", i + 1,
            f"nothing stands in this `{kind}`{', so nothing is done in the loop' if loop else ''}: "
            "SyntaxError.",
            "write the Session loop, as `training.train_steps` or scripts/tutorial.py has it."
            if loop else "write its body, or `pass`."))
    return Repaired("\n".join(lines), findings)


def python2(text: str) -> Repaired:
    """Turns statements that Python 3 refuses into their Python 3 form."""
    findings = []

    def found(position, thing, mend):
        findings.append(Finding("python2-syntax", _line(text, position),
                                f"{thing} is Python 2: SyntaxError on Python 3.", mend))

    for pattern, word in ((_PRINT, "print"), (_EXEC, "exec")):
        for match in reversed(list(pattern.finditer(mask(text)))):
            start = match.end(1) + len(word)
            end = _statement_end(mask(text), start)
            rest = text[start:end].lstrip()
            rest = rest[2:] if rest.startswith(">>") else rest
            found(start, f"the {word} statement", f"write `{word}(...)`.")
            text = text[:start] + "(" + rest + ")" + text[end:]
    for match in reversed(list(_RAISE.finditer(mask(text)))):
        end = _statement_end(mask(text), match.end())
        found(match.start(1), "`raise Error, value`", "write `raise Error(value)`.")
        text = text[:match.end(1)] + "(" + text[match.end():end] + ")" + text[end:]
    for match in reversed(list(_EXCEPT.finditer(mask(text)))):
        found(match.start(), "`except Error, name`", "write `except Error as name`.")
        text = text[:match.start(1)] + " as " + text[match.end(1):]
    for pattern, new, thing in _SMALL:
        for match in reversed(list(pattern.finditer(mask(text)))):
            found(match.start(), thing, f"write Python 3's form, `{new.strip() or 'no L'}`.")
            text = text[:match.start()] + new + text[match.end():]
    return Repaired(text, sorted(findings, key=lambda f: f.line))


def tabs(text: str) -> Repaired:
    """Makes a tab what Python 2 took it for, the way to the next eighth column."""
    lines = text.split("\n")
    first = next((i for i, line in enumerate(lines, 1) if re.match(r" *\t", line)), None)
    if first is None:
        return Repaired(text, [])
    return Repaired("\n".join(line.expandtabs(8) for line in lines), [Finding(
        "python2-syntax", first, "tabs and spaces are mixed: TabError on Python 3.",
        "indent with spaces alone.")])


def _line(text, position):
    return text.count("\n", 0, position) + 1


def _depth(line):
    return sum(line.count(c) for c in "([{") - sum(line.count(c) for c in ")]}")


def _statement_end(masked, start):
    """Finds where the statement ends: at a line's end or `;` outside of brackets."""
    depth = 0
    for i in range(start, len(masked)):
        character = masked[i]
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif depth <= 0 and (character == ";" or character == "\n" and masked[i - 1] != "\\"):
            return len(masked[:i].rstrip())
    return len(masked.rstrip())

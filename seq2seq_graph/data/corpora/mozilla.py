"""Messages of Mozilla's programs, from the `langpack-LANGUAGE@....xpi` of their packages.

An xpi is a zip with Fluent files (`.ftl`, projectfluent.org) and Java's `.properties`. A text is
paired with the one of the same file and key in another language's xpi.
"""

import re
from typing import Dict, Iterator, Tuple

from seq2seq_graph.errors import InputError

ENDINGS = (".ftl", ".properties")
_ENTRY = re.compile(r"(-?[A-Za-z][\w-]*) *=(.*)", re.DOTALL)
_ATTRIBUTE = re.compile(r"^ +\.([A-Za-z][\w-]*) *=", re.MULTILINE)
# { $count -> [one] a tab *[other] {$count} tabs }, each form in a line of its own
_CHOICE = re.compile(r"\{[^{}]*->((?:[^{}]|\{[^{}]*\})*)\}")
_USUAL = re.compile(r"^\s*\*\[[^\]]*\](.*?)(?=^\s*\[[^\]]*\]|\Z)", re.MULTILINE | re.DOTALL)
_LITERAL = re.compile(r'\{\s*"((?:[^"\\]|\\.)*)"\s*\}')
_PROPERTY = re.compile(r"\s*((?:[^\\=:\s]|\\.)+)\s*[=:\s]\s*(.*)", re.DOTALL)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "f": "\f"}


def texts(files: Dict[str, bytes], language: str) -> Dict[Tuple[str, str], str]:
    """Returns (file, key) -> text, the file's name without the language in its folders.

    Args:
      files: name -> content, of an xpi.
      language: as its folders are named, ko or en-GB.

    Raises:
      InputError: a file is not UTF-8.
    """
    found = {}
    for name, content in files.items():
        parts = ["*" if part == language else part for part in name.split("/")]
        try:
            text = content.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            raise InputError(f"{name}: {error}; fetch the package again") from None
        for key, value in (read_ftl if name.endswith(".ftl") else read_properties)(text):
            found["/".join(parts), key] = value
    return found


def read_ftl(text: str) -> Iterator[Tuple[str, str]]:
    """Yields (key, text) of a Fluent file; an attribute's key is `message.attribute`.

    Of several forms that a text chooses among, the usual one is taken, which a `*` marks.
    """
    lines = [line for line in text.split("\n") if not line.startswith("#")]
    # An entry goes on as long as lines are indented, empty, or end a choice.
    for entry in re.split(r"\n(?=[^\s}\[*.])", "\n".join(lines)):
        match = _ENTRY.match(entry)
        if not match:
            continue
        key, value = match.groups()
        own, *attributes = _ATTRIBUTE.split(value)
        values = [(key, own)]
        values += [(f"{key}.{n}", v) for n, v in zip(attributes[::2], attributes[1::2])]
        for name, pattern in values:
            chosen = " ".join(_CHOICE.sub(_usual_form, pattern).split())
            if chosen:
                yield name, _LITERAL.sub(
                    lambda literal: _joined(_ESCAPE.sub(_unescaped, literal.group(1))), chosen)


def _usual_form(choice) -> str:
    usual = _USUAL.search(choice.group(1))
    return usual.group(1).strip() if usual else ""


def read_properties(text: str) -> Iterator[Tuple[str, str]]:
    """Yields (key, text) of a `.properties` file."""
    lines = [line for line in text.split("\n") if not re.match(r"\s*[#!]", line)]
    for line in re.sub(r"(?<!\\)((?:\\\\)*)\\\n\s*", r"\1", "\n".join(lines)).split("\n"):
        match = _PROPERTY.fullmatch(line)
        if match:
            key, value = (_joined(_ESCAPE.sub(_unescaped, side)) for side in match.groups())
            yield key, value


def _joined(text) -> str:
    """Makes one character of each pair of surrogates, as which `\\u` writes what is past FFFF."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def _unescaped(match) -> str:
    code = match.group(1)
    return chr(int(code[1:], 16)) if len(code) > 1 else _ESCAPED.get(code, code)

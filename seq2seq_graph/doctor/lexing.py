"""Cuts a program's text into tokens, in one pass, whether or not it is Python. No TensorFlow."""

import bisect
import functools
import re
from typing import Iterator, List, NamedTuple, Optional, Tuple

_TOKEN = re.compile(r"""
    (?P<space>[ \t\f]+|\\\n)
  | (?P<newline>\n)
  | (?P<comment>\#[^\n]*)
  | (?P<string>[A-Za-z]{0,3}(?:'''|\"\"\"|'|\"))
  | (?P<number>0[xX][\da-fA-F_]+[lL]?|0[oObB][\d_]+[lL]?
      |(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?[jJlL]?)
  | (?P<name>[^\W\d]\w*)
  | (?P<op><>|\*\*=?|//=?|>>=?|<<=?|:=|->|[-+*/%@&|^=<>!]=|.)
""", re.VERBOSE | re.DOTALL)
_PREFIX = re.compile(r"(?i)(?:[bu]?r?|r[bft]?|[ft]r?)$")
_IN_ONE_LINE = {
    "'": re.compile(r"[^'\\\n]*(?:\\.[^'\\\n]*)*'?", re.DOTALL),
    '"': re.compile(r'[^"\\\n]*(?:\\.[^"\\\n]*)*"?', re.DOTALL),
}
_IN_MANY = {q: re.compile(r"\\.|" + q, re.DOTALL) for q in ("'''", '"""')}


class Token(NamedTuple):
    """A piece of text. Spaces and continued line ends are no tokens."""

    kind: str  # newline, comment, string, number, name, op
    text: str
    start: int
    end: int
    depth: int  # brackets around it; an opening one stands within itself


@functools.lru_cache(maxsize=2)  # each repair asks again
def tokens(text: str) -> List[Token]:
    """Cuts a text whose line ends are all `\\n`. What never ends, ends with the text."""
    found, position, depth = [], 0, 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        assert match and match.lastgroup  # the last alternative takes any character
        kind, end = match.lastgroup, match.end()
        if kind == "string":
            prefix = match.group().rstrip("'\"")
            if _PREFIX.match(prefix):
                end = _string_end(text, end, match.group()[len(prefix):])
            else:  # a name, and then a string
                kind, end = "name", position + len(prefix)
        if kind == "space":
            position = end
            continue
        word = text[position:end]
        if kind == "op" and word in "([{":
            depth += 1
        found.append(Token(kind, word, position, end, depth))
        if kind == "op" and word in ")]}":
            depth = max(depth - 1, 0)
        position = end
    return found


def _string_end(text, start, quote):
    if len(quote) == 1:
        return _IN_ONE_LINE[quote].match(text, start).end()
    for match in _IN_MANY[quote].finditer(text, start):
        if match.group() == quote:
            return match.end()
    return len(text)


def longest_chain(text: str) -> int:
    """Gives how many tokens follow each other without a comma within the same brackets.

    A sum of so many terms, or so many calls of each other's results, is a tree so deep; a list is
    not. Each `elif` stands within the one before.
    """
    chains, longest, elifs = [0], 0, 0
    for token in tokens(text):
        chains[-1] += 1
        if token.text in ("(", "[", "{"):
            chains.append(0)
        elif token.text in (")", "]", "}"):
            longest = max(longest, chains.pop() if len(chains) > 1 else 0)
        elif token.text in (",", ";") or token.kind == "newline" and len(chains) == 1:
            longest, chains[-1] = max(longest, chains[-1]), 0
        elifs += token.text == "elif"
    return max(longest, elifs, *chains)


def mask(text: str) -> str:
    """Blanks comments and makes `_` of strings, so that only code is matched; same length."""
    pieces, position = [], 0
    for token in tokens(text):
        if token.kind in ("string", "comment"):
            filler = "_" if token.kind == "string" else " "
            pieces += [text[position:token.start], re.sub(r"[^\n]", filler, token.text)]
            position = token.end
    return "".join(pieces) + text[position:]


def inside_lines(text: str) -> List[bool]:
    """Tells of each line whether it begins inside brackets, a string or a continued line."""
    places = Lines(text)
    inside = [False] * places.count
    for i, before in enumerate(text.split("\n")[:-1]):
        inside[i + 1] = before.endswith("\\")
    for token in tokens(text):
        if token.kind == "newline" and token.depth:
            inside[places.line(token.start)] = True
        elif token.kind == "string" and "\n" in token.text:
            for line in range(places.line(token.start), places.line(token.end - 1)):
                inside[line] = True
        elif token.kind == "comment":
            inside[min(places.line(token.start), places.count - 1)] = bool(token.depth)
    return inside


class Lines:
    """Finds the line of a position in a text."""

    def __init__(self, text: str) -> None:
        self.starts = [0] + [m.end() for m in re.finditer("\n", text)]
        self.count = len(self.starts)

    def line(self, position: int) -> int:
        """Gives the line, from 1."""
        return bisect.bisect_right(self.starts, position)


class Reader:
    """Goes through a program line by line and knows what a next line would stand in."""

    _PARTS = re.compile(r"#.*|'''|\"\"\"|'(?:[^'\\]|\\.)*'?|\"(?:[^\"\\]|\\.)*\"?|[(\[{]|[)\]}]")

    def __init__(self) -> None:
        self.depth, self.continued = 0, False
        self.quote: Optional[str] = None  # what ends the string of many lines

    @property
    def inside(self) -> bool:
        """Whether the next line goes on with the last one's statement."""
        return bool(self.depth or self.quote or self.continued)

    def take(self, line: str) -> None:
        position = 0
        while position < len(line):
            if self.quote:
                position = self._closed(line, position)
                continue
            match = self._PARTS.search(line, position)
            if not match:
                break
            part, position = match.group(), match.end()
            if part in ("'''", '"""'):
                self.quote = part
            elif part in ("(", "[", "{"):
                self.depth += 1
            elif part in (")", "]", "}"):
                self.depth = max(self.depth - 1, 0)
        self.continued = line.endswith("\\") and not self.quote

    def _closed(self, line, position):
        for match in _IN_MANY[self.quote].finditer(line, position):
            if match.group() == self.quote:
                self.quote = None
                return match.end()
        return len(line)


class Edit(NamedTuple):
    """Replaces `text[start:end]`; an insertion where both are the same."""

    start: int
    end: int
    new: str


def apply(text: str, edits: List[Edit]) -> str:
    """Makes all edits at once; of two that overlap the later one is left out."""
    pieces, position = [], 0
    for start, end, new in sorted(edits, key=lambda e: (e.start, e.end)):
        if start >= position:
            pieces += [text[position:start], new]
            position = end
    return "".join(pieces) + text[position:]


def statements(found: List[Token]) -> Iterator[Tuple[int, Optional[int]]]:
    """Yields (begin, end) of each simple statement, indices of tokens; blocks' heads too.

    A statement begins a line, or follows `;` or the `:` of a block. It ends before a comment.
    """
    begin, lambdas = None, 0
    for i, token in enumerate(found):
        ends = token.depth == 0 and token.text in ("\n", ";", ":") or token.kind == "comment"
        if begin is None:
            if not (ends or token.kind == "newline"):
                begin, lambdas = i, int(token.text == "lambda")
        elif token.text == ":" and lambdas and token.depth == 0:
            lambdas -= 1
        elif ends and not (token.kind == "comment" and token.depth):
            yield begin, i
            begin = None
        else:
            lambdas += token.text == "lambda" and token.depth == 0
    if begin is not None:
        yield begin, len(found)

"""Turns what Python 3 refuses of Python 2's syntax into its Python 3 form. No TensorFlow."""

import re
from typing import List

from seq2seq_graph.doctor import lexing
from seq2seq_graph.doctor.findings import Finding
from seq2seq_graph.doctor.lexing import Edit, Token
from seq2seq_graph.doctor.repairs import Repaired

# After `print` they make it a name that is used, as Python 3 does.
_NAME_FOLLOWS = {"in", "is", "and", "or", "if", "else", "for", "as"}
_ALSO_OPERATORS = {"(", "[", "-", "+", "*", "**"}
_OCTAL = re.compile(r"0[0-7]*[1-7][0-7]*[lL]?$")
_LONG = re.compile(r"(?:0[xXoObB])?[\da-fA-F_]+[lL]$")


def python2(text: str, certain: bool = False) -> Repaired:
    """Rewrites statements, numbers and strings of Python 2; their lines stay.

    With `certain` only what means the same afterwards, which then stands in a program's file.
    """
    reader = _Reader(text, certain)
    for begin, end in lexing.statements(reader.tokens):
        reader.statement(begin, end)
    for i, token in enumerate(reader.tokens):
        reader.token(i, token)
    if reader.findings:
        for begin, end in reader.doubtful:  # such as `print -x`, which Python 3 takes otherwise
            reader.print_statement(begin, end, said=False)
    return Repaired(lexing.apply(text, reader.edits),
                    sorted(reader.findings, key=lambda f: f.line), frozenset(reader.names))


class _Reader:
    def __init__(self, text, certain):
        self.certain = certain
        self.text, self.tokens, self.lines = text, lexing.tokens(text), lexing.Lines(text)
        self.edits: List[Edit] = []
        self.findings: List[Finding] = []
        self.names, self.doubtful, self.backtick = set(), [], None

    def edit(self, start, end, new, certain=True):
        """Notes a change; line ends that it takes away stay, within brackets."""
        if certain or not self.certain:
            new += "\n" * (self.text.count("\n", start, end) - new.count("\n"))
            self.edits.append(Edit(start, end, new))

    def found(self, token: Token, thing, fix, certain=True):
        self.findings.append(Finding(
            "python2-syntax", self.lines.line(token.start),
            f"{thing} is Python 2: SyntaxError on Python 3.", fix, by="edit" if certain else ""))

    def statement(self, begin, end):
        word = self.tokens[begin].text
        following = self.tokens[begin + 1] if begin + 1 < end else None
        if word == "print" and following is None:
            self.doubtful.append((begin, end))
        elif word == "print":
            if following.text in _ALSO_OPERATORS:
                if following.text != "(" or self._goes_on(begin + 1, end):
                    self.doubtful.append((begin, end))
            elif following.kind in ("string", "number") or following.text in (">>", "`", "{", "~") \
                    or following.kind == "name" and following.text not in _NAME_FOLLOWS:
                self.print_statement(begin, end)
        elif word == "exec" and following is not None and (
                following.kind in ("string", "name") and following.text not in _NAME_FOLLOWS
                or following.text == "(" and self._goes_on(begin + 1, end, ("in",))):
            self.exec_statement(begin, end)
        elif word == "raise":
            self.raise_statement(begin, end)
        elif word == "except":
            self.except_clause(begin, end)
        elif word == "def":
            self.parameters(begin + 2, end)

    def _closing(self, opening, end):
        """Gives where the bracket at `opening` closes; `end` if it is none, or never does."""
        depth = self.tokens[opening].depth
        return next((i for i in range(opening + 1, end) if self.tokens[i].text in (")", "]", "}")
                     and self.tokens[i].depth == depth), end) \
            if self.tokens[opening].text == "(" else end

    def _goes_on(self, opening, end, words=("%", ",")):
        """Tells whether one of `words` follows the bracket that closes the one at `opening`."""
        closing = self._closing(opening, end)
        return closing + 1 < end and self.tokens[closing + 1].text in words

    def _commas(self, begin, end):
        if begin >= end:
            return []
        depth = self.tokens[begin].depth - (self.tokens[begin].text in "([{")
        return [i for i in range(begin, end)
                if self.tokens[i].text == "," and self.tokens[i].depth == depth]

    def print_statement(self, begin, end, said=True):
        first, last = self.tokens[begin], self.tokens[end - 1]
        closing, start = ")", begin + 1
        if said:
            self.found(first, "the print statement", "write `print(...)`.")
        if last.text == "," and end - 1 > start:
            self.edit(last.start, last.end, "")
            closing, end = ', end=" ")', end - 1
        if start < end and self.tokens[start].text == ">>":
            commas = self._commas(start + 1, end)
            stop = commas[0] if commas else end
            if stop > start + 1:
                file = self.text[self.tokens[start + 1].start:self.tokens[stop - 1].end]
                closing = (", " if commas else "") + f"file={file}" + closing
                start = stop + 1 if commas else end
        begins = self.tokens[start].start if start < end else self.tokens[end - 1].end
        self.edit(first.end, begins, "(")
        self.edit(self.tokens[end - 1].end, self.tokens[end - 1].end, closing)

    def exec_statement(self, begin, end):
        self.found(self.tokens[begin], "the exec statement", "write `exec(...)`.")
        for i in range(begin + 1, end):
            if self.tokens[i].text == "in" and self.tokens[i].depth == self.tokens[begin].depth:
                self.edit(self.tokens[i - 1].end, self.tokens[i].end, ",")
        self.edit(self.tokens[begin].end, self.tokens[begin + 1].start, "(")
        self.edit(self.tokens[end - 1].end, self.tokens[end - 1].end, ")")

    def raise_statement(self, begin, end):
        commas = self._commas(begin, end)
        if not commas or commas[0] + 1 >= end:
            return
        self.found(self.tokens[begin], "`raise Error, value`", "write `raise Error(value)`.")
        first = commas[0]
        second = commas[1] if len(commas) > 1 and commas[1] + 1 < end else None
        tuple_given = self._closing(first + 1, end) == (second or end) - 1  # its parts, then
        self.edit(self.tokens[first].start, self.tokens[first + 1].start, "(" * (not tuple_given))
        if second is not None:
            self.edit(self.tokens[second].start, self.tokens[second + 1].start,
                      ")" * (not tuple_given) + ".with_traceback(")
        if second is not None or not tuple_given:
            self.edit(self.tokens[end - 1].end, self.tokens[end - 1].end, ")")

    def except_clause(self, begin, end):
        commas = self._commas(begin, end)
        if commas:
            self.found(self.tokens[begin], "`except Error, name`", "write `except Error as name`.")
            self.edit(self.tokens[commas[0]].start, self.tokens[commas[0]].end, " as")

    def parameters(self, begin, end):
        """A tuple among the parameters: `def f(a, (b, c)):`; it becomes one name."""
        if begin >= end or self.tokens[begin].text != "(":
            return
        depth = self.tokens[begin].depth
        for i in range(begin + 1, end):
            token = self.tokens[i]
            if token.text == "(" and token.depth == depth + 1 \
                    and self.tokens[i - 1].text in ("(", ","):
                self._tuple_parameter(i, end)

    def _tuple_parameter(self, opening, end):
        token = self.tokens[opening]
        closing = next((i for i in range(opening + 1, end) if self.tokens[i].text == ")"
                        and self.tokens[i].depth == token.depth), None)
        inside = self.tokens[opening + 1:closing] if closing else []
        names = [t.text for t in inside if t.kind == "name"]
        if names and all(t.kind in ("name", "newline") or t.text in "(,)" for t in inside):
            self.found(token, "a tuple among the parameters",
                       "take one name and unpack it in the body.", certain=False)
            self.names.update(names)
            self.edit(token.start, self.tokens[closing].end,
                      "_".join(["_", *names]), certain=False)

    def token(self, i, token):
        following = self.tokens[i + 1].text if i + 1 < len(self.tokens) else ""
        if token.text == "<>":
            self.found(token, "`<>`", "write Python 3's form, `!=`.")
            self.edit(token.start, token.end, "!=")
        elif token.text == "`":
            self.back_quotes(token)
        elif token.kind == "number":
            self.number(token)
        elif token.kind == "string" and re.match(r"(?i)ur['\"]", token.text):
            self.found(token, '`ur"..."`', 'write `r"..."`.', certain="\\u" not in token.text)
            self.edit(token.start, token.start + 1, "", "\\u" not in token.text)
        elif token.text == "lambda" and following == "(":
            self._tuple_parameter(i + 1, len(self.tokens))
        elif token.text in ("async", "await") and (
                following in ("=", ",", ")", ".") or i and self.tokens[i - 1].text == "."):
            self.found(token, f"`{token.text}` as a name, a keyword since Python 3.7,",
                       "give it another name, as the newer version of the called package does.",
                       certain=False)
            self.edit(token.start, token.end, token.text + "_", certain=False)

    def back_quotes(self, token):
        line = self.lines.line(token.start)
        if self.backtick is not None and self.lines.line(self.backtick.start) == line:
            self.found(token, "`` `x` ``", "write `repr(x)`.")
            self.edit(self.backtick.start, self.backtick.end, "repr(")
            self.edit(token.start, token.end, ")")
            self.backtick = None
        else:
            self.backtick = token

    def number(self, token):
        new = token.text
        if _OCTAL.match(token.text):
            self.found(token, "an octal number with a plain 0", "write `0o` before it.")
            new = "0o" + new[1:]
        if _LONG.match(token.text):
            self.found(token, "a long number with an L", "write it without the L.")
            new = new.rstrip("lL")
        if new != token.text:
            self.edit(token.start, token.end, new)

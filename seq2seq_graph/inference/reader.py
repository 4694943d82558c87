"""Lines of text to ids for a trained run.

Every line can be read: one that cannot be as it is, is read as well as can be, reported and
counted.
"""

import collections
from typing import Callable, Counter, List

from seq2seq_graph.data import text
from seq2seq_graph.runs import run_directory
from seq2seq_graph.vocabulary import UNKNOWN

_REPORTS = 10  # of one kind; the others are only counted


def read_alone(run: run_directory.Run, text: str) -> List[int]:
    """Returns the ids of a text as those of a file's only line, whatever was read before it."""
    return Reader(run, lambda message: None).read(text.encode("utf-8", "surrogatepass"))


class Reader:
    """Turns lines into ids, and keeps count of what was wrong with them.

    Args:
      run: says how a line is cut, and how long it may be.
      report: called with a warning, "line 17: ...".
      fold_case: read a token that the vocabulary lacks as the same in lower or upper case, if it
        has that.
    """

    def __init__(
        self, run: run_directory.Run, report: Callable[[str], None], fold_case: bool = False
    ) -> None:
        self._run, self._report, self._fold_case = run, report, fold_case
        self._tokenize = run.cutter("source")
        self._counts: Counter[str] = collections.Counter()
        self.lines = 0

    def read(self, line: bytes) -> List[int]:
        """Returns the ids of a line; unknown tokens are UNKNOWN, an over-long line is cut."""
        self.lines += 1
        tokens = self._tokenize(self._text(line))
        longest = self._run.model.max_input_length
        if len(tokens) > longest:
            message = f"{len(tokens)} tokens; the first {longest} are read"
            self.warn(self.lines, "too long", message)
            tokens = tokens[:longest]
        ids = self._run.source_vocabulary.encode(tokens)
        if UNKNOWN in ids:
            ids = self._without_unknown(tokens, ids)
        return ids

    def _without_unknown(self, tokens, ids):
        """Reads unknown tokens in another case if asked, and warns of those that are left."""
        places = [i for i, id_ in enumerate(ids) if id_ == UNKNOWN]
        others = {i: self._in_another_case(tokens[i]) for i in places}
        if self._fold_case:
            known = {i: other for i, other in others.items() if other is not None}
            tokens = [known.get(i, token) for i, token in enumerate(tokens)]
            ids = self._run.source_vocabulary.encode(tokens)
            places = [i for i in places if i not in known]
        if places:
            message = "not in the vocabulary: " + ", ".join(repr(tokens[i]) for i in places)
            there = dict.fromkeys(repr(others[i]) for i in places if others[i] is not None)
            if there:
                message += f"; it has {', '.join(there)}, which --fold-case reads instead"
            self.warn(self.lines, "with unknown tokens", message)
        return ids

    def _in_another_case(self, token):
        for other in (token.lower(), token.upper(), token.capitalize()):
            if self._run.source_vocabulary.encode([other]) != [UNKNOWN]:
                return other
        return None

    def warn(self, line: int, kind: str, message: str) -> None:
        """Counts a line of this kind, and reports it if it is one of the first of them."""
        self._counts[kind] += 1
        if self._counts[kind] <= _REPORTS:
            self._report(f"line {line}: {message}")
        if self._counts[kind] == _REPORTS:
            self._report(f"further lines {kind} are only counted")

    def summary(self) -> str:
        """Says how many lines were read, and how many of them not as they are."""
        counts = [f"{count:,} {kind}" for kind, count in sorted(self._counts.items())]
        return f"{self.lines:,} line{'s' * (self.lines != 1)}" + "".join(f"; {c}" for c in counts)

    @property
    def clean(self) -> bool:
        """Whether there was nothing to report."""
        return not self._counts

    def _text(self, line):
        try:
            decoded = line.decode("utf-8")
        except UnicodeDecodeError as error:
            where = f"byte {line[error.start]:#04x} at column {error.start + 1}"
            self.warn(self.lines, "not UTF-8", f"{where} is not UTF-8; it is read as U+FFFD")
            decoded = line.decode("utf-8", "replace")
        return text.stripped_line(decoded, self.lines == 1)

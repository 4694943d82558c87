"""Two files side by side, the field's habit: line i of one is the source, of the other the target.

NumPy only.
"""

import itertools
from typing import Iterator, Optional, Tuple

from seq2seq_graph.data.pairs import Pair, Row, Span, cut_rows, numbered_lines
from seq2seq_graph.errors import InputError

LINES = "one side, a text a line"  # what stands in a file, for the errors


def read_side_by_side(
    source_path: str, target_path: str, source_tokens: str = "pieces",
    target_tokens: str = "pieces", spans: Tuple[Optional[Span], Optional[Span]] = (None, None),
) -> Iterator[Pair]:
    """Yields the pairs of two files, as `pairs.read_pairs` those of one.

    Args:
      source_path, target_path: the files, UTF-8; lines end in LF or CR LF.
      source_tokens, target_tokens: as for `pairs.read_pairs`.
      spans: of each file as many lines to read; None reads all.

    Raises:
      InputError: a file cannot be read or has no line, one has more lines than the other, or a
        line is not UTF-8, is empty, or has a tab. The message names the file and the line.
    """
    rows = _rows((source_path, target_path), spans)
    return cut_rows(rows, source_tokens, target_tokens)


def _rows(paths, spans):
    numbered = [numbered_lines(path, LINES, span) for path, span in zip(paths, spans)]
    for beside in itertools.zip_longest(*numbered):
        if None in beside:
            longer = 0 if beside[1] is None else 1
            last = beside[longer][0]
            raise _uneven(paths, longer, last, last + sum(1 for _ in numbered[longer]))
        (number, source), (_, target) = beside
        for path, line in zip(paths, (source, target)):
            if "\t" in line:
                raise InputError(
                    f"{path}:{number}: a tab stands in the line; a file of one side has none: "
                    "take it out, or give a file of both sides as --pairs"
                )
        yield Row(source, target, tuple(f"{path}:{number}" for path in paths))


def _uneven(paths, longer, last, count):
    return InputError(
        f"{paths[longer]}:{last}: no line of {paths[1 - longer]} stands beside it, which has "
        f"{last - 1} lines where {paths[longer]} has {count}; give two files of as many lines"
    )

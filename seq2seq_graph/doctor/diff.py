"""Writes a unified diff of a text whose lines are known to have stayed in place. No TensorFlow."""

from typing import List

CONTEXT = 3  # lines around a change


def write_unified(path: str, old: List[str], new: List[List[str]]) -> str:
    """Writes the diff.

    Args:
      path: for the head.
      old: the lines, each with its end.
      new: for each of them the lines that stand in its place, with their ends.
    """
    changed = [i for i, line in enumerate(old) if new[i] != [line]]
    if not changed:
        return ""
    hunks: List[List[int]] = []  # first and last line
    for i in changed:
        if hunks and i - CONTEXT <= hunks[-1][1] + CONTEXT:
            hunks[-1][1] = i
        else:
            hunks.append([i, i])
    parts = [f"--- {path}\n+++ {path}\n"]
    added = 0  # lines that earlier hunks have more
    for first, last in hunks:
        begin, end = max(first - CONTEXT, 0), min(last + CONTEXT + 1, len(old))
        body = [part for i in range(begin, end) for part in _line(old[i], new[i])]
        more = sum(len(new[i]) - 1 for i in range(begin, end))
        parts.append(f"@@ -{begin + 1},{end - begin} "
                     f"+{begin + 1 + added},{end - begin + more} @@\n")
        parts += body
        added += more
    return "".join(parts)


def _line(old, new):
    if new == [old]:
        return [_ended(" " + old)]
    kept = old in new  # lines were put beside it
    return [_ended((" " if kept and line == old else "+") + line) for line in new] if kept else [
        _ended("-" + old), *(_ended("+" + line) for line in new)]


def _ended(line):
    return line if line.endswith("\n") else line.rstrip("\r") + "\n\\ No newline at end of file\n"

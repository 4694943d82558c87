"""What `scripts/doctor.py` does: examine many files, print, and give an exit status."""

import sys
from typing import List

from seq2seq_graph.doctor import fixing, folders, reading, report, writing
from seq2seq_graph.errors import InputError


def run(paths: List[str], json: bool = False, fix: bool = False, write: bool = False) -> int:
    """Examines files and folders, or changes them, and prints.

    A file that cannot be used is a line on standard error, and the others go on.

    Returns:
      The exit status: 0 nothing stops a program, 1 something does, 2 a file cannot be used, or a
      part of it cannot be examined.
    """
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    if write and reading.STANDARD_INPUT in paths:
        raise InputError("- is standard input, which cannot be written; name a file")
    return _fix(paths, write) if fix else _examine(paths, json)


def _examine(paths, json):
    reports, unusable = [], False
    for found in _each(paths, report.examine):
        if found is None:
            unusable = True
            continue
        reports.append(found)
        if not json:
            print(writing.as_text([found]), end="")
    if json:
        print(writing.as_json(reports), end="")
    elif len(reports) > 1:
        print(folders.together(reports), end="")
    return _status(reports, unusable)


def _fix(paths, write):
    reports, unusable, files, changes = [], False, 0, 0
    for fixed in _each(paths, fixing.fix):
        if fixed is None:
            unusable = True
            continue
        reports.append(fixed.before)
        if not fixed.changes:
            continue
        print(fixed.diff(), end="")
        if write:
            try:
                fixing.write(fixed)
            except InputError as error:
                unusable = True
                print(f"error: {error}", file=sys.stderr)
                continue
        reports[-1] = fixed.after
        files, changes = files + 1, changes + fixed.changes
    done = "changed" if write else "would change (--write changes them)"
    left = sum(r.stops for r in reports)
    then = f"{left} of {_number(len(reports), 'file')} would still stop" if left else (
        "nothing stops a file after that")
    print(f"{_number(changes, 'line')} in {_number(files, 'file')} {done}; {then}",
          file=sys.stderr)
    return _status(reports, unusable)


def _number(count, noun):
    return f"{count} {noun}{'s' * (count != 1)}"


def _each(paths, work):
    """Yields what `work` gives of each file; None for one that cannot be used, which is said."""
    seen = set()
    for path in paths:
        try:
            for name in folders.programs(path):
                if name in seen:
                    continue
                seen.add(name)
                try:
                    yield work(name)
                except InputError as error:
                    print(f"error: {error}", file=sys.stderr)
                    yield None
        except InputError as error:
            print(f"error: {error}", file=sys.stderr)
            yield None


def _status(reports, unusable):
    if unusable or not all(r.examined for r in reports):
        return 2
    return int(any(r.stops for r in reports))

"""Finds the programs in folders, and says what many reports say together. No TensorFlow."""

import collections
import os
from typing import Counter, List

from seq2seq_graph.doctor import plan, reading
from seq2seq_graph.doctor.report import Report
from seq2seq_graph.doctor.verdicts import RUN
from seq2seq_graph.errors import InputError

ENDINGS = (".py", ".ipynb")
_SKIPPED = {"__pycache__", "node_modules", "site-packages", "build", "dist"}


def programs(path: str) -> List[str]:
    """Gives a file, or each Python file and notebook of a folder, in order.

    Left out below a folder: hidden ones, virtual environments, `build` and the like, and what a
    link to a folder leads to.

    Raises:
      InputError: a folder has none.
    """
    if path == reading.STANDARD_INPUT or not os.path.isdir(path):
        return [path]
    found = list(_inside(path))
    if not found:
        raise InputError(f"{path}: no .py or .ipynb file in this folder; give another")
    return found


def _inside(folder):
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and name not in _SKIPPED
            and not os.path.exists(os.path.join(here, name, "pyvenv.cfg")))
        for name in sorted(files):
            if name.endswith(ENDINGS) and not name.startswith("."):
                yield os.path.join(here, name)


def together(reports: List[Report]) -> str:
    """Writes what stands over many files: how many each remedy makes run, and what remains."""
    stopped = [report for report in reports if report.stops]
    counts = [plan.counts(report.findings) for report in stopped]
    count = len(stopped)
    lines = [f"{len(reports)} files: nothing stops {len(reports) - count}, something stops "
             f"{count}\n"]
    if not count:
        return lines[0]
    all_of, v1, legacy, run = (sum(column) for column in zip(*counts))
    whole = [sum(c[0] == c[i] for c in counts) for i in (1, 2, 3)]
    remedies = (
        ("one import line, `import tensorflow.compat.v1 as tf`,", v1, whole[0]),
        ("one import line, `from seq2seq_graph.legacy import tensorflow as tf`,", legacy, whole[1]),
        (f"{RUN}, which changes no line,", run, whole[2]),
    )
    lines += [f"    {name} fixes {files} of {count} files, {found} of {all_of} findings that stop\n"
              for name, found, files in remedies]
    rest: Counter[str] = collections.Counter()
    for report in stopped:
        codes = {f.code for f in plan.left_by_run(report.findings)}
        rest.update(codes)
    if rest:
        lines.append("    then stop still, by files: " + ", ".join(
            f"{code} {number}" for code, number in rest.most_common()) + "\n")
    return "".join(lines)

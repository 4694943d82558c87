"""Examines files and writes down what was found. No TensorFlow."""

import json
from typing import Iterable, List, NamedTuple

from seq2seq_graph.doctor import flow, names, reading, removed, sequence, training
from seq2seq_graph.doctor.findings import Finding


class Report(NamedTuple):
    """A program and what was found in it, by line."""

    program: reading.Program
    findings: List[Finding]


def examine(path: str) -> Report:
    """Reads a Python file or a notebook and looks for what will stop or mislead it.

    Raises:
      InputError: the file cannot be read.
    """
    program = reading.read(path)
    findings = list(program.findings)
    if program.tree is not None:
        followed = flow.follow(program.tree, program.given)
        empty = {f.line for f in program.findings if f.code == "empty-block"}
        findings += names.find(program.tree, followed)
        findings += removed.find(program.tree, followed)
        findings += sequence.find(program.tree, followed)
        findings += training.find(program.tree, followed, empty)
    return Report(program, sorted(set(findings), key=lambda f: (f.line, f.code, f.what)))


def as_text(reports: Iterable[Report]) -> str:
    """Writes a paragraph a finding; one that stands in several lines is written once."""
    paragraphs = []
    for report in reports:
        together = {}
        for finding in report.findings:
            together.setdefault(finding._replace(line=0), []).append(finding.line)
        for finding, lines in together.items():
            first, *more = dict.fromkeys(report.program.place(line) for line in lines)
            also = f" (also {', '.join(more)})" if more else ""
            kind = "stops" if finding.stops else "misleads"
            paragraphs.append(f"{report.program.path}:{first}: {kind}: {finding.code}{also}\n"
                              f"    {finding.what}\n    mend: {finding.mend}\n")
        stops = sum(finding.stops for finding in together)
        paragraphs.append(f"{report.program.path}: {stops} that stop it, "
                          f"{len(together) - stops} that mislead\n")
    return "".join(paragraphs)


def as_json(reports: Iterable[Report]) -> str:
    """Writes a list of objects, one a finding and line."""
    return json.dumps([
        {"file": report.program.path, "place": report.program.place(f.line), "code": f.code,
         "stops": f.stops, "what": f.what, "mend": f.mend}
        for report in reports for f in report.findings], indent=2, ensure_ascii=False) + "\n"

"""Writes down what was found: for a reader, for tools. No TensorFlow."""

import json
import re
from typing import Dict, Iterable, List

from seq2seq_graph.doctor import plan
from seq2seq_graph.doctor.findings import Finding
from seq2seq_graph.doctor.report import Report
from seq2seq_graph.doctor.verdicts import RUN

SHOWN, PLACES = 8, 40  # names and places of one paragraph; the others are counted
_PLACE = re.compile(r"\{(\d+)\}")


def as_text(reports: Iterable[Report]) -> str:
    """Writes a paragraph a kind of finding and fix: one fix stands once a file."""
    return "".join(paragraph for report in reports for paragraph in _of_one(report))


def _of_one(report) -> List[str]:
    together: Dict[Finding, List[Finding]] = {}
    for finding in report.findings:
        key = finding._replace(line=0, name="", what=finding.what[len(finding.name):])
        together.setdefault(key, []).append(finding)
    paragraphs = []
    for finding, same in together.items():
        first, *more = dict.fromkeys(report.program.place(f.line) for f in same)
        rest = f" and {len(more) - PLACES} more" if len(more) > PLACES else ""
        also = f" (also {', '.join(more[:PLACES])}{rest})" if more else ""
        kind = "stops" if finding.stops else \
            "error" if finding.code == "not-examined" else "misleads"
        paragraphs.append(f"{report.program.path}:{first}: {kind}: {finding.code}{also}\n"
                          f"    {_names(same)}{finding.what}\n"
                          f"    fix: {place(finding.fix, report)}\n")
    return [*paragraphs, _summary(report)]


def _names(same: List[Finding]) -> str:
    names = list(dict.fromkeys(f.name for f in same if f.name))
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def place(fix: str, report: Report) -> str:
    """Writes the places that a fix names, `{7}`, as a reader finds them."""
    fix = _PLACE.sub(lambda match: report.program.place(int(match.group(1))), fix)
    return fix.replace("line cell", "cell")


def _summary(report) -> str:
    if not report.program.text.strip():
        return f"{report.program.path}: is empty, so there is nothing to examine\n"
    stops, v1, legacy, run = plan.counts(report.findings)
    misleads = {f._replace(line=0) for f in report.findings
                if not f.stops and f.code != "not-examined"}
    lines = [f"{report.program.path}: {stops} that stop it, {len(misleads)} that mislead\n"]
    if report.chosen and report.chosen.module and stops:
        remedies = [("`import tensorflow.compat.v1`", v1)] if v1 else []
        if legacy > v1:
            remedies.append(("`from seq2seq_graph.legacy import tensorflow`", legacy))
        text = ", ".join(f"the line {name} fixes {count}" for name, count in remedies)
        lines.append(f"    of the {stops}, {text}; {RUN} fixes {run}, and no line changes\n")
    elif run:
        lines.append(f"    of the {stops}, {RUN} fixes {run}, and no line changes\n")
    return "".join(lines)


def as_json(reports: Iterable[Report]) -> str:
    """Writes a list of objects, one a finding and line."""
    return json.dumps([
        {"file": report.program.path, "place": report.program.place(f.line), "code": f.code,
         "stops": f.stops, "what": f.what, "fix": place(f.fix, report),
         "fixed_by": f.by or None}
        for report in reports for f in report.findings], indent=2) + "\n"

"""Examines programs and gathers what was found. No TensorFlow."""

from typing import List, NamedTuple, Optional

from seq2seq_graph.doctor import (
    arguments,
    division,
    eager,
    flow,
    growing,
    keras_cells,
    names,
    outside,
    plan,
    reading,
    removed,
    sequence,
    shared,
    training,
)
from seq2seq_graph.doctor.findings import Finding
from seq2seq_graph.errors import InputError


class Report(NamedTuple):
    """A program and what was found in it, by line."""

    program: reading.Program
    findings: List[Finding]
    chosen: Optional[plan.Plan] = None

    @property
    def stops(self) -> bool:
        return any(finding.stops for finding in self.findings)

    @property
    def examined(self) -> bool:
        return not any(finding.code == "not-examined" for finding in self.findings)


def examine(path: str, text: Optional[str] = None) -> Report:
    """Reads a Python file or a notebook and looks for what will stop or mislead it.

    Whatever breaks on the way is a finding, `not-examined`: the rest is examined all the same.

    Args:
      path: the file; `-` is standard input.
      text: taken in place of what stands in the file.

    Raises:
      InputError: the file cannot be read.
    """
    try:
        program = reading.read(path, text)
    except InputError:
        raise
    except Exception as error:
        return Report(reading.Program(path, None, [], frozenset(), ("1",)), [_broken("it", error)])
    findings, chosen = program.findings, None
    if program.tree is not None:
        findings, chosen = _look(program)
    ordered = sorted(set(findings), key=lambda f: (f.line, f.code, f.what))
    if chosen is not None:
        ordered = plan.with_fixes(ordered, chosen, path)
    return Report(program, ordered, chosen)


def _look(program):
    empty = {f.line for f in program.findings if f.code == "empty-block"}
    try:
        followed = flow.follow(program.tree, program.given)
    except Exception as error:
        return [*program.findings, _broken("its names", error)], None
    found = list(program.findings)
    parts = (
        ("its names", lambda: names.find(followed, program.beside)),
        ("its symbols", lambda: removed.find(followed)),
        ("its arguments", lambda: arguments.find(followed)),
        ("its libraries", lambda: outside.find(followed, program.beside)),
        ("its mode", lambda: eager.find(followed)),
        ("its cells", lambda: keras_cells.find(followed)),
        ("its RNNs", lambda: shared.find(followed)),
        ("its model", lambda: sequence.find(followed)),
        ("its training", lambda: training.find(followed, empty)),
        ("its loops", lambda: growing.find(followed)),
        ("its divisions", lambda: division.find(followed, found)),
    )
    for part, look in parts:
        try:
            found += look()
        except Exception as error:
            found.append(_broken(part, error))
    try:
        return found, plan.plan(followed, found)
    except Exception as error:
        return [*found, _broken("its imports", error)], None


def _broken(part, error):
    return Finding(
        "not-examined", 1, f"{part} could not be examined ({type(error).__name__}: "
        f"{ascii(str(error))[:200]}).", "nothing is known of that part; look at it yourself.")

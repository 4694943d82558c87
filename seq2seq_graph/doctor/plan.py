"""Says once for a whole file which import takes its findings away, and what that makes necessary.

No TensorFlow.
"""

import ast
from typing import List, NamedTuple, Tuple

from seq2seq_graph.doctor import eager, symbols, verdicts
from seq2seq_graph.doctor.findings import Finding
from seq2seq_graph.doctor.outside import BROUGHT
from seq2seq_graph.doctor.values import Flow
from seq2seq_graph.doctor.verdicts import RUN

V1 = "tensorflow.compat.v1"
LEGACY = "seq2seq_graph.legacy"


class Import(NamedTuple):
    """An import of TensorFlow that one line can replace."""

    line: int
    name: str  # that the program gives it, such as `tf`


class Plan(NamedTuple):
    """What one import line does for a file."""

    module: str  # V1, LEGACY, or "" where no import line does anything
    imports: Tuple[Import, ...]  # to be replaced
    froms: Tuple[int, ...]  # lines of `from tensorflow.x import y`, to be replaced too
    switch: str  # to be called after the first, such as `disable_eager_execution()`

    def written(self, name: str = "tf") -> str:
        """Writes the import line."""
        if self.module == LEGACY:
            end = "" if name == "tensorflow" else f" as {name}"
            return f"from {LEGACY} import tensorflow{end}"
        return f"import {V1} as {name}"


def plan(flow: Flow, findings: List[Finding]) -> Plan:
    """Chooses the import line: compat.v1's where that is enough, else this package's."""
    by = {f.by for f in findings if f.stops and f.code != "eager"}
    module = LEGACY if "legacy" in by else V1 if "v1" in by else ""
    if _needs_todays(flow):
        module = ""
    imports, froms = [], []
    for node in flow.nodes:
        if node in flow.guarded:
            continue
        if isinstance(node, ast.Import):
            imports += [Import(node.lineno, a.asname or "tensorflow") for a in node.names
                        if a.name == "tensorflow" or a.name == V1 and a.asname and module == LEGACY]
        elif isinstance(node, ast.ImportFrom) and not node.level and (
                node.module or "").split(".")[0] == "tensorflow":
            froms.append(node.lineno)
    return Plan(module, tuple(sorted(imports)), tuple(sorted(set(froms))),
                eager.switch(flow) if module else "")


def _needs_todays(flow: Flow) -> bool:
    """Tells whether a program uses a name that TensorFlow 2 has, and its compat.v1 has not."""
    only_new = symbols.table().groups["not_v1"]
    for node in flow.nodes:
        if isinstance(node, ast.Attribute) and node not in flow.guarded:
            in_v1, name = verdicts.below(flow.path(node) or "")
            if in_v1 is False and name in only_new:
                return True
    return False


def with_fixes(findings: List[Finding], chosen: Plan, path: str) -> List[Finding]:
    """Gives the findings, those that the import line takes away with that as their fix."""
    if not chosen.module:
        return findings
    line = _sentence(chosen)
    said = any(f.by == "v1" and f.code == "moved-symbol" for f in findings)
    name = chosen.imports[0].name if chosen.imports else "tf"
    brings = f"It comes with `{chosen.written(name)}`." if said else f"Write {line}"
    return [f._replace(fix=line) if f.by == "v1" and f.code == "moved-symbol"
            else f._replace(fix=f"{f.fix} {brings}") if f.by == "legacy" else f for f in findings]


def _sentence(chosen):
    name = chosen.imports[0].name if chosen.imports else "tf"
    where = f"line {{{chosen.imports[0].line}}}: " if chosen.imports else ""
    text = f"{where}`{chosen.written(name)}`"
    if chosen.switch:
        text += (f", and after it `{name}.{chosen.switch}`, which it makes necessary: TensorFlow 2 "
                 "executes eagerly and refuses graphs" + (
                     " and a dimension's `.value`" if "v2" in chosen.switch else ""))
    if chosen.module == LEGACY:
        text += f"; or {RUN}, and not a line changes"
    return text + "."


def counts(findings: List[Finding]) -> Tuple[int, int, int, int]:
    """Counts what stops, and how much of it each remedy takes away.

    Returns:
      all, v1, legacy, run: findings that stop, the same one in several lines once.
    """
    def number(found):
        return len({f._replace(line=0, fix="") for f in found})

    stopping = [f for f in findings if f.stops]
    return (number(stopping), number(f for f in stopping if f.by == "v1"),
            number(f for f in stopping if f.by in ("v1", "legacy")),
            number(stopping) - number(left_by_run(findings)))


def left_by_run(findings: List[Finding]) -> List[Finding]:
    """Gives what stops a program even if the runner of old programs runs it."""
    return [f for f in findings if f.stops and f.by not in ("v1", "legacy", "run")
            and BROUGHT not in f.fix]

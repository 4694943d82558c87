"""Where two records of a program part, how the difference grows, and what is left at the end.

A difference is the largest of a fetch's, relative to the fetch's largest entry in either record
(the absolute one where that is below 1e-30). Integers are equal or not: their difference is 1.

An optimizer's slots are shown and not judged: where gradients cancel, as at the end of a training,
a slot holds what rounding has left of them. What a slot does, the variables and fetches show.
"""

from typing import Dict, Iterable, List, NamedTuple, Optional, Tuple

import numpy as np

from seq2seq_graph.legacy.programs.recorded import Recorded

ROUNDING = 2e-6  # about sixteen units of a float32's last place


class Difference(NamedTuple):
    """One fetch, feed or variable in both records."""

    run: int
    name: str
    other_name: str
    size: float
    integer: bool


class Comparison(NamedTuple):
    """Both records' facts beside each other, and all differences, in order of the runs."""

    abouts: Tuple[Dict, Dict]
    fetches: List[Difference]
    feeds: List[Difference]
    initial: List[Difference]
    final: List[Difference]
    slots: List[Difference]
    only_one: List[str]


def compare(first: Recorded, second: Recorded) -> Comparison:
    """Compares two `Recorded`: fetches by run and place, variables by name."""
    kinds, only_one = {}, []
    for kind in ("fetch", "feed"):
        a, b = first.of(kind), second.of(kind)
        kinds[kind] = [_difference(a[key], b[key]) for key in a if key in b]
    for kind in ("initial", "final"):
        one, other = ({e.name: e for e in r.entries if e.kind == kind} for r in (first, second))
        kinds[kind] = [_difference(one[name], other[name]) for name in one if name in other]
        only_one += [f"{kind} value of the variable {name}"
                     for name in sorted(set(one) ^ set(other))]
    names = {d.name for d in kinds["final"]}
    slots = [d for d in kinds["final"] if d.name.rpartition("/")[0] in names]
    final = [d for d in kinds["final"] if d not in slots]
    return Comparison((first.about, second.about), kinds["fetch"], kinds["feed"],
                      kinds["initial"], final, slots, only_one)


def _difference(a, b) -> Difference:
    integer = a.values.dtype.kind == "i" and b.values.dtype.kind == "i"
    if a.size != b.size or a.values.shape != b.values.shape:
        size = float("inf")
    elif integer:
        size = float(np.any(a.values != b.values))
    else:
        with np.errstate(invalid="ignore"):
            apart = np.abs(a.values.astype(float) - b.values)
            both_odd = ~np.isfinite(a.values.astype(float)) & ~np.isfinite(b.values.astype(float))
            apart = np.where(both_odd, 0.0, apart)
        finite = [np.abs(v)[np.isfinite(v)] for v in (a.values, b.values)]
        largest = max((v.max() for v in finite if v.size), default=0.0)
        worst = apart.max() if apart.size else 0.0
        size = float(worst / largest) if largest > 1e-30 else float(worst)
        size = float("inf") if np.isnan(size) else size
    return Difference(a.run, a.name, b.name, size, integer)


def first_beyond(differences: Iterable[Difference],
                 limit: float = ROUNDING) -> Optional[Difference]:
    """Gives the first difference above a limit, or None."""
    return next((d for d in differences if d.size > limit), None)


def growth(found: Comparison) -> List[Tuple[int, float]]:
    """Gives (run, largest difference of its float fetches) of the runs that have one."""
    by_run: Dict[int, float] = {}
    for d in found.fetches:
        if not d.integer:
            by_run[d.run] = max(by_run.get(d.run, 0.0), d.size)
    return sorted(by_run.items())


def largest_at_end(found: Comparison) -> float:
    """Gives the largest difference of the final variables, and of the last run's floats."""
    last = growth(found)[-1:]
    return max([size for _, size in last] + [d.size for d in found.final] + [0.0])


def passes(found: Comparison, tolerance: float) -> bool:
    """Tells whether the records differ by more than the tolerance allows, or compare nothing."""
    counts = {about.get("runs") for about in found.abouts}
    return (not (found.fetches or found.final) or largest_at_end(found) > tolerance
            or len(counts) > 1 or bool(found.only_one)
            or any(d.integer and d.size for d in found.fetches))


def causes(found: Comparison) -> List[str]:
    """Names known causes that the differences show."""
    said = []
    if not (found.fetches or found.final):
        said.append("nothing was compared: no run was noted, and no variable; the program ended "
                    "before its first Session.run, or has none")
    fed, fetched = first_beyond(found.feeds), first_beyond(found.fetches)
    begins = first_beyond(found.initial)
    if fed and (fetched is None or fed.run <= fetched.run):
        said.append(
            f"what is fed differs first (run {fed.run}, {fed.name}): the program's own data, not "
            "TensorFlow; look for hashes, sets made by {...}, clocks, files, other NumPy functions")
    if begins:
        said.append(
            f"the initial value of {begins.name} differs: a random op outside its initializer, or "
            "values from Python")
    if fetched and not fed and not begins and fetched.size > 1e-3 and fetched.run <= 2:
        said.append(
            "the first runs differ by far more than rounding, with equal variables and feeds: "
            "another default or another formula (Keras layers' epsilon, a random op in a py_func)")
    grown = [size for _, size in growth(found) if size > 0]
    if fetched and not fed and len(grown) > 3 and grown[0] < 1e-4 and grown[-1] > 10 * grown[0]:
        said.append("a difference of rounding grows from run to run, as training does with any")
    flipped = next((d for d in found.fetches if d.integer and d.size), None)
    if flipped and fetched and flipped.run >= fetched.run and not fed:
        said.append(
            f"integers differ from run {flipped.run} on ({flipped.name}): a choice between values "
            "that rounding made equal or swapped, or what follows from a difference before it")
    if found.abouts[0].get("runs") != found.abouts[1].get("runs"):
        said.append("the numbers of runs differ: a loop that stops by the clock or by a value")
    return said


def as_text(found: Comparison, tolerance: float) -> str:
    """Gives the table."""
    a, b = found.abouts
    rows = [("", a["tensorflow"], b["tensorflow"])]
    rows += [(key, str(a.get(key)), str(b.get(key))) for key in ("python", "numpy", "runs")]
    lines = [f"{left:<22}{one:>14}{two:>14}".rstrip() for left, one, two in rows]
    lines += ["", f"{'compared':<22}{len(found.fetches)} fetches, {len(found.feeds)} feeds, "
              f"{len(found.final) + len(found.slots)} variables"]
    first = first_beyond(found.fetches)
    lines.append(f"{'first difference':<22}" + (
        f"run {first.run}, {_both(first)}: {first.size:.1e}" if first
        else f"none beyond rounding ({ROUNDING:.0e})"))
    lines += _growth_lines(found)
    for what, which in (("variables at the end", found.final), ("slots, not judged", found.slots)):
        worst = max(which, key=lambda d: d.size, default=None)
        if worst is not None:
            lines.append(f"{what:<22}{worst.size:.1e}, {worst.name}")
    lines.append(f"{'largest at the end':<22}{largest_at_end(found):.1e} "
                 f"({'above' if passes(found, tolerance) else 'within'} {tolerance:.0e})")
    lines += [f"{'only in one':<22}{what}" for what in found.only_one[:5]]
    lines += [f"{'cause':<22}{cause}" for cause in causes(found)]
    lines += [f"{'note':<22}{note}" for note in _notes(a["tensorflow"], b["tensorflow"])]
    return "\n".join(lines) + "\n"


def _notes(one: str, other: str) -> List[str]:
    """Says where a comparison is no proof, and how one is had."""
    if one != other:
        return []
    need = ("run it on a later TensorFlow" if one.startswith("1.") else
            "give --tf115-python PATH before PROGRAM, or check a record made on 1.15")
    return [f"both sides are TensorFlow {one}: the program compared with itself, its own noise and "
            f"no proof; for a proof {need}"]


def _both(d: Difference) -> str:
    return d.name if d.name == d.other_name else f"{d.name} / {d.other_name}"


def _growth_lines(found: Comparison) -> List[str]:
    runs = growth(found)
    places = sorted({int(i) for i in np.geomspace(1, max(len(runs), 1), 6)}) if runs else []
    return [f"{'growth' if i == places[0] else '':<22}run {runs[i - 1][0]:<6} {runs[i - 1][1]:.1e}"
            for i in places]

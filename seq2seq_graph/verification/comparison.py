"""One recorded run through every engine at hand, and how far each is from the float64 referee.

Each engine plays in a process of its own, one after another, so that versions do not meet and none
takes another's time. Needs NumPy only; the engines bring what they need.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from typing import List, NamedTuple, Optional

import numpy as np

from seq2seq_graph.errors import InputError
from seq2seq_graph.native import call
from seq2seq_graph.pictures import figures
from seq2seq_graph.plain_files import Arrays

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TOLERANCE = 1e-5  # of logits and of each loss
REFEREE = "numpy"
NOT_HERE = 3  # exit status of an engine: what it needs is not installed
_WARM_UP = 10  # steps whose time is not counted
_NEEDS_115 = (
    "--tf115-python PATH, a Python 3.7 with: pip install tensorflow==1.15.5 'protobuf<3.21'"
)


class Entrant(NamedTuple):
    """An engine, and how its process is started; without a command `needs` says what it lacks."""

    name: str
    title: str
    command: Optional[List[str]]  # CASE.npz and ANSWER.npz are put behind it
    needs: str = ""


class Answer(NamedTuple):
    """What came of an entrant: its arrays, or why there are none."""

    entrant: Entrant
    arrays: Optional[Arrays]
    missing: str = ""


class Distance(NamedTuple):
    """Largest absolute differences from the referee, and the pace."""

    logits: float  # on the first batch, with the initial weights
    gradients: float  # the same; each gradient divided by its largest entry
    loss: float  # of all the steps
    final: float  # of all the weights after the last step
    milliseconds: float  # a step, the median after the first ten


def entrants(tf115_python: Optional[str] = None) -> List[Entrant]:
    """Lists every engine, the referee first.

    Args:
      tf115_python: a Python with TensorFlow 1.15.5, for what runs there; None if there is none.
    """
    engines = ["-m", "seq2seq_graph.verification.engines"]
    here = [sys.executable, *engines]
    there = tf115_python and [os.path.abspath(tf115_python), *engines]
    native = tf115_python and [os.path.abspath(tf115_python), call.__file__, "play_timed"]

    def entrant(name, title, command, more=()):
        return Entrant(name, title, command and [*command, *more], _NEEDS_115)

    return [
        entrant(REFEREE, "NumPy, float64", here, ["numpy"]),
        entrant("native-1.15", "the document's program", native),
        entrant("port-1.15", "this package", there, ["port"]),
        entrant("fast-1.15", "this package, fused", there, ["fast"]),
        entrant("port", "this package", here, ["port"]),
        entrant("fast", "this package, fused", here, ["fast"]),
        entrant("keras", "the twin in Keras", here, ["keras"]),
        entrant("pytorch", "the twin in PyTorch", here, ["pytorch"]),
    ]


def play(entrant: Entrant, case: str) -> Answer:
    """Starts an entrant's process on a case's file and waits for its answer.

    Raises:
      InputError: it broke; the end of what it said is given.
    """
    if entrant.command is None:
        return Answer(entrant, None, entrant.needs)
    # TensorFlow 2 sets TF2_BEHAVIOR in its own process; 1.15 would turn half into 2 by it.
    env = {name: value for name, value in os.environ.items() if name != "TF2_BEHAVIOR"}
    env.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with tempfile.TemporaryDirectory() as folder:
        # The other Python sees this package alone, not what is installed beside it for this one.
        shutil.copytree(_PACKAGE, os.path.join(folder, os.path.basename(_PACKAGE)))
        env["PYTHONPATH"] = os.pathsep.join(filter(None, [folder, env.get("PYTHONPATH")]))
        answer = os.path.join(folder, "answer.npz")
        command = [*entrant.command, os.path.abspath(case), answer]
        try:
            done = subprocess.run(
                command, env=env, check=False, text=True,
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            )
        except OSError as error:
            raise InputError(f"{command[0]}: {error.strerror}; give a Python") from None
        last_lines = done.stderr.strip().split("\n")
        if done.returncode == NOT_HERE:
            return Answer(entrant, None, last_lines[-1])
        if done.returncode:
            raise InputError(f"{entrant.name} broke: {' '.join(last_lines[-3:])[-600:]}")
        with np.load(answer, allow_pickle=False) as file:
            return Answer(entrant, dict(file))


def distance(referee: Arrays, arrays: Arrays) -> Distance:
    """Measures how far an answer is from the referee's."""

    def largest(prefix, relative=False):
        found = []
        for key, true in referee.items():
            if key.startswith(prefix):
                scale = np.abs(true).max() if relative else 1.0
                found.append(np.abs(arrays[key].astype(np.float64) - true).max() / scale)
        return float(np.max(found))  # a NaN stays one

    pace = np.diff(arrays["seconds"], prepend=0.0)
    return Distance(
        largest("logits"),
        largest("gradient/", relative=True),
        largest("loss"),
        largest("final/"),
        1000 * float(np.median(pace[_WARM_UP:] if len(pace) > _WARM_UP else pace)),
    )


def within(found: Distance) -> bool:
    """Whether logits and each loss are within TOLERANCE; False for NaN."""
    return found.logits <= TOLERANCE and found.loss <= TOLERANCE


def table(answers: List[Answer]) -> List[str]:
    """Writes a line an engine, Markdown: a table of those that played, a list of the others."""
    lines = [
        "| engine | | logits | gradients | losses | final weights | ms a step |",
        "|---|---|---|---|---|---|---|",
    ]
    missing = []
    referee = answers[0].arrays
    for entrant, arrays, lacks in answers:
        if arrays is None:
            missing.append(f"{entrant.name} ({entrant.title}) is missing; it needs {lacks}")
            continue
        found = distance(referee, arrays)
        cells = [entrant.title, str(arrays["versions"])]
        if arrays is referee:
            cells += ["the referee", "", "", ""]
        else:
            cells += [f"{value:.1e}" for value in found[:4]]
            cells[-2] += "" if within(found) else " (over)"
        lines.append(f"| {' | '.join(cells)} | {found.milliseconds:.1f} |")
    return lines + missing


def plot(answers: List[Answer], path: str) -> None:
    """Draws each engine's difference from the referee's loss over the steps.

    Raises:
      InputError: matplotlib is missing, or the file cannot be written.
    """
    figure = figures.new(9, 5, dpi=120)
    axes = figure.subplots()
    styles = ["-", "--", ":", "-."]
    played = [answer for answer in answers[1:] if answer.arrays is not None]
    for number, (entrant, arrays, _) in enumerate(played):
        difference = np.abs(arrays["loss"].astype(np.float64) - answers[0].arrays["loss"])
        axes.semilogy(
            np.maximum(difference, 1e-10), styles[number % len(styles)], linewidth=1.2,
            label=f"{entrant.title}, {arrays['versions']}",
        )
    axes.axhline(TOLERANCE, color="grey", linewidth=0.8)
    axes.text(0, TOLERANCE * 1.1, "tolerance", color="grey", fontsize="small")
    axes.set_xlabel("step")
    axes.set_ylabel("absolute difference of the loss from the float64 referee")
    axes.set_ylim(1e-10, TOLERANCE * 100)  # room for the legend above the lines
    axes.legend(fontsize="small", loc="upper right", ncol=2)
    figures.save(figure, path)

"""One recorded run through every engine at hand, and how far each is from the float64 reference.

Each engine plays in a process of its own, one after another, so that versions do not meet and none
takes another's time. NumPy only; the engines bring what they need.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from typing import Callable, List, NamedTuple, Optional

import numpy as np

from seq2seq_graph.errors import InputError
from seq2seq_graph.native import call, process
from seq2seq_graph.pictures import figures
from seq2seq_graph.plain_files import Arrays

TO_THE_REFERENCE = 1e-5  # allowed of logits and of each loss
REFERENCE = "numpy"
_NO_MORE = 1e-10  # differences below are drawn as this one
_WARM_UP = 10  # steps whose time is not counted
_NEEDS_115 = (
    "TensorFlow 1.15 is needed: give --tf115-python PATH, a Python 3.7 with: "
    "pip install tensorflow==1.15.5 'protobuf<3.21'"
)


class Player(NamedTuple):
    """An engine, and how its process is started; without a command `needs` says what is needed."""

    name: str
    title: str
    command: Optional[List[str]]  # CASE.npz and ANSWER.npz are put behind it
    needs: str = ""


class Answer(NamedTuple):
    """What came of a player: its arrays, or why there are none."""

    player: Player
    arrays: Optional[Arrays]
    missing: str = ""  # a line: what it needs and has not
    broke: str = ""  # how it ended


class Measurement(NamedTuple):
    """Largest absolute differences from the reference, and the pace."""

    logits: float  # on the first batch, with the initial weights
    gradients: float  # the same; each gradient divided by its largest entry
    loss: float  # of all the steps
    final: float  # of all the weights after the last step
    milliseconds: float  # a step, the median after the first ten


def players(tf115_python: Optional[str] = None) -> List[Player]:
    """Lists every engine, the reference first.

    Args:
      tf115_python: a Python with TensorFlow 1.15.5, for what runs there; None if there is none.

    Raises:
      InputError: it is no program.
    """
    if tf115_python is not None and not shutil.which(tf115_python):
        raise InputError(f"--tf115-python {tf115_python}: no program of that name; give a Python")
    engines = ["-m", "seq2seq_graph.verification.engines"]
    here = [sys.executable, *engines]
    found = tf115_python and shutil.which(tf115_python)
    python = found and os.path.abspath(found)
    there = python and [python, *engines]
    native = python and [python, call.__file__, "play_timed"]

    def player(name, title, command, more=()):
        return Player(name, title, command and [*command, *more], _NEEDS_115)

    return [
        player(REFERENCE, "NumPy, float64", here, ["numpy"]),
        player("native-1.15", "the document's program", native),
        player("port-1.15", "this package", there, ["port"]),
        player("fast-1.15", "this package, fused", there, ["fast"]),
        player("port", "this package", here, ["port"]),
        player("fast", "this package, fused", here, ["fast"]),
        player("keras", "the counterpart in Keras", here, ["keras"]),
        player("pytorch", "the counterpart in PyTorch", here, ["pytorch"]),
    ]


def play(
    player: Player, case: str, on_step: Callable[[int, int], None] = lambda done, steps: None
) -> Answer:
    """Starts a player's process on a case's file and waits for its answer.

    Args:
      player: from `players`.
      case: the file's path.
      on_step: called with the number of steps that are done, and of all of them, as they come.
    """
    if player.command is None:
        return Answer(player, None, player.needs)
    with process.environment() as env, tempfile.TemporaryDirectory() as folder, \
            tempfile.TemporaryFile() as errors:
        answer = os.path.join(folder, "answer.npz")
        command = [*player.command, os.path.abspath(case), answer]
        try:
            running = subprocess.Popen(command, env=env, universal_newlines=True,
                                       stdout=subprocess.PIPE, stderr=errors)
        except OSError as error:
            return Answer(player, None, broke=f"{command[0]}: {error.strerror}")
        status = _waited(running, on_step)
        errors.seek(0)
        said = errors.read().decode(errors="replace")
        if status == process.NOT_HERE:
            return Answer(player, None, said.strip().split("\n")[-1])
        if status:
            return Answer(player, None, broke=process.why_it_ended(status, said))
        if not os.path.exists(answer):
            return Answer(player, None, broke=f"{command[0]} wrote no answer: is it a Python?")
        with np.load(answer, allow_pickle=False) as file:
            return Answer(player, dict(file))


def _waited(running, on_step):
    """Reads `DONE of STEPS` from a process's output until it ends; returns its status."""
    try:
        for line in running.stdout:
            done, _, steps = line.strip().partition(" of ")
            if done.isdigit() and steps.isdigit():
                on_step(int(done), int(steps))
        return running.wait()
    finally:
        running.kill()
        running.wait()
        running.stdout.close()


def measure(reference: Arrays, arrays: Arrays) -> Measurement:
    """Measures how far an answer is from the reference's."""

    def largest(prefix, relative=False):
        found = []
        for key, true in reference.items():
            if key.startswith(prefix):
                scale = np.abs(true).max() or 1.0 if relative else 1.0
                found.append(np.abs(arrays[key].astype(np.float64) - true).max() / scale)
        return float(np.max(found))  # a NaN stays one

    pace = np.diff(arrays["seconds"], prepend=0.0)
    return Measurement(
        largest("logits"),
        largest("gradient/", relative=True),
        largest("loss"),
        largest("final/"),
        1000 * float(np.median(pace[_WARM_UP:] if len(pace) > _WARM_UP else pace)),
    )


def within(found: Measurement) -> bool:
    """Whether logits and each loss are within TO_THE_REFERENCE; False for NaN."""
    return found.logits <= TO_THE_REFERENCE and found.loss <= TO_THE_REFERENCE


def all_within(answers: List[Answer]) -> bool:
    """Whether no engine broke and each that played is `within`; one that is missing is no fault."""
    reference = answers[0].arrays or {}
    return not any(answer.broke for answer in answers) and all(
        within(measure(reference, answer.arrays))
        for answer in answers[1:] if answer.arrays is not None
    )


def table(answers: List[Answer]) -> List[str]:
    """Writes a line an engine, Markdown: a table of those that played or broke, then the reasons
    of those that broke and what the others need."""
    lines = [
        "| engine | | logits | gradients | losses | final weights | ms a step |",
        "|---|---|---|---|---|---|---|",
    ]
    reasons = []
    reference = answers[0].arrays or {}
    for player, arrays, lacks, broke in answers:
        if broke:
            lines.append(f"| {player.title} | broke | | | | | |")
            reasons.append(f"{player.name} ({player.title}) broke: {broke}")
        elif arrays is None:
            reasons.append(f"{player.name} ({player.title}) is missing: {lacks}")
        else:
            lines.append(_row(player, arrays, reference))
    return lines + reasons


def _row(player, arrays, reference):
    found = measure(reference, arrays)
    cells = [player.title, str(arrays["versions"])]
    if arrays is reference:
        cells += ["the reference", "", "", ""]
    else:
        bounds = found._replace(
            logits=TO_THE_REFERENCE, loss=TO_THE_REFERENCE, gradients=np.inf, final=np.inf)
        cells += [f"{value:.1e}" + " (over)" * (not value <= most)
                  for value, most in zip(found[:4], bounds)]
    return f"| {' | '.join(cells)} | {found.milliseconds:.1f} |"


def plot(answers: List[Answer], path: str) -> None:
    """Draws each engine's difference from the reference's loss over the steps.

    Engines that round alike lie on each other, so each has a panel of its own, the others grey in
    it.

    Raises:
      InputError: matplotlib is missing, or the file cannot be written.
    """
    reference = answers[0].arrays or {}
    played = [(answer.player, answer.arrays) for answer in answers[1:] if answer.arrays is not None]
    differences = [
        np.maximum(abs(arrays["loss"].astype(np.float64) - reference["loss"]), _NO_MORE)
        for _, arrays in played
    ]
    largest = max(
        (np.max(one, initial=0, where=np.isfinite(one)) for one in differences), default=0)
    rows = max(1, -(-len(played) // 2))
    figure = figures.new(10, 0.6 + 2 * rows, dpi=120)
    panels = figure.subplots(rows, 2, sharex=True, sharey=True, squeeze=False).ravel()
    for axes in panels[len(played):]:
        axes.set_axis_off()
    for axes, (player, arrays), own in zip(panels, played, differences):
        for difference in differences:
            axes.semilogy(difference, color="#cccccc", linewidth=0.8)
        axes.semilogy(own, ("o" if len(own) == 1 else "-"), color="#0b66a8", linewidth=1.2)
        axes.axhline(TO_THE_REFERENCE, color="#d1600a", linewidth=0.8, linestyle="--")
        axes.set_title(f"{player.title}, {arrays['versions']}", fontsize="medium", loc="left")
        axes.set_ylim(_NO_MORE, 10 * max(TO_THE_REFERENCE, largest))
        axes.set_xlabel("step")
        axes.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
        axes.set_ylabel("difference")
    figure.suptitle("Loss of each step: absolute difference from the float64 reference "
                    f"(dashed: the tolerance, {TO_THE_REFERENCE:g})", fontsize="medium")
    figures.save(figure, path)

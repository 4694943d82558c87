"""The lesson's pictures, with the extra `plots` (matplotlib): tokens in time, a step of an LSTM.

Each function returns a matplotlib Figure. What is written on it is English, as no font for more is
sure to be there. No TensorFlow.
"""

from typing import TYPE_CHECKING, NamedTuple, Sequence, Tuple

import numpy as np

from seq2seq_graph.errors import InputError
from seq2seq_graph.numpy_reference import Step
from seq2seq_graph.pictures import figures
from seq2seq_graph.vocabulary import END, PAD, SPECIAL_TOKENS, START, Vocabulary

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_INK, _LINE, _PLAIN, _WRONG = "#222222", "#888888", "#dcebf7", "#f5b7b1"
_FILL = {
    SPECIAL_TOKENS[PAD]: "#f2f2f2",
    SPECIAL_TOKENS[START]: "#c9e7c5",
    SPECIAL_TOKENS[END]: "#fbd9a5",
}
_STEP_FILL = {"c": "#fbd9a5", "c'": "#fbd9a5", "h": "#c9e7c5"}
_DPI = 100


class TokenRow(NamedTuple):
    """Tokens in the order of time, to be drawn as a row of cells."""

    name: str
    tokens: Sequence[str]  # T of them
    wrong: Sequence[bool] = ()  # cells to draw in red; () is none


def token_texts(vocabulary: Vocabulary, ids: Sequence[int]) -> Tuple[str, ...]:
    """Returns the text of each id, padding and END among them, which `decode` leaves out."""
    texts = SPECIAL_TOKENS + vocabulary.tokens
    return tuple(texts[id_] if id_ < len(texts) else f"<{id_}>" for id_ in ids)


def tokens_in_time(
    rows: Sequence[TokenRow],
    arrows: Sequence[Tuple[Tuple[int, int], Tuple[int, int]]] = (),
    title: str = "",
) -> "Figure":
    """Draws rows of tokens over one time axis.

    Args:
      rows: from top to bottom.
      arrows: (row, t), (row, t) each: from the first cell to the second.
      title: over the picture.

    Raises:
      InputError: matplotlib is not installed.
    """
    length = max(len(row.tokens) for row in rows)
    figure = figure_of(2.3 + 0.72 * length, 0.6 + 0.85 * len(rows) + 0.3 * bool(title))
    axes = bare_axes(figure, (-3.2, length), (-len(rows) + 0.1, 0.75))
    for y, row in enumerate(rows):
        axes.text(-0.2, -y, row.name, ha="right", va="center", color=_INK, fontsize=10)
        for t, token in enumerate(row.tokens):
            wrong = bool(len(row.wrong)) and row.wrong[t]
            fill = _WRONG if wrong else _FILL.get(token, _PLAIN)
            box(axes, t + 0.5, -y, 0.9, 0.52, fill)
            text = token[1:-1] if token in SPECIAL_TOKENS else token
            colour = _LINE if token == SPECIAL_TOKENS[PAD] else _INK
            axes.text(t + 0.5, -y, text, ha="center", va="center", fontsize=9, color=colour)
    for t in range(length):
        axes.text(t + 0.5, 0.45, f"t={t}", ha="center", va="center", fontsize=8, color=_LINE)
    for (y, t), (to_y, to_t) in arrows:
        side = 0.27 if to_y > y else -0.27  # leaves and meets the cells at their edges
        arrow(axes, (t + 0.5, -y - side), (to_t + 0.5, -to_y + side))
    axes.set_title(title, fontsize=11)
    return figure


def lstm_step(step: Step) -> "Figure":
    """Draws one step of an LSTM of one unit, its numbers on it.

    Args:
      step: of `numpy_reference.lstm_step`, B and H 1.

    Raises:
      InputError: the step has more than one row or unit, or matplotlib is not installed.
    """
    if step.c.shape != (1, 1):
        raise InputError(f"the step is of {step.c.shape} numbers; draw one row of one unit, (1, 1)")
    c_before, i, j, f, o, c, h = (float(value[0, 0]) for value in step[1:])
    figure = figure_of(9, 4.6)
    axes = bare_axes(figure, (0, 10), (0, 5.2))
    x_h = ", ".join(f"{value:g}" for value in step.x_h[0])
    boxes = {  # where each box stands and what it says
        "c": (0.9, 4.5, f"memory before\nc = {c_before:.4f}"),
        "x": (0.9, 0.5, f"[x, h] =\n[{x_h}]"),
        "f": (2.9, 2.2, f"forget gate\nf = {f:.4f}"),
        "i": (4.6, 2.2, f"input gate\ni = {i:.4f}"),
        "j": (6.3, 2.2, f"new content\nj = {j:.4f}"),
        "o": (8.0, 2.2, f"output gate\no = {o:.4f}"),
        "fc": (2.9, 4.5, f"f c =\n{f * c_before:.4f}"),
        "ij": (5.45, 3.4, f"i j = {i * j:.4f}"),
        "c'": (5.45, 4.5, f"memory after\nc' = f c + i j\n= {c:.4f}"),
        "t": (8.0, 4.5, f"tanh c' =\n{np.tanh(c):.4f}"),
        "h": (9.35, 3.4, f"output\nh' =\no tanh c'\n= {h:.4f}"),
    }
    for name, (x, y, text) in boxes.items():
        fill = _PLAIN if name in tuple("fijo") else _STEP_FILL.get(name, "#f2f2f2")
        box(axes, x, y, 1.2 if name == "h" else 1.5, 0.25 + 0.23 * len(text.splitlines()), fill)
        axes.text(x, y, text, ha="center", va="center", fontsize=9, color=_INK)
    for start, end in (((1.7, 4.5), (2.1, 4.5)), ((3.7, 4.5), (4.65, 4.5)),
                       ((6.25, 4.5), (7.2, 4.5)), ((2.9, 2.6), (2.9, 4.1)),
                       ((4.6, 2.6), (5.2, 3.15)), ((6.3, 2.6), (5.7, 3.15)),
                       ((5.45, 3.65), (5.45, 4.05)), ((8.0, 2.6), (8.7, 3.1)),
                       ((8.3, 4.1), (8.7, 3.75))):
        arrow(axes, start, end)
    for name in "fijo":
        arrow(axes, (1.7, 0.6), (boxes[name][0], 1.8))
    axes.text(4.4, 0.45, "[x, h] kernel + bias, then: sigmoid for f (1 added first), i and o; "
              "tanh for j", fontsize=9, va="center", color=_INK)
    return figure


def states(steps: Sequence[Step], tokens: Sequence[str], units: int = 30) -> "Figure":
    """Draws an LSTM's output h while it reads, a column a step, a row a unit.

    Args:
      steps: T, of one source (B is 1).
      tokens: T texts, below the columns.
      units: how many of H to draw.

    Raises:
      InputError: matplotlib is not installed.
    """
    figure = figure_of(2 + 0.6 * len(steps), 3.6)
    axes = figure.subplots()
    shown = np.stack([step.h[0, :units] for step in steps], 1)  # [units, T]
    image = axes.imshow(shown, cmap="RdBu_r", vmin=-1, vmax=1, aspect="auto")
    axes.set_xticks(range(len(tokens)))
    axes.set_xticklabels([token.strip("<>") if token in SPECIAL_TOKENS else token
                          for token in tokens])
    axes.set_xlabel("token read")
    axes.set_ylabel("unit")
    figure.colorbar(image, ax=axes, label="hidden state h")
    return figure


def figure_of(width: float, height: float) -> "Figure":
    """Makes an empty Figure of inches; raises InputError where matplotlib is not installed."""
    return figures.new(width, height, _DPI)


def bare_axes(figure: "Figure", x_limits: Tuple[float, float],
              y_limits: Tuple[float, float]) -> "Axes":
    """Fills a Figure with axes that do not show, of these limits."""
    axes = figure.subplots()
    axes.set_xlim(*x_limits)
    axes.set_ylim(*y_limits)
    axes.axis("off")
    return axes


def box(axes: "Axes", x: float, y: float, width: float, height: float, fill: str) -> None:
    """Draws a box of this colour around x, y."""
    patches = figures.matplotlib("patches")
    axes.add_patch(patches.FancyBboxPatch(
        (x - width / 2, y - height / 2), width, height, boxstyle="round,pad=0,rounding_size=0.06",
        facecolor=fill, edgecolor=_LINE, linewidth=0.8,
    ))


def arrow(axes: "Axes", start: Tuple[float, float], end: Tuple[float, float]) -> None:
    """Draws an arrow from one x, y to another."""
    axes.annotate("", end, start, arrowprops={
        "arrowstyle": "-|>", "color": _LINE, "linewidth": 1.1, "shrinkA": 0, "shrinkB": 0})

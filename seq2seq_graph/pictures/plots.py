"""Pictures of a run, with the extra `plots` (matplotlib). No TensorFlow."""

import collections
import contextlib
import warnings
from typing import Dict, Iterator, List, NamedTuple, Sequence

import numpy as np

from seq2seq_graph.config import BEST_BY
from seq2seq_graph.pictures import figures, labels
from seq2seq_graph.runs import progress

_TRAINING, _VALIDATION, _GREY, _OTHERS = "#0b66a8", "#d1600a", "#777777", "#9a9a9a"
_DPI = 150
_MOST_MARKS = 50  # epochs; more are a line without them
_LEGEND, _LONGEST_NAME = 90, 24  # letters in a row of a legend, and of a name in it


class Labels(NamedTuple):
    """What became of the words on a picture."""

    drawn: int  # words that found a place of their own; the others are points alone
    missing: str  # characters that no font here has


def learning_curves(
    path: str, rows: Sequence[progress.Metrics], best_by: str = BEST_BY[0]
) -> None:
    """Draws losses and teacher-forced accuracies by epoch into a PNG file.

    Args:
      path: the file.
      rows: at least one epoch.
      best_by: as for `progress.best_row`.

    Raises:
      InputError: matplotlib is not installed, or the file cannot be written.
    """
    figure = figures.new(10, 4, _DPI)
    best = progress.best_row(rows, best_by)
    assert best is not None, "there is no epoch to be drawn"
    epochs = [row.epoch for row in rows]
    for axes, title, curves in zip(figure.subplots(1, 2), ("Loss", "Teacher-forced, validation"), (
        [("training_loss", "training", _TRAINING), ("validation_loss", "validation", _VALIDATION)],
        [("token_accuracy", "tokens", _TRAINING), ("source_accuracy", "sources", _VALIDATION)],
    )):
        for name, label, colour in curves:
            values = [getattr(row, name) for row in rows]
            form = "o-" if len(rows) <= _MOST_MARKS else "-"
            axes.plot(epochs, values, form, color=colour, markersize=3, label=label)
        used = "last" if best_by == "epoch" else f"best {best_by.replace('_', ' ')}"
        note = f"{used}, epoch {best.epoch}"
        axes.axvline(best.epoch, color=_GREY, linestyle=":", label=note)
        axes.set_title(title)
        axes.set_xlabel("epoch")
        axes.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
        axes.grid(alpha=0.3)
        axes.legend(frameon=False)
    left, right = figure.axes
    left.set_ylabel("mean cross entropy of a token (nats)")
    right.set_ylabel("share predicted")
    right.set_ylim(0, 1)
    right.yaxis.set_major_formatter(figures.matplotlib("ticker").PercentFormatter(1))
    _save(figure, path)


def plane(
    path: str,
    points: np.ndarray,
    shares: np.ndarray,
    words: Sequence[str],
    groups: Sequence[str] = (),
) -> Labels:
    """Draws points, float [N, 2], each labelled with its word where there is room, into a PNG file.

    Args:
      path: the file.
      points, shares: from `vectors.project`.
      words: N texts.
      groups: N texts; the points of each of the largest groups have a colour of their own, which
        a legend names. () is one colour for all.

    Raises:
      InputError: matplotlib is not installed, or the file cannot be written.
    """
    figure = figures.new(10, 8, _DPI)
    axes = figure.subplots()
    colours = _colours(groups or [""] * len(words))
    axes.scatter(points[:, 0], points[:, 1], s=16, color=colours.points, zorder=3)
    font, missing = labels.font_for("".join(words))
    rows = 0  # of the legend
    if colours.legend:
        handles = [axes.scatter([], [], s=16, color=colour) for colour in colours.legend.values()]
        # A space before it, since a legend leaves out a name that begins with an underscore.
        names = [" " + labels.plain(_cut(group)) for group in colours.legend]
        columns = min(len(names), max(1, _LEGEND // (4 + max(map(len, names)))))
        rows = -(-len(names) // columns)
        axes.legend(handles, names, frameon=False, prop=font, ncol=columns,
                    loc="lower center", bbox_to_anchor=(0.5, 1.0), handletextpad=0,
                    columnspacing=1)
    axes.set_title("The encoder's fixed-size vectors, in their two principal components",
                   pad=6 + 20 * rows)
    for axis, name, share in zip((axes.xaxis, axes.yaxis), ("first", "second"), shares):
        axis.set_label_text(f"{name} component, {share:.0%} of the variance")
    axes.margins(0.08)
    axes.grid(alpha=0.3)
    with no_glyph_warnings():
        figure.canvas.draw()  # fixes where the points are
        drawn = labels.put_labels(axes, points, words, colours.points, font)
    _save(figure, path)
    return Labels(drawn, missing)


# Colours that differ in hue and in lightness, for eight groups at most (after Okabe and Ito 2008).
_GROUP_COLOURS = (
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8c4a1a", "#000000", "#56b4e9", "#e69f00")


class _Colours(NamedTuple):
    points: List[str]  # N
    legend: Dict[str, str]  # group -> colour


def _cut(name):
    return name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME - 1] + "…"


def _colours(groups):
    if len(set(groups)) == 1:
        return _Colours([_TRAINING] * len(groups), {})
    counts = collections.Counter(groups)
    largest = sorted(counts, key=lambda group: (-counts[group], group))[: len(_GROUP_COLOURS)]
    legend = dict(zip(sorted(largest), _GROUP_COLOURS))
    if len(counts) > len(legend):
        legend["others"] = _OTHERS
    return _Colours([legend.get(group, _OTHERS) for group in groups], legend)


def bars(path: str, cases: Dict[str, Dict[str, dict]]) -> None:
    """Draws the median milliseconds of each engine, a panel a case, into a PNG file.

    Args:
      path: the file.
      cases: case -> engine -> `median_ms`, `min_ms` and `max_ms` (`benchmarks.report.as_json`).

    Raises:
      InputError: as `learning_curves`.
    """
    rows = -(-len(cases) // 3)
    figure = figures.new(11, 3 * rows, _DPI)
    panels = figure.subplots(rows, 3, squeeze=False).ravel()
    for axes in panels[len(cases):]:
        axes.set_axis_off()
    for axes, (case, engines) in zip(panels, cases.items()):
        values = [numbers["median_ms"] for numbers in engines.values()]
        reach = [
            [abs(numbers[end] - numbers["median_ms"]) for numbers in engines.values()]
            for end in ("min_ms", "max_ms")
        ]
        colours = [_VALIDATION if engine == "fast" else _TRAINING for engine in engines]
        axes.barh(list(engines), values, xerr=reach, color=colours, ecolor=_GREY)
        axes.invert_yaxis()
        axes.set_title(case)
        axes.set_xlabel("ms (median; line: least to most)")
    _save(figure, path)


@contextlib.contextmanager
def no_glyph_warnings() -> Iterator[None]:
    """Has matplotlib not warn of a missing glyph: the caller says it once for all of them."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        yield


def _save(figure, path):
    with no_glyph_warnings():
        figures.save(figure, path, "png")

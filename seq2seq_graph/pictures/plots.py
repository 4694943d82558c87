"""Pictures of a run, with the extra `plots` (matplotlib). No TensorFlow."""

import contextlib
import warnings
from typing import Dict, NamedTuple, Sequence

import numpy as np

from seq2seq_graph.config import BEST_BY
from seq2seq_graph.pictures import figures
from seq2seq_graph.runs import progress

_TRAINING, _VALIDATION, _GREY = "#0b66a8", "#d1600a", "#777777"
_DPI = 150


class Labels(NamedTuple):
    """What became of the words on a picture."""

    drawn: int  # words that found a place of their own; the others are points alone
    missing: str  # characters that no font here has


def learning_curves(
    path: str, rows: Sequence[progress.Row], best_by: str = BEST_BY[0]
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
    epochs = [row.epoch for row in rows]
    for axes, title, curves in zip(figure.subplots(1, 2), ("Loss", "Teacher-forced, validation"), (
        [("training_loss", "training", _TRAINING), ("validation_loss", "validation", _VALIDATION)],
        [("token_accuracy", "tokens", _TRAINING), ("source_accuracy", "sources", _VALIDATION)],
    )):
        for name, label, colour in curves:
            values = [getattr(row, name) for row in rows]
            axes.plot(epochs, values, "o-", color=colour, markersize=3, label=label)
        used = "last" if best_by == "epoch" else f"best {best_by.replace('_', ' ')}"
        note = f"{used}, epoch {best.epoch}"
        axes.axvline(best.epoch, color=_GREY, linestyle=":", label=note)
        axes.set_title(title)
        axes.set_xlabel("epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(alpha=0.3)
        axes.legend(frameon=False)
    left, right = figure.axes
    left.set_ylabel("mean cross entropy of a token (nats)")
    right.set_ylabel("share predicted")
    right.set_ylim(0, 1)
    right.yaxis.set_major_formatter(figures.matplotlib("ticker").PercentFormatter(1))
    _save(figure, path)


def plane(path: str, points: np.ndarray, shares: np.ndarray, words: Sequence[str]) -> Labels:
    """Draws points, float [N, 2], each labelled with its word where there is room, into a PNG file.

    Args:
      path: the file.
      points, shares: from `vectors.project`.
      words: N texts.

    Raises:
      InputError: matplotlib is not installed, or the file cannot be written.
    """
    figure = figures.new(10, 8, _DPI)
    axes = figure.subplots()
    axes.scatter(*points.T, s=12, color=_TRAINING, zorder=3)
    axes.set_title("The encoder's fixed-size vectors, in their two principal components")
    for axis, name, share in zip((axes.xaxis, axes.yaxis), ("first", "second"), shares):
        axis.set_label_text(f"{name} component, {share:.0%} of the variance")
    axes.margins(0.08)
    axes.grid(alpha=0.3)
    font, missing = _font_for("".join(words))
    with _no_glyph_warnings():
        figure.canvas.draw()  # fixes where the points are
        drawn = _label(axes, points, words, font)
    _save(figure, path)
    return Labels(drawn, missing)


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


def _label(axes, points, words, font) -> int:
    """Puts each word beside its point, over nothing that is there already, or not at all."""
    renderer, dpi = axes.figure.canvas.get_renderer(), axes.figure.dpi
    centres = axes.transData.transform(points)  # pixels
    dot = 3 * dpi / 72
    boxes = np.concatenate([centres - dot, centres + dot], axis=1)  # x0, y0, x1, y1
    frame = axes.get_window_extent(renderer)
    drawn = 0
    for point, centre, word in zip(points, centres, words):
        text = axes.annotate(
            word.replace("$", r"\$"),  # no formula
            point, (0, 0), textcoords="offset points", fontproperties=font, size=8, zorder=4,
        )
        extent = text.get_window_extent(renderer)
        place = _free_place(centre, (extent.width, extent.height), dot, boxes, frame)
        if place is None:
            text.remove()
            continue
        moved = place[:2] - (extent.x0, extent.y0)
        text.set_position(moved * 72 / dpi)
        boxes = np.concatenate([boxes, [place]])
        drawn += 1
    return drawn


# Directions from a point to its label's nearest edge, the easiest to read first.
_SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1))


def _free_place(centre, size, dot, boxes, frame):
    """Gives the first box of `size` pixels at `centre` that covers no other; None without one."""
    for side in np.array(_SIDES):
        low = centre + side * dot - np.array(size) * (1 - side) / 2
        high = low + size
        covers = (boxes[:, :2] < high).all(axis=1) & (boxes[:, 2:] > low).all(axis=1)
        inside = (low > frame.min).all() and (high < frame.max).all()
        # A label may touch its own point's box, which is the one around `centre`.
        own = (boxes == np.concatenate([centre - dot, centre + dot])).all(axis=1)
        if inside and not (covers & ~own).any():
            return np.concatenate([low, high])
    return None


def _font_for(text):
    """Gives a font that has the text's characters, and those that none here has.

    The usual font (None) if it has all; of the others the one that has the most.
    """
    fonts = figures.matplotlib("font_manager")
    wanted = {character for character in text if not character.isspace()}

    def missing_in(path):
        try:
            charmap = figures.matplotlib("ft2font").FT2Font(path).get_charmap()
        except (RuntimeError, OSError):  # a file that is no font
            return wanted
        return {character for character in wanted if ord(character) not in charmap}

    usual = fonts.FontProperties()
    missing = missing_in(fonts.findfont(usual))
    if not missing:
        return usual, ""
    # The font called Last Resort has a box for every character there is.
    every = [f for f in fonts.fontManager.ttflist if not f.name.startswith("Last Resort")]
    paths = sorted({font.fname for font in every})
    path = min(paths, key=lambda path: len(missing_in(path)))
    fewest = missing_in(path)
    if len(fewest) == len(missing):
        return usual, "".join(sorted(missing))
    return fonts.FontProperties(fname=path), "".join(sorted(fewest))


@contextlib.contextmanager
def _no_glyph_warnings():
    # Said once, by the caller, and not for each character.
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        yield


def _save(figure, path):
    with _no_glyph_warnings():
        figures.save(figure, path, "png")

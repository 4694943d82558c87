"""Words beside the points of a matplotlib picture: where they find room, and a font for them."""

import unicodedata
from typing import Any, Sequence, Tuple

import numpy as np

from seq2seq_graph.pictures import figures


def width(text: str) -> float:
    """Returns about how many letters wide a text is; an East Asian one is as wide as two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def plain(text: str) -> str:
    """Returns a text that matplotlib writes as it is, and not as a formula."""
    return text.replace("$", r"\$")


def put_labels(axes: Any, points: np.ndarray, words: Sequence[str], colours: Any, font: Any) -> int:
    """Puts each word beside its point, over nothing that is there already, or not at all."""
    renderer, dpi = axes.figure.canvas.get_renderer(), axes.figure.dpi
    centres = axes.transData.transform(points)  # pixels
    dot = 3 * dpi / 72
    boxes = np.concatenate([centres - dot, centres + dot], axis=1)  # x0, y0, x1, y1
    frame = axes.get_window_extent(renderer)
    drawn = 0
    for point, centre, word, colour in zip(points, centres, words, colours):
        text = axes.annotate(
            plain(word), point, (0, 0), textcoords="offset points", fontproperties=font, size=8,
            zorder=4, color=colour,
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
    """Returns the first box of `size` pixels at `centre` that covers no other; None without one."""
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


def font_for(text: str) -> Tuple[Any, str]:
    """Returns a font that has the text's characters, and those that none here has.

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
    # The font called Last Resort has a box for every character there is. What was installed since
    # matplotlib made its list of fonts, which it keeps, is not in that list.
    listed = fonts.fontManager.ttflist
    last_resort = {f.fname for f in listed if f.name.startswith("Last Resort")}
    paths = sorted({*(f.fname for f in listed), *fonts.findSystemFonts()} - last_resort)
    path = min(paths, key=lambda path: len(missing_in(path)))
    fewest = missing_in(path)
    if len(fewest) == len(missing):
        return usual, "".join(sorted(missing))
    return fonts.FontProperties(fname=path), "".join(sorted(fewest))

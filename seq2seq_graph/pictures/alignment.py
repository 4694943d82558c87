"""Pictures of attention: where a model looked as it wrote each token. No TensorFlow.

A row a token written, a column a token read; the darker, the more was looked at.
"""

import io
import os
from typing import Any, Dict, List, Optional, Tuple

import numpy as np

from seq2seq_graph.data import subwords, text
from seq2seq_graph.data.datasets import Examples
from seq2seq_graph.errors import InputError
from seq2seq_graph.pictures import figures, labels, plots
from seq2seq_graph.plain_files import check_writable
from seq2seq_graph.runs.alignments import Alignment, of_ids
from seq2seq_graph.runs.run_directory import Run

MOST = 100  # pictures of one call; each takes some tenths of a second
# A sub-word's space and a piece's joiner, which few fonts have, and what is drawn for them.
_MARKS = {subwords.SPACE: "_", text.JOINER: "~"}
_CELL, _LETTER = 0.28, 0.08  # inches of a token's row or column, and of a letter beside them
_DPI, _LONGEST = 120, 40.0  # dots an inch, inches a side


def check(path: str) -> None:
    """Refuses, before the work, a file that could not be written after it.

    Raises:
      InputError: the ending is neither `.npz` nor one that matplotlib draws, the file cannot be
        written, or matplotlib is not installed and is needed.
    """
    if path.lower().endswith(".npz"):
        check_writable(path)
    else:
        figures.check(path)


def write(path: str, found: Dict[int, Alignment]) -> List[str]:
    """Writes the alignments of some lines: pictures, or one `.npz`.

    Of one line a picture is `path` itself; of several, FILE-7.png is that of line 7. The `.npz`
    has `7/source` and `7/target`, text, and `7/weights`, float32 [T, S].

    Args:
      path: `.npz`, or a picture's file.
      found: a line's number -> its alignment.

    Returns:
      What is to be said: the files, the font where it is not the usual one, what no font has.

    Raises:
      InputError: a file cannot be written.
    """
    if path.lower().endswith(".npz"):
        return [_write_arrays(path, found)]
    stem, ending = os.path.splitext(path)
    numbers = sorted(found)[:MOST]
    files = [path] if len(numbers) == 1 else [f"{stem}-{number}{ending}" for number in numbers]
    for file, number in zip(files, numbers):
        draw(file, found[number])
    said = _of_font("".join(
        _shown(token) for number in numbers for tokens in found[number][:2] for token in tokens))
    names = "".join(files) if len(files) < 2 else f"{files[0]} to {files[-1]}"
    names += f", {len(files)} pictures" * (len(files) > 1)
    more = len(found) - len(numbers)
    rest = f"; {more} more lines are not drawn, an .npz has all" if more else ""
    return [f"attention: {names or 'no line to draw'}{rest}", *said]


def draw(path: str, found: Alignment) -> None:
    """Draws one alignment into a file.

    Raises:
      InputError: matplotlib is not installed, or the file cannot be written.
    """
    figure = _figure(found)
    with plots.no_glyph_warnings():
        figures.save(figure, path)


def of_validation(
    run: Run, examples: Examples, looked: Optional[Tuple[int, np.ndarray]]
) -> Optional[bytes]:
    """Draws where the steps of a validation pair looked, as the bytes of a PNG.

    Args:
      run: its vocabularies.
      examples: of the validation.
      looked: the pair's row and its weights, float32 [T_out, T_in]; None of a run without
        attention.

    Returns:
      None where there is no attention, or no matplotlib.
    """
    if looked is None:
        return None
    row, weights = looked
    found = of_ids(run, examples.encoder_inputs[row], examples.decoder_targets[row], weights)
    try:
        figure = _figure(found)
    except InputError:
        return None
    buffer = io.BytesIO()
    with plots.no_glyph_warnings():
        figure.savefig(buffer, format="png")
    return buffer.getvalue()


def _figure(found):
    shown = [[_shown(token) for token in tokens] for tokens in (found.source, found.target)]
    beside = [_LETTER * max(map(labels.width, texts), default=0) for texts in reversed(shown)]
    sides = [min(_LONGEST, 2 + _CELL * len(texts) + more) for texts, more in zip(shown, beside)]
    figure = figures.new(*sides, dpi=_DPI)
    axes = figure.subplots()
    axes.imshow(found.weights, cmap="Blues", vmin=0, vmax=1, aspect="auto",
                interpolation="nearest")
    font, _ = labels.font_for("".join(sum(shown, [])))
    turned = 90 if max(map(len, found.source), default=0) > 2 else 0
    for axis, texts, rotation in zip((axes.xaxis, axes.yaxis), shown, (turned, 0)):
        axis.set_ticks(range(len(texts)))
        axis.set_ticklabels(list(map(labels.plain, texts)), fontproperties=font,
                            rotation=rotation, size=9)
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.set_xlabel("source")
    axes.set_ylabel("target")
    axes.tick_params(length=0)
    return figure


def _shown(token):
    """A space and its like would be an empty label; the marks of tokens are in few fonts."""
    for mark, instead in _MARKS.items():
        token = token.replace(mark, instead)
    return token if token.strip() and token.isprintable() else repr(token)


def _of_font(text):
    """Says which font a text is drawn in, where it is not the usual one, and what none here has."""
    font, missing = labels.font_for(text)
    said = [] if font.get_file() is None else [f"font: {font.get_name()} ({font.get_file()})"]
    if missing:
        korean = any("\u1100" <= c <= "\u11ff" or "\u3130" <= c <= "\u318f"
                     or "\uac00" <= c <= "\ud7a3" for c in missing)
        package = "fonts-nanum" if korean else "fonts-noto"
        said.append(
            f"no font here has {missing[:40]}{'...' * (len(missing) > 40)}: boxes are drawn in "
            f"their place; install a font that has them (Debian: {package})"
        )
    return said


def _write_arrays(path, found):
    arrays: Dict[str, Any] = {}
    for number, (source, target, weights) in sorted(found.items()):
        arrays.update({f"{number}/source": np.array(source), f"{number}/target": np.array(target),
                       f"{number}/weights": weights})
    try:
        with open(path, "wb") as file:
            np.savez(file, **arrays)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from None
    return f"attention: {path}, {len(found)} line{'s' * (len(found) != 1)}"

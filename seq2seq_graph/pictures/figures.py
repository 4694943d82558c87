"""Figures of matplotlib, the extra `plots`, made without pyplot: nothing global of it changes."""

import importlib
import os
import types
from typing import TYPE_CHECKING, Optional

from seq2seq_graph import plain_files
from seq2seq_graph.errors import InputError

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def matplotlib(module: str) -> types.ModuleType:
    """Imports `matplotlib.<module>`; raises InputError where matplotlib is not installed."""
    try:
        return importlib.import_module("matplotlib." + module)
    except ImportError:
        raise InputError("matplotlib is not installed: pip install -e '.[plots]'") from None


def new(width: float, height: float, dpi: int) -> "Figure":
    """Makes an empty Figure of inches; raises InputError where matplotlib is not installed."""
    figure = matplotlib("figure").Figure((width, height), dpi=dpi, constrained_layout=True)
    matplotlib("backends.backend_agg").FigureCanvasAgg(figure)
    return figure


def check(path: str) -> None:
    """Refuses, before the work, a picture that could not be saved after it.

    Raises:
      InputError: as `save`; or matplotlib is not installed.
    """
    kinds = {*new(1, 1, 1).canvas.get_supported_filetypes()} - {"pgf"}  # which asks for LaTeX
    kind = os.path.splitext(path)[1][1:].lower()
    if kind not in kinds:
        raise InputError(f"{path}: matplotlib draws no {kind or 'file without an ending'}; name "
                         "a .png or .svg")
    plain_files.check_writable(path)


def save(figure: "Figure", path: str, kind: Optional[str] = None) -> None:
    """Writes a Figure.

    Args:
      figure: from `new`.
      path: the file, written over.
      kind: "png"; None goes by the path's ending.

    Raises:
      InputError: the file cannot be written, or matplotlib knows no such ending.
    """
    # The same figure makes the same SVG, its words as text, so that a kept one can be compared.
    settings = {"svg.fonttype": "none", "svg.hashsalt": "seq2seq_graph"}
    metadata = {"Date": None} if str(path).endswith(".svg") else None
    try:
        with importlib.import_module("matplotlib").rc_context(settings):
            figure.savefig(path, format=kind, metadata=metadata)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path}: cannot be written: {reason}") from None

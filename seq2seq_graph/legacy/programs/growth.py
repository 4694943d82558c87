"""A picture of how two records of a program grow apart."""

from seq2seq_graph.errors import InputError
from seq2seq_graph.legacy.programs import comparison


def draw(found: comparison.Comparison, path: str) -> None:
    """Draws the largest difference of each run's floats, on a logarithmic scale.

    Raises:
      InputError: matplotlib is missing.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise InputError("--picture needs matplotlib: pip install -e '.[plots]'") from None
    runs = comparison.growth(found)
    figure = Figure(figsize=(7, 4), layout=None)
    axes = figure.add_subplot()
    axes.semilogy([run for run, _ in runs], [max(size, 1e-9) for _, size in runs], ".", ms=3)
    axes.axhline(comparison.ROUNDING, color="grey", lw=1)
    axes.text(0, comparison.ROUNDING, "rounding", va="bottom", color="grey")
    axes.set_xlabel("Session.run")
    axes.set_ylabel("largest relative difference")
    versions = " and ".join(f"TensorFlow {about['tensorflow']}" for about in found.abouts)
    axes.set_title(f"{found.abouts[0]['program']} on {versions}")
    figure.savefig(path, dpi=100)

"""A TensorFlow 1 graph-mode LSTM encoder-decoder, the same on TensorFlow 1.15 and on today's.

The modules: `config`, `vocabulary`, `text`, `data`, `metrics`, `corpora`, `origins`,
`progress` and `plots` (its pictures need matplotlib) need NumPy only;
`legacy` holds the TensorFlow 1 symbols that TensorFlow 2 took away; `model` builds the tutorial's
graph, `training` runs it in a Session, `checkpoint` and `run_directory` keep it, and `replay` plays
a recorded run again. Importing the package changes no global state and imports no TensorFlow.
"""

__all__ = [
    "checkpoint",
    "config",
    "corpora",
    "data",
    "divergence",
    "dropout",
    "errors",
    "events",
    "interrupt",
    "legacy",
    "losses",
    "metrics",
    "model",
    "origins",
    "plots",
    "progress",
    "replay",
    "run_directory",
    "samples",
    "sources",
    "text",
    "training",
    "vectors",
    "vocabulary",
]
__version__ = "0.1.0"

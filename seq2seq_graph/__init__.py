"""A TensorFlow 1 graph-mode LSTM encoder-decoder, the same on TensorFlow 1.15 and on today's.

The modules: `config`, `vocabulary`, `text`, `data`, `metrics` and `corpora` need NumPy only;
`legacy` holds the TensorFlow 1 symbols that TensorFlow 2 took away; `model` builds the tutorial's
graph, `training` runs it in a Session, `checkpoint` and `run_directory` keep it, and `replay` plays
a recorded run again. Importing the package changes no global state and imports no TensorFlow.
"""

__all__ = [
    "checkpoint",
    "config",
    "corpora",
    "data",
    "decoding",
    "dropout",
    "errors",
    "graph_picture",
    "interchange",
    "keras_twin",
    "layout",
    "legacy",
    "legacy_names",
    "losses",
    "metrics",
    "model",
    "numpy_reference",
    "pictures",
    "pytorch_twin",
    "replay",
    "run_directory",
    "samples",
    "sources",
    "stepping",
    "text",
    "training",
    "vocabulary",
]
__version__ = "0.1.0"

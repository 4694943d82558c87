"""A TensorFlow 1 graph-mode LSTM encoder-decoder, the same on TensorFlow 1.15 and on today's.

The modules: `config`, `vocabulary`, `text`, `data`, `metrics`, `text_metrics`, `corpora` and
`baselines` need NumPy only; `legacy` holds the TensorFlow 1 symbols that TensorFlow 2 took away;
`model` builds the tutorial's graph, `training` runs it in a Session, `checkpoint` and
`run_directory` keep it, and `replay` plays a recorded run again. Importing the package changes no
global state and imports no TensorFlow.
The modules: `config`, `vocabulary`, `text`, `data`, `metrics`, `text_metrics` and `corpora` need
NumPy only; `legacy` holds the TensorFlow 1 symbols that TensorFlow 2 took away; `model` builds the
tutorial's graph, `training` runs it in a Session, `checkpoint` and `run_directory` keep it,
`decoding` lets it write by itself, `generation` and `evaluation` put a run to use and score it, and
`replay` plays a recorded run again. Importing the package changes no global state and imports no
TensorFlow.
The modules: `config`, `vocabulary`, `text`, `data`, `metrics` and `corpora` need NumPy only,
`doctor`, which examines old programs, not even that;
The modules: `config`, `vocabulary`, `text`, `data`, `metrics`, `corpora`, `origins`,
`progress` and `plots` (its pictures need matplotlib) need NumPy only;
`legacy` holds the TensorFlow 1 symbols that TensorFlow 2 took away; `model` builds the tutorial's
graph, `training` runs it in a Session, `checkpoint` and `run_directory` keep it, and `replay` plays
a recorded run again. `numpy_reference` is the model in float64 NumPy, `interchange` takes weights
to Keras 3 and PyTorch and back, and `comparison` sets all of them side by side. Importing the
package changes no global state and imports no TensorFlow.
"""

__all__ = [
    "averaging",
    "baselines",
    "benchmarks",
    "checkpoint",
    "comparison",
    "config",
    "corpora",
    "data",
    "decoding",
    "divergence",
    "doctor",
    "dropout",
    "engines",
    "errors",
    "evaluation",
    "events",
    "explain",
    "generation",
    "graph_picture",
    "interchange",
    "interrupt",
    "keras_file",
    "keras_twin",
    "layout",
    "legacy",
    "legacy_names",
    "losses",
    "metrics",
    "model",
    "numpy_reference",
    "origins",
    "pictures",
    "plain_files",
    "plots",
    "progress",
    "pytorch_file",
    "pytorch_twin",
    "recurrence",
    "replay",
    "run_directory",
    "samples",
    "sources",
    "stepping",
    "text",
    "text_metrics",
    "towers",
    "training",
    "vectors",
    "vocabulary",
]
__version__ = "0.1.0"

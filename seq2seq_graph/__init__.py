"""A TensorFlow 1 graph-mode LSTM encoder-decoder, the same on TensorFlow 1.15 and on today's.

Text: `vocabulary`, `text`, `data`, `origins`, `corpora`. The tutorial's graph: `model`, on
`legacy`, the TensorFlow 1 symbols that TensorFlow 2 took away; what may stand in for its lines:
`losses`, `sources`, `dropout`, `recurrence`, `towers`. Training: `training`, `averaging`,
`divergence`; what it leaves: `checkpoint`, `progress`, `run_directory`, `events`. A run in use:
`decoding`, `stepping`, `generation`, `evaluation`, `vectors`, scored by `metrics`,
`text_metrics`, `baselines`. The proof: `replay` plays a recorded run again, `numpy_reference` is
the model in float64, `engines` and `comparison` set all of them side by side, `benchmarks` times
them. In and out: `interchange`, to Keras 3 and PyTorch and back. `doctor` examines old programs.

Importing the package changes no global state and imports no TensorFlow.
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
    "figures",
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
    "prefetch",
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

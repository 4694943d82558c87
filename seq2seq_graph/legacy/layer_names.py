"""The names of layers that are given none: by the class, and numbered within a graph."""

import re
import weakref
from typing import Dict, MutableMapping, Tuple

import tensorflow.compat.v1 as tf

# How many layers of each class a graph has seen: they are called `dense_1`, `dense_2`, ...
_COUNTS: MutableMapping[tf.Graph, Dict[str, int]] = weakref.WeakKeyDictionary()


def make_unique(class_name: str) -> Tuple[str, str]:
    """Gives the next name in the default graph, `lstm_cell_2`, and what it begins with."""
    base = snake_case(class_name)
    counts = _COUNTS.setdefault(tf.get_default_graph(), {})
    counts[base] = counts.get(base, 0) + 1
    return f"{base}_{counts[base]}", base


def snake_case(name: str) -> str:
    """Gives `lstm_cell` for `LSTMCell`; a private class's name begins with `private`."""
    words = re.sub("(.)([A-Z][a-z0-9]+)", r"\1_\2", name)
    words = re.sub("([a-z])([A-Z])", r"\1_\2", words).lower()
    return "private" + words if words.startswith("_") else words

"""How many ops a graph would have on TensorFlow 1.15, where default op seeds are that number."""

import weakref
from typing import Any, Hashable

import tensorflow.compat.v1 as v1

from seq2seq_graph.legacy.programs import internals

# Graph -> how many ops 1.15 would have made beyond those that are there.
_beyond: Any = weakref.WeakKeyDictionary()


def count(graph: Any) -> int:
    """Gives the number of ops that the graph would have on TensorFlow 1.15."""
    return internals.operations(graph) + _beyond.get(graph, 0)


def add(number: int) -> None:
    """Counts ops that the default graph would have made on TensorFlow 1.15."""
    if number and not v1.executing_eagerly():
        graph = v1.get_default_graph()
        _beyond[graph] = _beyond.get(graph, 0) + number


def first_time(known: Any, what: Hashable) -> bool:
    """Tells whether `known`, graph -> set, has not `what` of the default graph yet; adds it."""
    met = known.setdefault(v1.get_default_graph(), set())
    if what in met:
        return False
    met.add(what)
    return True

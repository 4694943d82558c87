"""The same random numbers on two TensorFlows: every seed set by an op's name, not by a count."""

import builtins
import random
import weakref
import zlib
from typing import Any, Dict, MutableMapping

import numpy as np
import tensorflow.compat.v1 as v1

from seq2seq_graph.legacy.programs import internals

SEED = 87654321  # what TensorFlow takes for a graph without a seed
# Graph -> name scope -> how often a seed was asked for.
_calls: MutableMapping[Any, Dict[str, int]] = weakref.WeakKeyDictionary()


def fix() -> None:
    """Sets Python's and NumPy's seeds, and the rule for ops without a seed of their own.

    Loops run one iteration at a time: a random op of theirs is drawn from in the order of time,
    which TensorFlow otherwise leaves open.
    """
    random.seed(SEED)
    np.random.seed(SEED % 2**32)
    changes = {"framework.random_seed:get_seed": _by_name}
    for place in ("ops.while_loop", "ops.control_flow_ops"):
        if "while_loop" in vars(internals.module(place) or object):
            changes[f"{place}:while_loop"] = _one_at_a_time
    internals.replace_functions(changes)


def names_for(namespace: Dict[str, Any]) -> None:
    """Gives a program's module a `set` whose order is the same in every Python."""
    namespace["set"] = OrderedSet


def _by_name(get_seed):
    def named(op_seed):
        graph = v1.get_default_graph()
        if op_seed is not None or v1.executing_eagerly():
            return get_seed(op_seed)
        calls = _calls.setdefault(graph, {})
        scope = graph.get_name_scope()
        calls[scope] = calls.get(scope, -1) + 1
        op_seed = zlib.crc32(f"{scope}#{calls[scope]}".encode()) & 0x7FFFFFFF
        return (SEED if graph.seed is None else graph.seed % 0x7FFFFFFF), op_seed

    return named


def _one_at_a_time(while_loop):
    def loop(*args, **kwargs):
        names = internals.parameters(while_loop)
        given = dict(zip(names, args), **kwargs)
        given["parallel_iterations"] = 1
        return while_loop(**given)

    return loop


class OrderedSet(set):
    """A set that gives its members in order: by value, or by text where they cannot be compared.

    `list(set(text))` is a program's vocabulary often; hashes of text differ from Python to Python.
    """

    def __iter__(self):
        members = list(super().__iter__())
        try:
            return iter(sorted(members))
        except TypeError:
            return iter(sorted(members, key=lambda m: (type(m).__name__, repr(m))))

    def pop(self) -> Any:
        for member in self:
            self.remove(member)
            return member
        raise KeyError("pop from an empty set")

    def __reduce__(self):
        return set, (list(self),)


def _keep_order(name):
    method = getattr(builtins.set, name)

    def ordered(self, *args):
        result = method(self, *args)
        return result if result is NotImplemented else OrderedSet(result)

    return ordered


for _name in ("__or__", "__and__", "__sub__", "__xor__", "__ror__", "__rand__", "__rsub__",
              "__rxor__", "union", "intersection", "difference", "symmetric_difference", "copy"):
    setattr(OrderedSet, _name, _keep_order(_name))

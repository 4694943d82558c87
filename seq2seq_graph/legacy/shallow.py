"""Nested structures walked down to where a shallower one ends."""

from typing import Any, Callable, List

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Nested


def map_up_to(shallow: Nested, function: Callable, *structures: Nested) -> Nested:
    """Applies `function` where `shallow` has its leaves; gives what it gives, nested as `shallow`.

    Args:
      function: position, one part of each structure -> anything.
      structures: nested at least as `shallow` is.

    Raises:
      TypeError, ValueError: a structure is nested otherwise.
    """
    flat = [flat_up_to(shallow, structure) for structure in structures]
    results = [function(position, *parts) for position, parts in enumerate(zip(*flat))]
    return tf.nest.pack_sequence_as(shallow, results)


def flat_up_to(shallow: Nested, structure: Nested) -> List[Any]:
    """Gives the parts of `structure` where `shallow` has its leaves, in order."""
    if not tf.nest.is_nested(shallow):
        return [structure]
    if not tf.nest.is_nested(structure):
        raise TypeError(f"a structure like {shallow} is needed; got {structure}")
    if type(structure) is not type(shallow) and not isinstance(shallow, dict):
        raise TypeError(
            f"a {type(shallow).__name__} is needed; got a {type(structure).__name__}: {structure}")
    if len(structure) != len(shallow):
        raise ValueError(f"{len(shallow)} parts are needed; got {len(structure)}: {structure}")
    return [leaf for above, below in zip(_parts(shallow), _parts(structure))
            for leaf in flat_up_to(above, below)]


def traverse(visit: Callable[[Any], Any], structure: Nested) -> Nested:
    """Gives a structure of bools: down to where `visit` says False, or to the leaves.

    Args:
      visit: a (sub)structure -> a bool for all of it, or bools nested one level as it is.

    Raises:
      TypeError: `visit` gives something else.
    """
    answer = visit(structure)
    if not tf.nest.is_nested(structure):
        if not isinstance(answer, bool):
            raise TypeError(f"{visit} must give a bool for {structure}; gave {answer}")
        return answer
    if isinstance(answer, bool):
        if not answer:
            return False
        level = [traverse(visit, part) for part in _parts(structure)]
    else:
        level = []
        for goes_on, part in zip(flat_up_to(answer, answer), flat_up_to(answer, structure)):
            if not isinstance(goes_on, bool):
                raise TypeError(f"{visit} must give bools for {structure}; gave {answer}")
            level.append(traverse(visit, part) if goes_on else False)
    return _like(structure, level)


def _parts(structure):
    if isinstance(structure, dict):
        return [structure[key] for key in sorted(structure)]
    return list(structure)


def _like(structure, parts):
    if isinstance(structure, dict):
        return dict(zip(sorted(structure), parts))
    if hasattr(structure, "_fields"):
        return type(structure)(*parts)
    return type(structure)(parts)

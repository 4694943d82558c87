"""Finds the document's weights in a checkpoint of other names: by shape, then by what names say.

No place is guessed: where two arrays fit one weight, both are listed and a mapping is asked for.
Needs NumPy only.
"""

import itertools
import re
from typing import Dict, List

from seq2seq_graph.errors import InputError
from seq2seq_graph.plain_files import Arrays, read_json
from seq2seq_graph.variables import (
    BIASES,
    NAMES,
    POWERS,
    SIDES,
    SLOTS,
    WEIGHTS,
    names,
    side_of,
    structure_of,
)

# Beside a variable, not one: what optimizers and moving averages keep for each.
_KEPT_BESIDE = re.compile(
    r"/(Adam(_\d+)?|Momentum|RMSProp(_\d+)?|Adagrad|Adadelta(_\d+)?|Ftrl(_\d+)?"
    r"|ExponentialMovingAverage|biased|local_step)$"
)
_SAYS = {
    "encoder": re.compile(r"encod|source|(^|[^a-z])(enc|src)([^a-z]|$)"),
    "decoder": re.compile(r"decod|target|(^|[^a-z])(dec|tgt|trg)([^a-z]|$)"),
}


def has_own_names(arrays: Arrays) -> bool:
    """Whether each weight stands under this package's name."""
    return all(name in arrays for name in names(structure_of(arrays)))


def load(path: str) -> Dict[str, str]:
    """Reads a mapping, JSON: this package's name of each weight -> the checkpoint's.

    Raises:
      InputError: the file cannot be read or holds something else.
    """
    names = read_json(path, "give a mapping, JSON")
    if not isinstance(names, dict) or not all(isinstance(v, str) for v in names.values()):
        raise InputError(f"{path}: must be one JSON object of strings, our name -> the file's")
    return names


def find(arrays: Arrays, path: str) -> Dict[str, str]:
    """Finds the only way to give each weight an array.

    Sizes must fit together: embeddings [V, E], kernels [E + H, 4 H], biases [4 H], [H, V] and [V].
    A bias is taken from its kernel's scope where there is one; of two arrays alike, one whose name
    speaks of an encoder or a source is the encoder's, one of a decoder or a target the decoder's.

    Args:
      arrays: the checkpoint's.
      path: for the error.

    Returns:
      This package's name -> the checkpoint's.

    Raises:
      InputError: nothing fits, or more than one array does; the candidates are listed.
    """
    shapes = {
        name: tuple(array.shape) for name, array in arrays.items()
        if not _KEPT_BESIDE.search(name) and name.split("/")[-1] not in POWERS
    }
    ways = [way for units in _units(shapes) for way in _ways(shapes, units)]
    if len(ways) == 1:
        return ways[0]
    listed = ", ".join(f"{name} {list(shape)}" for name, shape in sorted(shapes.items()))
    if not ways:
        raise InputError(f"{path}: no arrays that fit the document's model; there are {listed}")
    lines = []
    for ours in NAMES:
        candidates = sorted({way[ours] for way in ways})
        if len(candidates) > 1:
            lines.append(f"  {ours}: {' or '.join(candidates)}")
    raise InputError(
        f"{path}: more than one array fits; write a mapping and give it with --names:\n"
        + "\n".join(lines)
    )


def renamed(arrays: Arrays, names: Dict[str, str], path: str) -> Arrays:
    """Returns each weight, its slots and the powers this package's names; the rest stays away.

    Args:
      arrays: a legacy checkpoint's.
      names: this package's name of each weight -> the checkpoint's.
      path: for the errors.

    Raises:
      InputError: a name is missing on either side.
    """
    unknown = sorted(set(names) - set(NAMES)) + sorted(set(NAMES) - set(names))
    if unknown:
        raise InputError(f"the mapping must have exactly {', '.join(NAMES)}; see {unknown[0]!r}")
    found = {}
    for ours, theirs in names.items():
        if theirs not in arrays:
            raise InputError(f"{path}: there is no {theirs}, which the mapping gives for {ours}")
        found[ours] = arrays[theirs]
        for slot in SLOTS:
            # An optimizer made in a scope puts the scope before: train/rnn/kernel/Adam.
            ends = [name for name in arrays if ("/" + name).endswith("/" + theirs + slot)]
            if len(ends) == 1:
                found[ours + slot] = arrays[ends[0]]
    for power in POWERS:
        ends = [name for name in arrays if name.split("/")[-1] == power]
        if len(ends) == 1:
            found[power] = arrays[ends[0]]
    return found


def listed(names: Dict[str, str], arrays: Arrays) -> str:
    """Prints a mapping, a line a weight, with the shapes."""
    width = max(map(len, names))
    return "\n".join(
        f"{ours:{width}}  <-  {theirs} {list(arrays[theirs].shape)}"
        for ours, theirs in names.items() if theirs in arrays
    )


def _units(shapes) -> List[int]:
    """Lists each H for which there is a kernel and a bias."""
    sizes = {shape[1] // 4 for shape in shapes.values() if len(shape) == 2 and shape[1] % 4 == 0}
    return sorted(units for units in sizes if units and (4 * units,) in shapes.values())


def _ways(shapes, units):
    """Yields every way to fill the eight places with LSTMs of so many units."""
    gates = 4 * units
    kernels = [n for n, s in shapes.items() if len(s) == 2 and s[1] == gates and s[0] > units]
    for encoder, decoder in itertools.permutations(kernels, 2):
        for weights, (_, vocab_size) in _of(shapes, 2, lambda shape: shape[0] == units):
            places = {WEIGHTS: [weights], BIASES: _near(weights, shapes, (vocab_size,))}
            for side, kernel in zip(SIDES.values(), (encoder, decoder)):
                places[side.kernel] = [kernel]
                places[side.bias] = _near(kernel, shapes, (gates,))
                depth = shapes[kernel][0] - units
                places[side.embeddings] = _named(shapes, (vocab_size, depth))
            yield from _fillings(places)


def _fillings(places):
    chosen = [
        [name for name in candidates if _may_be(ours, name)] for ours, candidates in places.items()
    ]
    for filling in itertools.product(*chosen):
        if len(set(filling)) == len(filling):
            way = dict(zip(places, filling))
            yield {ours: way[ours] for ours in NAMES}


def _of(shapes, rank, fits):
    return [(n, s) for n, s in shapes.items() if len(s) == rank and fits(s)]


def _named(shapes, shape):
    return [name for name, other in shapes.items() if other == shape]


def _near(name, shapes, shape):
    """Lists the arrays of a shape: those in the scope of `name`, or if there are none, all."""
    scope = name.rpartition("/")[0]
    all_of_them = _named(shapes, shape)
    return [other for other in all_of_them if other.rpartition("/")[0] == scope] or all_of_them


def _may_be(ours, theirs):
    """Whether nothing in a name speaks against the place."""
    if theirs in NAMES:
        return ours == theirs
    own = side_of(ours)
    says = {side for side, pattern in _SAYS.items() if pattern.search(theirs.lower())}
    if own is None or len(says) != 1:
        return True
    return says == {own}

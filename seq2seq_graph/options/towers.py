"""A batch in slices that need nothing of each other: a core takes one while another takes the next.

Threads inside a matrix product of this size cost more than they gain; two slices of a batch, each
with all its ops to itself, keep two cores busy (`Session` options: benchmarks/README.md).
"""

import contextlib
from typing import Any, Callable, ContextManager, Dict, List, Sequence

import tensorflow.compat.v1 as tf

from seq2seq_graph.options.dropout import PartOfStep


def in_towers(
    build: Callable, count: int, step: Any, *batch: tf.Tensor, devices: Sequence[Any] = ()
) -> Any:
    """Builds the same graph for each of `count` slices of a batch and puts the results together.

    What is made of the joined tensors, a mean over all tokens or over the real ones, is what it
    is without towers, however uneven the slices, and so are its gradients, but for rounding. A
    slice may be empty. Dropout draws once for the whole batch: it drops what it would without.

    Args:
      build: called with `step` and a slice of each tensor of `batch`; gives a structure of tensors
        whose first axis is the batch. The second call takes the first one's variables.
      count: 1 adds nothing to the graph.
      step: int [], or None; dropout's. A tower gets its `PartOfStep`.
      batch: tensors of the same first axis.
      devices: what `tf.device` takes, for the towers in turn, as many to each; () is the one that
        the graph is being built on.

    Returns:
      What `build` gives, for the whole batch.
    """
    if count == 1:
        return build(step, *batch)
    rows = tf.shape(batch[0])[0]
    slices = []
    devices = devices or (None,)
    # Each device draws for itself: what is drawn is far larger than the ids that are sent there.
    drawn: List[Dict[Any, tf.Tensor]] = [{} for _ in devices]
    for number in range(count):
        own = number * len(devices) // count
        first, last = rows * number // count, rows * (number + 1) // count
        sent = [tensor[first:last] for tensor in batch]
        # The scope's object, entered again, counts its default names from the start again.
        with tf.variable_scope(tf.get_variable_scope(), reuse=tf.AUTO_REUSE), on(devices[own]):
            own_step = None if step is None else PartOfStep(step, rows, first, last, drawn[own])
            slices.append(build(own_step, *sent))
    return tf.nest.map_structure(lambda *pieces: tf.concat(pieces, 0), *slices)


def on(device: Any) -> ContextManager:
    """Gives `tf.device(device)`; None, which that takes for no device at all, changes nothing."""
    return contextlib.nullcontext() if device is None else tf.device(device)

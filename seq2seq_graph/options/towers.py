"""A batch in parts that need nothing of each other: a core takes one while another takes the next.

Threads inside a matrix product of this size cost more than they gain; two parts of a batch, each
with all its ops to itself, keep two cores busy (`Session` options: README, "Fast").
"""

from typing import Callable

import tensorflow.compat.v1 as tf


def in_towers(build: Callable, count: int, step, *batch):
    """Builds the same graph for each of `count` parts of a batch and puts the results together.

    What is made of the joined tensors, a mean over all tokens or over the real ones, is what it
    is without towers, however uneven the parts, and so are its gradients, but for rounding. A
    part may be empty. Dropout draws other numbers for the second row of two towers than for that
    row of one, so a run with dropout is repeated by the same `towers` only.

    Args:
      build: called with `step` and a part of each tensor of `batch`; gives a structure of tensors
        whose first axis is the batch. The second call takes the first one's variables.
      count: 1 adds nothing to the graph.
      step: int32 [], or None; dropout's. A tower gets one of its own, negative as `step` is.
      batch: tensors of the same first axis.

    Returns:
      What `build` gives, for the whole batch.
    """
    if count == 1:
        return build(step, *batch)
    rows = tf.shape(batch[0])[0]
    parts = []
    for number in range(count):
        # The scope's object, entered again, counts its default names from the start again.
        with tf.variable_scope(tf.get_variable_scope(), reuse=tf.AUTO_REUSE):
            first, last = rows * number // count, rows * (number + 1) // count
            own_step = None if step is None else step * count + number
            parts.append(build(own_step, *(tensor[first:last] for tensor in batch)))
    return tf.nest.map_structure(lambda *pieces: tf.concat(pieces, 0), *parts)

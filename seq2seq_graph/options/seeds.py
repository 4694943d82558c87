"""What an operation draws by: 1000 times the run's seed, and a number of its own.

Initializers have the numbers from 0 to 4 and from 20 on, dropout 5 to 8 and those from `MASKS` on.
"""

import itertools
from typing import Callable, Optional

import tensorflow.compat.v1 as tf

MASKS = 200  # and an initializer's number: dropout before a layer that lies on another


def initializer(seed: Optional[int], position: int, within: float = 0.0) -> Callable:
    """Gives Glorot uniform, which all variables but biases get in the document, seeded.

    Glorot's range narrows with the number of rows, as if they were summed. Of an embedding one row
    is read, and with thousands of them it begins close to nothing: `within` above 0 is a range of
    its own, plus and minus.

    TensorFlow derives the seed of an unseeded op from a graph-level seed and the op's number in the
    graph, which versions change; a seed on the op itself stays. TrainingConfig keeps the seeds of
    two runs apart.
    """
    if within:
        return tf.random_uniform_initializer(-within, within, op_seed(seed, position))
    return tf.glorot_uniform_initializer(seed=op_seed(seed, position))


def initializers(seed: Optional[int], position: int) -> Callable:
    """Gives an initializer that takes the next number each time it draws, for several variables."""
    positions = itertools.count(position)

    def draw(shape, dtype=tf.float32, partition_info=None):
        del partition_info
        return initializer(seed, next(positions))(shape, dtype)

    return draw


def op_seed(seed: Optional[int], position: int) -> Optional[int]:
    """Gives an operation's seed; None leaves it to chance."""
    return None if seed is None else seed * 1000 + position

"""Dropout that can be repeated: what is dropped depends on the seed and the step's number alone."""

from typing import Any, NamedTuple, Union

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.cell import RNNCell

NOT_TRAINING = -1  # the step that is none: nothing is dropped


class PartOfStep(NamedTuple):
    """A step, seen from a part of its batch: it drops what the whole would drop there."""

    step: tf.Tensor  # int [], the training step's number
    rows: tf.Tensor  # int32 [], of the whole batch
    first: tf.Tensor  # int32 [], of this part's rows
    last: tf.Tensor  # int32 [], the one behind them
    drawn: dict  # seed -> what was drawn for the whole batch; one for all parts


def dropout(
    tensor: tf.Tensor, rate: float, step: Union[tf.Tensor, PartOfStep], seed: int,
    once_a_sequence: bool = False,
) -> tf.Tensor:
    """Sets each number to 0 with probability `rate` and divides the others by 1 - `rate`.

    Args:
      tensor: float32 of any shape, its first axis the batch.
      rate: from 0 to below 1.
      step: int []; where it is negative, `tensor` comes back as it is.
      seed: another for each place in the graph that drops.
      once_a_sequence: what is dropped of [B, T, D] is the same at all T.

    Source: Srivastava et al. 2014; `once_a_sequence`: Gal and Ghahramani 2016.
    """
    number = step.step if isinstance(step, PartOfStep) else step

    def draw(shape):
        # As int64, in which no step's number overflows; the draws are those of int32.
        pair = tf.stack([tf.constant(seed, tf.int64), tf.cast(number, tf.int64)])
        return tf.random.stateless_uniform(shape, seed=pair)

    shape = tf.shape(tensor)
    if once_a_sequence:
        shape = tf.concat([shape[:1], [1], shape[2:]], 0)
    part = _drawn_for_part(shape, step, seed, draw) if isinstance(step, PartOfStep) else None

    def dropped():
        uniform = draw(shape) if part is None else part
        return tensor * tf.cast(uniform >= rate, tf.float32) / (1.0 - rate)

    outputs = tf.cond(number >= 0, dropped, lambda: tf.identity(tensor))
    outputs.set_shape(tensor.shape)
    return outputs


class DroppedInputs(RNNCell):
    """A cell that sees its inputs without what a mask drops, the same at all steps.

    Args:
      cell: the cell.
      mask: float32 [B, D], what `dropout` makes of ones.
    """

    def __init__(self, cell: RNNCell, mask: tf.Tensor) -> None:
        super().__init__()
        self.cell, self.mask = cell, mask

    state_size = property(lambda self: self.cell.state_size, doc="The cell's.")
    output_size = property(lambda self: self.cell.output_size, doc="The cell's.")

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:
        """Takes one step of the cell."""
        return self.cell(inputs * self.mask, state, scope)


def _drawn_for_part(shape, part, seed, draw):
    if seed not in part.drawn:
        shape = tf.concat([[part.rows], shape[1:]], 0)
        nothing = tf.zeros(tf.concat([[part.rows], tf.zeros_like(shape[1:])], 0))
        part.drawn[seed] = tf.cond(part.step >= 0, lambda: draw(shape), lambda: nothing)
    return part.drawn[seed][part.first : part.last]

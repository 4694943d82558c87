"""A loop over time: written out where the number of steps is known, else a `while_loop`.

What the steps give is kept as it comes, a list or one tensor [T, ...]; either is read by `[t]`.
"""

from typing import Any, Callable, List, Sequence, Tuple, Union

import tensorflow.compat.v1 as tf


def run_steps(
    step: Callable, length: Union[int, tf.Tensor], states: Sequence[tf.Tensor], results: int,
    backwards: bool = False,
) -> Tuple[List[Any], List[tf.Tensor]]:
    """Takes one step after the other; builds no gradient through a `while_loop`.

    Args:
      step: t and the states -> a list of results and a list of new states, all of one type.
      length: how many steps, at least 1 where it is an int.
      states: before the first step.
      results: how many a step gives.
      backwards: the last step first; the results stay in the order of time.

    Returns:
      For each result, what it is at all steps; and the last states.
    """
    if isinstance(length, int):
        rows = []
        for t in reversed(range(length)) if backwards else range(length):
            row, states = step(t, *states)
            rows.append(row)
        if backwards:
            rows.reverse()
        return [list(column) for column in zip(*rows)], list(states)

    def body(number, arrays, states):
        t = length - 1 - number if backwards else number
        row, new = step(t, *states)
        for one, before in zip(new, states):
            one.set_shape(before.shape)
        return number + 1, [array.write(t, one) for array, one in zip(arrays, row)], list(new)

    arrays = [tf.TensorArray(states[0].dtype, length) for _ in range(results)]
    _, arrays, states = tf.while_loop(
        lambda number, *_: number < length, body, [tf.constant(0), arrays, list(states)],
        back_prop=False,
    )
    return [array.stack() for array in arrays], list(states)


def length_of(time_major: tf.Tensor) -> Union[int, tf.Tensor]:
    """Returns T of [T, ...], an int where it is known."""
    length = time_major.shape.as_list()[0]
    return tf.shape(time_major)[0] if length is None else length


def joined(column: Any) -> tf.Tensor:
    """Gives [T, ...] of what a result is at all steps."""
    return tf.stack(column) if isinstance(column, list) else column


def before(first: tf.Tensor, column: Any) -> Any:
    """Gives what was there before each step, from what is there after each; `first` before all."""
    if isinstance(column, list):
        return [first, *column[:-1]]
    return tf.concat([first[tf.newaxis], column[:-1]], 0)

"""Batches of arrays for `tf.contrib.learn`'s estimators: placeholders and what is fed to them.

Source: `tf.contrib.learn.python.learn.learn_io.data_feeder` of TensorFlow 1.15.
"""

from typing import Any, Callable, Dict, Optional, Tuple

import numpy as np
import tensorflow.compat.v1 as tf

SEED = 42  # of the order of the rows, whatever the graph's seed is


class DataFeeder:
    """Rows of arrays in batches.

    Args:
      x: array [rows, ...], a pandas table, or a dictionary of them.
      y: the same with the labels, or None.
      batch_size: rows a batch; None takes all.
      shuffle: another order in each epoch.
      epochs: how often the rows are gone through; None without end.
    """

    def __init__(self, x: Any, y: Any, batch_size: Optional[int] = None, shuffle: bool = True,
                 epochs: Optional[int] = None) -> None:
        self.x, self.y = _arrays(x), _arrays(np.array(y) if isinstance(y, list) else y)
        self.rows = len(next(iter(self.x.values())) if isinstance(self.x, dict) else self.x)
        self.batch_size = self.rows if batch_size is None else batch_size
        if self.batch_size <= 0:
            raise ValueError(f"Invalid batch_size {batch_size}.")
        self.shuffle, self.epochs, self.epoch, self.offset = shuffle, epochs, 0, 0
        self.random_state = np.random.RandomState(SEED)
        self.indices = self._order()
        self.inputs: Any = None
        self.outputs: Any = None

    def _order(self):
        return self.random_state.permutation(self.rows) if self.shuffle else np.arange(self.rows)

    def input_builder(self) -> Tuple[Any, Any]:
        """Makes the placeholders of x and of y."""
        self.inputs = _placeholders(self.x, "input", lambda shape: list(shape) or [1])
        self.outputs = _placeholders(self.y, "output", lambda shape: list(
            shape[1:] if shape and shape[0] == 1 else shape))
        return self.inputs, self.outputs

    def feed(self) -> Dict[str, np.ndarray]:
        """Gives the next batch, by the placeholders' names.

        Raises:
          StopIteration: the epochs are over.
        """
        if self.epochs is not None and self.epoch >= self.epochs:
            raise StopIteration
        rows = self.indices[self.offset:self.offset + self.batch_size]
        self.offset += self.batch_size
        if self.offset >= self.rows:
            self.indices, self.offset, self.epoch = self._order(), 0, self.epoch + 1
        found: Dict[str, np.ndarray] = {}
        for placeholders, arrays in ((self.inputs, self.x), (self.outputs, self.y)):
            if placeholders is None:
                continue
            pairs = [(placeholders[key], arrays[key]) for key in arrays] if isinstance(
                arrays, dict) else [(placeholders, arrays)]
            found.update({p.name: array[rows].reshape([len(rows), *p.shape.as_list()[1:]])
                          for p, array in pairs})
        return found


def _arrays(given):
    if given is None:
        return None
    if isinstance(given, dict):
        return {key: np.asarray(value) for key, value in given.items()}
    return np.asarray(given)


def _placeholders(arrays, name, shape):
    if arrays is None:
        return None
    if isinstance(arrays, dict):
        return {key: tf.placeholder(array.dtype, [None, *shape(array.shape[1:])], f"{name}_{key}")
                for key, array in arrays.items()}
    return tf.placeholder(arrays.dtype, [None, *shape(arrays.shape[1:])], name)


def input_and_feed(x: Any, y: Any, input_fn: Optional[Callable], feed_fn: Optional[Callable],
                   batch_size: Optional[int], shuffle: bool = False,
                   epochs: Optional[int] = 1) -> Tuple[Callable, Optional[Callable]]:
    """Gives what makes the inputs of a graph, and what feeds them.

    Raises:
      ValueError: both arrays and `input_fn` are given, or neither.
    """
    check_inputs(x, y, input_fn, feed_fn, batch_size)
    if input_fn is not None:
        return input_fn, feed_fn
    feeder = DataFeeder(x, y, batch_size, shuffle, epochs)
    return feeder.input_builder, feeder.feed


def check_inputs(x: Any, y: Any, input_fn: Optional[Callable], feed_fn: Optional[Callable],
                 batch_size: Optional[int]) -> None:
    """Raises a ValueError where arguments do not go together."""
    if input_fn is None:
        if x is None:
            raise ValueError("Either x or input_fn must be provided.")
        if tf.is_tensor(x) or y is not None and tf.is_tensor(y):
            raise ValueError("Inputs cannot be tensors. Please provide input_fn.")
        if feed_fn is not None:
            raise ValueError("Can not provide both feed_fn and x or y.")
    elif x is not None or y is not None:
        raise ValueError("Can not provide both input_fn and x or y.")
    elif batch_size is not None:
        raise ValueError("Can not provide both input_fn and batch_size.")

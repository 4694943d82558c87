"""`tf.contrib.data`: what `tf.data.experimental` does not name.

Source: `tf.contrib.data` of TensorFlow 1.15. Each gives a function for `Dataset.apply`.
"""

from typing import Callable, Optional

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Nested, Size


def batch_and_drop_remainder(batch_size: Size) -> Callable[[tf.data.Dataset], tf.data.Dataset]:
    """Batches, without the last if it is not full."""
    return lambda dataset: dataset.batch(batch_size, drop_remainder=True)


def padded_batch_and_drop_remainder(
        batch_size: Size, padded_shapes: Nested,
        padding_values: Nested = None) -> Callable[[tf.data.Dataset], tf.data.Dataset]:
    """Pads and batches, without the last if it is not full."""
    return lambda dataset: dataset.padded_batch(
        batch_size, padded_shapes, padding_values, drop_remainder=True)


def sliding_window_batch(window_size: int, stride: Optional[int] = None,
                         window_shift: Optional[int] = None,
                         window_stride: int = 1) -> Callable[[tf.data.Dataset], tf.data.Dataset]:
    """Batches windows that overlap, each `window_shift` (or `stride`) further on."""
    shift = window_shift or stride or 1

    def whole(part):
        # On TensorFlow 1.15 a window of tensors is one of tuples of one.
        return part.batch(window_size, drop_remainder=True).map(lambda *one: one[0])

    def together(*parts):
        if len(parts) == 1:
            return whole(parts[0])
        return tf.data.Dataset.zip(tuple([whole(part) for part in parts]))

    def apply(dataset):
        windows = dataset.window(window_size, shift, window_stride, drop_remainder=True)
        return windows.flat_map(together)

    return apply


def sloppy_interleave(map_func: Callable[..., tf.data.Dataset], cycle_length: int,
                      block_length: int = 1) -> Callable[[tf.data.Dataset], tf.data.Dataset]:
    """Interleaves in whatever order is quickest."""
    return tf.data.experimental.parallel_interleave(
        map_func, cycle_length, block_length, sloppy=True)


def assert_element_shape(expected_shapes: Nested) -> Callable[[tf.data.Dataset], tf.data.Dataset]:
    """Sets the shapes of elements and raises at run time if one differs."""
    def check(*elements):
        shapes = tf.nest.flatten(expected_shapes)
        flat = tf.nest.flatten(elements)
        done = []
        for given, shape in zip(flat, shapes):
            known = [size for size in tf.TensorShape(shape).as_list() if size is not None]
            with tf.control_dependencies(
                    [tf.assert_equal(tf.shape(given), known)]
                    if len(known) == len(tf.TensorShape(shape)) else []):
                element = tf.identity(given)
            element.set_shape(shape)
            done.append(element)
        packed = tf.nest.pack_sequence_as(elements, done)
        return packed if len(packed) > 1 else packed[0]

    return lambda dataset: dataset.map(check)

"""`tf.contrib.training`: batches from queues, by bucket.

Source: `tf.contrib.training` of TensorFlow 1.15.
"""

from typing import Any, Optional, Sequence, Tuple

import numpy as np
import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Flag, Nested, Size

_CLOSED = (tf.errors.OutOfRangeError, tf.errors.CancelledError)


def bucket(tensors: Nested, which_bucket: tf.Tensor, batch_size: Size, num_buckets: int,
           num_threads: int = 1, capacity: int = 32,
           bucket_capacities: Optional[Sequence[int]] = None, shapes: Any = None,
           dynamic_pad: bool = False, allow_smaller_final_batch: bool = False,
           keep_input: Flag = True, shared_name: Optional[str] = None,
           name: Optional[str] = None) -> Tuple[tf.Tensor, Nested]:
    """Puts examples into queues by `which_bucket` and gives batches, each of one bucket.

    Queue runners are added; `tf.train.start_queue_runners` starts them.

    Args:
      tensors: a list or dict of tensors of one example.
      which_bucket: int32 scalar.
      batch_size: int, or a list of one an bucket.
      dynamic_pad: pad examples to the longest of their batch.
      keep_input: bool scalar; an example for which it is False is left out.

    Returns:
      The bucket, and `tensors`' structure with a first dimension of batches.

    Raises:
      ValueError: there are no tensors, too few buckets, or lists of another length.
    """
    flat = tf.nest.flatten(tensors)
    if not flat:
        raise ValueError("Expected at least one tensor in bucket().")
    if num_buckets < 2:
        raise ValueError(f"num_buckets must be >= 2; got {num_buckets}")
    sizes = list(batch_size) if isinstance(batch_size, (list, tuple)) else [
        batch_size] * num_buckets
    if len(sizes) != num_buckets:
        raise ValueError(f"If batch_size is a list it must have num_buckets elements; "
                         f"got {len(sizes)}")
    capacities = bucket_capacities or [capacity] * num_buckets
    if len(capacities) != num_buckets:
        raise ValueError(f"The list of bucket_capacities {capacities} must have length "
                         f"num_buckets {num_buckets}")
    with tf.name_scope(name, "bucket", flat):
        flat = [tf.convert_to_tensor(t) for t in flat]
        shapes = [tf.TensorShape(s) for s in shapes] if shapes else [t.shape for t in flat]
        kinds = [t.dtype for t in flat]
        make = tf.PaddingFIFOQueue if dynamic_pad else tf.FIFOQueue
        queues = [make(capacities[i], kinds, shapes, shared_name=shared_name and
                       f"{shared_name}_{i}", name=f"bucket_queue_{i}")
                  for i in range(num_buckets)]
        _run_inputs(queues, flat, which_bucket, keep_input, num_threads)
        same = None if allow_smaller_final_batch or len(set(sizes)) > 1 else sizes[0]
        top = tf.PaddingFIFOQueue(
            capacity, [tf.int32, *kinds],
            [tf.TensorShape([])] + [tf.TensorShape([same]).concatenate(s) for s in shapes],
            shared_name=shared_name, name="top_queue")
        _run_batches(queues, top, sizes, allow_smaller_final_batch, num_threads)
        which, *batched = top.dequeue(name="dequeue_top")
        return which, tf.nest.pack_sequence_as(tensors, batched)


def _run_inputs(queues, flat, which_bucket, keep_input, num_threads):
    """Adds the runner that puts each example into its queue."""
    def into(queue):
        return lambda: tf.group(queue.enqueue(flat))

    which_bucket = tf.convert_to_tensor(which_bucket, tf.int32)

    def enqueue():
        return tf.case([(tf.equal(which_bucket, i), into(queue))
                        for i, queue in enumerate(queues)], exclusive=True)

    known = tf.get_static_value(keep_input) if tf.is_tensor(keep_input) else keep_input
    op = enqueue() if known else tf.cond(tf.convert_to_tensor(keep_input), enqueue, tf.no_op)
    closes = tf.group(*[queue.close() for queue in queues])
    cancels = tf.group(*[queue.close(cancel_pending_enqueues=True) for queue in queues])
    tf.train.add_queue_runner(tf.train.QueueRunner(
        queues[0], [op] * num_threads, closes, cancels, queue_closed_exception_types=_CLOSED))


def _run_batches(queues, top, sizes, smaller, num_threads):
    """Adds the runners that put batches of each queue into the last one."""
    ops = []
    for i, (queue, size) in enumerate(zip(queues, sizes)):
        batch = queue.dequeue_up_to(size) if smaller else queue.dequeue_many(size)
        batch = batch if isinstance(batch, (list, tuple)) else [batch]
        ops += [top.enqueue([tf.constant(i), *batch])] * num_threads
    tf.train.add_queue_runner(
        tf.train.QueueRunner(top, ops, queue_closed_exception_types=_CLOSED))


def bucket_by_sequence_length(
    input_length: tf.Tensor,
    tensors: Nested,
    batch_size: Size,
    bucket_boundaries: Sequence[int],
    num_threads: int = 1,
    capacity: int = 32,
    bucket_capacities: Optional[Sequence[int]] = None,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    keep_input: Flag = True,
    shared_name: Optional[str] = None,
    name: Optional[str] = None,
) -> Tuple[tf.Tensor, Nested]:
    """As `bucket`, by a length: bucket i has those from boundary i - 1 to below boundary i.

    Returns:
      int32 [B], the lengths of a batch, and `tensors`' structure of batches.

    Raises:
      TypeError: the boundaries are no list of ints.
      ValueError: they are none, or do not rise, or as `bucket` says.
    """
    if not isinstance(bucket_boundaries, (list, tuple)):
        raise TypeError(f"bucket_boundaries must be a list or tuple, but received: "
                        f"{bucket_boundaries}")
    if not bucket_boundaries:
        raise ValueError("bucket_boundaries must not be empty")
    for low, high in zip(bucket_boundaries[:-1], bucket_boundaries[1:]):
        if not isinstance(low, int) or not isinstance(high, int):
            raise TypeError(f"bucket boundaries must be integers, but saw: {low} and {high}")
        if low >= high:
            raise ValueError(f"Buckets must contain sequential increasing lengths, but saw: "
                             f"{low} before {high}")
    flat = tf.nest.flatten(tensors)
    with tf.name_scope(name, "bucket_by_sequence_length", [input_length, *flat]):
        input_length = tf.convert_to_tensor(input_length, tf.int32, name="input_length")
        limits = np.iinfo(np.int32)
        lows, highs = [limits.min, *bucket_boundaries], [*bucket_boundaries, limits.max]
        inside = tf.logical_and(tf.less_equal(lows, input_length), tf.less(input_length, highs))
        which = tf.cast(tf.reduce_min(tf.where(inside)), tf.int32)
        _, batched = bucket(
            [input_length, *flat], which, batch_size, len(bucket_boundaries) + 1, num_threads,
            capacity, bucket_capacities, None if shapes is None else [[], *shapes], dynamic_pad,
            allow_smaller_final_batch, keep_input, shared_name)
        return batched[0], tf.nest.pack_sequence_as(tensors, batched[1:])

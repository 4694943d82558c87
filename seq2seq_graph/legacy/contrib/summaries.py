"""contrib's summaries of tensors, by their kind.

Source: `tensorflow.contrib.layers.python.layers.summaries` of TensorFlow 1.15.
"""

import functools
import re
from typing import Callable, Iterable, List, Optional

import tensorflow.compat.v1 as tf


def summarize_tensor(tensor: tf.Tensor, tag: Optional[str] = None) -> Optional[tf.Tensor]:
    """Makes a scalar's or a histogram's summary; None for strings and bools."""
    if tensor.dtype.base_dtype in (tf.string, tf.bool):
        return None
    if tensor.get_shape().ndims == 0:
        return _scalar(tensor, tag)
    return _histogram(tensor, tag)


def summarize_activation(op: tf.Tensor) -> tf.Tensor:
    """Makes a histogram; for a relu also the shares cut off below 0 and above 6."""
    kind, name = op.op.type, op.op.name
    if kind in ("Relu", "Softplus", "Relu6"):
        before = op.op.inputs[0]
        _scalar(tf.reduce_mean(tf.to_float(tf.less(before, tf.cast(0.0, before.dtype)))),
                f"{name}/zeros")
    if kind == "Relu6":
        before = op.op.inputs[0]
        _scalar(tf.reduce_mean(tf.to_float(tf.greater(before, tf.cast(6.0, before.dtype)))),
                f"{name}/sixes")
    return _histogram(op, f"{name}/activation")


def summarize_tensors(
    tensors: Iterable[tf.Tensor],
    summarizer: Callable[[tf.Tensor], Optional[tf.Tensor]] = summarize_tensor,
) -> List[Optional[tf.Tensor]]:
    """Makes a summary of each."""
    return [summarizer(tensor) for tensor in tensors]


def summarize_collection(
    collection: str,
    name_filter: Optional[str] = None,
    summarizer: Callable[[tf.Tensor], Optional[tf.Tensor]] = summarize_tensor,
) -> List[Optional[tf.Tensor]]:
    """Makes a summary of each tensor of a collection whose name matches."""
    tensors = [tensor for tensor in tf.get_collection(collection)
               if name_filter is None or re.match(name_filter, tensor.op.name)]
    return summarize_tensors(tensors, summarizer)


def summarize_activations(
    name_filter: Optional[str] = None,
    summarizer: Callable[[tf.Tensor], Optional[tf.Tensor]] = summarize_activation,
) -> List[Optional[tf.Tensor]]:
    """Makes a summary of each tensor of ACTIVATIONS whose name matches."""
    return summarize_collection(tf.GraphKeys.ACTIVATIONS, name_filter, summarizer)


summarize_variables = functools.partial(summarize_collection, tf.GraphKeys.GLOBAL_VARIABLES)
summarize_weights = functools.partial(summarize_collection, tf.GraphKeys.WEIGHTS)
summarize_biases = functools.partial(summarize_collection, tf.GraphKeys.BIASES)


def _scalar(tensor, tag=None):
    tensor.get_shape().assert_has_rank(0)
    return tf.summary.scalar(tag or f"{tensor.op.name}_summary", tensor)


def _histogram(tensor, tag=None):
    return tf.summary.histogram(tag or f"{tensor.op.name}_summary", tensor)

"""`tf.contrib.deprecated`: the summaries of before `tf.summary`, named by tags.

Source: `tf.contrib.deprecated` of TensorFlow 1.15.
"""

from typing import Any, Optional, Sequence

import tensorflow.compat.v1 as tf


def _collected(summary, collections):
    for name in [tf.GraphKeys.SUMMARIES] if collections is None else collections:
        tf.add_to_collection(name, summary)
    return summary


def scalar_summary(tags: Any, values: Any, collections: Optional[Sequence[str]] = None,
                   name: Optional[str] = None) -> tf.Tensor:
    """Makes a summary of numbers, each with its tag."""
    with tf.name_scope(name, "ScalarSummary", [tags, values]) as scope:
        return _collected(
            tf.raw_ops.ScalarSummary(tags=tags, values=values, name=scope), collections)


def histogram_summary(tag: Any, values: Any, collections: Optional[Sequence[str]] = None,
                      name: Optional[str] = None) -> tf.Tensor:
    """Makes a summary of how a tensor's numbers are spread."""
    with tf.name_scope(name, "HistogramSummary", [tag, values]) as scope:
        return _collected(
            tf.raw_ops.HistogramSummary(tag=tag, values=values, name=scope), collections)


def image_summary(tag: Any, tensor: Any, max_images: int = 3,
                  collections: Optional[Sequence[str]] = None,
                  name: Optional[str] = None) -> tf.Tensor:
    """Makes a summary of pictures [B, height, width, channels]."""
    with tf.name_scope(name, "ImageSummary", [tag, tensor]) as scope:
        return _collected(tf.raw_ops.ImageSummary(
            tag=tag, tensor=tensor, max_images=max_images, name=scope), collections)


def audio_summary(tag: Any, tensor: Any, sample_rate: Any, max_outputs: int = 3,
                  collections: Optional[Sequence[str]] = None,
                  name: Optional[str] = None) -> tf.Tensor:
    """Makes a summary of sound [B, frames] or [B, frames, channels]."""
    with tf.name_scope(name, "AudioSummary", [tag, tensor]) as scope:
        rate = tf.convert_to_tensor(sample_rate, tf.float32, name="sample_rate")
        return _collected(tf.raw_ops.AudioSummaryV2(
            tag=tag, tensor=tensor, sample_rate=rate, max_outputs=max_outputs, name=scope),
            collections)


def merge_summary(inputs: Sequence[tf.Tensor], collections: Optional[Sequence[str]] = None,
                  name: Optional[str] = None) -> tf.Tensor:
    """Makes one summary of several; it is in no collection but those given."""
    with tf.name_scope(name, "MergeSummary", inputs):
        return _collected(
            tf.raw_ops.MergeSummary(inputs=inputs, name=name), collections or ())


def merge_all_summaries(key: str = tf.GraphKeys.SUMMARIES) -> Optional[tf.Tensor]:
    """Makes one summary of a collection's; None if it is empty."""
    summaries = tf.get_collection(key)
    return merge_summary(summaries) if summaries else None

"""`tf.contrib.learn`: what programs of sequences took from it.

Source: `tf.contrib.learn` of TensorFlow 1.15.
"""

import itertools
from typing import Any, Dict, Iterable, Iterator, List, Optional

import tensorflow.compat.v1 as tf


class ModeKeys:
    """What a model function is asked for."""

    TRAIN = "train"
    EVAL = "eval"
    INFER = "infer"

    @classmethod
    def validate(cls, key: str) -> None:
        """Raises a ValueError for a key that is none of the three."""
        if key not in (cls.TRAIN, cls.EVAL, cls.INFER):
            raise ValueError(f"Invalid mode {key}.")


class NanLossDuringTrainingError(RuntimeError):
    """A loss that is not a number."""

    def __str__(self):
        return "NaN loss during training."


def run_feeds_iter(output_dict: Dict[str, tf.Tensor], feed_dicts: Iterable[Dict[tf.Tensor, Any]],
                   restore_checkpoint_path: Optional[str] = None) -> Iterator[Dict[str, Any]]:
    """Gives the values of `output_dict`'s tensors for each of the feeds, in one session.

    Variables are initialized, or restored from the checkpoint.

    Raises:
      ValueError: there are no outputs or no feeds.
    """
    if not output_dict:
        raise ValueError(f"output_dict is invalid: {output_dict}.")
    if not feed_dicts:
        raise ValueError(f"feed_dicts is invalid: {feed_dicts}.")
    graph = next(iter(output_dict.values())).graph
    with graph.as_default(), tf.Session() as session:
        if restore_checkpoint_path:
            tf.train.Saver().restore(session, restore_checkpoint_path)
        else:
            session.run(tf.global_variables_initializer())
        session.run(tf.local_variables_initializer())
        session.run(tf.tables_initializer())
        coordinator = tf.train.Coordinator()
        threads = tf.train.start_queue_runners(session, coord=coordinator)
        try:
            for feed in feed_dicts:
                yield session.run(output_dict, feed)
        finally:
            coordinator.request_stop()
            coordinator.join(threads, stop_grace_period_secs=120)


def run_feeds(output_dict: Dict[str, tf.Tensor], feed_dicts: Iterable[Dict[tf.Tensor, Any]],
              restore_checkpoint_path: Optional[str] = None) -> List[Dict[str, Any]]:
    """As `run_feeds_iter`, as a list."""
    return list(run_feeds_iter(output_dict, feed_dicts, restore_checkpoint_path))


def run_n(output_dict: Dict[str, tf.Tensor], feed_dict: Optional[Dict[tf.Tensor, Any]] = None,
          restore_checkpoint_path: Optional[str] = None, n: int = 1) -> List[Dict[str, Any]]:
    """Gives the values of the tensors `n` times, with one feed."""
    return run_feeds(output_dict, itertools.repeat(feed_dict or {}, n), restore_checkpoint_path)

"""`tf.contrib.metrics`: running measures; most are `tf.metrics`' with arguments swapped.

Source: `tf.contrib.metrics` of TensorFlow 1.15.
"""

from typing import Dict, List, Optional, Tuple

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Collections, Number


def accuracy(predictions: tf.Tensor, labels: tf.Tensor, weights: Optional[Number] = None,
             name: Optional[str] = None) -> tf.Tensor:
    """Gives the share of predictions that equal their labels, a float32 scalar.

    Raises:
      ValueError: types differ, or are neither bool, int nor text.
    """
    if not (labels.dtype.is_integer or labels.dtype in (tf.bool, tf.string)):
        raise ValueError(f"Labels should have bool, integer, or string dtype, not {labels.dtype}")
    if not labels.dtype.is_compatible_with(predictions.dtype):
        raise ValueError(f"Dtypes of predictions and labels should match. Given: predictions "
                         f"({predictions.dtype}) and labels ({labels.dtype})")
    with tf.name_scope(name, "accuracy", values=[predictions, labels]):
        correct = tf.cast(tf.equal(predictions, labels), tf.float32)
        if weights is None:
            return tf.reduce_mean(correct)
        return tf.reduce_sum(correct * weights) / tf.reduce_sum(tf.ones_like(correct) * weights)


def _swapped(metric):
    """Makes a function of (predictions, labels, ...) of one of (labels, predictions, ...)."""
    def streaming(predictions, labels, weights=None, metrics_collections=None,
                  updates_collections=None, name=None):
        return metric(labels=labels, predictions=predictions, weights=weights,
                      metrics_collections=metrics_collections,
                      updates_collections=updates_collections, name=name)

    streaming.__module__ = __name__
    return streaming


streaming_accuracy = _swapped(tf.metrics.accuracy)
streaming_precision = _swapped(tf.metrics.precision)
streaming_recall = _swapped(tf.metrics.recall)
streaming_mean_absolute_error = _swapped(tf.metrics.mean_absolute_error)
streaming_mean_squared_error = _swapped(tf.metrics.mean_squared_error)
streaming_root_mean_squared_error = _swapped(tf.metrics.root_mean_squared_error)
streaming_true_positives = _swapped(tf.metrics.true_positives)
streaming_false_positives = _swapped(tf.metrics.false_positives)
streaming_true_negatives = _swapped(tf.metrics.true_negatives)
streaming_false_negatives = _swapped(tf.metrics.false_negatives)


def streaming_mean(values: tf.Tensor, weights: Optional[Number] = None,
                   metrics_collections: Collections = None, updates_collections: Collections = None,
                   name: Optional[str] = None) -> Tuple[tf.Tensor, tf.Tensor]:
    """Gives the running mean and the op that goes on with it."""
    return tf.metrics.mean(values, weights, metrics_collections, updates_collections, name)


def streaming_mean_tensor(values: tf.Tensor, weights: Optional[Number] = None,
                          metrics_collections: Collections = None,
                          updates_collections: Collections = None,
                          name: Optional[str] = None) -> Tuple[tf.Tensor, tf.Tensor]:
    """Gives the running mean of each entry."""
    return tf.metrics.mean_tensor(values, weights, metrics_collections, updates_collections, name)


def streaming_auc(predictions: tf.Tensor, labels: tf.Tensor, weights: Optional[Number] = None,
                  num_thresholds: int = 200, metrics_collections: Collections = None,
                  updates_collections: Collections = None, curve: str = "ROC",
                  name: Optional[str] = None) -> Tuple[tf.Tensor, tf.Tensor]:
    """Gives the running area under a curve."""
    return tf.metrics.auc(
        labels=labels, predictions=predictions, weights=weights, num_thresholds=num_thresholds,
        curve=curve, metrics_collections=metrics_collections,
        updates_collections=updates_collections, name=name)


def streaming_mean_iou(predictions: tf.Tensor, labels: tf.Tensor, num_classes: int,
                       weights: Optional[Number] = None, metrics_collections: Collections = None,
                       updates_collections: Collections = None,
                       name: Optional[str] = None) -> Tuple[tf.Tensor, tf.Tensor]:
    """Gives the running intersection over union."""
    return tf.metrics.mean_iou(
        labels=labels, predictions=predictions, num_classes=num_classes, weights=weights,
        metrics_collections=metrics_collections, updates_collections=updates_collections,
        name=name)


def streaming_recall_at_k(predictions: tf.Tensor, labels: tf.Tensor, k: int,
                          weights: Optional[Number] = None, metrics_collections: Collections = None,
                          updates_collections: Collections = None,
                          name: Optional[str] = None) -> Tuple[tf.Tensor, tf.Tensor]:
    """Gives the running share of labels among the k largest predictions."""
    found = tf.cast(tf.nn.in_top_k(predictions, labels, k), tf.float32)
    return tf.metrics.mean(
        found, weights, metrics_collections, updates_collections, name or f"recall_at_{k}")


def aggregate_metrics(
    *value_update_tuples: Tuple[tf.Tensor, tf.Tensor],
) -> Tuple[List[tf.Tensor], List[tf.Tensor]]:
    """Gives the values' list and the update ops' list of some metrics; ValueError for none."""
    if not value_update_tuples:
        raise ValueError("Expected at least one value_tensor/update_op pair")
    values, updates = zip(*value_update_tuples)
    return list(values), list(updates)


def aggregate_metric_map(
    names_to_tuples: Dict[str, Tuple[tf.Tensor, tf.Tensor]],
) -> Tuple[Dict[str, tf.Tensor], Dict[str, tf.Tensor]]:
    """Gives name -> value and name -> update op."""
    return ({name: value for name, (value, _) in names_to_tuples.items()},
            {name: update for name, (_, update) in names_to_tuples.items()})

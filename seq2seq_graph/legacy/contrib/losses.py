"""`tf.contrib.losses`: those of `tf.losses` with predictions first.

Source: `tf.contrib.losses` of TensorFlow 1.15.
"""

from typing import List, Optional

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Number, Scope


def mean_squared_error(predictions: tf.Tensor, labels: Optional[tf.Tensor] = None,
                       weights: Number = 1.0, scope: Scope = None) -> tf.Tensor:
    """Gives the mean of the squares of the differences."""
    return tf.losses.mean_squared_error(labels, predictions, weights, scope)


def absolute_difference(predictions: tf.Tensor, labels: Optional[tf.Tensor] = None,
                        weights: Number = 1.0, scope: Scope = None) -> tf.Tensor:
    """Gives the mean of the differences."""
    return tf.losses.absolute_difference(labels, predictions, weights, scope)


def log_loss(predictions: tf.Tensor, labels: Optional[tf.Tensor] = None, weights: Number = 1.0,
             epsilon: float = 1e-7, scope: Scope = None) -> tf.Tensor:
    """Gives the cross entropy of probabilities."""
    return tf.losses.log_loss(labels, predictions, weights, epsilon, scope)


def softmax_cross_entropy(logits: tf.Tensor, onehot_labels: tf.Tensor, weights: Number = 1.0,
                          label_smoothing: float = 0, scope: Scope = None) -> tf.Tensor:
    """Gives the mean cross entropy with rows of probabilities."""
    return tf.losses.softmax_cross_entropy(
        onehot_labels, logits, weights, label_smoothing, scope)


def sparse_softmax_cross_entropy(logits: tf.Tensor, labels: tf.Tensor, weights: Number = 1.0,
                                 scope: Scope = None) -> tf.Tensor:
    """Gives the mean cross entropy with ids."""
    return tf.losses.sparse_softmax_cross_entropy(labels, logits, weights, scope)


def sigmoid_cross_entropy(logits: tf.Tensor, multi_class_labels: tf.Tensor, weights: Number = 1.0,
                          label_smoothing: float = 0, scope: Scope = None) -> tf.Tensor:
    """Gives the mean cross entropy of each class by itself."""
    return tf.losses.sigmoid_cross_entropy(
        multi_class_labels, logits, weights, label_smoothing, scope)


def add_loss(loss: tf.Tensor, loss_collection: str = tf.GraphKeys.LOSSES) -> None:
    """Lists a loss."""
    return tf.losses.add_loss(loss, loss_collection)


def get_losses(scope: Scope = None, loss_collection: str = tf.GraphKeys.LOSSES) -> List[tf.Tensor]:
    """Gives the listed losses."""
    return tf.losses.get_losses(scope, loss_collection)


def get_regularization_losses(scope: Scope = None) -> List[tf.Tensor]:
    """Gives the listed losses of regularizers."""
    return tf.losses.get_regularization_losses(scope)


def get_total_loss(add_regularization_losses: bool = True, name: str = "total_loss") -> tf.Tensor:
    """Gives the sum of all."""
    return tf.losses.get_total_loss(add_regularization_losses, name)

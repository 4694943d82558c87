"""`tf.contrib.losses`: those of `tf.losses` with predictions first.

Source: `tf.contrib.losses` of TensorFlow 1.15.
"""

import tensorflow.compat.v1 as tf


def mean_squared_error(predictions, labels=None, weights=1.0, scope=None):
    """Gives the mean of the squares of the differences."""
    return tf.losses.mean_squared_error(labels, predictions, weights, scope)


def absolute_difference(predictions, labels=None, weights=1.0, scope=None):
    """Gives the mean of the differences."""
    return tf.losses.absolute_difference(labels, predictions, weights, scope)


def log_loss(predictions, labels=None, weights=1.0, epsilon=1e-7, scope=None):
    """Gives the cross entropy of probabilities."""
    return tf.losses.log_loss(labels, predictions, weights, epsilon, scope)


def softmax_cross_entropy(logits, onehot_labels, weights=1.0, label_smoothing=0, scope=None):
    """Gives the mean cross entropy with rows of probabilities."""
    return tf.losses.softmax_cross_entropy(
        onehot_labels, logits, weights, label_smoothing, scope)


def sparse_softmax_cross_entropy(logits, labels, weights=1.0, scope=None):
    """Gives the mean cross entropy with ids."""
    return tf.losses.sparse_softmax_cross_entropy(labels, logits, weights, scope)


def sigmoid_cross_entropy(logits, multi_class_labels, weights=1.0, label_smoothing=0, scope=None):
    """Gives the mean cross entropy of each class by itself."""
    return tf.losses.sigmoid_cross_entropy(
        multi_class_labels, logits, weights, label_smoothing, scope)


def add_loss(loss, loss_collection=tf.GraphKeys.LOSSES):
    """Lists a loss."""
    return tf.losses.add_loss(loss, loss_collection)


def get_losses(scope=None, loss_collection=tf.GraphKeys.LOSSES):
    """Gives the listed losses."""
    return tf.losses.get_losses(scope, loss_collection)


def get_regularization_losses(scope=None):
    """Gives the listed losses of regularizers."""
    return tf.losses.get_regularization_losses(scope)


def get_total_loss(add_regularization_losses=True, name="total_loss"):
    """Gives the sum of all."""
    return tf.losses.get_total_loss(add_regularization_losses, name)

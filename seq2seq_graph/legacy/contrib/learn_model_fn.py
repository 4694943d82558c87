"""What a model function of `tf.contrib.learn` gives, and its metrics.

Source: `tf.contrib.learn.ModelFnOps`, `tf.contrib.learn.MetricSpec` of TensorFlow 1.15.
"""

import collections
from typing import Any, Callable, Dict, NamedTuple, Optional

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.contrib.learn import ModeKeys

_Ops = collections.namedtuple("_Ops", [
    "predictions", "loss", "train_op", "eval_metric_ops", "output_alternatives",
    "training_chief_hooks", "training_hooks", "scaffold", "mode"])


class ModelFnOps(_Ops):
    """What a model function gives.

    Raises:
      ValueError: something that the mode needs is missing, or the loss is no scalar.
    """

    def __new__(cls, mode: str, predictions: Any = None, loss: Any = None, train_op: Any = None,
                eval_metric_ops: Optional[Dict[str, Any]] = None, output_alternatives: Any = None,
                training_chief_hooks: Any = None, training_hooks: Any = None,
                scaffold: Any = None) -> "ModelFnOps":
        ModeKeys.validate(mode)
        if train_op is None and mode == ModeKeys.TRAIN:
            raise ValueError("Missing train_op.")
        if train_op is not None and not isinstance(train_op, tf.Operation):
            train_op = tf.convert_to_tensor(train_op).op
        if loss is None and mode != ModeKeys.INFER:
            raise ValueError("Missing loss.")
        if loss is not None:
            loss = tf.convert_to_tensor(loss)
            if loss.get_shape().num_elements() not in (None, 1):
                raise ValueError(f"Loss must be scalar: {loss}.")
            if not loss.get_shape().is_compatible_with(tf.TensorShape([])):
                loss = tf.reshape(loss, [])
        if predictions is None and mode != ModeKeys.TRAIN:
            raise ValueError("Missing predictions.")
        if isinstance(predictions, dict):
            predictions = {k: tf.convert_to_tensor_or_sparse_tensor(v)
                           for k, v in predictions.items()}
        elif predictions is not None:
            predictions = tf.convert_to_tensor_or_sparse_tensor(predictions)
        return super().__new__(
            cls, predictions, loss, train_op, eval_metric_ops or {}, output_alternatives,
            list(training_chief_hooks or []), list(training_hooks or []), scaffold, mode)


class MetricSpec(NamedTuple):
    """A metric, and which of the features, labels and predictions it is of."""

    metric_fn: Callable
    prediction_key: Optional[str] = None
    label_key: Optional[str] = None
    weight_key: Optional[str] = None

    def create_metric_ops(self, inputs: Any, labels: Any, predictions: Any) -> Any:
        """Gives the metric's value and its update."""
        def one(given, key):
            return given[key] if key else next(iter(given.values())) if isinstance(
                given, dict) and len(given) == 1 else given

        weights = {"weights": inputs[self.weight_key]} if self.weight_key else {}
        return self.metric_fn(
            one(predictions, self.prediction_key), one(labels, self.label_key), **weights)

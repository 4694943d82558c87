"""`tf.contrib.estimator`: what is put around an estimator or an optimizer.

Its hooks and `add_metrics` are in the package tensorflow-estimator under other names.

Source: `tf.contrib.estimator` of TensorFlow 1.15.
"""

from typing import Any, Dict, List, Optional, Sequence, Union

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import GradientPair


def clip_gradients_by_norm(optimizer: tf.train.Optimizer,
                           clip_norm: Union[float, tf.Tensor]) -> tf.train.Optimizer:
    """Gives an optimizer that applies gradients of a global norm of `clip_norm` at most."""
    return _Clipped(optimizer, clip_norm)


class _Clipped(tf.train.Optimizer):

    def __init__(self, optimizer, clip_norm):
        super().__init__(use_locking=False, name="ClipByNorm" + optimizer.get_name())
        self._optimizer, self._clip_norm = optimizer, clip_norm

    def compute_gradients(self, *args: Any, **kwargs: Any) -> List[GradientPair]:
        return self._optimizer.compute_gradients(*args, **kwargs)

    def apply_gradients(self, grads_and_vars: Sequence[GradientPair], global_step: Any = None,
                        name: Optional[str] = None) -> tf.Operation:
        gradients, variables = zip(*grads_and_vars)
        gradients, _ = tf.clip_by_global_norm(gradients, self._clip_norm)
        return self._optimizer.apply_gradients(
            list(zip(gradients, variables)), global_step, name)

    def get_slot(self, *args: Any, **kwargs: Any) -> Any:
        return self._optimizer.get_slot(*args, **kwargs)

    def get_slot_names(self, *args: Any, **kwargs: Any) -> List[str]:
        return self._optimizer.get_slot_names(*args, **kwargs)


def forward_features(estimator: Any, keys: Union[None, str, Sequence[str]] = None,
                     sparse_default_values: Optional[Dict[str, Any]] = None) -> Any:
    """Gives an estimator whose predictions hold features too.

    Args:
      keys: names of features; None is all.
      sparse_default_values: name of a sparse feature -> what stands where it has no value.

    Raises:
      TypeError: `keys` is neither a text nor a list of such.
      ValueError: as it predicts: no such feature, a prediction of that name, or a feature that is
        no tensor.
    """
    if isinstance(keys, str):
        keys = [keys]
    if keys is not None and (not isinstance(keys, (list, tuple))
                             or not all(isinstance(key, str) for key in keys)):
        raise TypeError(f"keys={keys!r}: give a text, or a list of texts")
    defaults = sparse_default_values or {}

    def model_fn(features, labels, mode, config):
        spec = estimator.model_fn(features, labels, mode, config)
        if spec.predictions is None:
            return spec
        if not isinstance(spec.predictions, dict):
            raise ValueError(f"predictions must be a dict, to hold features; got "
                             f"{type(spec.predictions)}")
        predictions = spec.predictions
        chosen = features.keys() if keys is None else keys
        for key in chosen:
            if key not in features:
                raise ValueError(f"there is no feature {key!r}; there are {list(features)}")
            if key in predictions:
                raise ValueError(f"there is a prediction {key!r} already")
        for key in chosen:
            predictions[key] = _dense(key, features[key], defaults)
        for name in ("predict", "serving_default"):
            export = (spec.export_outputs or {}).get(name)
            if type(export).__name__ == "PredictOutput":
                export.outputs.update((key, predictions[key]) for key in chosen)
        return spec._replace(predictions=predictions)

    kind = next(c for c in type(estimator).__mro__ if c.__name__ == "Estimator")
    return kind(model_fn=model_fn, model_dir=estimator.model_dir, config=estimator.config)


def _dense(key, feature, defaults):
    feature = tf.convert_to_tensor_or_sparse_tensor(feature)
    if key in defaults:
        if not isinstance(feature, tf.SparseTensor):
            raise ValueError(f"feature {key!r} has a default value and is no SparseTensor")
        feature = tf.sparse_tensor_to_dense(feature, default_value=defaults[key])
    if not isinstance(feature, tf.Tensor):
        raise ValueError(f"feature {key!r} is {type(feature)}: leave it out of keys, or give it a "
                         "value in sparse_default_values")
    return feature

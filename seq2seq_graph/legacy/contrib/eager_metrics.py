"""`tf.contrib.eager.metrics`: numbers that are averaged over calls.

Source: `tf.contrib.eager.metrics` of TensorFlow 1.15. A result is not written as a summary.
"""

from typing import Any, List, Optional, Tuple

import tensorflow.compat.v1 as tf

Values = Any  # what a tensor can be made of


class Metric(tf.Module):
    """A number that is averaged over calls; an object of it can be saved in a `Checkpoint`.

    Its variables are made by the first call. A subclass has `build`, `call` and `result`.
    """

    def __init__(self, name: Optional[str] = None) -> None:
        super().__init__()
        self._label = name or type(self).__name__
        self._built = False
        self._vars: List[tf.Variable] = []

    @property
    def name(self) -> str:
        return self._label

    @property
    def variables(self) -> List[tf.Variable]:
        return self._vars

    def __call__(self, *args: Values, **kwargs: Values) -> Any:
        """Counts in what is given; gives it back."""
        if not self._built:
            with tf.variable_scope(self._label.replace(" ", "_"), use_resource=True), \
                    tf.init_scope():
                self.build(*args, **kwargs)
            self._built = True
        return self.call(*args, **kwargs)

    def add_variable(self, name: str, shape: Any = None, dtype: Any = None,
                     initializer: Any = None) -> tf.Variable:
        """Makes a variable of the metric. To be called in `build` alone.

        Raises:
          RuntimeError: the metric has its variables already.
        """
        if self._built:
            raise RuntimeError("Can't call add_variable() except in build().")
        collection = tf.GraphKeys.LOCAL_VARIABLES
        variable = tf.get_variable(
            name, [] if shape is None else shape, dtype, initializer, trainable=False,
            use_resource=True, collections=[collection])
        self._vars.append(variable)
        return variable

    def init_variables(self) -> Any:
        """Sets the variables to what they began with: at once, or by the op that it gives.

        Raises:
          RuntimeError: in a graph, before the first call.
        """
        if tf.executing_eagerly():
            for variable in self._vars:
                variable.assign(tf.zeros(variable.shape, variable.dtype))
            return None
        if not self._built:
            raise RuntimeError("Cannot call init_variables() until after calling the metric")
        return tf.group(*[variable.initializer for variable in self._vars])

    def build(self, *args: Values, **kwargs: Values) -> None:
        """Makes the variables."""

    def call(self, *args: Values, **kwargs: Values) -> Any:
        """Counts in what is given."""
        raise NotImplementedError("Metrics must define a call() member function")

    def result(self) -> tf.Tensor:
        """Gives the number."""
        raise NotImplementedError("Metrics must define a result() member function")

    def value(self) -> tf.Tensor:
        """In a graph: the number, as `result`."""
        return self.result()


class Mean(Metric):
    """The mean of values, weighted if weights are given.

    Args:
      name: first part of the variables' names `numer` and `denom`.
      dtype: in which is counted.
    """

    def __init__(self, name: Optional[str] = None, dtype: Any = tf.float64,
                 use_global_variables: bool = False) -> None:
        super().__init__(name)
        self.dtype = dtype

    def build(self, *args: Values, **kwargs: Values) -> None:
        zero = tf.zeros_initializer()
        self.numer = self.add_variable("numer", [], self.dtype, zero)
        self.denom = self.add_variable("denom", [], self.dtype, zero)

    def call(self, values: Values, weights: Values = None) -> Any:
        """Counts values in, of any shape, weights of a shape that fits it; gives both back."""
        tensor = tf.convert_to_tensor(values)
        if weights is None:
            self.denom.assign_add(tf.cast(tf.size(tensor), self.dtype))
            self.numer.assign_add(tf.reduce_sum(tf.cast(tensor, self.dtype)))
            return values
        weight = tf.cast(tf.convert_to_tensor(weights), self.dtype)
        self.denom.assign_add(tf.reduce_sum(weight))
        self.numer.assign_add(tf.reduce_sum(tf.cast(tensor, self.dtype) * weight))
        return values, weights

    def result(self, write_summary: bool = True) -> tf.Tensor:
        return self.numer / self.denom


class Accuracy(Mean):
    """The share of predictions that are equal to their labels, both of one shape."""

    def __init__(self, name: Optional[str] = None, dtype: Any = tf.float64) -> None:
        super().__init__(name, dtype)

    def call(self, labels: Values, predictions: Values,  # type: ignore[override]
             weights: Values = None) -> Tuple[Any, ...]:
        """Counts in whether each label is predicted; gives back what is given.

        Raises:
          tf.errors.InvalidArgumentError: shapes differ.
        """
        labels_, predictions_ = self._as_classes(
            tf.convert_to_tensor(labels), tf.convert_to_tensor(predictions))
        with tf.control_dependencies([tf.debugging.assert_equal(
                tf.shape(labels_), tf.shape(predictions_),
                message="Shapes of labels and predictions are unequal")]):
            super().call(tf.equal(labels_, tf.cast(predictions_, labels_.dtype)), weights)
        return (labels, predictions) if weights is None else (labels, predictions, weights)

    def _as_classes(self, labels, predictions):
        return labels, predictions


class CategoricalAccuracy(Accuracy):
    """The same of labels one-hot [..., classes] and a score for each class."""

    def _as_classes(self, labels, predictions):
        return tf.argmax(labels, -1), tf.argmax(predictions, -1)


class SparseAccuracy(Accuracy):
    """The same of labels [...] and a score for each class [..., classes]."""

    def _as_classes(self, labels, predictions):
        return labels, tf.argmax(predictions, -1)


class BinaryAccuracy(Accuracy):
    """The same of labels 0 or 1 and scores, where a score above the threshold says 1."""

    def __init__(self, threshold: float, name: Optional[str] = None,
                 dtype: Any = tf.float64) -> None:
        super().__init__(name, dtype)
        self.threshold = threshold

    def _as_classes(self, labels, predictions):
        return tf.cast(labels, tf.int64), tf.cast(predictions > self.threshold, tf.int64)

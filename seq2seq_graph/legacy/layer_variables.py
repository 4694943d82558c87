"""How a version 1 layer makes its variables and tells which it has."""

import functools
from typing import Any, Callable, List, Optional

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import Constraint, DType, Initializer, Regularizer, Shape
from seq2seq_graph.legacy.initializers import named_initializer
from seq2seq_graph.legacy.regularizers import make_outside
from seq2seq_graph.legacy.sizes import static_shape


class LayerVariables:
    """The part of `base_layer.Layer` that keeps variables."""

    @property
    def trainable_weights(self) -> List[tf.Variable]:
        """The variables that are trained, in the order of their creation."""
        return list(self._trainable_weights) if self.trainable else []

    @property
    def non_trainable_weights(self) -> List[tf.Variable]:
        """The variables that are not."""
        others = list(self._non_trainable_weights)
        return others if self.trainable else self._trainable_weights + others

    @property
    def weights(self) -> List[tf.Variable]:
        """The trained variables, then the others."""
        return self.trainable_weights + self.non_trainable_weights

    variables = property(lambda self: self.weights)
    trainable_variables = property(lambda self: self.trainable_weights)
    non_trainable_variables = property(lambda self: self.non_trainable_weights)

    def add_variable(self, *args: Any, **kwargs: Any) -> tf.Variable:
        """The old name of `add_weight`."""
        return self.add_weight(*args, **kwargs)

    def add_weight(
        self,
        name: str,
        shape: Shape,
        dtype: DType = None,
        initializer: Initializer = None,
        regularizer: Regularizer = None,
        trainable: Optional[bool] = None,
        constraint: Constraint = None,
        use_resource: Optional[bool] = None,
        synchronization: tf.VariableSynchronization = tf.VariableSynchronization.AUTO,
        aggregation: tf.VariableAggregation = tf.VariableAggregation.NONE,
        partitioner: Optional[Callable] = None,
        **kwargs: Any,
    ) -> tf.Variable:
        """Makes a variable in the layer's scope, or takes the one that exists; gives it.

        The arguments are `tf.get_variable`'s. A regularizer's value joins `losses` if the variable
        is new; the scope's own regularizer adds its value besides.

        Raises:
          ValueError: the variable exists (or, with reuse, does not), has another shape, or is
            trainable though it is synchronized on read.
          TypeError: another argument.
        """
        if set(kwargs) - {"experimental_autocast"}:
            raise TypeError(f"add_weight takes no argument {sorted(kwargs)[0]!r}")
        trainable = _checked_trainable(trainable, synchronization)
        dtype = tf.as_dtype(dtype or self.dtype or tf.float32)
        known = {id(variable) for variable in tf.global_variables()}
        self._set_scope(None)
        with self._entered(self.built or self._reuse) as scope, tf.name_scope(self._name_scope()):
            variable = tf.get_variable(
                name,
                shape=static_shape(() if shape is None else shape),
                dtype=dtype,
                initializer=named_initializer(
                    scope.initializer if initializer is None else initializer),
                regularizer=make_outside(scope.regularizer),
                trainable=trainable and self.trainable,
                partitioner=partitioner,
                constraint=constraint,
                use_resource=use_resource or scope.use_resource or None,
                synchronization=synchronization,
                aggregation=aggregation,
            )
            self._dtype_name = self._dtype_name or tf.as_dtype(dtype).base_dtype.name
            if regularizer and not any(id(part) in known for part in parts_of(variable)):
                self._regularize(name, variable, regularizer)
        self._keep(variable, trainable and self.trainable)
        return variable

    def _keep(self, variable, trainable):
        # A custom getter or a scope may have made it untrainable; parts of one are trained apart.
        if trainable and any(variable is trained for trained in tf.trainable_variables()):
            self._trainable_weights.append(variable)
        else:
            self._non_trainable_weights.append(variable)

    def _regularize(self, name, variable, regularizer):
        def loss_of(part):
            with tf.name_scope(name + "/Regularizer"):
                return regularizer(part)

        for part in parts_of(variable):
            self.add_loss(functools.partial(loss_of, part))


def parts_of(variable: Any) -> List[tf.Variable]:
    """Gives the parts of a partitioned variable; a list of the variable itself otherwise."""
    return list(variable) if hasattr(variable, "as_tensor") else [variable]


def _checked_trainable(trainable, synchronization):
    on_read = synchronization == tf.VariableSynchronization.ON_READ
    if on_read and trainable:
        raise ValueError("a variable that is synchronized on read cannot be trained")
    return not on_read if trainable is None else trainable

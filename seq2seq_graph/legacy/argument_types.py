"""Types that the signatures of this room share: what an argument of TensorFlow 1's may be."""

from typing import Any, Callable, Dict, Mapping, Optional, Sequence, Tuple, Union

import tensorflow.compat.v1 as tf

# A tensor, or tensors nested in tuples, lists and dicts.
Nested = Any
# Sizes or TensorShapes without the batch, nested as the tensors are that they describe.
Sizes = Any
# Whatever has the methods of an RNNCell: this room's, TensorFlow's own, Keras's.
Cell = Any
# Whatever `tf.layers`, Keras or this room calls a layer.
LayerLike = Any

Flag = Union[bool, tf.Tensor]  # known as the graph is made, or a boolean scalar in it
Number = Union[float, tf.Tensor]
Size = Union[int, tf.Tensor]
Sides = Union[int, Sequence[int]]  # one number for all dimensions, or one each
Shape = Union[None, int, tf.TensorShape, tf.Tensor, Sequence[Optional[int]]]
DType = Union[None, str, type, tf.DType]
Scope = Union[None, str, tf.VariableScope]

TensorFunction = Callable[[tf.Tensor], tf.Tensor]
VariableLoss = Callable[[tf.Variable], Optional[tf.Tensor]]
# By its name too, where TensorFlow 1.15 takes one.
Activation = Union[None, str, TensorFunction]
Initializer = Union[None, str, Dict[str, Any], tf.Tensor, Callable[..., tf.Tensor]]
Regularizer = Union[None, str, VariableLoss]
Constraint = Optional[Callable[[tf.Variable], tf.Tensor]]

Collections = Union[None, str, Sequence[str]]
# The same collections for all variables of a layer, or by the variables' names.
VariableCollections = Union[None, Sequence[str], Mapping[str, Sequence[str]]]
GradientPair = Tuple[Optional[tf.Tensor], tf.Variable]

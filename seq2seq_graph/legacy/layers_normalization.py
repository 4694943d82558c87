"""`BatchNormalization` and `batch_normalization` of TensorFlow 1.15's `tf.layers`.

Shapes: B batch, C the size of the normalized axis.
"""

from typing import Any, Callable, Dict, Optional, Sequence, Tuple, Union

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy import batch_moments, batch_variables
from seq2seq_graph.legacy.argument_types import (
    Constraint,
    Flag,
    Initializer,
    Number,
    Regularizer,
    Shape,
)
from seq2seq_graph.legacy.base_layer import Layer
from seq2seq_graph.legacy.initializers import describe_initializer, named_initializer
from seq2seq_graph.legacy.input_spec import InputSpec
from seq2seq_graph.legacy.regularizers import named_regularizer

_ZEROS, _ONES = tf.zeros_initializer(), tf.ones_initializer()


class BatchNormalization(Layer):
    """Normalizes each value of an axis over the batch, then scales by `gamma` and adds `beta`.

    Variables, each [C]: `gamma`, `beta`, and the averages `moving_mean`, `moving_variance`, which
    are used outside training. Their updates join UPDATE_OPS and must be run at each step.

    Args:
      axis: what is not reduced: an int or a list.
      momentum: the share that the averages keep at an update.
      epsilon: added to the variance.
      center, scale: whether there are `beta` and `gamma`.
      renorm, renorm_clipping, renorm_momentum: batch renormalization (Ioffe 2017).
      fused: None or True takes the one kernel where it can, inputs of rank 4; False never.
      virtual_batch_size: normalize groups of that many rows apart.
      adjustment: shape of the inputs -> factor and shift, in training.
      The others: as in `Dense`.

    Raises:
      TypeError: `axis` is neither.
      ValueError: axes that do not fit the inputs, C unknown, or options that contradict.

    Source: `tf.layers.BatchNormalization` of TensorFlow 1.15; Ioffe and Szegedy 2015.
    """

    def __init__(
        self,
        axis: Union[int, Sequence[int]] = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Initializer = _ZEROS,
        gamma_initializer: Initializer = _ONES,
        moving_mean_initializer: Initializer = _ZEROS,
        moving_variance_initializer: Initializer = _ONES,
        beta_regularizer: Regularizer = None,
        gamma_regularizer: Regularizer = None,
        beta_constraint: Constraint = None,
        gamma_constraint: Constraint = None,
        renorm: bool = False,
        renorm_clipping: Optional[Dict[str, Number]] = None,
        renorm_momentum: float = 0.99,
        fused: Optional[bool] = None,
        trainable: bool = True,
        virtual_batch_size: Optional[int] = None,
        adjustment: Optional[Callable[[tf.Tensor], Tuple[tf.Tensor, tf.Tensor]]] = None,
        name: Optional[str] = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(trainable=trainable, name=name, **kwargs)
        if not isinstance(axis, (int, list)):
            raise TypeError(f"BatchNormalization(axis={axis!r}): give an int or a list")
        self.axis: Any = axis[:] if isinstance(axis, list) else axis
        self.momentum = momentum
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.beta_initializer = named_initializer(beta_initializer)
        self.gamma_initializer = named_initializer(gamma_initializer)
        self.moving_mean_initializer = named_initializer(moving_mean_initializer)
        self.moving_variance_initializer = named_initializer(moving_variance_initializer)
        self.beta_regularizer = named_regularizer(beta_regularizer)
        self.gamma_regularizer = named_regularizer(gamma_regularizer)
        self.beta_constraint = beta_constraint
        self.gamma_constraint = gamma_constraint
        self.renorm = renorm
        self.virtual_batch_size = virtual_batch_size
        self.adjustment = adjustment
        self.supports_masking = True
        self.fused = True if fused is None else fused
        if renorm:
            self.renorm_clipping = renorm_clipping or {}
            self.renorm_momentum = renorm_momentum
            unknown = set(self.renorm_clipping) - {"rmax", "rmin", "dmax"}
            if unknown:
                raise ValueError(f"renorm_clipping knows rmax, rmin, dmax; got {sorted(unknown)}")

    @property
    def _param_dtype(self):
        half = self.dtype in ("float16", "bfloat16")
        return tf.float32 if half else self.dtype or tf.float32

    def build(self, input_shape: Shape) -> None:
        """Makes the variables for inputs whose C is known."""
        shape = tf.TensorShape(input_shape)
        if not shape.ndims:
            raise ValueError(f"BatchNormalization needs inputs of known rank; got {shape}")
        rank = shape.ndims
        self._settle_axes(rank)
        # Only a literal None or True asks for the kernel; it wants rank 4 and one axis, 1 or 3.
        simple = not self.renorm and self.virtual_batch_size is None and self.adjustment is None
        if self.fused in (None, True):
            self.fused = rank == 4 and simple and self.axis in ([1], [3])
        if self.fused:
            self._data_format = "NCHW" if self.axis == [1] else "NHWC"
        sizes = {axis: shape.as_list()[axis] for axis in self.axis}
        if None in sizes.values():
            raise ValueError(f"BatchNormalization needs axes {self.axis} known; got {shape}")
        self.input_spec = InputSpec(ndim=rank, axes=sizes)
        if len(sizes) == 1 and self.virtual_batch_size is None:
            self._param_shape: Any = tuple(sizes.values())
        else:
            self._param_shape = [sizes.get(axis, 1) for axis in range(rank)]
        if self.virtual_batch_size is not None:
            self._param_shape.insert(1, 1)
            self.axis = [axis + 1 for axis in self.axis]
        self.gamma, self._gamma_const = batch_variables.make_trained(
            self, "gamma", self.scale, 1.0)
        self.beta, self._beta_const = batch_variables.make_trained(
            self, "beta", self.center, 0.0)
        partitioner = self._scope.partitioner if self._scope else None
        try:
            if self._scope:
                self._scope.set_partitioner(None)
            batch_variables.make_averages(self)
        finally:
            if self._scope and partitioner:
                self._scope.set_partitioner(partitioner)
        self.built = True

    def _settle_axes(self, rank):
        axes = [self.axis] if isinstance(self.axis, int) else self.axis
        axes = [rank + axis if axis < 0 else axis for axis in axes]
        if any(axis < 0 or axis >= rank for axis in axes) or len(axes) != len(set(axes)):
            raise ValueError(f"BatchNormalization(axis={self.axis}) does not fit rank {rank}")
        self.axis = axes
        if self.virtual_batch_size is None:
            return
        if self.virtual_batch_size <= 0 or 0 in axes or self.adjustment is not None:
            raise ValueError(
                f"BatchNormalization(virtual_batch_size={self.virtual_batch_size}): above 0, "
                "without axis 0 and without an adjustment")

    def call(self, inputs: tf.Tensor, training: Flag = False) -> tf.Tensor:
        """Normalizes by the batch where `training`, a bool or boolean tensor, is true."""
        training = False if training is None else training
        shape = [-1] + inputs.shape.as_list()[1:]
        if self.virtual_batch_size is not None:
            inputs = tf.reshape(inputs, [self.virtual_batch_size, -1] + shape[1:])
        normalize = batch_moments.fused if self.fused else batch_moments.plain
        outputs = normalize(self, inputs, training)
        return outputs if self.virtual_batch_size is None else tf.reshape(outputs, shape)

    def compute_output_shape(self, input_shape: Shape) -> tf.TensorShape:
        """The input's."""
        return input_shape

    def get_config(self) -> Dict[str, Any]:
        """Gives the arguments, functions by their names."""
        config = {name: getattr(self, name) for name in (
            "axis", "momentum", "epsilon", "center", "scale")}
        for name in ("beta", "gamma", "moving_mean", "moving_variance"):
            key = name + "_initializer"
            config[key] = describe_initializer(getattr(self, key))
        for name in ("beta", "gamma"):
            for kind in ("_regularizer", "_constraint"):
                config[name + kind] = getattr(getattr(self, name + kind), "__name__", None)
        if self.renorm:
            config.update(renorm=True, renorm_clipping=self.renorm_clipping,
                          renorm_momentum=self.renorm_momentum)
        if self.virtual_batch_size is not None:
            config["virtual_batch_size"] = self.virtual_batch_size
        return dict(super().get_config(), **config)


def batch_normalization(
    inputs: tf.Tensor,
    axis: Union[int, Sequence[int]] = -1,
    momentum: float = 0.99,
    epsilon: float = 1e-3,
    center: bool = True,
    scale: bool = True,
    beta_initializer: Initializer = _ZEROS,
    gamma_initializer: Initializer = _ONES,
    moving_mean_initializer: Initializer = _ZEROS,
    moving_variance_initializer: Initializer = _ONES,
    beta_regularizer: Regularizer = None,
    gamma_regularizer: Regularizer = None,
    beta_constraint: Constraint = None,
    gamma_constraint: Constraint = None,
    training: Flag = False,
    trainable: bool = True,
    name: Optional[str] = None,
    reuse: Optional[bool] = None,
    renorm: bool = False,
    renorm_clipping: Optional[Dict[str, Number]] = None,
    renorm_momentum: float = 0.99,
    fused: Optional[bool] = None,
    virtual_batch_size: Optional[int] = None,
    adjustment: Optional[Callable[[tf.Tensor], Tuple[tf.Tensor, tf.Tensor]]] = None,
) -> tf.Tensor:
    """Makes a `BatchNormalization` layer in the scope `name` and calls it."""
    layer = BatchNormalization(
        axis=axis,
        momentum=momentum,
        epsilon=epsilon,
        center=center,
        scale=scale,
        beta_initializer=beta_initializer,
        gamma_initializer=gamma_initializer,
        moving_mean_initializer=moving_mean_initializer,
        moving_variance_initializer=moving_variance_initializer,
        beta_regularizer=beta_regularizer,
        gamma_regularizer=gamma_regularizer,
        beta_constraint=beta_constraint,
        gamma_constraint=gamma_constraint,
        renorm=renorm,
        renorm_clipping=renorm_clipping,
        renorm_momentum=renorm_momentum,
        fused=fused,
        trainable=trainable,
        virtual_batch_size=virtual_batch_size,
        adjustment=adjustment,
        name=name,
        _reuse=reuse,
        _scope=name,
    )
    return layer.apply(inputs, training=training)

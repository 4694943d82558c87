"""`tf.contrib.distributions.MultivariateNormalDiag`, which `tf.distributions` has not.

Shapes: S samples, B batch, K numbers of one sample.

Source: `tf.contrib.distributions` of TensorFlow 1.15.
"""

import math
from typing import Any, Optional, Union

import tensorflow.compat.v1 as tf

_LOG_OF_2_PI = math.log(2 * math.pi)


class MultivariateNormalDiag(tf.distributions.Distribution):
    """Independent normal numbers: `loc + scale * z`, one sample a vector of K.

    Args:
      loc: [B, K] or [K]; None is 0.
      scale_diag: [B, K] or [K], the standard deviations.
      scale_identity_multiplier: [B] or a scalar, added to them, or in their place.

    Raises:
      ValueError: nothing says what K is.
    """

    def __init__(self, loc: Any = None, scale_diag: Any = None,
                 scale_identity_multiplier: Any = None, validate_args: bool = False,
                 allow_nan_stats: bool = True, name: str = "MultivariateNormalDiag") -> None:
        parameters = dict(locals())
        given = [loc, scale_diag, scale_identity_multiplier]
        if loc is None and scale_diag is None:
            raise ValueError(f"{name}: give loc or scale_diag, which say how many numbers one "
                             "sample has")
        with tf.name_scope(name, values=[part for part in given if part is not None]):
            loc = None if loc is None else tf.convert_to_tensor(loc, name="loc")
            scale = None if scale_diag is None else tf.convert_to_tensor(scale_diag, name="scale")
            if scale is None:
                scale = tf.ones_like(loc)
                if scale_identity_multiplier is not None:
                    scale = scale * tf.convert_to_tensor(
                        scale_identity_multiplier, scale.dtype)[..., tf.newaxis]
            elif scale_identity_multiplier is not None:
                scale = scale + tf.convert_to_tensor(
                    scale_identity_multiplier, scale.dtype)[..., tf.newaxis]
        self._loc, self._scale = loc, scale
        super().__init__(
            dtype=scale.dtype, validate_args=validate_args, allow_nan_stats=allow_nan_stats,
            reparameterization_type=tf.distributions.FULLY_REPARAMETERIZED, parameters=parameters,
            graph_parents=[part for part in (loc, scale) if part is not None], name=name)

    loc = property(lambda self: self._loc, doc="[B, K] or [K], or None.")

    @property
    def scale(self) -> Any:
        """The standard deviations as a diagonal matrix."""
        return tf.linalg.LinearOperatorDiag(self._scale)

    def _whole_shape(self):
        if self._loc is None:
            return self._scale.shape
        return tf.broadcast_static_shape(self._loc.shape, self._scale.shape)

    def _whole_shape_tensor(self):
        known = self._whole_shape()
        if known.is_fully_defined():
            return tf.constant(known.as_list(), tf.int32)
        if self._loc is None:
            return tf.shape(self._scale)
        return tf.broadcast_dynamic_shape(tf.shape(self._loc), tf.shape(self._scale))

    def _batch_shape(self):
        return self._whole_shape()[:-1]

    def _event_shape(self):
        return self._whole_shape()[-1:]

    def _batch_shape_tensor(self):
        return self._whole_shape_tensor()[:-1]

    def _event_shape_tensor(self):
        return self._whole_shape_tensor()[-1:]

    def _sample_n(self, n: Union[int, tf.Tensor], seed: Optional[int] = None) -> tf.Tensor:
        """Draws [n, B, K]."""
        shape = tf.concat([[n], self._whole_shape_tensor()], 0)
        drawn = self._scale * tf.random_normal(shape, dtype=self.dtype, seed=seed)
        return drawn if self._loc is None else drawn + self._loc

    def _standardized(self, x):
        return (x if self._loc is None else x - self._loc) * (1.0 / self._scale)

    def _log_of_volume(self):
        return tf.reduce_sum(tf.log(tf.abs(self._scale)), -1)

    def _log_of_each(self, x):
        return -0.5 * tf.square(self._standardized(x)) - 0.5 * _LOG_OF_2_PI

    def _log_prob(self, x):
        return tf.reduce_sum(self._log_of_each(x), -1) - self._log_of_volume()

    def _prob(self, x):
        each = tf.exp(self._log_of_each(x))
        return tf.reduce_prod(each, -1) * tf.exp(-self._log_of_volume())

    def _entropy(self):
        size = tf.cast(self._whole_shape_tensor()[-1], self.dtype)
        of_one = 0.5 + tf.constant(0.5 * _LOG_OF_2_PI, self.dtype)
        whole = of_one * size + self._log_of_volume()
        return tf.broadcast_to(whole, self._batch_shape_tensor())

    def _mean(self):
        mean = tf.zeros_like(self._scale) if self._loc is None else self._loc
        return tf.broadcast_to(mean, self._whole_shape_tensor())

    def _mode(self):
        return self._mean()

    def _variance(self):
        return tf.square(self._scale)

    def _stddev(self):
        return tf.abs(self._scale)

    def _covariance(self):
        return tf.matrix_diag(self._variance())


@tf.distributions.RegisterKL(MultivariateNormalDiag, MultivariateNormalDiag)
def _divergence(a, b, name=None):
    """Gives KL(a || b) [B], of covariances A and B with the means p and q:

        0.5 * (log |B| - log |A| - K + trace(B^-1 A) + (q - p)^T B^-1 (q - p))
    """
    with tf.name_scope(name or "kl_mvn"):
        ratio = tf.square(a.stddev() / b.stddev())
        distance = tf.square((b.mean() - a.mean()) * (1.0 / b._scale))
        size = tf.cast(a.event_shape_tensor()[0], a.dtype)
        return b._log_of_volume() - a._log_of_volume() + 0.5 * (
            -size + tf.reduce_sum(ratio, -1) + tf.reduce_sum(distance, -1))

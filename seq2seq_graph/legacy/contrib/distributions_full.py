"""`tf.contrib.distributions`: normal vectors whose numbers depend on each other.

Shapes: S samples, B batch, K numbers of one sample.

Source: `tf.contrib.distributions` of TensorFlow 1.15.
"""

import math
from typing import Any, Optional, Union

import tensorflow.compat.v1 as tf

_LOG_OF_2_PI = math.log(2 * math.pi)


class MultivariateNormalTriL(tf.distributions.Distribution):
    """Normal vectors `loc + L z`, one sample a vector of K.

    Args:
      loc: [B, K] or [K]; None is 0.
      scale_tril: L, [B, K, K] or [K, K], lower triangular; above its diagonal nothing is read.

    Raises:
      ValueError: nothing says what K is.
    """

    def __init__(self, loc: Any = None, scale_tril: Any = None, validate_args: bool = False,
                 allow_nan_stats: bool = True, name: str = "MultivariateNormalTriL") -> None:
        parameters = dict(locals())
        if loc is None and scale_tril is None:
            raise ValueError(f"{name}: give loc or scale_tril, which say how many numbers one "
                             "sample has")
        with tf.name_scope(name, values=[part for part in (loc, scale_tril) if part is not None]):
            loc = None if loc is None else tf.convert_to_tensor(loc, name="loc")
            if scale_tril is None:
                scale_tril = tf.eye(tf.shape(loc)[-1], dtype=loc.dtype)
            scale_tril = tf.convert_to_tensor(scale_tril, name="scale_tril")
            self._scale = tf.linalg.LinearOperatorLowerTriangular(
                scale_tril, is_non_singular=True)
        self._loc = loc
        super().__init__(
            dtype=scale_tril.dtype, validate_args=validate_args, allow_nan_stats=allow_nan_stats,
            reparameterization_type=tf.distributions.FULLY_REPARAMETERIZED, parameters=parameters,
            graph_parents=[part for part in (loc, scale_tril) if part is not None], name=name)

    loc = property(lambda self: self._loc, doc="[B, K] or [K], or None.")
    scale = property(lambda self: self._scale, doc="L, a LinearOperator.")

    def _batch_shape(self):
        batch = self._scale.batch_shape
        return batch if self._loc is None else tf.broadcast_static_shape(
            batch, self._loc.shape[:-1])

    def _event_shape(self):
        return tf.TensorShape([self._scale.range_dimension])

    def _batch_shape_tensor(self):
        known = self._batch_shape()
        if known.is_fully_defined():
            return tf.constant(known.as_list(), tf.int32)
        batch = self._scale.batch_shape_tensor()
        return batch if self._loc is None else tf.broadcast_dynamic_shape(
            batch, tf.shape(self._loc)[:-1])

    def _event_shape_tensor(self):
        return self._scale.range_dimension_tensor()[tf.newaxis]

    def _whole_shape_tensor(self):
        return tf.concat([self._batch_shape_tensor(), self._event_shape_tensor()], 0)

    def _sample_n(self, n: Union[int, tf.Tensor], seed: Optional[int] = None) -> tf.Tensor:
        """Draws [n, B, K]."""
        shape = tf.concat([[n], self._whole_shape_tensor()], 0)
        drawn = self._scale.matvec(tf.random_normal(shape, dtype=self.dtype, seed=seed))
        return drawn if self._loc is None else drawn + self._loc

    def _log_of_each(self, x):
        far = x if self._loc is None else x - self._loc
        standardized = self._scale.solvevec(far)
        return -0.5 * tf.square(standardized) - 0.5 * _LOG_OF_2_PI

    def _log_prob(self, x):
        return tf.reduce_sum(self._log_of_each(x), -1) - self._scale.log_abs_determinant()

    def _prob(self, x):
        each = tf.exp(self._log_of_each(x))
        return tf.reduce_prod(each, -1) * tf.exp(-self._scale.log_abs_determinant())

    def _entropy(self):
        size = tf.cast(self._event_shape_tensor()[0], self.dtype)
        of_one = 0.5 + tf.constant(0.5 * _LOG_OF_2_PI, self.dtype)
        return tf.broadcast_to(
            of_one * size + self._scale.log_abs_determinant(), self._batch_shape_tensor())

    def _mean(self):
        shape = self._whole_shape_tensor()
        return tf.zeros(shape, self.dtype) if self._loc is None else tf.broadcast_to(
            self._loc, shape)

    def _mode(self):
        return self._mean()

    def _covariance(self):
        return self._scale.matmul(self._scale.to_dense(), adjoint_arg=True)

    def _variance(self):
        return tf.matrix_diag_part(self._covariance())

    def _stddev(self):
        return tf.sqrt(self._variance())


class MultivariateNormalFullCovariance(MultivariateNormalTriL):
    """Normal vectors of a covariance.

    Args:
      loc: [B, K] or [K]; None is 0.
      covariance_matrix: [B, K, K] or [K, K], symmetric and positive; None is the identity. Above
        its diagonal nothing is read.
      validate_args: whether to check at run time that it is symmetric.
    """

    def __init__(self, loc: Any = None, covariance_matrix: Any = None,
                 validate_args: bool = False, allow_nan_stats: bool = True,
                 name: str = "MultivariateNormalFullCovariance") -> None:
        with tf.name_scope(name):
            if covariance_matrix is not None:
                covariance_matrix = tf.convert_to_tensor(covariance_matrix, name="covariance")
                checks = [tf.assert_equal(
                    covariance_matrix, tf.matrix_transpose(covariance_matrix),
                    message="Matrix was not symmetric.")] if validate_args else []
                with tf.control_dependencies(checks):
                    covariance_matrix = tf.cholesky(covariance_matrix)
        super().__init__(loc, covariance_matrix, validate_args, allow_nan_stats, name)

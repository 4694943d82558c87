"""`tf.contrib.opt`: optimizers that sequence programs take from there.

Their parts are methods that TensorFlow's own optimizers call: `_apply_dense`, `_apply_sparse`.

Source: `tf.contrib.opt` of TensorFlow 1.15; Nadam is Dozat 2015, decoupled weight decay Loshchilov
and Hutter 2017, https://arxiv.org/abs/1711.05101.
"""

from typing import Any, List, Optional, Sequence, Type

import tensorflow.compat.v1 as tf

from seq2seq_graph.legacy.argument_types import GradientPair, Number


def _numbers(adam, var):
    """Gives an Adam's powers of beta1 and beta2, rate, beta1, beta2 and epsilon in var's type."""
    values = (*adam._get_beta_accumulators(), adam._lr_t, adam._beta1_t, adam._beta2_t,
              adam._epsilon_t)
    return [tf.cast(value, var.dtype.base_dtype) for value in values]


class LazyAdamOptimizer(tf.train.AdamOptimizer):
    """Adam that leaves the moments of rows alone which a sparse gradient does not name."""

    def _apply_sparse(self, grad, var):
        return self._rows(grad.values, var, grad.indices)

    def _resource_apply_sparse(self, grad, var, indices):
        return self._rows(grad, var, indices)

    def _rows(self, grad, var, indices):
        power1, power2, rate, beta1, beta2, epsilon = _numbers(self, var)
        rate = rate * tf.sqrt(1 - power2) / (1 - power1)
        m, v = self.get_slot(var, "m"), self.get_slot(var, "v")
        new_m = beta1 * tf.gather(m, indices) + (1 - beta1) * grad
        m_op = tf.scatter_update(m, indices, new_m, use_locking=self._use_locking)
        new_v = beta2 * tf.gather(v, indices) + (1 - beta2) * tf.square(grad)
        v_op = tf.scatter_update(v, indices, new_v, use_locking=self._use_locking)
        step = rate * new_m / (tf.sqrt(new_v) + epsilon)
        return tf.group(
            tf.scatter_sub(var, indices, step, use_locking=self._use_locking), m_op, v_op)


class NadamOptimizer(tf.train.AdamOptimizer):
    """Adam with Nesterov's momentum."""

    def _apply_dense(self, grad, var):
        m, v = self.get_slot(var, "m"), self.get_slot(var, "v")
        power1, power2, rate, beta1, beta2, epsilon = _numbers(self, var)
        return tf.raw_ops.ApplyAdam(
            var=var._ref(), m=m._ref(), v=v._ref(), beta1_power=power1, beta2_power=power2,
            lr=rate, beta1=beta1, beta2=beta2, epsilon=epsilon, grad=grad,
            use_locking=self._use_locking, use_nesterov=True).op

    def _resource_apply_dense(self, grad, var):
        m, v = self.get_slot(var, "m"), self.get_slot(var, "v")
        power1, power2, rate, beta1, beta2, epsilon = _numbers(self, var)
        return tf.raw_ops.ResourceApplyAdam(
            var=var.handle, m=m.handle, v=v.handle, beta1_power=power1, beta2_power=power2,
            lr=rate, beta1=beta1, beta2=beta2, epsilon=epsilon, grad=grad,
            use_locking=self._use_locking, use_nesterov=True)

    def _apply_sparse_shared(self, grad, var, indices, scatter_add):
        power1, power2, rate, beta1, beta2, epsilon = _numbers(self, var)
        rate = rate * tf.sqrt(1 - power2) / (1 - power1)
        scaled = grad * (1 - beta1)
        m = self._decayed(self.get_slot(var, "m"), beta1, indices, scaled, scatter_add)
        ahead = scaled + beta1 * tf.gather(m, indices)
        v = self._decayed(
            self.get_slot(var, "v"), beta2, indices, grad * grad * (1 - beta2), scatter_add)
        root = tf.sqrt(tf.gather(v, indices))
        update = scatter_add(var, indices, -rate * ahead / (root + epsilon))
        return tf.group(update, ahead, v)

    def _decayed(self, slot, factor, indices, values, scatter_add):
        with tf.control_dependencies(
                [tf.assign(slot, slot * factor, use_locking=self._use_locking)]):
            return scatter_add(slot, indices, values)


class DecoupledWeightDecayExtension:
    """Makes an optimizer shrink the weights before each of its steps.

    Args:
      weight_decay: a number, a tensor [], or a function that gives one; what share of a weight is
        taken off a step.
      options: the optimizer's own arguments.
    """

    def __init__(self, weight_decay: Any, **options: Any) -> None:
        self._weight_decay = weight_decay
        self._decayed_only: List[tf.Variable] = []
        super().__init__(**options)

    def minimize(self, loss: tf.Tensor, global_step: Optional[tf.Variable] = None,
                 var_list: Optional[Sequence[tf.Variable]] = None,
                 gate_gradients: int = tf.train.Optimizer.GATE_OP, aggregation_method: Any = None,
                 colocate_gradients_with_ops: bool = False, name: Optional[str] = None,
                 grad_loss: Optional[tf.Tensor] = None,
                 decay_var_list: Optional[Sequence[tf.Variable]] = None) -> tf.Operation:
        """Updates the variables. As in 1.15, all shrink: `decay_var_list` has no effect here."""
        del decay_var_list
        return super().minimize(  # type: ignore[misc]
            loss, global_step=global_step, var_list=var_list, gate_gradients=gate_gradients,
            aggregation_method=aggregation_method, name=name, grad_loss=grad_loss,
            colocate_gradients_with_ops=colocate_gradients_with_ops)

    def apply_gradients(self, grads_and_vars: Sequence[GradientPair],
                        global_step: Optional[tf.Variable] = None, name: Optional[str] = None,
                        decay_var_list: Optional[Sequence[tf.Variable]] = None) -> tf.Operation:
        """Applies gradients; `decay_var_list` names the variables that shrink, None all."""
        self._decayed_only = list(decay_var_list or ())
        return super().apply_gradients(  # type: ignore[misc]
            grads_and_vars, global_step=global_step, name=name)

    def _prepare(self):
        decay = self._weight_decay() if callable(self._weight_decay) else self._weight_decay
        self._weight_decay_tensor = tf.convert_to_tensor(decay, name="weight_decay")
        super()._prepare()

    def _shrunk(self, var, shrink):
        if self._decayed_only and not any(var is decayed for decayed in self._decayed_only):
            return tf.no_op()
        return shrink(tf.cast(self._weight_decay_tensor, var.dtype.base_dtype))

    def _all(self, var):
        return self._shrunk(var, lambda decay: tf.assign_sub(
            var, decay * var, use_locking=self._use_locking))

    def _rows_of(self, var, indices):
        return self._shrunk(var, lambda decay: tf.scatter_add(
            var, indices, -decay * tf.gather(var, indices), use_locking=self._use_locking))

    def _apply_dense(self, grad, var):
        with tf.control_dependencies([self._all(var)]):
            return super()._apply_dense(grad, var)

    def _resource_apply_dense(self, grad, var):
        with tf.control_dependencies([self._all(var)]):
            return super()._resource_apply_dense(grad, var)

    def _apply_sparse(self, grad, var):
        with tf.control_dependencies([self._rows_of(var, grad.indices)]):
            return super()._apply_sparse(grad, var)

    def _resource_apply_sparse(self, grad, var, indices):
        with tf.control_dependencies([self._rows_of(var, indices)]):
            return super()._resource_apply_sparse(grad, var, indices)


def extend_with_decoupled_weight_decay(
        base_optimizer: Type[tf.train.Optimizer]) -> Type[tf.train.Optimizer]:
    """Gives a class of optimizers whose first argument is the weight decay."""
    class OptimizerWithDecoupledWeightDecay(DecoupledWeightDecayExtension, base_optimizer):
        """An optimizer that shrinks the weights before each step."""

        def __init__(self, weight_decay: Any, *args: Any, **kwargs: Any) -> None:
            super().__init__(weight_decay, *args, **kwargs)

    return OptimizerWithDecoupledWeightDecay


class MomentumWOptimizer(DecoupledWeightDecayExtension, tf.train.MomentumOptimizer):
    """Momentum with decoupled weight decay."""

    def __init__(self, weight_decay: Any, learning_rate: Number, momentum: Number,
                 use_locking: bool = False, name: str = "MomentumW",
                 use_nesterov: bool = False) -> None:
        super().__init__(weight_decay, learning_rate=learning_rate, momentum=momentum,
                         use_locking=use_locking, name=name, use_nesterov=use_nesterov)


class AdamWOptimizer(DecoupledWeightDecayExtension, tf.train.AdamOptimizer):
    """Adam with decoupled weight decay."""

    def __init__(self, weight_decay: Any, learning_rate: Number = 0.001, beta1: Number = 0.9,
                 beta2: Number = 0.999, epsilon: Number = 1e-8, use_locking: bool = False,
                 name: str = "AdamW") -> None:
        super().__init__(weight_decay, learning_rate=learning_rate, beta1=beta1, beta2=beta2,
                         epsilon=epsilon, use_locking=use_locking, name=name)

"""Gradients of operations on two tensors, made of the ops that TensorFlow 1.15 made for them.

Each takes an op and the gradient of its output, and gives those of its two inputs. What is needed
of the shapes is kept inside of loops too, so that a loop's stacks are those of 1.15.
"""

import itertools
import weakref
from typing import Any, Dict

import tensorflow.compat.v1 as v1

from seq2seq_graph.legacy.programs import counting

# Graph -> the pairs of shapes that 1.15 would have broadcast there already.
_known: Any = weakref.WeakKeyDictionary()
EVALUATED = 3  # two constants and the op that 1.15 made to find what a pair of shapes broadcasts


def _equal(*tensors) -> bool:
    shapes = [tensor.shape for tensor in tensors]
    return all(shape.is_fully_defined() for shape in shapes) and (
        len({tuple(shape.as_list()) for shape in shapes}) == 1)


def _summed(x, y, grad, grad_x, grad_y):
    """Sums the gradients over the axes along which x or y was broadcast."""
    if not (x.shape.is_fully_defined() and y.shape.is_fully_defined()):
        shape_x, shape_y = (v1.raw_ops.Shape(input=t, out_type=v1.int32) for t in (x, y))
        return _summed_at_run_time(shape_x, shape_y, grad_x, grad_y)
    shapes = x.shape.as_list(), y.shape.as_list()
    if counting.first_time(_known, (tuple(shapes[0]), tuple(shapes[1]))):
        counting.add(EVALUATED)
    rank = max(map(len, shapes))
    of_grad = grad.shape.as_list() if grad.shape.ndims is not None else None
    result = []
    for shape, part in zip(shapes, (grad_x, grad_y)):
        ones = [1] * (rank - len(shape))
        axes = [i for i, size in enumerate(itertools.chain(ones, shape)) if size == 1]
        result.append(part if shape == of_grad else v1.reshape(
            v1.reduce_sum(part, _integers(axes)), _integers(shape)))
    return result


def _integers(values):
    return v1.constant(values, v1.int32, [len(values)])


def _summed_at_run_time(shape_x, shape_y, grad_x, grad_y):
    axes_x, axes_y = v1.raw_ops.BroadcastGradientArgs(s0=shape_x, s1=shape_y)
    return (v1.reshape(v1.reduce_sum(grad_x, axes_x), shape_x),
            v1.reshape(v1.reduce_sum(grad_y, axes_y), shape_y))


def add(op: Any, grad: Any) -> Any:
    """Gives the gradients of both inputs."""
    x, y = op.inputs
    return (grad, grad) if _equal(x, y, grad) else _summed(x, y, grad, grad, grad)


def subtract(op: Any, grad: Any) -> Any:
    """Gives the gradients of both inputs."""
    x, y = op.inputs
    grads = grad, -grad
    return grads if _equal(x, y, grad) else _summed(x, y, grad, *grads)


def multiply(op: Any, grad: Any) -> Any:
    """Gives the gradients of both inputs."""
    x, y = op.inputs
    grads = (v1.raw_ops.Mul(x=grad, y=v1.conj(y)), v1.raw_ops.Mul(x=v1.conj(x), y=grad))
    plain = _equal(x, y, grad) and grad.dtype in (v1.int32, v1.float32)
    return grads if plain else _summed(x, y, grad, *grads)


def multiply_no_nan(op: Any, grad: Any) -> Any:
    """Gives the gradients of both inputs."""
    x, y = op.inputs
    grads = v1.raw_ops.MulNoNan(x=grad, y=y), v1.raw_ops.MulNoNan(x=x, y=grad)
    if _equal(x, y, grad):
        return grads
    return _summed_at_run_time(v1.shape(x), v1.shape(y), *grads)


def arctangent(op: Any, grad: Any) -> Any:
    """Gives the gradients of both inputs, which 1.15 did not broadcast."""
    y, x = op.inputs
    with v1.control_dependencies([grad]):
        part = grad / (v1.square(x) + v1.square(y))
        grads = x * part, -y * part
    known = x.shape.is_fully_defined() and y.shape.is_fully_defined()
    return _summed(y, x, grad, *grads) if known and not _equal(x, y) else grads


def squared_difference(op: Any, grad: Any) -> Any:
    """Gives the gradients of both inputs."""
    x, y = op.inputs
    with v1.control_dependencies([grad]):
        grad_x = v1.scalar_mul(2.0, grad) * (x - y)
    if _equal(x, y, grad):
        return grad_x, -grad_x
    return _summed(x, y, grad, grad_x, -grad_x)


def power(op: Any, grad: Any) -> Any:
    """Gives the gradients of both inputs."""
    x, y = map(v1.conj, op.inputs)
    grad_x = grad * y * v1.pow(x, y - 1)
    mask = v1.not_equal(x, 0) if x.dtype.is_complex else x > 0
    logarithm = v1.where(
        mask, v1.log(v1.where(mask, x, v1.ones_like(x))), v1.zeros_like(x))
    grad_y = grad * v1.conj(op.outputs[0]) * logarithm
    first, second = op.inputs
    return _summed(first, second, grad, grad_x, grad_y)


def _always_summed(gradients):
    """Makes a gradient of one that gives both parts: they are summed whatever the shapes are."""
    def gradient(op, grad):
        x, y = op.inputs
        shapes = v1.shape(x), v1.shape(y)
        return _summed_at_run_time(*shapes, *gradients(v1.conj(x), v1.conj(y), grad))

    return gradient


def _divided(divide):
    return _always_summed(lambda x, y, grad: (
        divide(grad, y), grad * divide(divide(-x, y), y)))


def _chosen(first):
    """Makes the gradient of the larger or smaller: `first(x, y)` tells where x is chosen."""
    def parts(x, y, grad):
        zeros = v1.fill(v1.shape(grad), v1.constant(0, grad.dtype))
        mask = first(x, y)
        return v1.where(mask, grad, zeros), v1.where(mask, zeros, grad)

    return _always_summed(parts)


def batch_matmul(op: Any, grad: Any) -> Any:
    """Gives the gradients of both inputs."""
    x, y = op.inputs
    adjoint_x, adjoint_y = op.get_attr("adj_x"), op.get_attr("adj_y")
    if adjoint_x:
        grad_x = v1.matmul(y, grad, adjoint_a=adjoint_y, adjoint_b=True)
    else:
        grad_x = v1.matmul(grad, y, adjoint_b=not adjoint_y)
    if adjoint_y:
        grad_y = v1.matmul(grad, x, adjoint_a=True, adjoint_b=adjoint_x)
    else:
        grad_y = v1.matmul(x, grad, adjoint_a=not adjoint_x)
    if _equal(x, y):
        return grad_x, grad_y
    shape_x, shape_y = v1.shape(x), v1.shape(y)
    axes_x, axes_y = v1.raw_ops.BroadcastGradientArgs(s0=shape_x[:-2], s1=shape_y[:-2])
    summed = (v1.reshape(v1.reduce_sum(grad_x, axes_x), shape_x),
              v1.reshape(v1.reduce_sum(grad_y, axes_y), shape_y))
    # Where nothing was broadcast nothing is to be summed: the ops are there, and do not run.
    return (grad_x, grad_y) if _equal_batches(x.shape, y.shape) else summed


def _equal_batches(shape_x, shape_y) -> bool:
    known = shape_x.ndims is not None and shape_y.ndims is not None
    return known and shape_x[:-2].is_fully_defined() and (
        shape_x[:-2].as_list() == shape_y[:-2].as_list())


GRADIENTS: Dict[str, Any] = {
    "Add": add, "AddV2": add, "Sub": subtract, "Mul": multiply, "Pow": power,
    "MulNoNan": multiply_no_nan, "Atan2": arctangent,
    "SquaredDifference": squared_difference, "BatchMatMulV2": batch_matmul,
    "Div": _divided(v1.divide), "RealDiv": _divided(v1.realdiv),
    "DivNoNan": _divided(v1.div_no_nan),
    "Maximum": _chosen(v1.greater_equal), "Minimum": _chosen(v1.less_equal),
    "FloorMod": _always_summed(lambda x, y, grad: (grad, grad * -v1.floordiv(x, y))),
}

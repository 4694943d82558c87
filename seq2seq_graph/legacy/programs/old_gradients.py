"""Gradients that make as many ops as on TensorFlow 1.15, so that later default seeds are its own.

Those that loops hold often are built as they were; for the rest the difference is counted. A
gradient that is no Tensor (of an embedding, say) and eager execution go TensorFlow's own way.
"""

import weakref
from typing import Any, Dict

import numpy as np
import tensorflow.compat.v1 as v1

from seq2seq_graph.legacy.programs import broadcast_gradients, counting, internals

# Graph -> the shapes and axes that 1.15 would have reduced there already, by so many ops.
_known: Any = weakref.WeakKeyDictionary()
EVALUATED = 17


def install() -> None:
    """Puts these gradients in the places of TensorFlow's."""
    internals.replace_gradients({
        **{name: _instead(gradient) for name, gradient in _BUILT.items()},
        **{name: _counted(difference) for name, difference in _DIFFERENCES.items()},
        "GatherV2": _gathered, "ExtractImagePatches": _counted_as(97),
    })


def _instead(gradient):
    def wrap(old):
        def new(op, *grads):
            if v1.executing_eagerly() or not all(isinstance(grad, v1.Tensor) for grad in grads):
                return old(op, *grads)
            made = gradient(op, *grads)
            return old(op, *grads) if made is NotImplemented else made

        return new

    return wrap


def _counted(difference):
    def wrap(old):
        def new(op, *grads):
            result = old(op, *grads)
            counting.add(difference(op) if callable(difference) else difference)
            return result

        return new

    return wrap


def _counted_as(number):
    """Makes what counts so many ops, whatever this TensorFlow makes."""
    def wrap(old):
        def new(op, *grads):
            graph = v1.get_default_graph()
            before = counting.count(graph)
            result = old(op, *grads)
            counting.add(number - (counting.count(graph) - before))
            return result

        return new

    return wrap


def _gathered(old):
    """Of an embedding: up to TensorFlow 2.15 it casts the shape too."""
    def new(op, grad):
        graph = v1.get_default_graph()
        before = internals.operations(graph)
        result = old(op, grad)
        casts = sum(made.type == "Cast" for made in internals.operations_since(graph, before))
        counting.add((1 if v1.get_static_value(op.inputs[2]) == 0 else -7) - min(casts, 1))
        return result

    return new


def _kept_shape(shape, axes):
    """Gives the shape with 1 in the place of each reduced axis, at run time."""
    rank = v1.size(shape)
    axes = (v1.cast(axes, v1.int32) + rank) % rank
    return v1.dynamic_stitch([v1.range(rank), axes], [shape, v1.fill(v1.shape(axes), 1)])


def _sum(op, grad):
    x = op.inputs[0]
    axes = v1.get_static_value(op.inputs[1])
    if x.shape.ndims is not None and axes is not None:
        if np.array_equal(axes, np.arange(x.shape.ndims)):
            ones = v1.ones([x.shape.ndims], v1.int32)
            return v1.tile(v1.reshape(grad, ones), v1.shape(x)), None
        if x.shape.is_fully_defined():
            return _sum_of_known(x.shape.as_list(), tuple(axes.reshape(-1).tolist()), grad), None
    shape = v1.shape(x)
    kept = _kept_shape(shape, op.inputs[1])
    scaling = shape // v1.maximum(kept, 1)
    return v1.tile(v1.reshape(grad, kept), scaling), None


def _sum_of_known(shape, axes, grad):
    if counting.first_time(_known, (tuple(shape), axes)):
        counting.add(EVALUATED)
    kept = list(shape)
    for axis in axes:
        kept[axis] = 1
    return v1.tile(v1.reshape(grad, kept), [size // max(one, 1) for size, one in zip(shape, kept)])


def _mean(op, grad):
    grad_sum, _ = _sum(op, grad)
    x, y = op.inputs[0], op.outputs[0]
    if x.shape.is_fully_defined() and y.shape.is_fully_defined():
        sizes = [int(np.prod(t.shape.as_list())) for t in (x, y)]
        factor = v1.constant(sizes[0] // max(sizes[1], 1), grad_sum.dtype)
    else:
        shapes = v1.shape(x), v1.shape(y)
        factor = v1.reduce_prod(shapes[0]) // v1.maximum(v1.reduce_prod(shapes[1]), 1)
    return v1.truediv(grad_sum, v1.cast(factor, grad_sum.dtype)), None


def _extreme(op, grad):
    """Of the largest or smallest; equal ones share the gradient."""
    x, axes = op.inputs
    kept = _kept_shape(v1.shape(x), axes)
    largest, grad = v1.reshape(op.outputs[0], kept), v1.reshape(grad, kept)
    chosen = v1.cast(v1.equal(largest, x), grad.dtype)
    number = v1.reshape(v1.reduce_sum(chosen, axes), kept)
    return chosen / number * grad, None


def _strided_slice(op, grad):
    x, begin, end, strides = op.inputs
    masks = {name: op.get_attr(name) for name in (
        "begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask")}
    return v1.raw_ops.StridedSliceGrad(
        shape=v1.shape(x, out_type=begin.dtype), begin=begin, end=end, strides=strides, dy=grad,
        **masks), None, None, None


def _diagonal_part(op, grad):
    """Of a matrix that is known to be square it is `matrix_diag`, as TensorFlow makes it."""
    x, sides = op.inputs[0], op.inputs[0].shape[-2:]
    is_square = sides.is_fully_defined() and sides[0] == sides[1]
    if is_square or not _is_main_diagonal(op.inputs[1]):
        return NotImplemented
    return v1.matrix_set_diag(v1.zeros_like(x), grad), None, None


def _set_diagonal(op, grad):
    x, diagonal, place = op.inputs
    if not _is_main_diagonal(place):
        return NotImplemented
    shape = x.shape.merge_with(grad.shape)
    batch, sides = shape[:-2].merge_with(diagonal.shape[:-1]), shape[-2:]
    if batch.is_fully_defined() and sides.is_fully_defined():
        width = batch.as_list() + [min(sides.as_list())]
    else:
        with v1.colocate_with(grad):
            of_grad, rank = v1.shape(grad), v1.rank(grad)
            before = v1.slice(of_grad, [0], [rank - 2])
            least = v1.reduce_min(v1.slice(of_grad, [rank - 2], [2]))
            width = v1.concat([before, [least]], 0)
    zeros = v1.zeros(width, grad.dtype)
    return v1.matrix_set_diag(grad, zeros), v1.matrix_diag_part(grad), None


def _is_main_diagonal(place) -> bool:
    return v1.get_static_value(place) == 0


def _array_flow(read):
    """Of what is put into a TensorArray.

    TensorFlow 2 makes the gradient's array wait until all is in the array itself. So it is here
    too, but not counted.
    """
    def gradient(op, flow):
        graph = v1.get_default_graph()
        source = _source(flow)
        before = internals.operations(graph)
        done = v1.identity(op.outputs[0], "flow_out")
        with v1.control_dependencies([done]):
            flow = v1.identity(flow, "write_barrier")
        # A loop's first stack brings a trigger, which 1.15's next stack would have brought.
        counting.add(-sum(made.type != "ControlTrigger"
                          for made in internals.operations_since(graph, before)))
        array = v1.TensorArray(op.get_attr("T"), handle=op.inputs[0], flow=flow,
                               colocate_with_first_write_call=False).grad(source, flow)
        return None, None, read(array, op.inputs[1]), flow

    return gradient


def _source(tensor) -> str:
    """Gives the outermost part of a name up to its last `gradients`, by which arrays differ."""
    parts = tensor.name.split("/")
    last = max(i for i, part in enumerate(parts) if part.startswith("gradients"))
    return "/".join(parts[:last + 1])


def _of_product(op) -> int:
    known = op.inputs[0].shape.is_fully_defined() and v1.get_static_value(op.inputs[1]) is not None
    return 12 if known else 3


_BUILT: Dict[str, Any] = {
    **broadcast_gradients.GRADIENTS, "Sum": _sum, "Mean": _mean, "Max": _extreme, "Min": _extreme,
    "StridedSlice": _strided_slice,
    "MatrixDiagPartV3": _diagonal_part, "MatrixSetDiagV3": _set_diagonal,
    "TensorArrayWriteV3": _array_flow(lambda array, index: array.read(index)),
    "TensorArrayScatterV3": _array_flow(lambda array, indices: array.gather(indices)),
}
# How many ops 1.15 made more.
_DIFFERENCES: Dict[str, Any] = {
    "SparseSoftmaxCrossEntropyWithLogits": 1, "Prod": _of_product, "Sign": 2, "BroadcastTo": -1,
    "Conv3D": 1, "UnsortedSegmentSum": -10, "UnsortedSegmentMax": -10,
    "SparseTensorDenseMatMul": -3,
}

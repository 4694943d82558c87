"""`tf.tensordot` of the ops that TensorFlow 1.15 made for it, and so with its gradients.

Today a step that changes nothing is left out, a transposition or a reshape.
"""

import functools
from typing import Callable

import numpy as np
import tensorflow.compat.v1 as v1


def old(tensordot: Callable) -> Callable:
    """Gives `tf.tensordot` as it was; where a rank is not known it is today's."""
    def made(a, b, axes, name=None):
        if v1.executing_eagerly():
            return tensordot(a, b, axes, name)
        with v1.name_scope(name, "Tensordot", [a, b, axes]) as scope:
            a, b = v1.convert_to_tensor(a, name="a"), v1.convert_to_tensor(b, name="b")
            both = _axes(a, b, axes)
            if both is None:
                return tensordot(a, b, axes, scope)
            flat_a, free_a, sizes_a = _matrix(a, both[0], flipped=False)
            flat_b, free_b, sizes_b = _matrix(b, both[1], flipped=True)
            product = v1.matmul(flat_a, flat_b)
            if isinstance(free_a, list) and isinstance(free_b, list):
                return v1.reshape(product, free_a + free_b, name=scope)
            free_a = v1.convert_to_tensor(free_a, v1.int32)
            free_b = v1.convert_to_tensor(free_b, v1.int32)
            result = v1.reshape(product, v1.concat([free_a, free_b], 0), name=scope)
            result.set_shape(sizes_a + sizes_b)
            return result

    return made


def _axes(a, b, axes):
    """Gives the axes of both as lists of numbers from 0; None where that cannot be said."""
    if a.shape.ndims is None or b.shape.ndims is None or isinstance(axes, v1.Tensor):
        return None
    if isinstance(axes, (int, np.integer)):
        if not 0 <= axes <= min(a.shape.ndims, b.shape.ndims):
            return None  # an error, and TensorFlow's own to raise
        return list(range(a.shape.ndims - axes, a.shape.ndims)), list(range(axes))
    both = [[part] if isinstance(part, (int, np.integer)) else part for part in axes]
    lists = len(both) == 2 and all(isinstance(part, (list, tuple)) for part in both)
    if not lists or len(both[0]) != len(both[1]):
        return None
    return [[i if i >= 0 else i + t.shape.ndims for i in part] for t, part in zip((a, b), both)]


def _matrix(x, axes, flipped):
    """Turns a tensor into [free, contracted], `flipped` into [contracted, free].

    Returns:
      the matrix; the sizes of the free axes as a list, or as a tensor if one is not known; the
      same as a list with None.
    """
    sizes = x.shape.as_list()
    free = [i for i in range(len(sizes)) if i not in axes]
    free_sizes = [sizes[i] for i in free]
    if x.shape.is_fully_defined():
        products = [functools.reduce(int.__mul__, (sizes[i] for i in part), 1)
                    for part in (free, axes)]
        order = list(axes) + free if flipped else free + list(axes)
        flat = v1.reshape(v1.transpose(x, order), products[::-1] if flipped else products)
        return flat, free_sizes, free_sizes
    axes_tensor = v1.convert_to_tensor(axes, v1.int32, name="axes")
    free_tensor = v1.convert_to_tensor(free, v1.int32, name="free")
    shape = v1.shape(x)
    free_now, axes_now = v1.gather(shape, free_tensor), v1.gather(shape, axes_tensor)
    products = [v1.reduce_prod(free_now), v1.reduce_prod(axes_now)]
    parts = [free_tensor, axes_tensor]
    step = -1 if flipped else 1
    order, flat_shape = v1.concat(parts[::step], 0), v1.stack(products[::step])
    return v1.reshape(v1.transpose(x, order), flat_shape), free_now, free_sizes

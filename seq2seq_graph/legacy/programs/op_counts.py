"""Default op seeds by TensorFlow 1.15's rule, so that `tf.set_random_seed(777)` gives its numbers.

There an op without a seed of its own takes the number of ops in its graph. Functions that make
another number of ops today would shift every later seed. The random ones (`random_uniform`,
`dropout`) are built as they were, op by op; for the others it is enough to count what they made.
"""

import numbers

import tensorflow.compat.v1 as v1

from seq2seq_graph.legacy.programs import internals, old_gradients, tensordot
from seq2seq_graph.legacy.programs.counting import add, count

# Functions that made so many ops more, whatever their arguments.
_ALWAYS = {
    "ops.clip_ops:clip_by_global_norm": 1,
    "ops.nn_impl:sufficient_statistics": -1,
    "ops.random_ops:random_gamma": -2,
    "ops.math_ops:unsorted_segment_mean": -13,
    "ops.confusion_matrix:confusion_matrix_v1": 3,
    "training.learning_rate_decay:polynomial_decay": 1,
    "keras.optimizer_v2.legacy_learning_rate_decay:polynomial_decay": 1,
    "training.ftrl:FtrlOptimizer._prepare": -9,
    "data.ops.dataset_ops:DatasetV1._make_initializable_iterator": 3,
}

# Functions whose ops have changed among TensorFlow 2's versions too: a call, and 1.15's number.
_MEASURED = {
    "ops.nn_impl:weighted_moments": (lambda w: v1.nn.weighted_moments(w, [0], 1.0), 17),
    "ops.tensor_array_ops:_GraphTensorArray.concat": (
        lambda w: v1.TensorArray(v1.float32, size=0, dynamic_size=True).write(0, w).concat(), 5),
    "ops.embedding_ops:embedding_lookup_sparse": (
        lambda w: v1.nn.embedding_lookup_sparse(w, v1.SparseTensor(
            v1.zeros([1, 2], v1.int64), v1.zeros([1], v1.int64), [2, 3]), None), 13),
}
_measured = dict.fromkeys(_MEASURED, 0)


def install() -> None:
    """Sets the rule, and the functions that keep it."""
    internals.regularize_at_once()
    old_gradients.install()
    internals.replace_functions({
        "framework.random_seed:get_seed": _get_seed,
        "ops.random_ops:random_uniform": _random_uniform,
        "ops.nn_ops:dropout": _dropout,
        "ops.math_ops:_ReductionDims": _reduction_axes,
        # Today an empty list is a constant of floats first.
        "ops.array_ops:reshape": _counted(
            lambda shape=None: -int(isinstance(shape, (list, tuple)) and not shape), "shape"),
        "ops.array_ops:split": _counted(lambda sizes=None: int(_is_number(sizes)),
                                        "num_or_size_splits"),
        "ops.array_ops:zeros": _counted(_product_ops, "shape"),
        "ops.array_ops:ones": _counted(_product_ops, "shape"),
        "ops.array_ops:one_hot": _counted(
            lambda on_value=None, off_value=None: sum(
                value is not None and not v1.is_tensor(value) for value in (on_value, off_value)),
            "on_value", "off_value"),
        **{path: _counted(lambda number=number: number) for path, number in _ALWAYS.items()},
        **{path: _counted(lambda path=path: _measured[path]) for path in _MEASURED},
        "ops.math_ops:tensordot": tensordot.old,
        "training.ftrl:FtrlOptimizer._create_slots": _counted(
            lambda var_list: -2 * len(var_list), "var_list"),
        "ops.math_ops:linspace_nd": _linspace,
        "ops.tensor_array_ops:_GraphTensorArray.size": _one_op(),
        "ops.array_ops:matrix_diag": _one_op("diagonal"),
        "ops.array_ops:matrix_diag_part": _one_op("input"),
        "ops.array_ops:matrix_set_diag": _one_op("input", "diagonal"),
        "ops.special_math_ops:einsum": _einsum,
        "ops.nn:swish": _swish,  # `nn_impl` has another by now
    })
    for path, (call, number) in _MEASURED.items():
        with v1.Graph().as_default() as graph:
            w = v1.get_variable("w", [4, 5], initializer=v1.zeros_initializer())
            before = count(graph)
            call(w)
            _measured[path] = number - (count(graph) - before)


def _get_seed(get_seed):
    def counted(op_seed):
        graph = v1.get_default_graph()
        if op_seed is None and graph.seed is not None and not v1.executing_eagerly():
            op_seed = count(graph)
        return get_seed(op_seed)

    return counted


def _counted(difference, *names):
    """Makes what counts `difference(**those arguments)` more ops for each call."""
    def wrap(function):
        signature = internals.parameters(function)

        def counted(*args, **kwargs):
            result = function(*args, **kwargs)
            given = dict(zip(signature, args), **kwargs)
            values = [given.get(name) for name in names]
            if not v1.executing_eagerly():
                add(difference(*values))
            return result

        return counted

    return wrap


def _is_number(value) -> bool:
    return isinstance(value, (numbers.Integral, v1.Dimension))


def _product_ops(shape=None) -> int:
    """1.15 multiplied the sizes of a list and compared with 1000; with a tensor, in ops."""
    if not isinstance(shape, (list, tuple)) or not any(v1.is_tensor(size) for size in shape):
        return 0
    ops, product = 2, None  # the comparison and its 1000
    for size in shape:
        kind = "tensor" if v1.is_tensor(size) else "number"
        if product is not None and "tensor" in (product, kind):
            ops += 1 if product == kind else 2
        product = "tensor" if "tensor" in (product, kind) else "number"
    return ops


def _reduction_axes(reduction_axes):
    def axes(x, axis):
        # All axes of a scalar were a constant; today they are a range, three ops more.
        if axis is None and isinstance(x, v1.Variable):  # a range then, a constant today
            return v1.range(0, v1.rank(x))
        if axis is None and v1.is_tensor(x) and x.shape.ndims == 0:
            return v1.constant([], v1.int32)
        return reduction_axes(x, axis)

    return axes


def _one_op(*names):
    """Makes what counts one op, and one for each of those arguments that is no tensor yet.

    Today the size of an array is one, a constant or nothing, and what is on a matrix's diagonal
    is told by three constants more.
    """
    def wrap(function):
        signature = internals.parameters(function)

        def counted(*args, **kwargs):
            graph = v1.get_default_graph()
            before = internals.operations(graph)
            result = function(*args, **kwargs)
            given = dict(zip(signature, args), **kwargs)
            new = sum(not v1.is_tensor(given[name]) for name in names if name in given)
            add(1 + new - (internals.operations(graph) - before))
            return result

        return counted

    return wrap


def _einsum(einsum):
    """It was made of transpositions and one product of matrices, which is still there."""
    old = internals.module("ops.special_math_ops")._einsum_v1

    def of_matrices(*args, **kwargs):
        return (einsum if v1.executing_eagerly() else old)(*args, **kwargs)

    return of_matrices


def _swish(swish):
    @v1.custom_gradient
    def product(features):
        def gradient(grad):
            with v1.control_dependencies([grad]):  # so that it is computed anew, not kept
                squashed = v1.sigmoid(features)
            return grad * (squashed * (1.0 + features * (1.0 - squashed)))

        return features * v1.sigmoid(features), gradient

    def old(features):
        return product(v1.convert_to_tensor(features, name="features"))

    return old


def _linspace(linspace):
    def old(start, stop, num, name=None, axis=0):
        return v1.raw_ops.LinSpace(start=start, stop=stop, num=num, name=name)

    return lambda *args, **kwargs: (
        old if not v1.executing_eagerly() and "axis" not in kwargs else linspace)(*args, **kwargs)


def _random_uniform(random_uniform):
    def uniform(shape, minval=0, maxval=None, dtype=v1.float32, seed=None, name=None):
        kind = v1.as_dtype(dtype)
        plain = kind.is_floating and _is(minval, 0) and (maxval is None or _is(maxval, 1))
        if not plain or v1.executing_eagerly():
            return random_uniform(shape, minval, maxval, dtype, seed, name)
        with v1.name_scope(name, "random_uniform", [shape, minval, maxval]) as scope:
            shape = internals.shape_tensor(shape)
            low = v1.convert_to_tensor(minval, kind, name="min")
            high = v1.convert_to_tensor(1.0 if maxval is None else maxval, kind, name="max")
            seed1, seed2 = v1.get_seed(seed)
            drawn = v1.raw_ops.RandomUniform(
                shape=shape, dtype=kind, seed=seed1 or 0, seed2=seed2 or 0)
            return v1.add(drawn * (high - low), low, name=scope)

    return uniform


def _is(value, number) -> bool:
    return isinstance(value, numbers.Real) and value == number


def _dropout(dropout):
    def old(x, keep_prob=None, noise_shape=None, seed=None, name=None, rate=None):
        given = 1 - keep_prob if keep_prob is not None and rate is None else rate
        constant = isinstance(given, numbers.Real)
        if given is None or (keep_prob is not None and rate is not None) or (
                constant and not 0 < given < 1) or v1.executing_eagerly():
            return dropout(x, keep_prob, noise_shape, seed, name, rate)
        with v1.name_scope(name, "dropout", [x]):
            x = v1.convert_to_tensor(x, name="x")
            if not x.dtype.is_floating:
                return dropout(x, keep_prob, noise_shape, seed, name, rate)
            given = v1.convert_to_tensor(given, x.dtype, name="rate")
            if v1.get_static_value(given) == 0:
                return x
            shape = internals.noise_shape(x, noise_shape)
            drawn = v1.random_uniform(shape, seed=seed, dtype=x.dtype)
            scale = 1 / (1 - given)
            kept = drawn >= given
            result = x * scale * v1.cast(kept, x.dtype)
            result.set_shape(x.get_shape())
            return result

    return old

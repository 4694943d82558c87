"""NumPy's names that TensorFlow 1's programs use and today's NumPy has not."""

import builtins
import functools
import sys
import types
import warnings
from typing import Any, Set

import numpy as np

from seq2seq_graph.legacy.programs.lend import Lost, find_lost, lend
from seq2seq_graph.legacy.programs.notices import say_once

_NUMPY_2 = int(np.__version__.split(".")[0]) >= 2
_BUILTINS = {"int": int, "float": float, "bool": bool, "object": object, "str": str,
             "complex": complex, "long": int, "unicode": str}
_RENAMED = {
    "Inf": "inf", "Infinity": "inf", "infty": "inf", "PINF": "inf", "NaN": "nan", "NAN": "nan",
    "float_": "float64", "complex_": "complex128", "cfloat": "complex128",
    "singlecomplex": "complex64", "clongfloat": "clongdouble", "longfloat": "longdouble",
    "longcomplex": "clongdouble", "string_": "bytes_", "unicode_": "str_", "bool8": "bool_",
    "object0": "object_", "int0": "intp", "uint0": "uintp", "str0": "str_", "bytes0": "bytes_",
    "product": "prod", "cumproduct": "cumprod", "sometrue": "any", "alltrue": "all",
    "round_": "round", "in1d": "isin", "row_stack": "vstack", "trapz": "trapezoid",
}
_IN_LIB = ("pad", "unique", "flip", "median", "tile")  # of `np.lib`, today in `np`


def _give(value):
    return value


def restore() -> None:
    """Puts them back, each said when first used; and prints numbers as NumPy did then."""
    lost = {name: Lost(functools.partial(_give, value), f"{value.__name__} (or np.{name}_)")
            for name, value in _BUILTINS.items()}
    for old, new in _RENAMED.items():
        lost[old] = Lost(functools.partial(getattr, np, new), f"np.{new}")
    lost.update(
        NINF=Lost(lambda: -np.inf, "-np.inf"),
        PZERO=Lost(lambda: 0.0, "0.0"), NZERO=Lost(lambda: -0.0, "-0.0"),
        asscalar=Lost(lambda: lambda a: a.item(), "a.item()"),
        asfarray=Lost(lambda: _asfarray, "np.asarray(a, dtype=float)"),
        msort=Lost(lambda: lambda a: np.sort(a, axis=0), "np.sort(a, axis=0)"),
        rank=Lost(lambda: np.ndim, "np.ndim"),
        issubclass_=Lost(lambda: issubclass, "issubclass"),
        cast=Lost(_Cast, "np.asarray(a, dtype=...)"),
        find_common_type=Lost(
            lambda: lambda arrays, scalars: np.result_type(*arrays, *scalars), "np.result_type"),
        VisibleDeprecationWarning=find_lost("numpy.exceptions:VisibleDeprecationWarning"),
        ComplexWarning=find_lost("numpy.exceptions:ComplexWarning"),
        AxisError=find_lost("numpy.exceptions:AxisError"),
    )
    lend(np, {name: what for name, what in lost.items() if not _has(np, name)})
    lent_to_lib = {name: Lost(functools.partial(getattr, np, name), f"np.{name}")
                   for name in _IN_LIB}
    lend(np.lib, {name: w for name, w in lent_to_lib.items() if not _has(np.lib, name)})
    if _NUMPY_2:
        np.set_printoptions(legacy="1.25")  # [1.0, 2.0], not [np.float64(1.0), np.float64(2.0)]
    for name in ("array", "asarray", "asanyarray"):
        setattr(np, name, _ragged(getattr(np, name)))
    for name in ("vstack", "hstack", "stack", "dstack", "column_stack"):
        setattr(np, name, _of_any_rows(getattr(np, name)))
    np.sum = _of_generators(np.sum)
    np.fromstring = _binary(np.fromstring)
    np.random.permutation = _permutation(np.random.permutation)


def _has(module, name) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return hasattr(module, name)


def _asfarray(a, dtype=float):
    return np.asarray(a, dtype=dtype if np.issubdtype(dtype, np.inexact) else float)


class _Cast:
    def __getitem__(self, dtype):
        return lambda a: np.asarray(a, dtype=dtype)


def _ragged(function):
    """Rows of unequal length make an array of objects, as then; TensorFlow's own calls apart."""
    def array(*args, **kwargs):
        if kwargs.get("copy") is False and _NUMPY_2:
            kwargs["copy"] = None  # "only if it must be", as it meant then
        try:
            return function(*args, **kwargs)
        except ValueError as error:
            caller = sys._getframe(1).f_globals.get("__name__", "")
            ours = caller.split(".")[0] in ("tensorflow", "tf_keras", "numpy", "ml_dtypes")
            if "inhomogeneous" not in str(error) or ours or kwargs.get("dtype") is not None:
                raise
            say_once(f"np.{function.__name__} of rows of unequal length made an array of objects",
                     f"write np.{function.__name__}(..., dtype=object)")
            return function(*args, **dict(kwargs, dtype=object))

    array.__name__ = function.__name__
    array.__doc__ = function.__doc__
    array.__wrapped__ = function
    return array


def _of_any_rows(function):
    @functools.wraps(function)
    def stack(rows, *args, **kwargs):
        if not hasattr(rows, "__getitem__") and hasattr(rows, "__iter__"):
            rows = list(rows)
        return function(rows, *args, **kwargs)

    return stack


def _of_generators(function):
    @functools.wraps(function)
    def total(a, *args, **kwargs):
        if isinstance(a, types.GeneratorType):
            return builtins.sum(a)
        return function(a, *args, **kwargs)

    return total


def _binary(function):
    @functools.wraps(function)
    def fromstring(string, dtype=float, count=-1, sep="", **kwargs):
        if sep == "":
            say_once("np.fromstring of bytes is gone and was brought back",
                     "write np.frombuffer(...).copy()")
            given = string.encode("latin-1") if isinstance(string, str) else string
            return np.frombuffer(given, dtype, count).copy()
        return function(string, dtype, count, sep=sep, **kwargs)

    return fromstring


def _permutation(function):
    @functools.wraps(function)
    def permutation(x):
        try:
            return function(x)
        except ValueError as error:
            if "inhomogeneous" not in str(error):
                raise
            rows = np.empty(len(x), object)
            rows[:] = x
            return function(rows)

    return permutation


# Methods that arrays have lost. No name can be put back on the type, so a program's calls are
# rewritten when it is loaded (source.py).
METHODS = {
    "tostring": (lambda a, *args: a.tobytes(*args), "a.tobytes()"),
    "itemset": (lambda a, *args: a.__setitem__(args[:-1] if len(args) > 1 else ..., args[-1]),
                "a[index] = value"),
    "ptp": (np.ptp, "np.ptp(a)"),
    "newbyteorder": (lambda a, *args: a.view(a.dtype.newbyteorder(*args)),
                     "a.view(a.dtype.newbyteorder())"),
}


def lost_methods() -> Set[str]:
    """Gives the names of the methods that the installed NumPy's arrays have not."""
    return {name for name in METHODS if not hasattr(np.ndarray, name)}


def call_method(name: str, owner: Any, *args: Any, **kwargs: Any) -> Any:
    """Calls `owner.name(...)`, with the lost method where `owner` is an array without it."""
    if isinstance(owner, (np.ndarray, np.generic)) and not hasattr(owner, name):
        function: Any
        function, fix = METHODS[name]
        say_once(f"ndarray.{name} is gone and was brought back", f"write {fix}")
        return function(owner, *args, **kwargs)
    return getattr(owner, name)(*args, **kwargs)

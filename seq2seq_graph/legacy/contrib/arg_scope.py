"""`arg_scope`: arguments given once for every call of some functions in a `with` block."""

import contextlib
import functools
from typing import Any, Callable, Dict, Iterator, List, Sequence, Tuple, Union

# What `with arg_scope(...)` blocks are open, the innermost last: key of a function -> arguments.
_OPEN: List[Dict[str, Dict[str, Any]]] = [{}]
# Keys of the functions that may be named there -> their arguments with defaults.
_DECORATED: Dict[str, Tuple[str, ...]] = {}


def add_arg_scope(func: Callable) -> Callable:
    """Gives the function so that `arg_scope` may set its arguments; a call's own come first."""

    @functools.wraps(func)
    def with_scoped(*args, **kwargs):
        return func(*args, **dict(current_arg_scope().get(key, {}), **kwargs))

    key = arg_scope_func_key(func)
    with_scoped._key_op = key  # type: ignore[attr-defined]
    defaults = len(func.__defaults__ or ())
    code = func.__code__
    _DECORATED[key] = code.co_varnames[code.co_argcount - defaults:code.co_argcount]
    return with_scoped


@contextlib.contextmanager
def arg_scope(list_ops_or_scope: Union[Sequence[Callable], Dict[str, Dict[str, Any]]],
              **kwargs: Any) -> Iterator[Dict[str, Dict[str, Any]]]:
    """Sets arguments of functions in a `with` block; gives the whole scope, to be entered again.

    Args:
      list_ops_or_scope: a list of functions made by `add_arg_scope`, or what an `arg_scope` gave.
      kwargs: the arguments; those of outer blocks stay unless given anew.

    Raises:
      ValueError: a function is not made so, or arguments are given with a scope.
      TypeError: neither a list nor a scope.
    """
    if isinstance(list_ops_or_scope, dict):
        if kwargs:
            raise ValueError("a scope that is entered again takes no arguments beside it")
        scope = dict(list_ops_or_scope)
    elif isinstance(list_ops_or_scope, (list, tuple)):
        scope = dict(current_arg_scope())
        for op in list_ops_or_scope:
            if not has_arg_scope(op):
                name = getattr(op, "__name__", op)
                raise ValueError(f"{name} is not decorated with @add_arg_scope")
            key = arg_scope_func_key(op)
            scope[key] = dict(scope.get(key, {}), **kwargs)
    else:
        raise TypeError(f"arg_scope needs a list of functions or a scope; got {list_ops_or_scope}")
    _OPEN.append(scope)
    try:
        yield scope
    finally:
        _OPEN.pop()


def current_arg_scope() -> Dict[str, Dict[str, Any]]:
    """Gives the innermost open scope."""
    return _OPEN[-1]


def arg_scope_func_key(op: Callable) -> str:
    """Gives what a function is called in a scope."""
    return getattr(op, "_key_op", str(op))


def has_arg_scope(func: Callable) -> bool:
    """Tells whether `add_arg_scope` made the function."""
    return arg_scope_func_key(func) in _DECORATED


def arg_scoped_arguments(func: Callable) -> Tuple[str, ...]:
    """Gives the names of the arguments that a scope may set: those with defaults."""
    assert has_arg_scope(func), f"{func} is not decorated with @add_arg_scope"
    return _DECORATED[arg_scope_func_key(func)]

"""Arrays of one entry where a number is wanted, which NumPy took for the number once."""

from typing import Any, Callable

import numpy as np

from seq2seq_graph.legacy.programs.notices import say_once


def scalar(function: Callable, *args: Any) -> Any:
    """Calls `int`, `float`, `math.exp` and the like, an array of one entry taken for its number."""
    try:
        return function(*args)
    except TypeError:
        numbers = tuple(_single(argument) for argument in args)
        if not _changed(numbers, args):
            raise
        _say(getattr(function, "__name__", "a function"))
        return function(*numbers)


def format_old(text: Any, values: Any) -> Any:
    """Does `text % values`."""
    try:
        return text % values
    except TypeError:
        given = values if isinstance(values, tuple) else (values,)
        numbers = tuple(_single(value) for value in given)
        if not _changed(numbers, given):
            raise
        _say("'%d' % array")
        return text % numbers


def put(value: Any, owner: Any, index: Any) -> None:
    """Does `owner[index] = value`."""
    try:
        owner[index] = value
    except (ValueError, TypeError):
        number = _single(value)
        if not isinstance(owner, np.ndarray) or number is value:
            raise
        _say("array[i] = array of one entry")
        owner[index] = number


def _single(value):
    several = isinstance(value, np.ndarray) and value.ndim > 0 and value.size == 1
    return value.item() if several else value


def _changed(numbers, given):
    return any(number is not value for number, value in zip(numbers, given))


def _say(what):
    say_once(f"{what}: an array of one entry was taken for its number", "write array.item()")

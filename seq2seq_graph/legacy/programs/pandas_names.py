"""pandas as programs of TensorFlow 1's time call it: what pandas 2 and 3 have taken away.

Arguments and methods are put back on pandas' own classes and functions, each said once.
"""

import datetime
import functools
import sys
from typing import Any

import numpy as np

from seq2seq_graph.legacy.programs.lend import Lost, lend
from seq2seq_graph.legacy.programs.notices import say_once


def restore(pandas: Any) -> None:
    """Changes the loaded pandas; what it has yet stays as it is."""
    frame, series = pandas.DataFrame, pandas.Series
    lost = {"datetime": Lost(lambda: datetime.datetime, "datetime.datetime"),
            "np": Lost(lambda: np, "numpy")}
    lend(pandas, {name: what for name, what in lost.items() if not hasattr(pandas, name)})
    for name in ("read_csv", "read_table"):
        setattr(pandas, name, _read(pandas, getattr(pandas, name)))
    pandas.concat = _with_axis(pandas.concat)
    frame.drop = _with_axis(frame.drop)
    methods = (
        ((frame, series), "append", functools.partial(_append, pandas), "pandas.concat"),
        ((frame, series), "iteritems", lambda self: self.items(), "items()"),
        ((frame, series), "mad", _mean_deviation, "(a - a.mean()).abs().mean()"),
        ((frame, series), "as_matrix", lambda self: self.values, "values"),
        ((frame,), "applymap", lambda self, *args, **kwargs: self.map(*args, **kwargs), "map"),
    )
    for owners, name, method, fix in methods:
        for owner in owners:
            if not hasattr(owner, name):
                setattr(owner, name, _said(f"{owner.__name__}.{name}", method, fix))
    for owner in (frame, series):
        owner.fillna = _filling(owner.fillna)
    if int(pandas.__version__.split(".")[0]) >= 3:
        pandas.set_option("future.infer_string", False)  # words are Python's in arrays of objects
        for owner in (frame, series):
            owner.values = property(_writable(owner.values.fget), doc=owner.values.__doc__)


def _said(name, method, fix):
    def old(self, *args, **kwargs):
        _say(name, fix)
        return method(self, *args, **kwargs)

    return old


def _say(name, fix):
    say_once(f"pandas' {name} is gone and was brought back", f"write {fix}")


def _read(pandas, read):
    @functools.wraps(read)
    def read_old(source, *args, **given):
        squeeze = given.pop("squeeze", False)
        bad, warn = given.pop("error_bad_lines", True), given.pop("warn_bad_lines", True)
        if not bad:
            _say("error_bad_lines", "on_bad_lines")
            given["on_bad_lines"] = "warn" if warn else "skip"
        if given.pop("delim_whitespace", False):
            _say("delim_whitespace", r"sep=r'\s+'")
            given["sep"] = r"\s+"
        parse = given.pop("date_parser", None)
        for name in ("infer_datetime_format", "mangle_dupe_cols"):
            given.pop(name, None)
        if parse is not None:
            _say("date_parser", "date_format, or pandas.to_datetime afterwards")
            columns = given.pop("parse_dates", False)
            columns = [given.get("index_col", 0)] if columns is True else columns or []
            given["converters"] = {**(given.get("converters") or {}),
                                   **dict.fromkeys(columns, parse)}
        found = read(source, *args, **given)
        if parse is not None and found.index.dtype == object and len(found) and isinstance(
                found.index[0], datetime.datetime):
            found.index = pandas.to_datetime(found.index)
        if squeeze:
            _say("squeeze=True", "read_csv(...).squeeze('columns')")
        return found.squeeze("columns") if squeeze else found

    return read_old


def _with_axis(function):
    """The axis as second argument without its name: `df.drop("a", 1)`, `pd.concat([a, b], 1)`."""
    @functools.wraps(function)
    def with_axis(first, *args, **kwargs):
        at = 1 if function.__name__ == "drop" else 0
        if len(args) == at + 1 and "axis" not in kwargs:
            _say(f"{function.__name__}(..., {args[at]!r})", f"axis={args[at]!r}")
            return function(first, *args[:at], axis=args[at], **kwargs)
        return function(first, *args, **kwargs)

    return with_axis


def _append(pandas, self, other, ignore_index=False, verify_integrity=False, sort=False):
    if isinstance(other, dict):
        other = pandas.Series(other)
    rows = other if isinstance(other, (list, tuple)) else [other]
    if self.ndim == 2:
        rows = [row.to_frame().T.infer_objects() if isinstance(row, pandas.Series)
                else row if isinstance(row, pandas.DataFrame) else pandas.DataFrame([row])
                for row in rows]
    options = {"sort": sort} if self.ndim == 2 else {}
    kept = [part for part in [self, *rows] if len(part) or self.ndim == 1] or [self]
    return pandas.concat(
        kept, ignore_index=ignore_index, verify_integrity=verify_integrity, **options)


def _mean_deviation(self):
    return (self - self.mean()).abs().mean()


def _filling(fillna):
    @functools.wraps(fillna)
    def fill(self, value=None, *args, **kwargs):
        method = kwargs.pop("method", None)
        if method is None:
            return fillna(self, value, *args, **kwargs)
        way = "ffill" if method in ("ffill", "pad") else "bfill"
        _say(f"fillna(method={method!r})", f"{way}()")
        return getattr(self, way)(*args, **kwargs)

    return fill


def _writable(get):
    """Numbers that a program may write into; pandas 3 gives it an array that it may only read."""
    def values(self) -> Any:
        found = get(self)
        caller = sys._getframe(1).f_globals.get("__name__", "").partition(".")[0]
        read_only = isinstance(found, np.ndarray) and not found.flags.writeable
        return found.copy() if read_only and caller != "pandas" else found

    return values

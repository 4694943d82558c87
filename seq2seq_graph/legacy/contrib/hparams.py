"""`tf.contrib.training.HParams`: a program's numbers by name, overridden from one flag."""

import json
import numbers
import re
from typing import Any, Dict, Optional, Tuple

_NAME = re.compile(r"[a-zA-Z][\w.]*")
_INDEX = re.compile(r"\[\s*(\d+)\s*\]")


class HParams:
    """Named values with types that stay: int, float, bool, str, or a list of one of them.

    Each value is an attribute: `HParams(rate=0.1).rate`. A type is that of the value first given.

    Raises:
      ValueError: a name is that of a method or given before, or a list is empty.
      NotImplementedError: `hparam_def` is given: its protocol buffer is not carried over.

    Source: `tf.contrib.training.HParams` of TensorFlow 1.15.
    """

    def __init__(self, hparam_def: Any = None, model_structure: Any = None, **kwargs: Any) -> None:
        if hparam_def:
            raise NotImplementedError(
                "HParams(hparam_def=...): the protocol buffer of TensorFlow 1's contrib is not "
                "carried over; use to_json and parse_json")
        self._hparam_types: Dict[str, Any] = {}
        self._model_structure = model_structure
        for name, value in kwargs.items():
            self.add_hparam(name, value)

    def add_hparam(self, name: str, value: Any) -> None:
        """Adds a value under a new name; raises ValueError as the class says."""
        if getattr(self, name, None) is not None:
            raise ValueError(f"Hyperparameter name is reserved: {name}")
        several = isinstance(value, (list, tuple))
        if several and not value:
            raise ValueError(f"Multi-valued hyperparameters cannot be empty: {name}")
        self._hparam_types[name] = (type(value[0] if several else value), several)
        setattr(self, name, value)

    def set_hparam(self, name: str, value: Any) -> None:
        """Gives a name another value of its type; KeyError for no name, ValueError for no fit."""
        kind, several = self._hparam_types[name]
        if isinstance(value, list) != several:
            raise ValueError(
                f"Must not pass a list for single-valued parameter: {name}" if not several
                else f"Must pass a list for multi-valued parameter: {name}.")
        setattr(self, name, [_cast(name, kind, v) for v in value] if several
                else _cast(name, kind, value))

    def del_hparam(self, name: str) -> None:
        """Takes a name away, if it is there."""
        if hasattr(self, name):
            delattr(self, name)
            del self._hparam_types[name]

    def parse(self, values: str) -> "HParams":
        """Overrides from text, "rate=0.1,layers=[3,4]"; gives itself. ValueError if it cannot."""
        kinds = {name: kind for name, (kind, _) in self._hparam_types.items()}
        return self.override_from_dict(parse_values(values, kinds))

    def override_from_dict(self, values_dict: Dict[str, Any]) -> "HParams":
        """Overrides from a dict; gives itself. KeyError for no name, ValueError for no fit."""
        for name, value in values_dict.items():
            self.set_hparam(name, value)
        return self

    def set_from_map(self, values_map: Dict[str, Any]) -> "HParams":
        """The older name of `override_from_dict`."""
        return self.override_from_dict(values_map)

    def set_model_structure(self, model_structure: Any) -> None:
        """Keeps any object beside the values."""
        self._model_structure = model_structure

    def get_model_structure(self) -> Any:
        """Gives that object."""
        return self._model_structure

    def to_json(self, indent: Optional[int] = None, separators: Optional[Tuple[str, str]] = None,
                sort_keys: bool = False) -> str:
        """Gives the values as JSON text."""
        return json.dumps(
            self.values(), indent=indent, separators=separators, sort_keys=sort_keys)

    def parse_json(self, values_json: str) -> "HParams":
        """Overrides from JSON text; gives itself."""
        return self.override_from_dict(json.loads(values_json))

    def values(self) -> Dict[str, Any]:
        """Gives name -> value."""
        return {name: getattr(self, name) for name in self._hparam_types}

    def get(self, key: str, default: Any = None) -> Any:
        """Gives a value, or `default`, which must be of the value's type (ValueError)."""
        if key not in self._hparam_types:
            return default
        kind, several = self._hparam_types[key]
        if default is not None:
            if isinstance(default, list) != several:
                raise ValueError(f"Hparam {key!r} of type {kind} is incompatible with "
                                 f"default={default}")
            for value in default if several else [default]:
                _cast(key, kind, value)
        return getattr(self, key)

    def to_proto(self, export_scope: Optional[str] = None) -> None:
        """Is not carried over."""
        raise NotImplementedError("HParams.to_proto is not carried over; use to_json")

    from_proto = to_proto

    def __contains__(self, key):
        return key in self._hparam_types

    def __str__(self):
        return ",".join(f"{name}={value}" for name, value in self.values().items())

    def __repr__(self):
        return f"{type(self).__name__}({sorted(self.values().items())})"


def _cast(name, kind, value):
    """Makes a value of `kind` where nothing is lost: no text of a number, no bool of an int."""
    if type(value) is kind or kind is type(None):
        return value
    fits = all(
        isinstance(value, family) for family in ((str, bytes), numbers.Integral, numbers.Number)
        if issubclass(kind, family))
    if not fits or issubclass(kind, bool) != isinstance(value, bool):
        raise ValueError(f"Could not cast hparam {name!r} of type {kind} from value {value!r}")
    return kind(value)


def parse_values(values: str, type_map: Dict[str, type],
                 ignore_unknown: bool = False) -> Dict[str, Any]:
    """Reads "a=1,b=[2,3],c[1]=4" as {"a": 1, "b": [2, 3], "c": {1: 4}}.

    Args:
      type_map: name -> type of its value or of its list's members.
      ignore_unknown: leave names out that `type_map` has not.

    Raises:
      ValueError: text that cannot be read, a name that `type_map` has not, a value that is not of
        the type, or a name (or an index of it) that is given twice.
    """
    found: Dict[str, Any] = {}
    rest = values
    while rest:
        name, index, value, rest = _next_pair(rest)
        if name in type_map:
            _put(found, name, index, value, type_map[name], values)
        elif not ignore_unknown:
            raise ValueError(f"Unknown hyperparameter type for {name}")
    return found


def _next_pair(text):
    """Gives (name, index or None, text or list of texts, what follows)."""
    name = _NAME.match(text)
    rest = text[name.end():] if name else ""
    index = _INDEX.match(rest)
    rest = (rest[index.end():] if index else rest).lstrip()
    if not name or not rest.startswith("="):
        raise ValueError(f"Malformed hyperparameter value: {text}")
    rest = rest[1:].lstrip()
    if rest.startswith("["):
        inner, closed, rest = rest[1:].partition("]")
        value = [part for part in re.split("[ ,]", inner) if part]
        if not closed or (rest and rest[0] != ","):
            raise ValueError(f"Malformed hyperparameter value: {text}")
        rest = rest[1:]
    else:
        value, _, rest = rest.partition(",")
        if "[" in value:
            raise ValueError(f"Malformed hyperparameter value: {text}")
    return name.group(), int(index.group(1)) if index else None, value, rest.lstrip()


def _put(found, name, index, value, kind, values):
    read = _read_bool if kind is bool else kind
    if index is not None and isinstance(value, list):
        raise ValueError("Assignment of a list to a list index.")
    if name in found and (index is None or not isinstance(found[name], dict)
                          or index in found[name]):
        raise ValueError(f"Multiple assignments to variable {name!r} in {values}")
    try:
        result = [read(v) for v in value] if isinstance(value, list) else read(value)
    except ValueError:
        raise ValueError(f"Could not parse hparam {name!r} of type {kind.__name__!r} with value "
                         f"{value!r} in {values}") from None
    if index is None:
        found[name] = result
    else:
        found.setdefault(name, {})[index] = result


def _read_bool(text):
    if text in ("true", "True", "false", "False"):
        return text in ("true", "True")
    return bool(int(text))

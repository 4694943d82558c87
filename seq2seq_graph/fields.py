"""A configuration's field: its range, and the flag that is made of it. NumPy only.

Each maker returns a dataclass field. What they share:

    explanation   of its flag; None: it has no flag
    at_resume     whether it may change when a run goes on
    usual         what help shows as the default, where that depends on other flags
"""

import argparse
import dataclasses
import numbers
from typing import Any, Callable, Container, Optional, Sequence

import numpy as np

from seq2seq_graph.errors import InputError

_MOST = 2**31 - 1  # past it TensorFlow's integers overflow, each with another error


def any_field(
    default: Any, explanation: Optional[str], kind: type, fits: Callable, range_: str,
    at_resume: bool = False, choices: Optional[Sequence[str]] = None, usual: Any = None,
    metavar: Optional[str] = None,
) -> Any:
    """Makes a field.

    Args:
      default: what it is where nothing is said.
      explanation: of its flag; None: it has no flag.
      kind: of its flag's value.
      fits: tells whether a value is within the range.
      range_: the range in words that follow "it must be ".
      at_resume: whether it may change when a run goes on.
      choices: what its flag may be.
      usual: what help shows as the default, where that depends on other flags.
      metavar: what help shows as the value.
    """
    if metavar is None and not choices:
        metavar = {int: "N", float: "X", str: "FILE"}.get(kind)
    metadata = {
        "help": explanation, "type": kind, "fits": fits, "range": range_, "at_resume": at_resume,
        "choices": choices, "usual": default if usual is None else usual, "metavar": metavar,
    }
    return dataclasses.field(default=default, metadata=metadata)


def path(explanation: Optional[str] = None, **more: Any) -> Any:
    """Makes a field of a path, or of None."""
    return any_field(
        None, explanation, str, lambda value: value is None or isinstance(value, str),
        "none or a path", **more,
    )


def integer(
    default: Optional[int], explanation: Optional[str], least: int = 1, most: int = _MOST,
    optional: bool = False, **more: Any,
) -> Any:
    """Makes a field of an integer within a range; `optional`: or of None."""

    def fits(value):
        if value is None:
            return optional
        return _is_a(numbers.Integral, value) and least <= value <= most

    range_ = "none or " * optional + f"an integer of at least {least} and at most {most}"
    return any_field(default, explanation, int, fits, range_, **more)


def share(explanation: Optional[str], **more: Any) -> Any:
    """Makes a field of a number from 0 to below 1."""

    def fits(value):
        return _is_a(numbers.Real, value) and 0 <= value < 1

    return any_field(0.0, explanation, float, fits, "from 0 to below 1", **more)


def number(
    default: float, explanation: Optional[str], least: float = 0.0, above: bool = False, **more: Any
) -> Any:
    """Makes a field of a finite number of at least, or `above`, `least`."""

    def fits(value):
        if not _is_a(numbers.Real, value) or not value < float("inf"):
            return False
        return value > least if above else value >= least

    range_ = f"a number above {least:g}" if above else f"a number of at least {least:g}"
    return any_field(default, explanation, float, fits, range_, **more)


def choice(
    default: Optional[str], explanation: Optional[str], choices: Sequence[str], **more: Any
) -> Any:
    """Makes a field of one of some words."""

    def fits(value):
        return isinstance(value, str) and value in choices

    range_ = "one of " + ", ".join(choices)
    return any_field(default, explanation, str, fits, range_, choices=choices, **more)


def option(explanation: Optional[str], **more: Any) -> Any:
    """Makes a field that is true or false, false where nothing is said."""

    def fits(value):
        return isinstance(value, (bool, np.bool_))

    return any_field(False, explanation, bool, fits, "true or false", **more)


def _is_a(kind, value):
    return isinstance(value, kind) and not isinstance(value, bool)


def check(config: Any) -> None:
    """Raises InputError where a value of a configuration is out of its field's range."""
    for field in dataclasses.fields(config):
        value = getattr(config, field.name)
        if not field.metadata["fits"](value):
            raise InputError(f"{field.name} is {value!r}; it must be {field.metadata['range']}")


def add_flags(
    parser: argparse.ArgumentParser, config_class: type, but: Container[str] = ()
) -> None:
    """Adds a flag for each field that explains itself: `batch_size` becomes `--batch-size`.

    A boolean field gets two, `--mask-padding` and `--no-mask-padding`. A flag that is not given
    leaves None, so that a recipe can be told from it.

    Args:
      parser: gets a group of them.
      config_class: one of `config`'s.
      but: fields that get none.
    """
    group = parser.add_argument_group(config_class.__name__.replace("Config", "").lower())
    for field in _flagged(config_class):
        if field.name in but:
            continue
        flag, kind = field.name.replace("_", "-"), field.metadata["type"]
        explanation = field.metadata["help"]
        if kind is bool:
            group.add_argument(
                f"--{flag}", action="store_true", default=None,
                help=f"{explanation}; --no-{flag} switches it off",
            )
            group.add_argument(
                f"--no-{flag}", dest=field.name, action="store_false", default=None,
                help=argparse.SUPPRESS,
            )
        else:
            group.add_argument(
                f"--{flag}", type=flag_type(kind, field.metadata["fits"], field.metadata["range"]),
                choices=field.metadata["choices"], metavar=field.metadata["metavar"],
                help=f"{explanation} ({field.metadata['usual']})",
            )


def flag_type(kind: Callable, fits: Callable, range_: str) -> Callable[[str], Any]:
    """Returns an argparse type that refuses what is out of a range by the flag's own name.

    Args:
      kind: int, float or str.
      fits: tells whether a value is within the range.
      range_: the range in words that follow "it must be ".
    """

    def converted(text):
        try:
            value = kind(text)
        except ValueError:
            value = None
        if value is None or not fits(value):
            raise argparse.ArgumentTypeError(f"is {text}; it must be {range_}")
        return value

    return converted


def whole_number(least: int = 1) -> Callable[[str], Any]:
    """Returns an argparse type of an integer of at least `least`."""
    return flag_type(int, lambda value: least <= value <= _MOST,
                     f"an integer of at least {least} and at most {_MOST}")


def given_flags(config_class: type, arguments: argparse.Namespace) -> dict:
    """Returns the fields whose flags stand on the command line, name -> value."""
    values = {field.name: getattr(arguments, field.name, None) for field in _flagged(config_class)}
    return {name: value for name, value in values.items() if value is not None}


def from_flags(
    config_class: type, arguments: argparse.Namespace, recipe: dict, **others: Any
) -> Any:
    """Makes `config_class` from a recipe and, above it, parsed flags.

    Args:
      config_class: one of `config`'s.
      arguments: of a parser that has its flags.
      recipe: name -> value, of `config.RECIPES`; fields of other classes play no role.
      **others: fields without a flag.
    """
    names = {field.name for field in _flagged(config_class)}
    values = {name: value for name, value in recipe.items() if name in names}
    return config_class(**{**values, **given_flags(config_class, arguments)}, **others)


def at_resume(config_class: type) -> list:
    """Names the fields that may change when a run goes on."""
    return [field.name for field in _flagged(config_class) if field.metadata["at_resume"]]


def _flagged(config_class):
    return [field for field in dataclasses.fields(config_class) if field.metadata["help"]]

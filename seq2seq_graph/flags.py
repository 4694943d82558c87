"""Command-line flags made of `config`'s fields. No TensorFlow."""

import argparse
import dataclasses
from typing import Container, Optional

from seq2seq_graph.config import RECIPES


def add_flags(
    parser: argparse.ArgumentParser, config_class, but: Container[str] = ()
) -> None:
    """Adds a flag for each field that explains itself: `batch_size` becomes `--batch-size`.

    A boolean field gets two, `--mask-padding` and `--no-mask-padding`. A flag that is not given
    leaves None, so that a recipe can be told from it.

    Args:
      parser: gets a group of them.
      config_class: one of `config`'s.
      but: fields that get none.
    """
    group = parser.add_argument_group(config_class.__name__)
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
                f"--{flag}", type=kind, choices=field.metadata["choices"],
                metavar={int: "N", float: "X"}.get(kind),
                help=f"{explanation} ({field.metadata['usual']})",
            )


def given_flags(config_class, arguments: argparse.Namespace) -> dict:
    """Returns the fields whose flags stand on the command line, name -> value."""
    values = {field.name: getattr(arguments, field.name, None) for field in _flagged(config_class)}
    return {name: value for name, value in values.items() if value is not None}


def from_flags(
    config_class, arguments: argparse.Namespace, recipe: Optional[str] = None, **others
):
    """Makes `config_class` from a recipe and, above it, parsed flags.

    Args:
      config_class: one of `config`'s.
      arguments: of a parser that has its flags.
      recipe: a key of `RECIPES`; None takes the document's.
      **others: fields without a flag.
    """
    names = {field.name for field in _flagged(config_class)}
    values = {name: value for name, value in RECIPES[recipe or "document"].items() if name in names}
    return config_class(**{**values, **given_flags(config_class, arguments)}, **others)


def at_resume(config_class) -> list:
    """Names the fields that may change when a run goes on."""
    return [field.name for field in _flagged(config_class) if field.metadata["at_resume"]]


def _flagged(config_class):
    return [field for field in dataclasses.fields(config_class) if field.metadata["help"]]

"""What the runner did for a program, each thing said once on standard error with its fix."""

import logging
import os
import sys
from typing import Set

PACKAGE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_said: Set[str] = set()


def say_once(what: str, fix: str = "") -> None:
    """Says on standard error what was brought back, and how the program can do without it."""
    if what not in _said:
        _said.add(what)
        print(f"legacy: {what}" + (f"; {fix}" if fix else ""), file=sys.stderr)


def quiet_own_deprecations() -> None:
    """Drops what TensorFlow warns of calls in this package's files: no program can mend them."""
    logging.getLogger("tensorflow").addFilter(
        lambda record: not record.getMessage().startswith(f"From {PACKAGE}{os.sep}"))

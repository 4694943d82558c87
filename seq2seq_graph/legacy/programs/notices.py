"""What the runner did for a program, each thing said once on standard error with its fix."""

import sys
from typing import Set

_said: Set[str] = set()


def say_once(what: str, fix: str = "") -> None:
    """Says on standard error what was brought back, and how the program can do without it."""
    if what not in _said:
        _said.add(what)
        print(f"legacy: {what}" + (f"; {fix}" if fix else ""), file=sys.stderr)

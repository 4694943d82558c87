"""What a user can mend: one exception, and how a script shows it."""

import contextlib
import sys


class InputError(ValueError):
    """A file, a flag or a size from outside that cannot be used.

    The message names where (file, line, key or flag), the value, and what to do instead.
    """


@contextlib.contextmanager
def reported_to_user():
    """Turns an InputError into one line on standard error and exit status 2.

    Everything else passes: a traceback means a defect of the program, not of its input.
    """
    try:
        yield
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)

"""What a user can mend: one exception, and how a script shows it."""

import contextlib
import sys
from typing import Iterator


class InputError(ValueError):
    """A file, a flag or a size from outside that cannot be used.

    The message names where (file, line, key or flag), the value, and what to do instead.
    """


@contextlib.contextmanager
def report_to_user() -> Iterator[None]:
    """Turns an InputError, or memory that ends, into a line on standard error and exit status 2.

    Everything else passes: a traceback means a defect of the program, not of its input.
    """
    try:
        yield
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
    except Exception as error:
        if not _is_of_memory(error):
            raise
        print("error: the memory does not suffice; give smaller sizes, lengths or batches",
              file=sys.stderr)
        sys.exit(2)


def _is_of_memory(error):
    """Tells TensorFlow's error by its name, since this module does without TensorFlow.

    Where a constant has no room, it is another, and only the text says so.
    """
    return (isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError"
            or "Cannot parse tensor from proto" in str(error))

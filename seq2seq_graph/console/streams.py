"""Standard input, output and error of a script: what happens when one of them ends."""

import contextlib
import errno
import io
import os
import sys
import time

CLOSED = "it is closed"


class OutputEnded(Exception):
    """Standard output takes no more. No OSError, so that nobody takes it for a file's."""

    def __init__(self, error: OSError) -> None:
        """Makes it from the system's error."""
        self.reader_left = error.errno in (errno.EPIPE, errno.ESHUTDOWN)
        what = "its reader has left" if self.reader_left else error.strerror
        super().__init__(f"standard output: {what}; nothing more is printed")


def take() -> "_Output":
    """Takes the process's streams over; returns standard output's file.

    A closed one becomes the null device: else the next file that is opened, perhaps a checkpoint,
    would get its number, and with it all that is printed.
    """
    was_closed = sys.stdout is None
    for number in range(3):
        _fill(number)
    output = _Output(1, "wb", closefd=False)
    output.was_closed = was_closed
    # A terminal may not know the letters of a text, or of a file's name.
    sys.stdout = _text(output, sys.stdout, "backslashreplace")
    sys.stderr = _text(_Errors(os.dup(2), "wb"), sys.stderr, "backslashreplace", by_line=True)
    return output


def are_taken() -> bool:
    """Tells whether `take` has been called."""
    return isinstance(getattr(sys.stderr.buffer, "raw", sys.stderr.buffer), _Errors)


def _fill(number):
    try:
        os.fstat(number)
    except OSError:
        # Standard output's cannot be written: that it is closed is an error, if it is used.
        opened = os.open(os.devnull, os.O_RDWR if number == 2 else os.O_RDONLY)
        if opened != number:
            os.dup2(opened, number)
            os.close(opened)


def _text(raw, old, errors=None, by_line=False):
    """Makes a text stream that encodes and buffers as the old one."""
    unbuffered = getattr(old, "write_through", False)  # python -u
    return io.TextIOWrapper(
        raw if unbuffered else io.BufferedWriter(raw),
        encoding=getattr(old, "encoding", None) or "utf-8",
        errors=errors or getattr(old, "errors", None) or "strict",
        line_buffering=by_line or getattr(old, "line_buffering", False),
        write_through=unbuffered,
    )


class _Output(io.FileIO):
    """Standard output's file: once it has ended, it takes everything and keeps nothing."""

    was_closed = ended = may_end = False

    def begin_work(self, may_end: bool) -> None:
        """Refuses work whose result nobody could read, or lets it go on without standard output.

        Raises:
          OutputEnded: it was closed from the start.
        """
        self.may_end = may_end
        if self.was_closed:
            self._end(OSError(errno.EBADF, CLOSED))

    def write(self, data):
        """Writes all of `data`."""
        try:
            return len(data) if self.ended else _write_all(super().write, data)
        except OSError as error:
            self._end(OSError(errno.EBADF, CLOSED) if self.was_closed else error)
            return len(data)

    def _end(self, error):
        self.ended = True
        ended = OutputEnded(error)
        if not self.may_end:
            raise ended from error
        say(f"{ended}; the work goes on")


class _Errors(io.FileIO):
    """Standard error's file: where it has ended, the work goes on."""

    def write(self, data):
        """Writes all of `data`, or what goes."""
        try:
            return _write_all(super().write, data)
        except OSError:
            return len(data)


def _write_all(write, data):
    rest = memoryview(data).cast("B")
    while rest:
        written = write(rest)
        if not written:  # it does not block, and is full for now
            time.sleep(0.01)
        rest = rest[written or 0:]
    return len(data)


def say(line: str) -> None:
    """Prints a line on standard error."""
    print(line, file=sys.stderr, flush=True)


def say_at_once(line: str) -> None:
    """Prints a line on standard error from within a signal's handler."""
    with contextlib.suppress(OSError):
        os.write(sys.stderr.fileno(), f"{line}\n".encode())

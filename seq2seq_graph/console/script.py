"""The one way in and out of every script: `main` around its work, `begin` where it has none.

Nothing but Python's own library is imported, and the work only begins when the arguments are
parsed; so `--help` and a wrong flag never wait for TensorFlow, nor print anything of it.
"""

import argparse
import atexit
import difflib
import functools
import os
import re
import shlex
import signal
import sys
import traceback
from typing import Any, Callable

from seq2seq_graph.console import interrupt, log, streams
from seq2seq_graph.errors import report_to_user

DEFECT, UNUSABLE, READER_LEFT = 1, 2, 141


class _Parser(argparse.ArgumentParser):
    """Lets flags stand anywhere, also before and between the words of `FILE ...` or `[FILE]`."""

    _intermixed = False

    def parse_known_args(self, args=None, namespace=None):
        nargs = {action.nargs for action in self._get_positional_actions()}
        if self._intermixed or nargs & {argparse.PARSER, argparse.REMAINDER}:
            return super().parse_known_args(args, namespace)
        self._intermixed = True  # it calls this method
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._intermixed = False

    def error(self, message):
        """Says in one line what is wrong and how it is meant; ends with status 2."""
        unknown = re.match(r"unrecognized arguments: .*?(--[\w-]+)", message)
        if unknown:
            message = f"there is no flag {unknown.group(1)}"
            near = difflib.get_close_matches(unknown.group(1), self._flags(), 1)
            message += f"; did you mean {near[0]}?" if near else ""
        message = re.sub(r"^argument (--[\w-]+): (is )?", _flag_first, message)
        self.exit(UNUSABLE, f"error: {message} ({self.prog} --help lists the flags)\n")

    def _flags(self):
        for action in self._actions:
            yield from action.option_strings
            if action.nargs == argparse.PARSER:
                for command in action.choices.values():
                    yield from command._flags()


def _flag_first(match):
    return f"{match.group(1)} is " if match.group(2) else f"{match.group(1)}: "


def parser(docstring: str, **how: Any) -> argparse.ArgumentParser:
    """Makes a script's parser: its docstring's first line as the description, and `--verbose`."""
    made = _Parser(description=docstring.strip().split("\n")[0], **how)
    add_verbose(made)
    return made


def add_verbose(to: argparse.ArgumentParser) -> None:
    """Adds `--verbose`; to a subcommand's parser too, so that it may stand there."""
    to.add_argument("--verbose", action="store_true", default=argparse.SUPPRESS,
                    help="show what TensorFlow logs and Python warns of")


def main(
    parse_args: Callable,
    output_may_end: bool = False,
    as_python: Callable = lambda args: False,
) -> Callable:
    """Decorates a script's work, args -> status, into its `main(argv=None)` -> status.

    Without a list it is the process: it takes the command line, the streams and Ctrl-C, and
    whatever happens ends in one line and a status: 2 for what the user can fix (an InputError,
    memory, standard output), 130 for Ctrl-C, 141 where standard output's reader has left; 1 and a
    traceback for a defect. With a list, as from a test or a notebook, it leaves the process alone,
    and an InputError is a line and a SystemExit.

    Args:
      parse_args: takes the list or None, returns the namespace.
      output_may_end: the work goes on, and prints nothing more, where standard output ends.
      as_python: tells of the arguments whether the work is somebody's program, which shall find
        its streams, and end, as with Python itself.
    """

    def decorate(work):
        @functools.wraps(work)
        def run(argv=None):
            if argv is None:
                return _process(parse_args, work, output_may_end, as_python)
            with report_to_user():
                return work(parse_args(argv))

        return run

    return decorate


def _process(parse_args, work, output_may_end, as_python):
    interrupt.take()
    before = sys.stdout, sys.stderr
    plain = False
    try:
        output = streams.take()
        args = parse_args(None)
        plain = as_python(args)
        if plain:
            sys.stdout, sys.stderr = before
            return work(args)
        if not getattr(args, "verbose", False):
            log.collect()
        output.begin_work(output_may_end)
        with report_to_user():
            status = work(args)
        sys.stdout.flush()
    except BaseException as error:  # SystemExit and KeyboardInterrupt too
        if plain and not _missing(error):
            raise
        status = _end(error)
    return _left(status)


def _left(status):
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # what follows is Python's own end
    log.discard()
    sys.stderr.flush()
    return status


def _end(error):
    """Says in a line how a script ended; returns its exit status."""
    try:
        if isinstance(error, SystemExit):
            sys.stdout.flush()
            return error.code
        if isinstance(error, KeyboardInterrupt):
            streams.say(interrupt.LINE)
            return interrupt.STATUS
        if _missing(error):
            streams.say(f"error: {_missing(error)}")
            return UNUSABLE
        if not isinstance(error, streams.OutputEnded):
            traceback.print_exception(type(error), error, error.__traceback__)
            log.show()
            return DEFECT
    except streams.OutputEnded as at_the_end:
        error = at_the_end
    streams.say(f"error: {error}")
    return READER_LEFT if error.reader_left else UNUSABLE


def _missing(error):
    """Says how to get TensorFlow or NumPy where that is what an error is about; else ""."""
    name = {"tensorflow": "TensorFlow", "numpy": "NumPy"}.get(getattr(error, "name", None) or "")
    if name is None or not isinstance(error, ModuleNotFoundError):
        return ""
    version = sys.version_info[:2]
    if version != (3, 7) and not (3, 9) <= version <= (3, 13):
        return "Python {}.{} is not supported; use 3.9 to 3.13, or 3.7 for TensorFlow 1.15".format(
            *version)
    folder = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    return (f"{name} is not installed in {sys.executable}: "
            f"{os.path.basename(sys.executable)} -m pip install -e {shlex.quote(folder)}")


def begin(**flags: str) -> None:
    """Starts a program that has no `main`, such as the tutorial; a second call does nothing.

    Args:
      **flags: what else may stand on its command line, name=help.
    """
    if streams.are_taken():
        return
    interrupt.take()
    sys.excepthook = lambda kind, error, trace: interrupt.leave(_left(_end(error)))
    output = streams.take()
    atexit.register(_finish)
    asked = parser(sys.modules["__main__"].__doc__ or "")
    for name, explanation in flags.items():
        asked.add_argument(f"--{name}", action="store_true", help=explanation)
    if not getattr(asked.parse_args(), "verbose", False):
        log.collect()
    output.begin_work(False)


def _finish():
    try:
        sys.stdout.flush()
    except streams.OutputEnded as error:
        interrupt.leave(_left(_end(error)))
    _left(0)

"""Ctrl-C in a script: a KeyboardInterrupt that no import can lose."""

import os
import signal
import sys

from seq2seq_graph.console import log, streams

LINE, STATUS = "interrupted", 128 + signal.SIGINT


def take() -> None:
    """Handles Ctrl-C, unless it is ignored as in a shell's background.

    While modules try what is installed they catch everything, and native ones turn it into another
    error. So during an import, before there is anything to save, it ends the process at once.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _handle)


def _handle(number, frame):
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            log.discard()
            streams.say_at_once(LINE)
            leave(STATUS)
        frame = frame.f_back
    raise KeyboardInterrupt


def leave(status: int) -> None:
    """Ends the process without Python's own end."""
    sys.stderr.flush()
    os._exit(status)

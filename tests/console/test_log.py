"""What is held back while TensorFlow is imported for an old program, in processes of their own."""

import subprocess
import sys

from conftest import ROOT

PROGRAM = """
import os, sys
sys.path.insert(0, {root!r})
from seq2seq_graph.console import log
try:
    with log.hold_back():
        os.write(2, b"native noise\\n")
        {inside}
except ImportError:
    print("broken", file=sys.stderr)
os.write(2, b"after\\n")
print("said", file=sys.stderr)
"""


def said(inside):
    done = subprocess.run([sys.executable, "-c", PROGRAM.format(root=ROOT, inside=inside)],
                          stderr=subprocess.PIPE, check=True)
    return done.stderr.decode().splitlines()


def test_what_native_code_writes_meanwhile_is_held_back_and_nothing_later():
    assert said("pass") == ["after", "said"]


def test_it_is_shown_where_what_was_done_fails():
    assert said("raise ImportError") == ["native noise", "broken", "after", "said"]

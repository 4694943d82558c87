"""Reads old TensorFlow 1 programs, never runs them, and says by line what stops or misleads them.

    python scripts/doctor.py FILE.py NOTEBOOK.ipynb

Exit status: 0 if nothing stops a program, 1 if something does, 2 if a file cannot be used.
"""

import argparse
import sys

from seq2seq_graph.doctor import report, writing
from seq2seq_graph.errors import reported_to_user


def parse_args(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="+", metavar="FILE", help="a Python file or a notebook")
    parser.add_argument("--json", action="store_true", help="for tools: one object a finding")
    return parser.parse_args(argv)


def main(argv=None):
    args = parse_args(argv)
    with reported_to_user():
        reports = [report.examine(path) for path in args.files]
    print((writing.as_json if args.json else writing.as_text)(reports), end="")
    return int(any(finding.stops for r in reports for finding in r.findings))


if __name__ == "__main__":
    sys.exit(main())

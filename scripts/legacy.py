"""Runs old TensorFlow 1 programs on today's TensorFlow, not a line of them changed.

    python scripts/legacy.py run PROGRAM.py ARGS...
    python scripts/legacy.py run -m MODULE ARGS...
    python scripts/legacy.py run NOTEBOOK.ipynb
"""

import argparse
import os
import sys

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def parse_args(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="as `python PROGRAM ARGS` would, on this TensorFlow")
    _add_program(run)
    return parser.parse_args(argv)


def _add_program(parser):
    parser.add_argument("-m", dest="as_module", action="store_true",
                        help="PROGRAM is a module's name, as with python -m")
    parser.add_argument("program", metavar="PROGRAM")
    parser.add_argument("args", nargs=argparse.REMAINDER, metavar="ARGS")


def main(argv=None):
    args = parse_args(argv)
    from seq2seq_graph.errors import InputError
    from seq2seq_graph.legacy.programs.run import run

    try:
        run(args.program, args.args, args.as_module)
    except InputError as error:
        if type(error) is not InputError:
            raise
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

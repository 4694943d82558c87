"""Reads old TensorFlow 1 programs, never runs them, and says by line what stops or misleads them.

    python scripts/doctor.py FILE.py NOTEBOOK.ipynb FOLDER
    python scripts/doctor.py --fix FILE.py             # shows what it would change, as a diff
    python scripts/doctor.py --fix --write FILE.py     # changes it
    cat FILE.py | python scripts/doctor.py -

Exit status: 0 if nothing stops a program, 1 if something does, 2 if a file cannot be used or
cannot be examined as a whole.
"""

import os
import sys

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from seq2seq_graph.console import script


def parse_args(argv=None):
    parser = script.parser(__doc__)
    parser.add_argument("files", nargs="+", metavar="FILE",
                        help="a Python file, a notebook, a folder of them, or - for standard input")
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument("--json", action="store_true", help="for tools: one object a finding")
    shown.add_argument("--fix", action="store_true",
                       help="show as a diff the changes that are certain")
    parser.add_argument("--write", action="store_true", help="with --fix: make them")
    args = parser.parse_args(argv)
    if args.write and not args.fix:
        parser.error("--write goes with --fix")
    return args


@script.main(parse_args)
def main(args):
    from seq2seq_graph.doctor import session

    status = session.run(args.files, json=args.json, fix=args.fix, write=args.write)
    if status > 1:
        sys.exit(status)
    return status


if __name__ == "__main__":
    sys.exit(main())

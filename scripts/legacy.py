"""Runs old TensorFlow 1 programs on today's TensorFlow, not a line changed, and proves them.

    python scripts/legacy.py run PROGRAM.py ARGS...         also NOTEBOOK.ipynb, or -m MODULE
    python scripts/legacy.py compare --tf115-python PATH PROGRAM.py ARGS...
    python scripts/legacy.py record OUT.npz PROGRAM.py ARGS...
    python scripts/legacy.py check OUT.npz PROGRAM.py ARGS...

Exit status: of `run` and `record` the program's own; of `compare` and `check` 0, or 1 if the
tolerance is passed, or 2 if something cannot be used.
"""

import argparse
import os
import sys
import tempfile

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from seq2seq_graph.console import script

SCRIPT = os.path.abspath(__file__)


def parse_args(argv=None):
    """Reads the command line."""
    parser = script.parser(__doc__, allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True)
    add = commands.add_parser
    run = add("run", help="as `python PROGRAM ARGS` would, on this TensorFlow")
    record = add("record", help="run, and note each Session.run and the variables at the end")
    record.add_argument("out", metavar="OUT.npz")
    record.add_argument("--reference", help="a record whose initial values are taken")
    check = add("check", help="run, and compare with a record from elsewhere")
    check.add_argument("out", metavar="OUT.npz")
    compare = add("compare", help="run on both TensorFlows, or twice on this one")
    compare.add_argument("--tf115-python", metavar="PATH",
                         help="a Python with TensorFlow 1.15; without it the program is compared "
                         "with itself under other settings, which shows its own noise")
    for parser_ in (check, compare):
        parser_.add_argument("--tolerance", type=float, default=1e-3, metavar="X",
                             help="largest relative difference at the end (default %(default)s)")
        parser_.add_argument("--picture", metavar="FILE.png", help="draws the growth [plots]")
        parser_.add_argument("--here", action="store_true",
                             help="run in the working folder, not in a copy")
    for parser_ in (run, record, check, compare):
        parser_.add_argument("-m", dest="as_module", action="store_true",
                             help="PROGRAM is a module's name, as with python -m")
        parser_.add_argument("program", metavar="PROGRAM")
        parser_.add_argument("args", nargs=argparse.REMAINDER, metavar="ARGS")
    return parser.parse_args(argv)


@script.main(parse_args, as_python=lambda args: args.command in ("run", "record"))
def main(args):
    """Runs one command; returns the exit status."""
    from seq2seq_graph.errors import InputError

    if getattr(args, "picture", None):
        from seq2seq_graph.pictures import figures

        figures.check(args.picture)
    try:
        return _COMMANDS[args.command](args)
    except InputError as error:
        if type(error) is not InputError:  # a program's own, of a symbol that is not rebuilt
            raise
        print(f"error: {error}", file=sys.stderr)
        return 2


def _run(args):
    if sys.version_info >= (3, 8) and not getattr(args, "verbose", False):
        from seq2seq_graph.console import log

        with log.hold_back():  # later TensorFlows log at their import, before the program's start
            import tensorflow  # noqa: F401
    from seq2seq_graph.legacy.programs.run import run

    run(args.program, args.args, args.as_module)


def _record(args):
    if os.environ.get("PYTHONHASHSEED") != "0":  # it must be set before Python starts
        os.environ["PYTHONHASHSEED"] = "0"
        os.execv(sys.executable, [sys.executable, *sys.argv])
    from seq2seq_graph.legacy.programs.record import record

    record(os.path.abspath(args.out), args.program, args.args, args.as_module, args.reference)


def _check(args):
    from seq2seq_graph.legacy.programs import record, sides

    reference = os.path.abspath(args.out)
    with tempfile.TemporaryDirectory() as folder:
        second = sides.again(SCRIPT, args.program, args.args, args.as_module, reference,
                             args.here, folder)
        return record.compare_files(reference, second, args.tolerance, args.picture)


def _compare(args):
    from seq2seq_graph.legacy.programs import record, sides

    with tempfile.TemporaryDirectory() as folder:
        files = sides.both(SCRIPT, args.program, args.args, args.as_module,
                           args.tf115_python, args.here, folder)
        return record.compare_files(*files, args.tolerance, args.picture)


_COMMANDS = {"run": _run, "record": _record, "check": _check, "compare": _compare}


if __name__ == "__main__":
    sys.exit(main())
